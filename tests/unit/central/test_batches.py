"""Batches: whatever is taken together, it comes to the same as one by one. On SQLite and PostgreSQL alike."""

import random
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg import sql
from sqlalchemy import Connection, delete, select, text, update

from broker.events import AnyEvent
from broker.messages import NodeState
from broker.topics import Address
from central.casework.facts import Facts
from central.letters import Refusal, Refused, Told, Word, refusal
from central.store import database, queries
from central.store.database import Store, StoreRefuses, sqlite_url, take_turn
from central.store.delivery_tables import epochs
from central.store.fingerprint import ticket_state_hash
from central.store.migrate import migrate
from central.store.receipts import marked, owed
from central.store.schema import METADATA, inbox, nodes, quarantine, receipts, ticket_log, tickets
from central.store.seating import Terms
from central.store.taking import take, taken_in
from central.store.turning import Turned
from central.store.working import facts_of
from tests.centre import until
from tests.unit.central import sequences
from tests.unit.central.makers import NODE, event, evidence, health, letter, take_event
from tests.unit.central.retained import CELL, PLACED, somewhere
from tests.unit.central.test_looks import judged, passes

OTHER = Address("131002", "yard-8")
STORIES: Sequence[AnyEvent] = [
    made
    for node, subject in product((NODE, OTHER), ("sit-1", "sit-2"))
    for made in (
        event("opened", 0, subject=subject, node=node, evidence=[evidence(subject.encode())]),
        event("updated", 1, subject=subject, node=node, severity="high"),
        event("updated", 2, subject=subject, node=node, place="市场 · 后门"),
        event("cleared", 3, subject=subject, node=node, evidence=[evidence(b"b", "after")]),
    )
] + [health("raised", 1), health("cleared", 3), health("raised", 2)]
GONE = ("inbox", "evidence_links", "situations", "ticket_log", "tickets", "receipts", "conditions", "nodes")


def told(each: AnyEvent) -> Told:
    """The event in its letter."""
    node = OTHER if each.source == OTHER.source else NODE
    return Told(letter(each.encode(), node=node), each)


def rows(store: Store, table: Any) -> list[Any]:
    """Everything in a table."""
    with store.read() as connection:
        return list(connection.execute(select(table)).all())


@contextmanager
def fresh(store: Store) -> Iterator[Store]:
    """The store as it was made."""
    with store.write() as connection:
        for name in GONE:
            connection.execute(delete(METADATA.tables[name]))
    yield store


@pytest.fixture(scope="module")
def wanted(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the stories come to, one by one and in order."""
    store = Store(sqlite_url(tmp_path_factory.mktemp("wanted") / "central.db"))
    migrate(store)
    for each in STORIES:
        take_event(store, told(each).letter, each)
    found = ticket_state_hash(store)
    store.close()
    return found


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One store for many examples."""
    store = Store(sqlite_url(tmp_path_factory.mktemp("many") / "central.db"))
    migrate(store)
    yield store
    store.close()


def cut(items: Sequence[Any], cuts: Sequence[int]) -> list[Sequence[Any]]:
    """The items in pieces."""
    edges = sorted({0, len(items), *(c % (len(items) + 1) for c in cuts)})
    return [items[a:b] for a, b in pairwise(edges)]


@settings(max_examples=40, deadline=None)
@given(
    order=st.permutations(range(len(STORIES))),
    again=st.lists(st.sampled_from(range(len(STORIES))), max_size=8),
    cuts=st.lists(st.integers(0, 30), max_size=6),
)
def test_any_order_repetition_and_cutting_gives_the_same_tickets(
    many: Store, wanted: str, order: list[int], again: list[int], cuts: list[int]
) -> None:
    items = [told(STORIES[n]) for n in (*order, *again)]
    with fresh(many) as store:
        for piece in cut(items, cuts):
            take(store, piece)
        assert ticket_state_hash(store) == wanted
        assert len(rows(store, inbox)) == len(rows(store, ticket_log)) == len(STORIES)
        assert sum(row.deliveries for row in rows(store, inbox)) == len(items)
        assert queries.known_nodes(store)[1] == []


def test_workers_side_by_side_come_to_the_same(store: Store, wanted: str) -> None:
    """Three at once, each with everything, in its own order and its own batches."""

    def work(seed: int) -> None:
        chance = random.Random(seed)  # noqa: S311
        items = [told(each) for each in STORIES]
        chance.shuffle(items)
        for piece in cut(items, [chance.randrange(30) for _ in range(5)]):
            take(store, piece)

    with ThreadPoolExecutor(3) as pool:
        for done in [pool.submit(work, seed) for seed in range(3)]:
            done.result()
    assert ticket_state_hash(store) == wanted
    assert {row.deliveries for row in rows(store, inbox)} == {3}


def test_the_hash_tells_other_tickets_apart(store: Store, wanted: str) -> None:
    take(store, [told(each) for each in STORIES[1:]])
    assert ticket_state_hash(store) != wanted
    take(store, [told(STORIES[0])])
    assert ticket_state_hash(store) == wanted


def test_a_batch_answers_each_letter_in_its_order(store: Store) -> None:
    opened, cleared, other = event("opened", 0), event("cleared", 3), event("opened", 0, severity="high")
    strange = Refused(letter(b"{}"), Refusal("not_understood", "why", "odd-1"))
    word = Word(letter(b"..."), "state", NodeState(online=True, epoch="boot-1", highest=3))
    taken = take(store, [told(cleared), strange, told(opened), word, told(opened), told(other)])
    effects = [outcome.effect for outcome in taken.outcomes]
    assert effects == ["early", "quarantined", "opened", "said", "duplicate", "quarantined"]
    assert [outcome.number for outcome in taken.outcomes] == [None, None, 1, None, None, None]
    assert taken.outcomes[2].state == "self_cleared"
    assert [each.receipt.id for each in taken.fresh] == [cleared.id, opened.id]
    assert [each.receipt.ticket for each in taken.fresh] == [None, "T-000001"]
    assert taken.more_owed
    assert [row.effect for row in rows(store, ticket_log)] == ["early", "opened"]
    assert [row.code for row in rows(store, quarantine)] == ["not_understood", "id_reused"]
    assert [row.deliveries for row in rows(store, inbox)] == [1, 2]
    assert {(each.receipt.id, each.receipt.status) for each in owed(store, at_most=9)} == {
        (cleared.id, "committed"),
        (opened.id, "committed"),
        (opened.id, "rejected"),
        ("odd-1", "rejected"),
    }


def test_what_is_handed_on_of_new_tickets_is_what_is_written_down(store: Store) -> None:
    found: list[tuple[Facts | None, Facts]] = []

    def follow(connection: Connection, turned: Mapping[int, Turned], _at: Any) -> None:
        for number, each in turned.items():
            row = connection.execute(select(tickets).where(tickets.c.number == number)).one()
            found.append((each.facts, facts_of(row)))

    placed = event("opened", 0, location=somewhere(), severity="high", node=OTHER)
    over = [event("cleared", 3, subject="sit-2"), event("opened", 0, subject="sit-2")]
    terms = Terms(place=PLACED.place, follow=follow)
    take(store, [told(placed), *map(told, over)], terms=terms)
    assert [known for known, _ in found] == [written for _, written in found]
    assert [written.state for _, written in found] == ["self_cleared", "reported"]
    assert {written.cell for _, written in found} == {None, CELL}


def test_what_was_sent_is_marked_with_the_next_batch(store: Store) -> None:
    first = take(store, [told(event("opened", 0))])
    take(store, [told(event("updated", 1))], sent=first.fresh)
    assert [each.receipt.id for each in owed(store, at_most=9)] == [event("updated", 1).id]
    again = take(store, [told(event("opened", 0))], sent=first.fresh)  # sent, and asked for once more
    assert again.more_owed
    assert len(owed(store, at_most=9)) == 2
    marked(store, owed(store, at_most=9))
    assert owed(store, at_most=9) == []


def test_a_receipt_that_was_overruled_meanwhile_is_still_to_be_sent(store: Store) -> None:
    refused = refusal(told(STORIES[0]).letter, "unknown_type", "not known to this version")
    take(store, [Refused(told(STORIES[0]).letter, refused)])
    sent = owed(store, at_most=9)  # and before it is marked, another worker takes the event after all
    take(store, [told(STORIES[0])])
    marked(store, sent)
    assert [each.receipt.status for each in owed(store, at_most=9)] == ["committed"]


def test_a_reason_that_may_not_be_written_any_more_holds_up_no_receipt(sqlite_store: Store) -> None:
    take(
        sqlite_store,
        [Refused(each.letter, Refusal("odd", "why", each.event.id)) for each in map(told, STORIES[:2])],
    )
    with sqlite_store.write() as connection:
        first = receipts.c.event == STORIES[0].id
        connection.execute(update(receipts).where(first).values(reason="an address: 00-11-22-33-44-55"))
    assert {(each.receipt.id, each.receipt.reason) for each in owed(sqlite_store, at_most=9)} == {
        (STORIES[0].id, None),
        (STORIES[1].id, "why"),
    }


def test_a_batch_that_is_refused_leaves_nothing(store: Store) -> None:
    huge = event("opened", 0, subject="sit-2")
    object.__setattr__(huge.data, "revision", 2**70)
    word = Word(letter(b"..."), "state", NodeState(online=True))
    with pytest.raises(StoreRefuses):
        take(store, [told(event("opened", 0)), word, told(huge)])
    for table in (inbox, tickets, ticket_log, receipts, nodes):
        assert rows(store, table) == []


def test_who_is_doubted_gets_no_answer_and_accounts_for_nothing(store: Store) -> None:
    take(store, [told(event("opened", 0))])
    body = letter(event("updated", 1).encode())
    doubted = Refused(body, Refusal("bad_signature", "signed by nobody", None), doubted=True)
    take(store, [doubted])
    assert [row.code for row in rows(store, quarantine)] == ["bad_signature"]
    assert rows(store, METADATA.tables["refused"]) == []
    assert len(rows(store, receipts)) == 1
    take(store, [Refused(body, Refusal("not_processed", "KeyError", event("updated", 1).id))])
    assert [row.sequence for row in rows(store, METADATA.tables["refused"])] == [1]


def test_of_many_words_the_last_stands(store: Store, tmp_path: Path) -> None:
    words = [
        Word(letter(b"."), "state", NodeState(online=n % 2 == 0, epoch="b", highest=n)) for n in range(6)
    ]
    take(store, [*words, Word(letter(b".", node=OTHER), "state", NodeState(online=True))])
    said = {row.node: row.state for row in rows(store, nodes)}
    assert said == {NODE.source: words[-1].message.encode().decode(), OTHER.source: '{"online":true}'}


def test_who_waited_for_its_turn_sees_what_was_taken_meanwhile(postgres_url: str) -> None:
    """Also where the database's default is that a transaction sees what was there when it began."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        name = sql.Identifier(connection.info.dbname)
        way = sql.SQL("ALTER DATABASE {} SET default_transaction_isolation = 'repeatable read'")
        connection.execute(way.format(name))
    store = Store(postgres_url)
    migrate(store)
    with ThreadPoolExecutor(1) as other, store.write() as connection:
        take_turn(connection)
        waiting = other.submit(take, store, [told(STORIES[0])])
        until(lambda: connection.scalar(text("SELECT COUNT(*) FROM pg_locks WHERE NOT granted")))
        taken_in(connection, [told(STORIES[0])])
        connection.commit()
        assert waiting.result().outcomes[0].effect == "duplicate"
    store.close()


def test_a_turn_that_was_abandoned_ends(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A host that dies without a word leaves its transaction open at the server."""
    monkeypatch.setattr(database, "ABANDONED_MS", 1500)
    store = Store(postgres_url)
    migrate(store)
    with store.engine.connect() as dead:
        take_turn(dead)
        assert take(store, [told(STORIES[0])]).outcomes[0].effect == "opened"
        dead.invalidate()
    store.close()


def test_a_judgement_and_an_ingest_do_not_wait_for_each_other(postgres_url: str) -> None:
    """Each writes down several epochs; the ingest may come to them in another order."""
    store = Store(postgres_url)
    migrate(store)
    sequences.take(store, "boot-1", range(3))
    sequences.take(store, "boot-2", range(3))
    passes(store, 2)
    for name in ("boot-1", "boot-2"):
        sequences.lose(store, name, [1])
    sequences.tell(store, sequences.digest_of([("boot-1", 0, 2), ("boot-2", 0, 2)]))
    with ThreadPoolExecutor(1) as other, store.write() as connection:
        take_turn(connection)
        for name in ("boot-2", "boot-1"):
            connection.execute(update(epochs).where(epochs.c.epoch == name).values(news=9))
            if name == "boot-2":
                settled = other.submit(judged, store)
                until(lambda: connection.scalar(text("SELECT COUNT(*) FROM pg_locks WHERE NOT granted")))
        connection.commit()
        assert settled.result().state == "missing"
    store.close()
