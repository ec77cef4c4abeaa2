"""The figures: formulas, sums over kinds, tags and cameras, and what there is nothing to be said of."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.observation import Box
from edge.score.figures import (
    Account,
    Tally,
    by_camera,
    by_kind,
    by_tag,
    figures,
    quantile,
    total,
    without_camera,
)
from edge.score.matching import Decoy, Health, Ill, Matched, Raised, Situation, Ticket, match

BOX: Box = (0.1, 0.1, 0.3, 0.3)
AWAY: Box = (0.6, 0.6, 0.9, 0.9)


def ticket(name: str, kind: str = "illegal_parking", box: Box = BOX, since: float = 12.0) -> Ticket:
    return Ticket(name, kind, "kerb", box, since + 20, since, 95.0, cleared=99.0)


def account(
    camera: str, *tickets: Ticket, tags: tuple[str, ...] = (), kind: str = "illegal_parking"
) -> Account:
    real = Situation("car", kind, BOX, 10.0, 90.0, end=90.0)
    trap = Decoy("queue", kind, AWAY, 10.0, "waits")
    matched = match([real], tickets, 180.0, [trap])
    return Account(f"case_{camera}", camera, tags, matched, 0.05, Health())


ACCOUNTS = [
    account("a", ticket("s-1"), ticket("s-2", since=14.0), tags=("2fps",)),
    account("b", ticket("s-3", box=AWAY), tags=("2fps", "cloud")),
    account("b", ticket("s-4", kind="exposed_garbage"), kind="exposed_garbage"),
]


def test_the_figures_of_a_suite() -> None:
    found = total(ACCOUNTS)
    assert (found.cases, found.situations, found.found, found.missed, found.false) == (3, 3, 2, 1, 1)
    assert (found.doubles, found.tickets_per_situation) == (1, 1.5)
    assert (found.recall, found.precision, found.f1) == (0.6667, 0.6667, 0.6667)
    assert (found.start_error_median_s, found.end_error_median_s) == (2.0, 5.0)
    assert (found.traps, found.traps_fired) == (3, 1)
    assert found.camera_hours == pytest.approx(0.15)
    assert found.false_per_10_camera_hours == pytest.approx(66.67)


def test_a_late_ticket_costs_recall_and_no_precision() -> None:
    late = Situation("car", "illegal_parking", BOX, 10.0, 20.0)
    found = total([Account("c", "a", (), match([late], [ticket("s-1")], 180.0), 1.0, Health())])
    assert (found.recall, found.precision, found.missed, found.late, found.false) == (0.0, 1.0, 1, 1, 0)


def test_what_need_not_be_told_counts_nowhere() -> None:
    maybe = Situation("car", "illegal_parking", BOX, 10.0, 90.0, optional=True)
    found = total([Account("c", "a", (), match([maybe], [ticket("s-1")], 180.0), 1.0, Health())])
    assert (found.situations, found.found, found.false, found.doubles) == (0, 0, 0, 0)


def test_of_nothing_there_is_nothing_to_say() -> None:
    found = total([Account("quiet", "a", (), Matched((), ()), 0.0, Health())])
    assert found.recall is found.precision is found.f1 is None
    assert (
        found.tickets_per_situation is found.start_error_median_s is found.false_per_10_camera_hours is None
    )


def test_kinds_tags_and_cameras_have_their_own_figures() -> None:
    kinds, tags, cameras = by_kind(ACCOUNTS), by_tag(ACCOUNTS), by_camera(ACCOUNTS)
    assert {kind: (row.situations, row.false) for kind, row in kinds.items()} == {
        "exposed_garbage": (1, 0),
        "illegal_parking": (2, 1),
    }
    assert {tag: row.cases for tag, row in tags.items()} == {"2fps": 2, "cloud": 1}
    assert {camera: row.found for camera, row in cameras.items()} == {"a": 1, "b": 1}
    rest = without_camera(ACCOUNTS)
    assert all(rest[c].situations + cameras[c].situations == 3 for c in cameras)


def test_conditions_are_counted() -> None:
    health = Health(
        ((Ill("frozen", 10.0, 60.0), 30.0), (Ill("covered", 10.0, 5.0), 30.0)), (Raised("moved", 3.0),)
    )
    tally = Tally()
    tally.add(Account("c", "a", (), Matched((), ()), 1.0, health))
    found = figures(tally)
    assert (found.conditions, found.conditions_found, found.conditions_false) == (2, 1, 1)


@given(st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=20), st.floats(0, 1))
def test_quantiles_are_the_usual_ones(values: list[float], share: float) -> None:
    assert quantile(values, share) == pytest.approx(float(np.quantile(values, share)), abs=1e-6)
