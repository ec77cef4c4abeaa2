"""The thread that looks for gaps: it outlives whatever fails, and asks only what it can send."""

import logging
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import update

from broker.embedded import EmbeddedBroker
from broker.fields import read
from broker.link import Delivery, Link, LinkSettings
from broker.messages import Resend
from central import reconcile
from central.gaps import Found, Pace
from central.metrics import Metrics
from central.reconcile import Reconciler
from central.store.database import Store, sqlite_url
from central.store.delivery_tables import digests, epochs
from central.store.looks import Due, due_epochs, found
from central.store.migrate import migrate
from tests.centre import until
from tests.unit.central.makers import NODE
from tests.unit.central.sequences import digest_of, take, tell
from tests.unit.central.test_store import rows

SOON = Pace(0.2, 0.4)


class Node:
    """Hears what it is asked."""

    def __init__(self, url: str) -> None:
        self.asked: list[Resend] = []
        self._lock = threading.Lock()
        self.link = Link(LinkSettings(url=url), client_id="node", on_message=self._take)
        self.link.subscribe(NODE.topic("command"))
        self.link.start()

    def _take(self, delivery: Delivery) -> None:
        with self._lock:
            self.asked.append(read(Resend, delivery.body))


@pytest.fixture
def node(embedded_broker: EmbeddedBroker) -> Iterator[Node]:
    made = Node(embedded_broker.url)
    yield made
    made.link.stop()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Store]:
    store = Store(sqlite_url(tmp_path / "central.db"))
    yield store
    store.close()


@pytest.fixture
def reconciler(
    empty: Store, embedded_broker: EmbeddedBroker, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Reconciler]:
    monkeypatch.setattr(reconcile, "PASS_S", 0.05)
    monkeypatch.setattr(reconcile, "AWAY_S", 0.05)
    monkeypatch.setattr(reconcile, "FIGURES_S", 0.05)
    link = LinkSettings(url=embedded_broker.url)
    made = Reconciler(empty, link, client_id="asks", pace=SOON, metrics=Metrics())
    yield made
    made.stop()


def test_a_database_that_is_away_is_waited_for_and_then_looked_through(
    empty: Store, reconciler: Reconciler, node: Node, caplog: pytest.LogCaptureFixture
) -> None:
    assert node.link.wait(20)
    reconciler.start()
    until(lambda: "no such table" in caplog.text)
    migrate(empty)
    take(empty, "boot-1", [0, 1, 4])
    until(lambda: node.asked)
    assert [(r.first, r.last) for r in node.asked[0].ranges] == [(2, 3)]
    until(lambda: reconciler.metrics.registry.get_sample_value("gewu_central_missing_events") == 2)
    assert caplog.text.count("no such table") == 1, "once is enough"


def test_what_cannot_be_sent_was_not_asked(
    empty: Store, reconciler: Reconciler, embedded_broker: EmbeddedBroker
) -> None:
    migrate(empty)
    embedded_broker.stop()
    take(empty, "boot-1", [0, 1, 4])
    reconciler.start()
    until(lambda: rows(empty, epochs)[0].holes == 1)
    until(lambda: datetime.now(timezone.utc) > rows(empty, epochs)[0].due + timedelta(seconds=0.3))
    assert rows(empty, epochs)[0].tries == 0
    embedded_broker.start()
    until(lambda: rows(empty, epochs)[0].tries)


def test_a_digest_that_cannot_be_judged_does_not_hold_up_the_others(
    empty: Store, reconciler: Reconciler, caplog: pytest.LogCaptureFixture
) -> None:
    migrate(empty)
    take(empty, "boot-1", range(10))
    tell(empty, digest_of([("boot-1", 0, 4)], event_id="bad"), digest_of([("boot-1", 0, 9)], event_id="good"))
    with empty.write() as connection:
        connection.execute(update(digests).where(digests.c.event == "bad").values(ranges=["nonsense"]))
    reconciler.start()
    until(
        lambda: (
            {row.event: row.state for row in rows(empty, digests)} == {"bad": "pending", "good": "complete"}
        )
    )
    assert caplog.text.count("cannot be judged") == 1


def test_a_fault_of_ours_does_not_end_the_search(
    empty: Store,
    reconciler: Reconciler,
    node: Node,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    migrate(empty)
    take(empty, "boot-1", [0, 2])
    faulty = iter([True])

    def stumble(*words: object, **more: object) -> object:
        if next(faulty, False):
            raise KeyError("a fault of ours")
        return due_epochs(*words, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(reconcile, "due_epochs", stumble)
    reconciler.start()
    until(lambda: node.asked)
    assert "this was not expected" in caplog.text


def test_an_epoch_on_which_we_stumble_does_not_hold_up_the_others(
    empty: Store,
    reconciler: Reconciler,
    node: Node,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    migrate(empty)
    take(empty, "boot-1", [0, 2])
    take(empty, "boot-2", [0, 2])

    def stumble(store: Store, due: Due) -> Found:
        if due.epoch == "boot-1":
            raise KeyError("a fault of ours")
        return found(store, due)

    monkeypatch.setattr(reconcile, "found", stumble)
    reconciler.start()
    until(lambda: node.asked)
    assert {part.epoch for part in node.asked[0].ranges} == {"boot-2"}
    assert f"epoch boot-1 of {NODE.source} cannot be looked at" in caplog.text


def test_a_long_day_is_judged_over_several_passes(
    empty: Store, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    monkeypatch.setattr(reconcile, "PAGES_A_PASS", 1)
    monkeypatch.setattr("central.store.digests.PAGE", 3)
    migrate(empty)
    take(empty, "boot-1", range(20))
    tell(empty, digest_of([("boot-1", 0, 19)]))
    reconciler.start()
    until(lambda: [row.state for row in rows(empty, digests)] == ["complete"])
    assert f"digest: {NODE.source}, 2026-03-01: complete" in caplog.text
