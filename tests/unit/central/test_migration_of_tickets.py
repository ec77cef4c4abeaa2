"""Tickets of before correlation are still there after it, and go on."""

from datetime import datetime, timezone
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import MetaData, Table, insert

from central.letters import Told
from central.store import queries
from central.store.database import Store
from central.store.migrate import SCRIPTS, migrate
from central.store.taking import take
from tests.unit.central.makers import NODE, Event, at, event, letter

BOX = (0.1, 0.1, 0.3, 0.3)


@pytest.fixture
def old(empty_store: Store) -> Store:
    """A database of the version before, with a ticket that stands and one that was cleared."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    with empty_store.write() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "v0006")
        tables = MetaData()
        tickets = Table("tickets", tables, autoload_with=connection)
        situations = Table("situations", tables, autoload_with=connection)
        for number, story in enumerate(([("opened", 0)], [("opened", 0), ("cleared", 1)]), 1):
            subject = f"sit-{number}"
            told = [event(phase, n, subject=subject, box=BOX) for phase, n in story]
            connection.execute(insert(tickets).values(ticket_row(number, told)))
            connection.execute(insert(situations).values(situation_row(number, told)))
    return empty_store


def ticket_row(number: int, told: list[Event]) -> dict[str, Any]:
    cleared = told[-1].time if len(told) > 1 else None
    row = {"number": number, "id": f"t-{number}", "open_key": f"{NODE.source}#sit-{number}"}
    row |= {"state": "cleared" if cleared else "open", "kind": "illegal_parking", "node": NODE.source}
    return row | {"source": "cam-1", "opened_at": told[0].time, "cleared_at": cleared, "created": at(100)}


def situation_row(number: int, told: list[Event]) -> dict[str, Any]:
    row: dict[str, Any] = {"source": NODE.source, "subject": f"sit-{number}", "ticket": number}
    row["incident"] = told[-1].data.encode().decode()
    marks = {"newest": told[-1], "opened": told[0]} | ({"cleared": told[-1]} if len(told) > 1 else {})
    for name, each in marks.items():
        row |= {f"{name}_revision": each.data.revision, f"{name}_rank": 0, f"{name}_id": each.id}
        row[f"{name}_at"] = each.time
    return row


def test_old_tickets_are_told_in_the_new_words(old: Store) -> None:
    migrate(old)
    cleared, stands = queries.list_tickets(old, queries.Wanted(), limit=9).tickets
    assert (stands.number, stands.state, stands.scene, stands.subject) == (1, "reported", "present", "sit-1")
    assert (cleared.number, cleared.state, cleared.scene) == (2, "self_cleared", "clear")
    assert cleared.cleared_at == datetime(2026, 3, 1, 8, 0, 15, tzinfo=timezone.utc)
    (member,) = queries.members_of(old, 2, most=9)
    assert (member.eye, member.origin) == (f"{NODE.source} cam-1", "camera")


def test_old_tickets_came_into_their_state_when_they_were_made_or_seen_clear(old: Store) -> None:
    migrate(old)
    cleared, stands = queries.list_tickets(old, queries.Wanted(), limit=9).tickets
    assert (stands.facts.entered_at, cleared.facts.entered_at) == (at(100), cleared.cleared_at)
    for ticket in (cleared, stands):
        assert (ticket.facts.level, ticket.facts.department, ticket.facts.dispatches) == ("grid", None, 0)


def test_old_tickets_go_on(old: Store) -> None:
    """What clears is cleared, and what comes back at the same place joins the old ticket."""
    migrate(old)
    again = event("opened", 0, subject="sit-3", box=BOX, since=at(60), last_seen=at(70))
    for each in (event("cleared", 1, subject="sit-1", box=BOX), again):
        take(old, [Told(letter(each.encode()), each)])
    found = {ticket.number: ticket for ticket in queries.list_tickets(old, queries.Wanted(), limit=9).tickets}
    assert sorted(found) == [1, 2]
    assert [found[number].state for number in (1, 2)] == ["reported", "self_cleared"]
    assert found[1].situations == 2
