"""The same with everything that is folded into a storm's first ticket."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from central.store.acting import NotDoable, perform
from central.store.acting_below import perform_below
from central.store.database import Store
from central.store.schema import tickets
from tests.unit.central.casework import NOW, STANDARD, asked, do, facts, log, migrated, report, store
from tests.unit.central.desk import Desk

__all__ = ["migrated", "store"]
FAR = ((0.4, 0.1, 0.5, 0.3), (0.6, 0.1, 0.7, 0.3), (0.8, 0.1, 0.9, 0.3))


@pytest.fixture
def storm(store: Store) -> Store:
    """The ticket 1, with 2, 3 and 4 below it."""
    for n, box in enumerate(FAR, 2):
        report(store, f"sit-{n}", box=box)
    below(store, 2, 3, 4)
    return store


def below(store: Store, *numbers: int) -> None:
    with store.write() as connection:
        connection.execute(update(tickets).where(tickets.c.number.in_(numbers)).values(parent=1))


def states(store: Store) -> list[str]:
    return [facts(store, number).state for number in (1, 2, 3, 4)]


def test_each_open_one_below_has_the_same_done_to_it(storm: Store) -> None:
    do(storm, "olga", "accept", 2)
    do(storm, "olga", "withdraw", 4)
    wanted = asked(storm, "olga", "accept")
    perform(storm, STANDARD, wanted, NOW)
    done = perform_below(storm, STANDARD, wanted, NOW)
    assert [(each.number, each.why_not and each.why_not.code) for each in done] == [
        (2, "illegal_action"),
        (3, None),
    ]
    assert states(storm) == ["accepted", "accepted", "accepted", "withdrawn"]
    assert [line.who for line in log(storm, 3) if line.action == "accept"] == ["olga"]


def test_asked_again_under_the_same_request_nothing_is_done_twice(storm: Store) -> None:
    wanted = asked(storm, "olga", "reject")
    perform(storm, STANDARD, wanted, NOW)
    first = perform_below(storm, STANDARD, wanted, NOW)
    assert [each.why_not for each in first] == [None] * 3
    assert perform_below(storm, STANDARD, wanted, NOW) == first
    assert [len([line for line in log(storm, n) if line.action]) for n in (1, 2, 3, 4)] == [1] * 4
    assert states(storm) == ["false_alarm"] * 4


def test_rights_are_of_each_ticket(storm: Store) -> None:
    for number in (1, 2):
        do(storm, "olga", "accept", number)
        do(storm, "olga", "dispatch", number, department="Sanitation" if number == 1 else "Roads")
    dai = replace(asked(storm, "dai", "take"), number=1)
    dai = replace(dai, doer=replace(dai.doer, department="Sanitation"))
    perform(storm, STANDARD, dai, NOW)
    done = perform_below(storm, STANDARD, dai, NOW)
    assert [each.why_not and each.why_not.code for each in done] == [
        "other_department",
        "illegal_action",
        "illegal_action",
    ]


def test_what_is_refused_of_the_first_is_done_to_none(storm: Store) -> None:
    with pytest.raises(NotDoable):
        perform(storm, STANDARD, asked(storm, "olga", "close"), NOW)
    assert states(storm) == ["reported"] * 4


def test_over_http(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    try:
        for n, box in enumerate(FAR, 1):
            report(desk.store, f"sit-{n}", box=box)
        below(desk.store, 2, 3)
        path = "/api/tickets/T-000001/actions"
        body = {"action": "accept", "version": 1, "request": "request-1", "folded": True}
        answer = desk.ask("POST", path, headers=desk.as_role("operator"), json=body)
        assert answer.status_code == 200, answer.text
        folded = [{"ticket": "T-000002", "why_not": None}, {"ticket": "T-000003", "why_not": None}]
        assert answer.json()["folded"] == folded
        merge = {"action": "merge", "version": 2, "request": "request-2", "folded": True, "into": "T-000002"}
        refused = desk.ask("POST", path, headers=desk.as_role("operator"), json=merge)
        assert (refused.status_code, refused.json()["code"]) == (422, "not_together")
    finally:
        desk.close()
