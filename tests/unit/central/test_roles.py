"""Who may do what: the table, and that the docs show the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.people.roles import (
    ACTIONS,
    NOT_BY_TOKEN,
    ROLES,
    TABLE,
    Action,
    Role,
    allowed,
    page,
    scopes_for,
    scopes_of,
)
from tests.conftest import ROOT

# What changes something. A viewer may none of it but his own account.
CHANGES = {
    "ticket.work",
    "report.make",
    "ticket.report",
    "ticket.dispatch",
    "ticket.handle",
    "ticket.verify",
    "ticket.supervise",
    "ticket.hold",
    "zone.edit",
    "node.enroll",
    "node.revoke",
    "quarantine.replay",
    "user.manage",
    "token.make",
}


def test_the_docs_show_the_table() -> None:
    assert page() in (ROOT / "docs" / "people.md").read_text(encoding="utf-8")


def test_every_action_has_its_row_and_somebody_who_may() -> None:
    assert set(TABLE) == set(ACTIONS)
    assert all(TABLE[action] for action in ACTIONS)
    assert {role for able in TABLE.values() for role in able} == set(ROLES)


def test_a_viewer_changes_nothing() -> None:
    assert {action for action in ACTIONS if allowed("viewer", action).ok} & CHANGES == set()


def test_who_handles_never_verifies() -> None:
    assert [role for role in ROLES if {role} <= TABLE["ticket.handle"] & TABLE["ticket.verify"]] == []


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("action", ACTIONS)
def test_every_decision_says_why(role: Role, action: Action) -> None:
    decision = allowed(role, action)
    assert decision.ok == (role in TABLE[action])
    assert role in decision.reason.text
    assert action in decision.reason.text


@given(st.sampled_from(ROLES), st.sampled_from(ACTIONS), st.frozensets(st.sampled_from(ACTIONS)), st.data())
def test_a_token_never_may_more_than_its_maker(
    role: Role, action: Action, scopes: frozenset[Action], data: st.DataObject
) -> None:
    token = allowed(role, action, scopes).ok
    assert token <= allowed(role, action).ok
    assert token <= (action in scopes)
    assert not (token and action in NOT_BY_TOKEN)
    fitting = scopes_for(role, scopes)
    if isinstance(fitting, list):
        assert set(fitting) == scopes
        later = data.draw(st.sampled_from(ROLES))  # the maker's role may have changed since
        assert all(allowed(later, each, fitting).ok <= allowed(later, each).ok for each in ACTIONS)
    else:
        assert not scopes or not scopes <= set(scopes_of(role))
