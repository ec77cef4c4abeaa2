"""The ingest's own faults: none holds up the others, none loses an event for good."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import select

from broker.embedded import EmbeddedBroker
from broker.link import LinkSettings
from central import ingest
from central.ingest import Doubt, Ingest
from central.letters import Letter, Refusal, Refused, Told
from central.metrics import Metrics
from central.store.database import Store, StoreRefuses
from central.store.delivery_tables import refused
from central.store.schema import inbox, quarantine
from tests.centre import Wire, until
from tests.unit.central.makers import NODE, event

Start = Callable[..., Wire]
FIRST, ODD, GOOD = (
    event(event_id=name, subject=name, sequence=n) for n, name in enumerate(("first", "odd", "good"))
)


@pytest.fixture
def start(sqlite_store: Store, embedded_broker: EmbeddedBroker) -> Iterator[Start]:
    """Start a worker; its node's end of the wire."""
    ends: list[Callable[[], None]] = []

    def started(doubt: Doubt | None = None) -> Wire:
        worker = Ingest(
            sqlite_store,
            LinkSettings(url=embedded_broker.url),
            client_id="worker",
            max_event_bytes=100_000,
            announce=lambda _: None,
            metrics=Metrics(),
            doubt=doubt,
        )
        worker.start()
        wire = Wire(embedded_broker.url, NODE)
        ends.extend((worker.stop, wire.close))
        wire.insist(FIRST.encode(), FIRST.id)  # its subscriptions stand
        return wire

    yield started
    for end in ends:
        end()


def stumbling(monkeypatch: pytest.MonkeyPatch, error: Exception, times: list[int], kind: Any = Told) -> None:
    """`take` raises this for the odd event while there are times left."""
    take = ingest.take

    def stumble(store: Store, items: Any, **more: Any) -> Any:
        if times[0] and any(isinstance(i, kind) and i.letter.body == ODD.encode() for i in items):
            times[0] -= 1
            raise error
        return take(store, items, **more)

    monkeypatch.setattr(ingest, "take", stumble)


def column(store: Store, what: Any) -> list[Any]:
    with store.read() as connection:
        return list(connection.execute(select(what)).scalars())


def test_a_fault_that_passes_costs_no_event(
    sqlite_store: Store, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    stumbling(monkeypatch, KeyError("a fault of ours"), [1])
    wire = start()
    wire.send(ODD.encode())
    until(lambda: column(sqlite_store, quarantine.c.code) == ["not_processed"])
    wire.insist(GOOD.encode(), GOOD.id)  # nothing holds the line
    assert ODD.id not in {each.id for each in wire.receipts}, "the node keeps what it has no receipt for"
    assert column(sqlite_store, refused.c.sequence) == [], "and it counts as missing"
    assert wire.insist(ODD.encode(), ODD.id).status == "committed"


def test_a_fault_that_stays_is_told_in_time(
    sqlite_store: Store, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    stumbling(monkeypatch, KeyError("a fault of ours"), [1000])
    monkeypatch.setattr(ingest, "TRIES", 2)
    wire = start()
    wire.insist(GOOD.encode(), GOOD.id)
    for n in range(2):
        wire.send(ODD.encode())
        until(lambda n=n: column(sqlite_store, quarantine.c.deliveries) == [n + 1])
    assert wire.insist(ODD.encode(), ODD.id).status == "rejected"
    assert column(sqlite_store, refused.c.event) == [ODD.id]


def test_a_machine_short_of_memory_sets_nothing_aside(
    sqlite_store: Store, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    stumbling(monkeypatch, MemoryError(), [1])
    assert start().insist(ODD.encode(), ODD.id).status == "committed"
    assert column(sqlite_store, quarantine.c.code) == []


def test_what_cannot_even_be_set_aside_holds_up_nobody(
    sqlite_store: Store, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    stumbling(monkeypatch, StoreRefuses("never"), [1000], Told | Refused)
    wire = start()
    wire.send(ODD.encode())
    wire.insist(GOOD.encode(), GOOD.id)
    assert column(sqlite_store, quarantine.c.code) == ["not_kept"]
    assert ODD.id not in {each.id for each in wire.receipts}


def test_a_sender_that_cannot_be_judged_holds_up_nobody(sqlite_store: Store, start: Start) -> None:
    def doubt(letter: Letter) -> Refusal | None:
        return {}["nobody"] if letter.body == ODD.encode() else None

    wire = start(doubt)
    wire.send(ODD.encode())
    wire.insist(GOOD.encode(), GOOD.id)
    assert column(sqlite_store, quarantine.c.code) == ["bad_signature"]
    assert column(sqlite_store, inbox.c.id) == [FIRST.id, GOOD.id]
