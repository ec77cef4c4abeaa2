"""Missing events over a real broker: the centre finds the hole, asks, and the node fills it or says no."""

import json
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from broker.embedded import EmbeddedBroker
from broker.events import Dropped, EventsDropped, Reason, SequenceRange
from broker.fields import read, utc
from broker.link import Delivery, Link, LinkSettings
from broker.messages import About, NodeHealth, NodeState, Resend
from broker.topics import TABLE
from edge.intake import Clocks, Intake
from edge.outbox import Outbox
from edge.publisher import DeliverySettings, Publisher, Reports
from tests.brokers import Mosquitto
from tests.centre import Centre, until
from tests.unit.central.makers import NODE, at, event
from tests.unit.drafts import ADDRESS, batch

MakeCentre = Callable[..., Centre]
QUICK = {"resend_after": "500ms"}
DAY_S = 86_400.0
TICKETS = "SELECT id, state, opened_at FROM tickets ORDER BY id"
REPORTS = Reports(
    lambda: About(at=utc(1000.0), software="gewu-0", configuration="0" * 64, sources=[]),
    lambda: NodeHealth(
        at=utc(1000.0), uptime_s=1.0, pending=0, evidence_pending=0, disk_free_mb=1.0, sources=[]
    ),
)


def database(centre: Centre) -> Path:
    return Path(centre.settings["storage"]["directory"]) / "central.db"


def ask(centre: Centre, query: str) -> list[Any]:
    with closing(sqlite3.connect(database(centre), timeout=10)) as connection, connection:
        return connection.execute(query).fetchall()


def gaps(centre: Centre) -> list[dict[str, Any]]:
    """What `gewu-central gaps` says."""
    words = [sys.executable, "-m", "central.cli", "gaps", str(centre.config), "--json", "--all"]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


@contextmanager
def sender(folder: Path, url: str, days_ago: int) -> Iterator[Outbox]:
    """A node without eyes, whose clock is so many days behind; `put` is its outbox's intake."""
    clocks = Clocks(time.monotonic, lambda: time.time() - days_ago * DAY_S)
    outbox = Outbox(folder / "outbox.sqlite", ADDRESS)
    outbox.open(clocks.utc(), "aaaa")
    intake = Intake(outbox, clocks, lambda events: publisher.wake())
    delivery = DeliverySettings.model_validate({"retry": "500ms", "retry_at_most": "1s"})
    publisher = Publisher(LinkSettings(url=url), delivery, outbox, intake, REPORTS, clocks)
    if days_ago:
        intake.put(batch(*(f"s-{n}" for n in range(12))))
    publisher.start()
    try:
        yield outbox
    finally:
        publisher.stop()
        outbox.close()


def states(centre: Centre) -> list[str]:
    return [row[0] for row in ask(centre, "SELECT state FROM digests")]


def test_a_deleted_event_and_an_older_database_heal_themselves(
    mosquitto_broker: Mosquitto, make_centre: MakeCentre, tmp_path: Path
) -> None:
    """Of yesterday's twelve events three are deleted. Today's digest shows it, and the node has them."""
    centre = make_centre(mosquitto_broker.url, delivery=QUICK)
    centre.start()
    copy = tmp_path / "copy.db"
    with sender(tmp_path, mosquitto_broker.url, 1) as outbox:
        until(lambda: outbox.count("events") == 0)
    ids = ask(centre, "SELECT id FROM inbox ORDER BY sequence")
    until(lambda: ask(centre, "SELECT watermark FROM epochs") == [(11,)])
    ask(centre, "DELETE FROM inbox WHERE sequence IN (3, 4, 8)")
    with closing(sqlite3.connect(database(centre))) as now, closing(sqlite3.connect(copy)) as then:
        now.backup(then)
    with sender(tmp_path, mosquitto_broker.url, 0):
        until(lambda: states(centre) == ["complete"], "the day is complete")
        assert "asked for 3 missing events" in centre.said()
        assert ask(centre, "SELECT id FROM inbox ORDER BY epoch, sequence")[:12] == ids
        tickets = ask(centre, TICKETS)
        centre.kill()
        for ending in ("-wal", "-shm"):
            database(centre).with_name(f"central.db{ending}").unlink(missing_ok=True)
        copy.replace(database(centre))
        centre.start()
        assert states(centre) == [], "the copy knows nothing of today"
        until(lambda: states(centre) == ["complete"], "the day is complete in the older database too")
        assert ask(centre, TICKETS) == tickets
        assert len(tickets) == 12
    assert {(e["missing"], e["holes"]) for e in gaps(centre)[0]["epochs"]} == {(0, 0)}


class Forgetful:
    """A node's end of the wire that skips a number and, asked for it, says at last that it is gone."""

    def __init__(self, url: str) -> None:
        self.asked: list[Resend] = []
        self._lock = threading.Lock()
        self.link = Link(LinkSettings(url=url), client_id="forgetful", on_message=self._take)
        self.link.subscribe(NODE.topic("command"))
        self.link.start()
        assert self.link.wait(30)

    def _take(self, delivery: Delivery) -> None:
        with self._lock:
            self.asked.append(read(Resend, delivery.body))

    def say(self, channel: str, body: bytes) -> None:
        until(lambda: self.link.publish(NODE.topic(channel), body, TABLE[channel]))


@pytest.fixture
def forgetful(embedded_broker: EmbeddedBroker) -> Iterator[Forgetful]:
    made = Forgetful(embedded_broker.url)
    yield made
    made.link.stop()


def test_a_skipped_number_is_asked_for_ever_more_rarely_until_the_node_says_it_is_gone(
    embedded_broker: EmbeddedBroker, make_centre: MakeCentre, forgetful: Forgetful
) -> None:
    centre = make_centre(embedded_broker.url, delivery=QUICK)
    centre.start()
    for n in (0, 1, 3):
        forgetful.say("event", event(event_id=f"e-{n}", subject=f"s-{n}", sequence=n).encode())
    forgetful.say("state", NodeState(online=True, epoch="boot-1", highest=3).encode())
    until(lambda: len(forgetful.asked) >= 2)
    hole = SequenceRange(epoch="boot-1", first=2, last=2)
    assert [command.ranges for command in forgetful.asked] == [[hole]] * len(forgetful.asked)
    centre.kill()
    (before,) = ask(centre, "SELECT tries, asked_at FROM epochs")
    assert before[0] >= 2
    asked = len(forgetful.asked)
    centre.start()
    until(lambda: len(forgetful.asked) > asked)
    assert ask(centre, "SELECT tries FROM epochs") >= [(before[0] + 1,)], "the back-off was kept"
    assert len({command.id for command in forgetful.asked}) == len(forgetful.asked)
    (missing,) = (e for e in gaps(centre)[0]["epochs"])
    assert (missing["missing"], missing["open_holes"]) == (1, [{"first": 2, "last": 2}])
    told = Dropped(ranges=[hole], reasons=[Reason(code="not_held", text="not held any more")])
    gone = EventsDropped(
        id="gone-1",
        source=NODE.source,
        subject=NODE.node,
        time=at(0),
        recordedtime=at(0),
        epoch="boot-1",
        sequence="000000000004",
        data=told,
    )
    forgetful.say("event", gone.encode())
    until(lambda: ask(centre, "SELECT watermark, holes, due FROM epochs") == [(4, 0, None)])
