"""The store: one transaction a message, on SQLite and PostgreSQL alike."""

import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import islice, permutations
from typing import Any

import pytest
from sqlalchemy import Table, func, insert, select, text

from broker.messages import Receipt
from broker.topics import Address
from central.letters import refusal
from central.store import queries, schema
from central.store.aside import quarantined
from central.store.database import Store, StoreAway, StoreRefuses, sqlite_url
from central.store.outcome import Outcome
from central.store.receipts import marked, owed
from central.store.schema import inbox, quarantine, receipts, ticket_log, tickets
from tests.databases import new_sqlite
from tests.unit.central.makers import NODE, Event, at, event, evidence, letter, take_event

STORY = [event("opened", 0), event("updated", 1), event("updated", 2), event("cleared", 3)]


def take(store: Store, *events: Any) -> list[Outcome]:
    return [take_event(store, letter(each.encode()), each) for each in events]


def rows(store: Store, table: Any) -> list[Any]:
    with store.read() as connection:
        return list(connection.execute(select(table)).all())


def receipts_of(store: Store) -> list[Receipt]:
    """What is still to be sent to the node."""
    return [each.receipt for each in owed(store, at_most=10) if each.node == NODE.source]


def shown(store: Store) -> list[Any]:
    """Tickets as they are, without the number and the hour that the centre gave them."""
    page = queries.list_tickets(store, queries.Wanted(), limit=100)
    return sorted(
        (t.id, t.state, t.opened_at, t.cleared_at, t.incident.encode(), t.pictures) for t in page.tickets
    )


def test_one_event_makes_everything_at_once(store: Store) -> None:
    (outcome,) = take(store, STORY[0])
    assert (outcome.effect, outcome.number, outcome.state) == ("opened", 1, "reported")
    assert [r.id for r in rows(store, inbox)] == [STORY[0].id]
    assert [(r.ticket, r.effect, r.reason["code"]) for r in rows(store, ticket_log)] == [
        (1, "opened", "confirmed")
    ]
    assert receipts_of(store) == [
        Receipt(
            id=STORY[0].id, status="committed", sha256=letter(STORY[0].encode()).sha256, ticket="T-000001"
        )
    ]


def test_what_is_stored_reads_back_as_it_was(store: Store) -> None:
    story = event("opened", 0, place="市场 · 后门", evidence=[evidence(b"a")])
    take(store, story)
    ticket = queries.find_ticket(store, "T-000001")
    assert ticket is not None
    assert ticket.incident == story.data
    assert queries.find_ticket(store, ticket.id) == ticket
    assert ticket.opened_at == story.time
    assert queries.find_ticket(store, "T-000002") is None
    assert queries.find_ticket(store, "T-nonsense") is None


def test_a_field_of_tomorrow_is_not_kept(store: Store) -> None:
    body = STORY[0].encode()[:-1] + b',"driver":"somebody"}'
    take_event(store, letter(body), STORY[0])
    assert "somebody" not in rows(store, inbox)[0].body


def test_a_repetition_changes_nothing_and_sends_the_same_receipt_again(store: Store) -> None:
    take(store, STORY[0])
    first = owed(store, at_most=10)
    marked(store, first)
    assert owed(store, at_most=10) == []
    (again,) = take(store, STORY[0])
    assert again.effect == "duplicate"
    assert owed(store, at_most=10) == first
    assert [r.deliveries for r in rows(store, inbox)] == [2]
    assert len(rows(store, tickets)) == len(rows(store, ticket_log)) == 1


def test_one_id_with_two_contents_is_quarantined(store: Store) -> None:
    other = event("opened", 0, severity="high")
    outcomes = take(store, STORY[0], other)
    assert outcomes[1].effect == "quarantined"
    assert outcomes[1].reason.code == "id_reused"
    (kept,) = rows(store, quarantine)
    assert (kept.code, kept.raw) == ("id_reused", other.encode())
    receipts_now = receipts_of(store)
    assert {(r.sha256, r.status) for r in receipts_now} == {
        (letter(STORY[0].encode()).sha256, "committed"),
        (letter(other.encode()).sha256, "rejected"),
    }
    assert queries.list_tickets(store, queries.Wanted(), limit=9).tickets[0].incident == STORY[0].data


def test_what_was_refused_and_is_taken_later_is_not_called_refused(store: Store) -> None:
    body = letter(STORY[0].encode())
    quarantined(store, body, refusal(body, "unknown_type", "not known to this version"))
    assert [r.status for r in receipts_of(store)] == ["rejected"]
    take(store, STORY[0], STORY[0])  # by a later version, since the node did not hear of the refusal
    wanted = Receipt(id=STORY[0].id, status="committed", sha256=body.sha256, ticket="T-000001")
    assert receipts_of(store) == [wanted]
    quarantined(store, body, refusal(body, "unknown_type", "an earlier version beside it does not know it"))
    assert receipts_of(store) == [wanted]


def test_two_nodes_may_use_one_id_and_one_subject(store: Store) -> None:
    other = Address("131002", "yard-8")
    second = event("opened", 0, node=other, severity="high")
    take(store, STORY[0])
    take_event(store, letter(second.encode(), node=other), second)
    assert len(rows(store, tickets)) == 2


def test_any_order_with_repetitions_gives_the_same_tickets(sqlite_store: Store, tmp_path: Any) -> None:

    first = event("opened", 0, evidence=[evidence(b"a")])
    last = event("cleared", 3, evidence=[evidence(b"b", "after")])
    story: list[Event] = [first, *STORY[1:3], last, event("opened", 0, subject="sit-2")]
    take(sqlite_store, *story)
    wanted = shown(sqlite_store)
    assert len(wanted) == 2
    for number, order in enumerate(islice(permutations(story), 0, 120, 7)):
        store = Store(sqlite_url(new_sqlite(tmp_path / f"{number}.db")))
        take(store, *order, *order[::-1])
        assert shown(store) == wanted
        store.close()


def test_two_open_tickets_with_one_key_cannot_be(store: Store) -> None:
    take(store, STORY[0])
    row = rows(store, tickets)[0]._asdict() | {"number": 77, "id": "t-other"}
    with pytest.raises(StoreRefuses), store.write() as connection:
        connection.execute(insert(tickets).values(row))
    with store.write() as connection:  # once it is cleared there may be another
        connection.execute(insert(tickets).values(row | {"state": "self_cleared"}))


def test_workers_side_by_side_agree(store: Store) -> None:
    """Eight threads take the same story in different orders at once."""
    orders = list(islice(permutations(STORY), 0, 24, 3))
    gate = threading.Barrier(len(orders))

    def work(order: tuple[Event, ...]) -> None:
        gate.wait()
        take(store, *order)

    with ThreadPoolExecutor(len(orders)) as pool:
        for done in [pool.submit(work, order) for order in orders]:
            done.result()
    (ticket,) = queries.list_tickets(store, queries.Wanted(), limit=9).tickets
    assert (ticket.state, ticket.scene) == ("self_cleared", "clear")
    assert len(rows(store, inbox)) == 4
    assert [change.seq for change in queries.changes_after(store, 0)] == sorted(
        change.seq for change in queries.changes_after(store, 0)
    )


def test_a_fault_in_the_middle_leaves_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The receipt is the last thing written; when it fails the event was never taken."""

    def fails(*_: Any) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr("central.store.taking.owe_all", fails)
    with pytest.raises(RuntimeError):
        take(store, STORY[0])
    assert [len(rows(store, table)) for table in (inbox, tickets, ticket_log, receipts)] == [0, 0, 0, 0]


def test_a_number_too_large_for_the_database_is_the_events_trouble(store: Store) -> None:
    huge = event("opened", 0)
    object.__setattr__(huge.data, "revision", 2**70)
    with pytest.raises(StoreRefuses):
        take(store, huge)
    assert rows(store, inbox) == []


def test_pages_filters_and_counts(store: Store) -> None:
    for number in range(7):
        kind = "bin_full" if number % 2 else "illegal_parking"
        take(store, event("opened", 0, subject=f"sit-{number}", kind=kind))
    take(store, event("cleared", 1, subject="sit-0"))
    done = queries.list_tickets(store, queries.Wanted(open=False), limit=4)
    assert [(t.number, t.scene) for t in done.tickets] == [(1, "clear")]
    assert queries.list_tickets(store, queries.Wanted(scene="clear"), limit=4) == done
    page = queries.list_tickets(store, queries.Wanted(open=True), limit=4)
    assert [t.number for t in page.tickets] == [7, 6, 5, 4]
    rest = queries.list_tickets(store, queries.Wanted(open=True), limit=4, before=page.before)
    assert ([t.number for t in rest.tickets], rest.before) == ([3, 2], None)
    bins = queries.list_tickets(store, queries.Wanted(kind="bin_full", node=NODE.source), limit=9)
    assert len(bins.tickets) == 3
    assert queries.list_tickets(store, queries.Wanted(source="other"), limit=9).tickets == []
    assert queries.counts(store)["tickets"] == {"reported": 6, "self_cleared": 1}


def test_the_log_of_a_ticket_has_what_came_before_it(store: Store) -> None:
    take(store, STORY[3], STORY[0])
    assert [line.effect for line in queries.log_of(store, 1)] == ["early", "opened"]
    assert [row.id for row in queries.events_of(store, 1)] == [STORY[0].id, STORY[3].id]


def test_durability_is_what_delivery_rests_on(sqlite_store: Store) -> None:
    with sqlite_store.write() as connection:
        found = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_away_and_refuses_are_told_apart(tmp_path: Any, store: Store) -> None:
    nowhere = Store(sqlite_url(tmp_path / "no" / "such" / "folder.db"))
    with pytest.raises(StoreAway, match="unable to open"), nowhere.write():
        pass
    nowhere.close()
    unreachable = Store("postgresql://postgres@127.0.0.1:1/gewu")
    with pytest.raises(StoreAway, match=r"(?i)connection"), unreachable.read():
        pass
    unreachable.close()
    with pytest.raises(StoreAway), store.write() as connection:
        connection.execute(text("SELECT * FROM no_such_table"))


def test_an_instant_without_a_zone_is_refused(store: Store) -> None:
    naive = at(0).replace(tzinfo=None)
    with pytest.raises(StoreAway, match="without a zone"), store.read() as connection:
        connection.execute(select(func.count()).where(inbox.c.time == naive))


def test_every_table_is_used() -> None:
    """A table that nothing writes would be a table that nothing tests. Other parts test their own."""
    assert {each.name for each in vars(schema).values() if isinstance(each, Table)} == {
        "inbox",
        "tickets",
        "situations",
        "ticket_log",
        "receipts",
        "quarantine",
        "evidence",
        "evidence_links",
        "nodes",
        "conditions",
    }
