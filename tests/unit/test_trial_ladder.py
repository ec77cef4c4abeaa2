"""Why, and why not: what stood on a drawn street, gate by gate, and what of it became nothing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from broker.asks import Candidate
from edge.observation import Box, Observation, Sighting
from edge.rungs import GATES
from edge.trial.draft import NOW, Tryable
from edge.trial.shelf import Shelf
from edge.trial.why import Explained, explained, filmed
from tests.drawn import Life, configured
from tests.replays.looks import UTC_MINUS_T, look
from tests.unit.stalls import STALL
from tests.unit.test_journal_exact import heaps

KERB = [[0.0, 0.5], [0.5, 0.5], [0.5, 1.0], [0.0, 1.0]]
NIGHT = {"spans": [{"hours": "02:00-03:00"}], "timezone": "UTC"}
LONG: Box = (0.1, 0.6, 0.18, 0.7)
SHORT: Box = (0.3, 0.6, 0.38, 0.7)
EDGE: Box = (0.47, 0.75, 0.55, 0.85)
AWAY: Box = (0.8, 0.6, 0.88, 0.7)
CYCLE: Box = (0.2, 0.8, 0.24, 0.9)
ZONES: list[dict[str, Any]] = [
    {
        "id": "kerb",
        "polygon": KERB,
        "rules": [{"kind": "dwell", "incident": "illegal_parking", "dwell": "60s", "queue": "ignore"}],
    },
    {
        "id": "night",
        "polygon": [[0.75, 0.5], [0.95, 0.5], [0.95, 0.9], [0.75, 0.9]],
        "schedule": NIGHT,
        "rules": [{"kind": "dwell", "incident": "illegal_parking", "dwell": "20s", "queue": "ignore"}],
    },
]


def thing(box: Box, track: int, label: str = "car", group: str = "vehicle") -> Sighting:
    return Sighting(box, 0.8, label, group, track, False)


def street() -> Iterator[Observation]:
    """Two minutes: one parks, one goes after 40 s, one hardly reaches in, a cycle, and one out of hours."""
    for n in range(240):
        t = 0.5 * n
        seen = [thing(LONG, 1), thing(EDGE, 3), thing(CYCLE, 4, "bicycle", "two_wheeler"), thing(AWAY, 5)]
        seen += [thing(SHORT, 2)] if t < 40.0 else []
        yield look(t, *seen, trusted=not 70.0 <= t < 72.0)


def asked(folder: Path, zones: list[dict[str, Any]], looks: Iterator[Observation]) -> Explained:
    configuration = configured(folder, zones)
    life = Life(folder, configuration)
    life.see(looks)
    life.close()
    now = Tryable(NOW, configuration.settings.sources[0], configuration.sha256)
    walk = Shelf(folder / "past").walk
    return explained(folder / "journal", now, UTC_MINUS_T, UTC_MINUS_T + 120.0, walk)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Explained]:
    folder = tmp_path_factory.mktemp("street")
    return folder, asked(folder, ZONES, street())


def at(found: Explained, box: Box) -> Candidate:
    (one,) = [c for c in found.candidates if abs(c.box[0] - box[0]) < 0.01 and abs(c.box[1] - box[1]) < 0.01]
    return one


def states(one: Candidate) -> dict[str, str]:
    return {gate.gate: gate.state for gate in one.gates}


def test_what_was_told_has_passed_every_gate(told: tuple[Path, Explained]) -> None:
    one = at(told[1], LONG)
    assert (one.outcome, one.zone, one.kind) == ("opened", "kerb", "illegal_parking")
    assert set(states(one).values()) == {"passed"}
    assert list(states(one)) == [
        *("seen", "in_zone", "footprint", "group", "dwell", "coverage", "queue", "schedule", "view", "opened")
    ]
    assert one.situation is not None
    assert one.gates[-1].reason.text == f"told as {one.situation}"


def test_what_drove_off_says_how_long_it_stood_and_why_it_ended(told: tuple[Path, Explained]) -> None:
    one = at(told[1], SHORT)
    assert one.outcome == "stopped"
    assert (states(one)["dwell"], states(one)["coverage"]) == ("stopped", "not_reached")
    dwell = next(gate for gate in one.gates if gate.gate == "dwell")
    assert dwell.reason.values == {"stood_s": pytest.approx(39.5, abs=0.6), "dwell_s": 60.0}
    assert one.gates[-1].reason.text.startswith("it went before that: the place was empty")


def test_what_hardly_reaches_in_and_what_a_rule_is_not_about(told: tuple[Path, Explained]) -> None:
    assert states(at(told[1], EDGE))["footprint"] == "stopped"
    share = next(gate.reason.values for gate in at(told[1], EDGE).gates if gate.gate == "footprint")
    assert share == {"share": pytest.approx(0.375, abs=0.01), "needed": 0.5}
    assert states(at(told[1], CYCLE))["group"] == "stopped"
    assert at(told[1], CYCLE).label == "bicycle"


def test_what_stands_out_of_hours_waits(told: tuple[Path, Explained]) -> None:
    one = at(told[1], AWAY)
    assert (one.outcome, one.zone) == ("waiting", "night")
    assert states(one)["dwell"] == "waiting"  # only seconds within the hours count
    (schedule,) = [gate for gate in one.gates if gate.gate == "schedule"]
    assert (schedule.state, schedule.reason.code) == ("not_reached", "outside_hours")


def test_times_without_trust_and_without_looks_are_told(told: tuple[Path, Explained]) -> None:
    (stretch,) = told[1].stretches
    assert stretch.reason.code == "view_not_trusted"
    assert stretch.since.timestamp() == UTC_MINUS_T + 70.0
    configuration = configured(told[0], ZONES)
    now = Tryable(NOW, configuration.settings.sources[0], configuration.sha256)
    walk = Shelf(told[0] / "past").walk
    later = explained(told[0] / "journal", now, UTC_MINUS_T + 500.0, UTC_MINUS_T + 900.0, walk)
    assert [one.reason.code for one in later.stretches] == ["no_journal"]
    assert not later.candidates


def test_what_lies_in_no_zone_is_told_too(tmp_path: Path) -> None:
    found = asked(tmp_path, [], street())
    assert {one.zone for one in found.candidates} == {None}
    assert len(found.candidates) == 5
    assert [gate.gate for gate in found.candidates[0].gates] == ["seen", "in_zone"]
    assert found.candidates[0].gates[1].reason.code == "outside_zones"


def test_every_gate_of_every_kind_of_rule_is_known(tmp_path: Path) -> None:
    rules = [
        {"kind": "left", "incident": "exposed_garbage", "dwell": "20s"},
        {"kind": "cluster", "incident": "unlicensed_stall", "dwell": "600s"},
    ]
    zone = {"id": "all", "polygon": [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]], "rules": rules}

    def stall() -> Iterator[Observation]:
        for n in range(120):
            shown = STALL if n > 50 else ()
            yield look(float(n), *shown, regions=heaps(float(n)))

    found = asked(tmp_path, [zone], stall())
    by_rule = {one.rule: one for one in found.candidates if one.rule}
    assert {gate.gate for one in by_rule.values() for gate in one.gates} <= set(GATES)
    ripening = by_rule["cluster-unlicensed_stall"]
    assert (ripening.outcome, states(ripening)["dwell"]) == ("waiting", "waiting")
    assert {one.outcome for one in found.candidates if one.rule == "left-exposed_garbage"} == {"opened"}


def test_a_film_is_thinned_and_names_places(told: tuple[Path, Explained]) -> None:
    walk = Shelf(told[0] / "past").walk
    looks, _ = filmed(told[0] / "journal", "cam", UTC_MINUS_T, UTC_MINUS_T + 120.0, walk, 100)
    assert len(looks) == 100
    assert (looks[0].at.timestamp(), looks[-1].at.timestamp()) == (UTC_MINUS_T, UTC_MINUS_T + 119.5)
    names = {thing.place for one in looks for thing in one.things}
    assert at(told[1], LONG).place in names
    assert any(not one.trusted for one in looks)
