"""Receipts through a real broker: a batch's own at once, what is left over in passing."""

from collections.abc import Iterator

import pytest

from broker.embedded import EmbeddedBroker
from broker.link import Link, LinkSettings
from broker.topics import Address
from central import post
from central.letters import Told
from central.metrics import Metrics
from central.post import Post
from central.store.database import Store
from central.store.receipts import owed
from central.store.taking import take
from tests.centre import Wire, until
from tests.unit.central.makers import NODE, event, letter

OTHER = Address("131002", "yard-8")


def told(n: int, node: Address = NODE) -> Told:
    made = event("opened", 0, subject=f"s-{n}", node=node)
    return Told(letter(made.encode(), node=node), made)


@pytest.fixture
def link(embedded_broker: EmbeddedBroker) -> Iterator[Link]:
    made = Link(LinkSettings(url=embedded_broker.url), client_id="centre")
    made.start()
    assert made.wait(20)
    yield made
    made.stop()


def test_receipts_go_at_once_and_are_marked_with_the_next_batch(
    sqlite_store: Store, embedded_broker: EmbeddedBroker, link: Link
) -> None:
    wires = [Wire(embedded_broker.url, node, name=node.node) for node in (NODE, OTHER)]
    sender = Post(sqlite_store, Metrics())
    sender.send(link, take(sqlite_store, [told(n, node) for n in range(120) for node in (NODE, OTHER)]))
    until(lambda: [len(wire.receipts) for wire in wires] == [120, 120])
    assert len(sender.sent) == len(owed(sqlite_store, at_most=999)) == 240
    sent = sender.sent
    take(sqlite_store, [told(500)], sent=sent)
    sender.were_marked(sent)
    assert sender.sent == ()
    assert [each.receipt.id for each in owed(sqlite_store, at_most=999)] == [told(500).event.id]
    for wire in wires:
        wire.close()


def test_what_was_left_over_is_sent_in_passing_and_marked_when_nothing_comes(
    sqlite_store: Store, embedded_broker: EmbeddedBroker, link: Link, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(post, "RECEIPTS_AT_ONCE", 3)
    wire = Wire(embedded_broker.url, NODE)
    take(sqlite_store, [told(n) for n in range(7)])  # by a worker that died
    sender = Post(sqlite_store, Metrics())
    for _ in range(3):  # never more than three between two batches
        sender.rest(link, idle=False)
    until(lambda: len(wire.receipts) == 7)
    assert len(owed(sqlite_store, at_most=9)) == 1
    sender.rest(link, idle=True)
    assert owed(sqlite_store, at_most=9) == []
    wire.close()


def test_a_repetition_is_answered_from_the_database(
    sqlite_store: Store, embedded_broker: EmbeddedBroker, link: Link
) -> None:
    wire = Wire(embedded_broker.url, NODE)
    sender = Post(sqlite_store, Metrics())
    for _ in range(2):
        sender.send(link, take(sqlite_store, [told(1)], sent=sender.sent))
        sender.rest(link, idle=True)
    until(lambda: len(wire.receipts) == 2)
    assert wire.receipts[0] == wire.receipts[1]
    assert wire.receipts[0].ticket == "T-000001"
    wire.close()


def test_without_a_connection_receipts_stay(sqlite_store: Store, embedded_broker: EmbeddedBroker) -> None:
    alone = Link(LinkSettings(url=embedded_broker.url), client_id="never-started")
    sender = Post(sqlite_store, Metrics())
    sender.send(alone, take(sqlite_store, [told(1)]))
    sender.rest(alone, idle=True)
    assert sender.sent == ()
    assert len(owed(sqlite_store, at_most=9)) == 1
    assert 0 < sender.patience_s <= post.ROUND_S
