"""The intake: what the disk refuses waits in memory, in order, and nothing is lost."""

import logging
import sqlite3
from pathlib import Path

import pytest

from edge.drafts import Batch, Draft, Stamped
from edge.intake import RETRY_S, Clocks, Intake
from edge.outbox import Outbox
from edge.retries import Retries
from tests.unit.drafts import ADDRESS, batch, draft


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def clocks(self) -> Clocks:
        return Clocks(lambda: self.now, lambda: 1000.0 + self.now)


def test_a_locked_outbox_keeps_events_in_memory_in_order(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    outbox, clock, told = Outbox(tmp_path / "o.sqlite", ADDRESS), Clock(), list[Stamped]()
    outbox.open(1000.0, "aaaa")
    intake = Intake(outbox, clock.clocks(), told.extend)
    other = sqlite3.connect(tmp_path / "o.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with caplog.at_level(logging.INFO):
        intake.put(batch("s-1", snapshots={"cam-1": b"1"}))
        intake.put(batch("s-2", snapshots={"cam-1": b"2", "cam-2": b"1"}))
        assert intake.waiting == 2
        assert intake.trouble is not None
        other.execute("ROLLBACK")
        assert not intake.flush()  # not before the pause is over
        clock.now += RETRY_S
        assert intake.flush()
    assert [event.subject for event in told] == ["s-1", "s-2"]
    assert outbox.snapshots() == {"cam-1": b"2", "cam-2": b"1"}
    assert (intake.waiting, intake.trouble) == (0, None)
    said = [record.message for record in caplog.records]
    assert len(said) == 2  # once when it began, once when it was over
    assert "database is locked" in said[0]
    assert "1 events wait in memory" in said[0]
    assert "work again" in said[1]
    other.close()
    outbox.close()


def test_an_event_that_cannot_be_written_holds_up_no_other(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    outbox = Outbox(tmp_path / "o.sqlite", ADDRESS)
    outbox.open(1000.0, "aaaa")
    intake = Intake(outbox, Clock().clocks(), lambda events: None)
    broken = [draft("s 1"), draft("s-1", at=1000.0)]
    bad_time = Draft(broken[1].model, "s-2", float("nan"), broken[1].data)
    intake.put(Batch((broken[0], bad_time, draft("s-3"))))
    intake.put(batch("s-4"))
    assert [outbox.read(event.id).subject for event in outbox.pending()] == ["s-3", "s-4"]  # type: ignore[union-attr]
    assert caplog.text.count("cannot be written and is left out") == 2
    outbox.close()


def test_an_empty_intake_commits_nothing(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "o.sqlite", ADDRESS)
    intake = Intake(outbox, Clock().clocks(), lambda events: None)
    assert intake.flush()  # the outbox is not even open
    assert not Batch()


def test_retries_wait_longer_each_time_with_jitter_and_can_be_forgotten() -> None:
    retries = Retries(4.0, 10.0, lambda: 1.0)
    assert retries.due("a", 0.0)
    retries.tried("a", 0.0)
    assert not retries.due("a", 1.9)
    assert retries.due("a", 2.0)  # half of 4 s was taken away by chance
    retries.tried("a", 2.0)
    assert retries.next_due(100.0) == 6.0
    for _ in range(50):
        retries.tried("a", 6.0)
    assert retries.next_due(100.0) == 11.0  # never longer than asked for
    assert retries.again(10.9) == []
    assert retries.again(11.0) == ["a"]
    assert [retries.recent(now) for now in (6.0, 9.9, 10.0)] == [1, 1, 0]
    retries.tried("b", 6.0)
    retries.keep({"b"})
    assert len(retries) == 1
    retries.reset()
    assert len(retries) == 0
    assert retries.next_due(100.0) == 100.0
