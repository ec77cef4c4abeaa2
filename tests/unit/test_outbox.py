"""The outbox: numbers, commits, receipts, bounds, and what becomes of a damaged file."""

import hashlib
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.events import EventsDropped, SequenceRange, parse
from broker.messages import Receipt
from broker.ranges import missing, ranges_of
from edge.damage import open_outbox
from edge.database import OutboxDamaged, OutboxError
from edge.drafts import Batch, Stamped, Upload, event_id, next_epoch
from edge.outbox import Outbox
from edge.tables import STEPS
from edge.wanted import Answer
from edge.window import BEGINNING
from tests.unit.drafts import ADDRESS, batch
from tests.unit.outboxes import Open, open_it

__all__ = ["open_it"]


def committed(event: Stamped) -> Receipt:
    return Receipt(id=event.id, status="committed", sha256=event.sha256)


def test_sequences_are_contiguous_and_ids_follow_from_them(open_it: Open) -> None:
    outbox = open_it()
    first = outbox.commit(batch("s-1", "s-2"), 1001.0)
    second = outbox.commit(batch("s-3"), 1002.0)
    events = [parse(event.body) for event in first + second]
    assert [event.sequence for event in events] == ["000000000000", "000000000001", "000000000002"]
    assert [event.id for event in events] == [event_id(ADDRESS.source, outbox.epoch, n) for n in range(3)]
    assert {event.epoch for event in events} == {outbox.epoch}
    assert [hashlib.sha256(e.body).hexdigest() for e in first] == [e.sha256 for e in first]
    assert outbox.highest() == 2


def test_every_boot_is_an_epoch_that_sorts_after_the_last_even_when_the_clock_went_back(
    open_it: Open,
) -> None:
    epochs = []
    for now, token in ((1000.0, "ffff"), (1000.0, "0000"), (5.0, "0000"), (2000.0, "0000")):
        outbox = open_it(now, token)
        assert outbox.highest() == -1
        epochs.append(outbox.epoch)
        outbox.close()
    assert epochs == sorted(epochs)
    assert len(set(epochs)) == 4


@given(st.floats(0, 4e9), st.floats(0, 4e9))
def test_epochs_are_ordered_whatever_the_clock_says(first: float, second: float) -> None:
    last = next_epoch(None, first, "ffff")
    assert next_epoch(last, second, "0000") > last


def test_an_event_leaves_only_on_a_receipt_for_its_own_bytes(open_it: Open) -> None:
    outbox = open_it()
    (event,) = outbox.commit(batch("s-1"), 1001.0)
    other = Receipt(id=event.id, status="committed", sha256="0" * 64)
    assert outbox.receive([other], 1002.0) == ["other_body"]
    assert outbox.count("events") == 1
    assert outbox.receive([committed(event)], 1003.0) == ["committed"]
    assert outbox.receive([committed(event)], 1004.0) == ["unknown"]  # receipts come twice
    assert outbox.count("events") == 0
    assert outbox.receive([Receipt(id="never", status="committed", sha256="0" * 64)], 1005.0) == ["unknown"]


def test_a_refused_event_is_set_aside_with_the_reason_and_goes_only_when_asked_for(
    open_it: Open, tmp_path: Path
) -> None:
    outbox = open_it()
    (event,) = outbox.commit(batch("s-1"), 1001.0)
    no = Receipt(id=event.id, status="rejected", sha256=event.sha256, reason="does not parse")
    assert outbox.receive([no], 1002.0) == ["rejected"]
    assert outbox.pending() == []
    assert outbox.count("refused") == 1
    asked = SequenceRange(epoch=outbox.epoch, first=0, last=0)
    assert outbox.want([asked], [], 1003.0) == Answer(1, [], {})
    assert outbox.pending() == []
    outbox.close()
    with sqlite3.connect(tmp_path / "outbox.sqlite") as db:
        assert db.execute("SELECT reason FROM refused").fetchall() == [("does not parse",)]
    db.close()


def test_what_the_centre_takes_after_all_is_refused_no_longer_and_can_be_asked_for(open_it: Open) -> None:
    outbox = open_it()
    (event,) = outbox.commit(batch("s-1"), 1001.0)
    no = Receipt(id=event.id, status="rejected", sha256=event.sha256, reason="type not known")
    assert outbox.receive([no, no], 1002.0) == ["rejected", "unknown"]
    other = Receipt(id=event.id, status="committed", sha256="0" * 64)
    assert outbox.receive([other, committed(event)], 1003.0) == ["unknown", "committed"]
    assert (outbox.count("refused"), outbox.count("events")) == (0, 0)
    asked = SequenceRange(epoch=outbox.epoch, first=0, last=0)
    assert outbox.want([asked], [], 1004.0) == Answer(1, [], {})
    assert outbox.again(BEGINNING, 9) == [event]


def test_events_wait_in_the_order_of_their_commits_over_restarts(open_it: Open) -> None:
    outbox = open_it(1000.0)
    first = outbox.commit(batch("s-1", "s-2"), 1001.0)
    outbox.close()
    outbox = open_it(2000.0)
    second = outbox.commit(batch("s-1"), 2001.0)
    assert [event.id for event in outbox.pending()] == [event.id for event in first + second]
    again = outbox.read(outbox.pending()[0].id)
    assert again == first[0]


def test_pictures_and_state_are_of_one_commit_with_the_events(open_it: Open) -> None:
    outbox = open_it()
    upload = Upload("a" * 64, 10, "image/jpeg")
    whole = Batch(batch("s-1").drafts, (upload, upload), {"cam-1": b"{}"})
    outbox.commit(whole, 1001.0)
    outbox.commit(Batch(uploads=(upload,), snapshots={"cam-1": b"{2}"}), 1002.0)
    assert outbox.uploads() == [upload]
    assert outbox.snapshots() == {"cam-1": b"{2}"}
    outbox.uploaded("a" * 64, 1003.0)
    assert outbox.count("uploads") == 0


def test_a_commit_that_fails_leaves_no_trace(open_it: Open, tmp_path: Path) -> None:
    outbox = open_it()
    with sqlite3.connect(tmp_path / "outbox.sqlite", isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OutboxError, match=r"outbox\.sqlite: database is locked"):
            outbox.commit(batch("s-1"), 1001.0)
        other.execute("ROLLBACK")
    other.close()
    (event,) = outbox.commit(batch("s-1"), 1002.0)
    assert event.sequence == 0


def test_at_the_bound_the_oldest_go_and_an_event_says_which(open_it: Open) -> None:
    outbox = open_it(max_pending=10)
    for n in range(10):
        outbox.commit(batch(f"s-{n}"), 1001.0 + n)
    stored = outbox.commit(batch("s-10"), 1020.0)
    told = parse(stored[-1].body)
    assert isinstance(told, EventsDropped)
    assert told.data.ranges == [SequenceRange(epoch=outbox.epoch, first=0, last=0)]
    assert told.data.reasons[0].code == "outbox_full"
    waiting = [outbox.read(event.id) for event in outbox.pending()]
    assert [event.subject for event in waiting if event] == [f"s-{n}" for n in range(1, 11)] + ["edge-01"]


def told_or_held(outbox: Outbox) -> tuple[set[tuple[str, int]], set[tuple[str, int]]]:
    """What waits, and what the events that wait say will never come."""
    waiting = [event for event in map(outbox.read, [p.id for p in outbox.pending()]) if event]
    ranges = [r for e in waiting if isinstance(t := parse(e.body), EventsDropped) for r in t.data.ranges]
    gone = {(part.epoch, n) for part in ranges for n in range(part.first, part.last + 1)}
    return {(event.epoch, event.sequence) for event in waiting}, gone


def test_however_often_the_bound_is_reached_every_event_waits_or_is_said_to_be_gone(open_it: Open) -> None:
    outbox = open_it(max_pending=100)
    for n in range(500):
        outbox.commit(batch(f"s-{n}"), 1001.0 + n)
    held, gone = told_or_held(outbox)
    assert len(held) <= 110
    assert held | gone == {(outbox.epoch, n) for n in range(outbox.highest() + 1)}


def test_more_holes_than_one_event_can_name_are_named_in_several(open_it: Open) -> None:
    outbox = open_it(max_pending=4000)
    events = outbox.commit(batch(*(f"s-{n}" for n in range(5000))), 1001.0)
    outbox.receive([committed(event) for event in events[::2]], 1002.0)
    outbox.commit(batch(*(f"t-{n}" for n in range(2000))), 1003.0)
    held, gone = told_or_held(outbox)
    assert gone == {(outbox.epoch, n) for n in range(1, 4000, 2)}
    assert (outbox.epoch, 4001) in held


def test_what_was_receipted_can_be_asked_for_until_it_is_forgotten(open_it: Open) -> None:
    outbox = open_it()
    events = outbox.commit(batch("s-0", "s-1", "s-2"), 1001.0)
    outbox.receive([committed(events[0])], 1002.0)
    asked = SequenceRange(epoch=outbox.epoch, first=0, last=99)
    assert outbox.want([asked], [], 1002.0) == Answer(1, [], {})  # 3..99 never were, so they are not missing
    assert outbox.again(BEGINNING, 9) == events[:1]
    assert outbox.receive([committed(events[0])], 1003.0) == ["committed"]
    assert outbox.again(BEGINNING, 9) == []
    assert outbox.forget(1004.0) == 1
    gone = SequenceRange(epoch=outbox.epoch, first=0, last=0)
    elsewhen = SequenceRange(epoch="0000000000001-abcd", first=3, last=5)
    assert outbox.want([asked, elsewhen], [], 1005.0) == Answer(0, [elsewhen, gone], {})


def test_forgetting_empties_every_table_but_the_present_epoch(open_it: Open, tmp_path: Path) -> None:
    outbox = open_it(1000.0)
    first, second = outbox.commit(batch("s-0", "s-1"), 1001.0)
    outbox.commit(
        Batch(uploads=(Upload("a" * 64, 1, "image/jpeg"), Upload("b" * 64, 1, "image/jpeg"))), 1001.0
    )
    no = Receipt(id=second.id, status="rejected", sha256=second.sha256)
    assert outbox.receive([committed(first), no], 1002.0) == ["committed", "rejected"]
    outbox.uploaded("a" * 64, 1002.0)
    outbox.give_up("b" * 64, "refused")
    outbox.close()
    outbox = open_it(2000.0)
    outbox.forget(1e10)
    outbox.close()
    with sqlite3.connect(tmp_path / "outbox.sqlite") as db:
        rows = db.execute(
            "SELECT 1 FROM events UNION ALL SELECT 1 FROM uploads UNION ALL SELECT 1 FROM refused "
            "UNION ALL SELECT 1 FROM wanted"
        )
        assert rows.fetchall() == []
        assert db.execute("SELECT epoch FROM epochs").fetchall() == [(outbox.epoch,)]
    db.close()


def test_a_file_that_is_no_database_is_moved_aside_and_the_node_starts(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite"
    path.write_bytes(b"not a database at all" * 1000)
    with pytest.raises(OutboxDamaged, match="not a database"):
        Outbox(path, ADDRESS).open(1000.0, "aaaa")
    outbox = Outbox(path, ADDRESS)
    told = open_outbox(outbox, 1000.0, "aaaa")
    assert told is not None
    assert "outbox.damaged-1000-aaaa.sqlite; 0 events were saved" in told
    assert outbox.commit(batch("s-1"), 1001.0)
    outbox.close()
    assert (tmp_path / "outbox.damaged-1000-aaaa.sqlite").read_bytes().startswith(b"not a database")


def test_events_are_saved_from_a_damaged_file(open_it: Open, tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite"
    outbox = open_it(5000.0)
    events = outbox.commit(batch(*(f"s-{n}" for n in range(400))), 5001.0)
    outbox.close()
    body = bytearray(path.read_bytes())
    body[len(body) // 2 : len(body) // 2 + 8192] = b"\xff" * 8192
    path.write_bytes(body)
    renewed = Outbox(path, ADDRESS)
    told = open_outbox(renewed, 1000.0, "bbbb")
    try:
        saved = renewed.pending()
        assert told is not None
        assert f"{len(saved)} events were saved from it, the rest cannot be read" in told
        assert 0 < len(saved) < len(events)
        lost = [n for n, event in enumerate(events) if event.id not in {each.id for each in saved}]
        assert lost == list(range(lost[0], lost[-1] + 1))  # before and behind the damage all are saved
        assert lost[0] > 0
        assert lost[-1] < 399
        assert [each.id for each in saved] == [event.id for n, event in enumerate(events) if n not in lost]
        assert renewed.epoch > outbox.epoch
    finally:
        renewed.close()


def test_an_event_whose_bytes_were_damaged_is_not_sent(open_it: Open, tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite"
    outbox = open_it(5000.0)
    first, second, third = outbox.commit(batch("s-1", "s-2", "s-3"), 5001.0)
    outbox.close()
    with sqlite3.connect(path) as db:  # a file system that gives back other bytes, and an epoch of nonsense
        db.execute("UPDATE events SET body = ? WHERE id = ?", (first.body[:-1], first.id))
        db.execute("UPDATE events SET epoch = 'nonsense' WHERE id = ?", (third.id,))
        db.execute("PRAGMA user_version = 99")
    db.close()
    renewed = Outbox(path, ADDRESS)
    told = open_outbox(renewed, 1000.0, "bbbb")
    saved = renewed.pending()
    renewed.close()
    assert [event.id for event in saved] == [second.id]
    assert told is not None
    assert "1 events were saved from it, 2 more are damaged" in told


def test_a_newer_version_is_not_touched_but_moved_aside(open_it: Open, tmp_path: Path) -> None:
    open_it().close()
    with sqlite3.connect(tmp_path / "outbox.sqlite") as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    outbox = Outbox(tmp_path / "outbox.sqlite", ADDRESS)
    told = open_outbox(outbox, 1000.0, "cccc")
    outbox.close()
    assert told is not None
    assert f"written by a newer version (99; this one knows {len(STEPS)})" in told


def test_a_place_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutboxError, match="file"):
        open_outbox(Outbox(tmp_path / "file" / "outbox.sqlite", ADDRESS), 1000.0, "aaaa")


@given(st.sets(st.integers(0, 40)))
def test_ranges_and_their_gaps_tile_the_whole(present: set[int]) -> None:
    wanted = SequenceRange(epoch="e", first=0, last=40)
    parts = ranges_of(("e", n) for n in present) + list(missing(wanted, sorted(present)))
    covered = sorted(n for part in parts for n in range(part.first, part.last + 1))
    assert covered == list(range(41))
