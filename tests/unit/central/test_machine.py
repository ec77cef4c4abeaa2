"""The closed loop as a table, and what becomes of a ticket by itself."""

import pytest

from central.casework.machine import (
    DONE,
    MAIN_LINE,
    OPEN,
    STATES,
    TABLE,
    IllegalAction,
    allowed,
    diagram,
    step,
    unfit,
)
from central.store.schema import STILL_OPEN
from central.tickets import Standing, after
from tests.conftest import ROOT

LINE = ("accept", "dispatch", "take", "feed_back", "verify", "close", "evaluate")


def test_the_main_line_leads_from_the_report_to_the_evaluation() -> None:
    state = MAIN_LINE[0]
    for action, wanted in zip(LINE, MAIN_LINE[1:], strict=True):
        state = step(state, action).state  # type: ignore[arg-type]
        assert state == wanted


def test_every_state_can_be_reached_and_every_action_has_a_row() -> None:
    reached = {"reported"} | {rule.to for rule in TABLE.values()}
    assert set(STATES) <= reached
    assert {state for rule in TABLE.values() for state in rule.of} <= set(STATES)
    assert set(OPEN).isdisjoint(DONE)


def test_what_is_not_allowed_names_what_is() -> None:
    with pytest.raises(IllegalAction, match="verify is not allowed in the state reported; allowed: accept, "):
        step("reported", "verify")
    with pytest.raises(IllegalAction, match="allowed: nothing"):
        step("merged", "accept")
    assert allowed("fed_back") == ["verify", "rework", "escalate", "reject", "merge"]


def test_held_tickets_go_back_to_where_they_were() -> None:
    assert step("dispatched", "defer").state == "deferred"
    assert step("deferred", "resume", before="dispatched").state == "dispatched"
    assert step("handling", "extend").state == "handling"
    assert step("handling", "extend").counts == "extensions"


def test_who_handles_never_verifies() -> None:
    assert unfit("verify", "li", {"li"}) is not None
    assert unfit("rework", "li", {"li"}) is not None
    assert unfit("verify", "wang", {"li"}) is None
    assert unfit("feed_back", "li", {"li"}) is None


def test_the_database_s_words_for_open_are_those_of_the_table() -> None:
    assert str(STILL_OPEN) == f"state NOT IN ({', '.join(repr(state) for state in DONE_AS_WRITTEN)})"
    assert set(DONE_AS_WRITTEN) == set(DONE)


DONE_AS_WRITTEN = ("closed", "evaluated", "merged", "false_alarm", "withdrawn", "self_cleared")


def test_the_diagram_has_every_way() -> None:
    drawn = diagram()
    assert "reported --> accepted: accept" in drawn
    assert all(f": {action}" in drawn for action, rule in TABLE.items() if rule.to is not None)


@pytest.mark.parametrize("state", ["reported", "accepted", "dispatched", "deferred"])
def test_what_goes_by_itself_comes_back_to_where_it_was(state: str) -> None:
    gone = after(Standing(state), "clear")  # type: ignore[arg-type]
    assert gone == Standing("self_cleared", state)  # type: ignore[arg-type]
    assert after(gone, "clear") == gone
    assert after(gone, "present") == Standing(state)  # type: ignore[arg-type]


@pytest.mark.parametrize("state", ["handling", "fed_back", "verified", "closed", "merged", "false_alarm"])
def test_what_people_are_at_does_not_go_by_itself(state: str) -> None:
    for scene in ("clear", "present"):
        assert after(Standing(state), scene) == Standing(state)  # type: ignore[arg-type]


def test_the_docs_show_the_diagram_and_every_action() -> None:
    docs = (ROOT / "docs" / "casework.md").read_text(encoding="utf-8")
    assert f"```mermaid\n{diagram()}\n```" in docs
    assert [action for action in TABLE if f"`{action}`" not in docs] == []
