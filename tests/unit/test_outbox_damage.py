"""An outbox whose file is damaged under a running node: renewed at once, and what waits goes into it."""

import logging
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from broker.embedded import EmbeddedBroker
from broker.link import LinkSettings
from edge import damage
from edge.damage import AGAIN_S, Repair
from edge.database import OutboxDamaged, OutboxError
from edge.drafts import Stamped
from edge.intake import RETRY_S, Clocks, Intake
from edge.outbox import Outbox
from edge.publisher import DeliverySettings, Publisher
from tests.nodes import Centre, until
from tests.unit.drafts import batch
from tests.unit.outboxes import Open, open_it, receipts, span
from tests.unit.test_publisher import REPORTS

__all__ = ["open_it"]


def spoil(path: Path) -> None:
    """Overwrite the middle of the file, and have nobody trust what was read of it."""
    with closing(sqlite3.connect(path)) as db:
        until(lambda: db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0)  # none is busy
    with path.open("r+b") as file:
        pages = path.stat().st_size // 4096
        file.seek(pages // 2 * 4096)
        file.write(b"\xff" * (pages // 3 * 4096))
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE epochs SET next = next")
        db.commit()


class Running:
    """Outbox, intake and repair of a node, with a clock that tests set."""

    def __init__(self, outbox: Outbox) -> None:
        self.now = 0.0
        self.outbox = outbox
        self.told: list[Stamped] = []
        clocks = Clocks(lambda: self.now, lambda: 2000.0 + self.now)
        self.repair = Repair(outbox, clocks, lambda: "bbbb")
        self.intake = Intake(outbox, clocks, self.told.extend, self.repair.renew)

    def subjects(self) -> list[str]:
        return [event.subject for _, event in self.outbox.next(0, 9999)]


@pytest.fixture
def running(open_it: Open) -> Running:
    outbox = open_it(1000.0)
    outbox.commit(batch(*(f"s-{n}" for n in range(400))), 1001.0)
    return Running(outbox)


def test_the_event_that_finds_the_damage_is_committed_at_once_to_a_renewed_outbox(
    running: Running, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    first = running.outbox.epoch
    spoil(running.outbox.path)
    with caplog.at_level(logging.WARNING):
        for n in range(3):
            running.intake.put(batch(f"new-{n}", snapshots={"cam-1": b"%d" % n}))
    assert running.intake.trouble is None
    assert running.intake.waiting == 0
    assert running.outbox.epoch > first
    assert [(e.epoch, e.sequence) for e in running.told] == [(running.outbox.epoch, n) for n in range(3)]
    saved = running.subjects()
    assert 20 < len(saved) < 403
    assert saved == [f"s-{n}" for n in range(400) if f"s-{n}" in saved] + [f"new-{n}" for n in range(3)]
    assert running.outbox.snapshots() == {"cam-1": b"2"}
    assert f"and moved to outbox.damaged-2000-bbbb.sqlite; {len(saved) - 3} events were saved" in str(
        running.repair.told
    )
    assert [record.message for record in caplog.records] == [running.repair.told]
    assert len(list(tmp_path.glob("outbox.damaged-*.sqlite"))) == 1


def test_damage_that_a_reader_finds_is_cured_with_the_next_look(running: Running) -> None:
    spoil(running.outbox.path)
    with pytest.raises(OutboxDamaged):
        running.outbox.next(0, 9999)
    assert running.intake.flush()  # nothing waits in it
    assert running.repair.told is not None
    assert running.subjects()
    running.intake.put(batch("new"))
    assert running.intake.trouble is None


def test_a_disk_that_spoils_everything_has_the_outbox_renewed_once_a_minute(
    running: Running, tmp_path: Path
) -> None:
    spoil(running.outbox.path)
    running.intake.put(batch("new-0"))
    running.intake.put(batch(*(f"more-{n}" for n in range(400))))
    spoil(running.outbox.path)
    for n in range(1, 30):
        running.now += RETRY_S
        running.intake.put(batch(f"new-{n}"))
    assert running.intake.waiting == 29
    assert "it is renewed once in 60 s at most" in str(running.intake.trouble)
    assert len(list(tmp_path.glob("outbox.damaged-*.sqlite"))) == 1
    running.now += AGAIN_S
    assert running.intake.flush()
    assert running.intake.trouble is None
    assert running.subjects()[-29:] == [f"new-{n}" for n in range(1, 30)]
    assert len(list(tmp_path.glob("outbox.damaged-*.sqlite"))) == 2


@pytest.mark.parametrize("step", ["_days", "move_aside"])
def test_a_renewal_that_the_disk_cuts_short_goes_on_a_minute_later(
    running: Running, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    spoil(running.outbox.path)
    real = getattr(damage, step)

    def full(*words: object) -> None:
        if step == "move_aside":
            real(*words)
        raise OSError("no space left on device")

    monkeypatch.setattr(damage, step, full)
    running.intake.put(batch("new-0"))
    assert "no space left" in str(running.intake.trouble)
    with pytest.raises(OutboxError):
        running.outbox.count("events")
    monkeypatch.setattr(damage, step, real)
    running.now += AGAIN_S
    assert running.intake.flush()
    assert running.repair.told is not None
    saved = running.subjects()
    assert saved == [f"s-{n}" for n in range(400) if f"s-{n}" in saved] + ["new-0"]
    assert len(saved) > 20


@pytest.fixture
def centre(embedded_broker: EmbeddedBroker) -> Iterator[Centre]:
    with Centre(embedded_broker.url) as made:
        yield made


def test_the_publisher_goes_on_with_what_was_saved_and_with_what_is_new(
    running: Running, centre: Centre, embedded_broker: EmbeddedBroker
) -> None:
    outbox, clocks = running.outbox, Clocks(time.monotonic, time.time)
    outbox.receive(receipts([event for _, event in outbox.next(0, 9999)]), time.time())
    repair = Repair(outbox, clocks, lambda: "bbbb")
    intake = Intake(outbox, clocks, lambda events: publisher.wake(), repair.renew)
    delivery = DeliverySettings.model_validate({"retry": "500ms", "retry_at_most": "1s"})
    publisher = Publisher(LinkSettings(url=embedded_broker.url), delivery, outbox, intake, REPORTS, clocks)
    intake.put(batch(*(f"went-{n}" for n in range(30))))
    publisher.start()
    until(lambda: outbox.count("events") == 0, 10.0)
    centre.answers = False
    intake.put(batch(*(f"held-{n}" for n in range(5))))
    until(
        lambda: len(centre.of("opened.v1")) == 35, 10.0
    )  # on their way; in the file they lie behind the damage
    spoil(outbox.path)
    with suppress(OutboxDamaged):  # or the publisher finds it first
        outbox.want([span(outbox.epoch, 0, 399)], [], 1003.0)
    publisher.wake()
    until(lambda: repair.told is not None, 10.0)
    intake.put(batch("new-0", "new-1"))
    until(lambda: len(centre.of("opened.v1")) == 37, 10.0)  # though the new file's numbers are smaller
    centre.answers = True
    until(lambda: outbox.count("events") == 0, 10.0)
    intake.put(batch("new-2"))
    until(lambda: outbox.count("events") == 0, 10.0)
    until(lambda: centre.said["state"][-1].get("epoch") == outbox.epoch)
    publisher.stop()
    assert " 0 events were saved" not in str(repair.told)
    assert [event.subject for event in centre.of("opened.v1")[30:]] == [
        *(f"held-{n}" for n in range(5)),
        *(f"new-{n}" for n in range(3)),
    ]
