"""A filter is a value in both databases, whatever signs it holds, and never a part of the question."""

from contextlib import suppress

import pytest

from central.store import queries
from central.store.database import Store, StoreRefuses
from tests.unit.central.makers import NODE, event, letter, take_event

SIGNS = [
    "'",
    "' OR '1'='1",
    "illegal_parking' --",
    "'; DROP TABLE tickets; --",
    '"; DELETE FROM tickets; --',
    "x' UNION SELECT * FROM accounts --",
    "%",
    "illegal\\_parking",
    "illegal_parkin_",
    "\\x27 OR 1=1",
    ":kind",
    "%(kind)s",
    "?",
    "$1",
    "NULL",
    "\U0010ffff\u202e",
    "a" * 100_000,
]


@pytest.fixture
def stocked(store: Store) -> Store:
    taken = event()
    take_event(store, letter(taken.encode()), taken)
    return store


def test_no_filter_finds_more_than_its_value(stocked: Store) -> None:
    for sign in SIGNS:
        for name in ("kind", "node", "source", "state"):
            page = queries.list_tickets(stocked, queries.Wanted(**{name: sign}), limit=10)
            assert page.tickets == [], (name, sign)
        for wanted in (sign, f"T-{sign}", f"T-000001{sign}"):
            assert queries.find_ticket(stocked, wanted) is None
    everything = queries.list_tickets(stocked, queries.Wanted(node=NODE.source), limit=10)
    assert len(everything.tickets) == 1, "nothing was dropped either"


def test_what_a_database_cannot_hold_is_refused_or_found_nowhere(stocked: Store) -> None:
    for sign in ("\x00", "a\x00b", "\ud800"):
        with suppress(StoreRefuses, UnicodeEncodeError):
            assert queries.list_tickets(stocked, queries.Wanted(kind=sign), limit=10).tickets == []
    for before in (0, -1, 2**31, 2**63 - 1, -(2**63)):
        page = queries.list_tickets(stocked, queries.Wanted(), limit=10, before=before)
        assert len(page.tickets) == (1 if before > 1 else 0)
