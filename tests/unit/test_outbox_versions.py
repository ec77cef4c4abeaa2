"""A newer node takes over the outbox that an older one left; nothing in it is lost."""

import hashlib
import sqlite3
from pathlib import Path

import pytest

from edge import damage
from edge.database import OutboxDamaged, connect
from edge.days import read_run
from edge.drafts import Stamped, Upload, stamp
from edge.outbox import Outbox
from edge.tables import STEPS
from edge.window import BEGINNING
from tests.unit.drafts import ADDRESS, batch, draft
from tests.unit.outboxes import Open, open_it, receipts, span

__all__ = ["open_it"]

EPOCH = "0000000900000-aaaa"
# What the first version wrote, word for word: it may not follow the code as that changes.
FIRST = """
CREATE TABLE epochs (epoch TEXT PRIMARY KEY, next INTEGER NOT NULL) STRICT;
CREATE TABLE events (
    n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, epoch TEXT NOT NULL,
    sequence INTEGER NOT NULL, subject TEXT NOT NULL, body BLOB NOT NULL, sha256 TEXT NOT NULL,
    created REAL NOT NULL, receipted REAL, UNIQUE (epoch, sequence)) STRICT;
CREATE INDEX events_pending ON events (n) WHERE receipted IS NULL;
CREATE TABLE refused (
    id TEXT PRIMARY KEY, epoch TEXT NOT NULL, sequence INTEGER NOT NULL, subject TEXT NOT NULL,
    body BLOB NOT NULL, sha256 TEXT NOT NULL, reason TEXT NOT NULL, at REAL NOT NULL) STRICT;
CREATE TABLE uploads (
    sha256 TEXT PRIMARY KEY, size INTEGER NOT NULL, media_type TEXT NOT NULL, created REAL NOT NULL,
    uploaded REAL, given_up TEXT) STRICT;
CREATE TABLE snapshots (source TEXT PRIMARY KEY, body BLOB NOT NULL, saved REAL NOT NULL) STRICT;
PRAGMA user_version = 1;
"""
# And what the second added.
SECOND = """
ALTER TABLE events ADD COLUMN size INTEGER NOT NULL DEFAULT 4096;
CREATE INDEX events_kept ON events (receipted, size) WHERE receipted IS NOT NULL;
CREATE INDEX refused_where ON refused (epoch, sequence);
CREATE TABLE wanted (
    epoch TEXT NOT NULL, sequence INTEGER NOT NULL, at REAL NOT NULL,
    PRIMARY KEY (epoch, sequence)) STRICT, WITHOUT ROWID;
CREATE TABLE days (
    n INTEGER PRIMARY KEY, day TEXT NOT NULL, epoch TEXT NOT NULL, first INTEGER NOT NULL,
    last INTEGER NOT NULL, bodies BLOB NOT NULL, told TEXT, told_at REAL, UNIQUE (epoch, first)) STRICT;
CREATE INDEX days_by_day ON days (day);
INSERT INTO wanted VALUES ('0000000900000-aaaa', 0, 960.0);
PRAGMA user_version = 2;
"""


def first_version(path: Path) -> list[Stamped]:
    """A file as the first version left it: two events wait, one has its receipt, one was refused."""
    events = [stamp(draft(f"s-{n}"), ADDRESS.source, EPOCH, n, 900.0) for n in range(4)]
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.executescript(FIRST)
        db.execute("INSERT INTO epochs VALUES (?, 4)", (EPOCH,))
        for event, receipted in zip(events[:3], (950.0, None, None), strict=True):
            row = (event.id, EPOCH, event.sequence, event.subject, event.body, event.sha256, 900.0, receipted)
            db.execute(
                "INSERT INTO events (id, epoch, sequence, subject, body, sha256, created, receipted) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                row,
            )
        last = events[3]
        db.execute(
            "INSERT INTO refused VALUES (?, ?, 3, ?, ?, ?, 'no such zone', 950.0)",
            (last.id, EPOCH, last.subject, last.body, last.sha256),
        )
        db.execute("INSERT INTO uploads VALUES (?, 5, 'image/jpeg', 900.0, NULL, NULL)", ("a" * 64,))
        db.execute("INSERT INTO snapshots VALUES ('cam-1', x'01', 900.0)")
    db.close()
    return events


def test_a_file_of_the_first_version_loses_nothing(open_it: Open, tmp_path: Path) -> None:
    events = first_version(tmp_path / "outbox.sqlite")
    outbox = open_it(1000.0)
    assert outbox.epoch > EPOCH
    assert [outbox.read(waiting.id) for waiting in outbox.pending()] == events[1:3]
    assert outbox.uploads() == [Upload("a" * 64, 5, "image/jpeg")]
    assert outbox.snapshots() == {"cam-1": b"\x01"}
    answer = outbox.want([span(EPOCH, 0, 9)], [], 1001.0)
    assert (answer.marked, answer.lost, answer.refused) == (2, [], {})
    assert outbox.again(BEGINNING, 9) == [events[0], events[3]]
    outbox.receive(receipts(events[:3]), 1002.0)
    new = outbox.commit(batch("new"), 1003.0)
    assert (new[0].sequence, hashlib.sha256(new[0].body).hexdigest()) == (0, new[0].sha256)
    assert outbox.forget(2000.0) == 3


def test_a_file_of_the_second_version_goes_on_and_what_it_refused_may_go_again(
    open_it: Open, tmp_path: Path
) -> None:
    events = first_version(tmp_path / "outbox.sqlite")
    with sqlite3.connect(tmp_path / "outbox.sqlite") as db:
        db.executescript(SECOND)
    db.close()
    outbox = open_it(1000.0)
    assert outbox.again(BEGINNING, 9) == events[:1]
    assert outbox.want([span(EPOCH, 3, 3)], [], 1001.0).marked == 1
    assert outbox.receive(receipts(events), 1002.0) == ["committed"] * 4
    assert [outbox.count(what) for what in ("events", "refused", "wanted")] == [0, 0, 0]
    outbox.close()
    Outbox(tmp_path / "new.sqlite", ADDRESS).open(1000.0, "aaaa")
    assert _schema(tmp_path / "outbox.sqlite") == _schema(tmp_path / "new.sqlite")


def test_the_file_is_then_as_a_new_one_and_is_opened_again_as_it_is(open_it: Open, tmp_path: Path) -> None:
    first_version(tmp_path / "outbox.sqlite")
    open_it(1000.0).close()
    open_it(1001.0).close()
    Outbox(tmp_path / "new.sqlite", ADDRESS).open(1000.0, "aaaa")
    assert _schema(tmp_path / "outbox.sqlite") == _schema(tmp_path / "new.sqlite")


def _schema(path: Path) -> dict[str, str]:
    with sqlite3.connect(path) as db:
        found = dict(db.execute("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL").fetchall())
        found["version"] = str(db.execute("PRAGMA user_version").fetchone()[0])
    db.close()
    return found


def test_an_update_that_is_cut_short_leaves_the_earlier_version(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite"
    first_version(path)
    with pytest.raises(sqlite3.OperationalError, match="syntax"):
        connect(path, (*STEPS, "CREATE TABLE more (n INTEGER) STRICT; THIS IS NO SQL;"))
    assert _schema(path)["version"] == "1"
    assert "days" not in _schema(path)


def test_a_file_whose_tables_are_not_its_versions_is_damaged(tmp_path: Path) -> None:
    for name, script in (("a", "PRAGMA user_version = 1"), ("b", "CREATE TABLE epochs (n INTEGER)")):
        with sqlite3.connect(tmp_path / name) as db:
            db.executescript(script)
        db.close()
        with pytest.raises(OutboxDamaged):
            Outbox(tmp_path / name, ADDRESS).open(1000.0, "aaaa")


@pytest.mark.parametrize("step", ["adopt", "move_aside"])
def test_a_renewal_that_is_cut_short_loses_no_event(
    open_it: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """The power goes in the middle of saving what a damaged file still holds."""
    outbox = open_it()
    events = outbox.commit(batch("a", "b", "c"), 1001.0)
    outbox.close()
    with sqlite3.connect(outbox.path) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    where = Outbox if step == "adopt" else damage
    real = getattr(where, step)

    def cut_short(*words: object) -> None:
        if step == "move_aside":
            real(*words)
        raise KeyboardInterrupt

    monkeypatch.setattr(where, step, cut_short)
    with pytest.raises(KeyboardInterrupt):
        damage.open_outbox(Outbox(outbox.path, ADDRESS), 1002.0, "bbbb")
    monkeypatch.setattr(where, step, real)
    renewed = Outbox(outbox.path, ADDRESS)
    assert damage.open_outbox(renewed, 1003.0, "cccc") is not None
    assert [each.id for each in renewed.pending()] == [each.id for each in events]
    assert renewed.epoch > outbox.epoch
    renewed.close()
    assert not list(tmp_path.glob("*renewed*"))


def test_a_damaged_number_does_not_make_a_day_endless() -> None:
    """Its digest counts every event of it; a node that counts for a year sends nothing meanwhile."""
    assert read_run(("2026-03-01", "e", 0, 10**12, bytes(32))) is None
    assert read_run(("2026-03-01", "e", 0, 10**6, bytes(32))) is not None


def test_room_for_receipted_events_is_counted_without_reading_one(open_it: Open, tmp_path: Path) -> None:
    open_it().close()
    query = "SELECT receipted, size FROM events WHERE receipted IS NOT NULL ORDER BY receipted DESC"
    with sqlite3.connect(tmp_path / "outbox.sqlite") as db:
        assert "COVERING" in str(db.execute(f"EXPLAIN QUERY PLAN {query}").fetchall())
    db.close()
