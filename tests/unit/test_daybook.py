"""The daybook: every event in the digest of its day, each day told once, whatever the clock does."""

import hashlib
import json
import sqlite3
import tempfile
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from broker.events import DayDigest, Digest, parse
from edge.damage import open_outbox
from edge.daybook import MOST_RANGES, Run, day_of, digests, joined, last_over
from edge.drafts import Batch, Stamped
from edge.housekeeping import Housekeeping
from edge.intake import Clocks, Intake
from edge.outbox import Outbox
from tests.unit.drafts import ADDRESS, batch
from tests.unit.outboxes import Open, open_it, receipts, span

__all__ = ["open_it"]

DAY_S = 86_400.0
DAYS = [datetime(2026, 3, n, tzinfo=timezone.utc).timestamp() for n in range(1, 12)]
KEEP_S = 7 * DAY_S


class Keeper:
    """An outbox whose clock is set by hand, tidied by hand."""

    def __init__(self, outbox: Outbox, now: float) -> None:
        self.outbox, self.now = outbox, now
        clocks = Clocks(lambda: self.now, lambda: self.now)
        self.intake = Intake(outbox, clocks, lambda events: None)
        self._housekeeping = Housekeeping(outbox, self.intake, clocks, KEEP_S)

    def commit(self, at: float, *subjects: str) -> list[Stamped]:
        self.now = at
        return self.outbox.commit(batch(*subjects), at)

    def tidy(self, at: float) -> list[Digest]:
        """The digests that this brought."""
        self.now = at
        before = {event.id for event in self.outbox.pending()}
        self._housekeeping.tidy()
        return [digest for event_id, digest in told(self.outbox) if event_id not in before]


def told(outbox: Outbox) -> Iterator[tuple[str, Digest]]:
    for waiting in outbox.pending():
        stored = outbox.read(waiting.id)
        event = parse(stored.body) if stored else None
        if isinstance(event, DayDigest):
            yield event.id, event.data


def expected(events: list[Stamped]) -> tuple[int, str, str]:
    """Count and sums as the contract defines them, from the events themselves."""
    ids = "".join(f"{event.id}\n" for event in sorted(events, key=lambda e: (e.epoch, e.sequence)))
    bodies = sum(
        int.from_bytes(hashlib.sha256(f"{event.id} {event.sha256}".encode()).digest(), "big")
        for event in events
    )
    return len(events), hashlib.sha256(ids.encode()).hexdigest(), f"{bodies % 2**256:064x}"


def sums(digest: Digest) -> tuple[int, str, str | None]:
    return digest.events, digest.sha256, digest.bodies


def test_a_day_is_told_five_minutes_after_it_is_over_and_once(open_it: Open) -> None:
    keeper = Keeper(open_it(DAYS[0]), DAYS[0])
    events = keeper.commit(DAYS[0] + 60, "a", "b") + keeper.commit(DAYS[1] - 0.002, "c")
    assert keeper.tidy(DAYS[1] + 299.0) == []
    (digest,) = keeper.tidy(DAYS[1] + 301.0)
    assert digest.day == "2026-03-01"
    assert digest.ranges == [span(keeper.outbox.epoch, 0, 2)]
    assert sums(digest) == expected(events)
    assert keeper.tidy(DAYS[1] + 900.0) == []


def test_the_digest_is_an_event_of_its_own_day(open_it: Open) -> None:
    keeper = Keeper(open_it(DAYS[0]), DAYS[0])
    keeper.commit(DAYS[0] + 60, "a")
    keeper.tidy(DAYS[1] + 301.0)
    (digest,) = keeper.tidy(DAYS[2] + 301.0)
    assert (digest.day, digest.ranges) == ("2026-03-02", [span(keeper.outbox.epoch, 1, 1)])


def test_days_that_were_missed_are_told_at_the_next_start_in_order(open_it: Open) -> None:
    outbox = open_it(DAYS[0])
    keeper = Keeper(outbox, DAYS[0])
    for n in range(3):
        keeper.commit(DAYS[n] + 60, "a")
    epoch = outbox.epoch
    outbox.close()
    keeper = Keeper(open_it(DAYS[5]), DAYS[5])
    assert [d.day for d in keeper.tidy(DAYS[5] + 400.0)] == ["2026-03-01", "2026-03-02", "2026-03-03"]
    assert keeper.tidy(DAYS[5] + 401.0) == []
    assert [d.ranges for _, d in told(keeper.outbox)] == [[span(epoch, n, n)] for n in range(3)]


def test_several_boots_on_one_day_are_several_ranges_of_one_digest(open_it: Open) -> None:
    events = []
    for boot in range(3):
        outbox = open_it(DAYS[0] + boot)
        events += outbox.commit(batch("a", "b"), DAYS[0] + 60.0 + boot)
        outbox.close()
    keeper = Keeper(open_it(DAYS[1]), DAYS[1])
    (digest,) = keeper.tidy(DAYS[1] + 400.0)
    assert [(part.first, part.last) for part in digest.ranges] == [(0, 1)] * 3
    assert sums(digest) == expected(events)


def test_what_a_clock_stamps_into_a_day_that_was_told_amends_its_digest(open_it: Open) -> None:
    keeper = Keeper(open_it(DAYS[0]), DAYS[0])
    events = keeper.commit(DAYS[0] + 60, "a")
    keeper.tidy(DAYS[1] + 400.0)
    events += keeper.commit(DAYS[1] - 3600.0, "b")  # an hour back, over midnight
    assert keeper.tidy(DAYS[1] - 3500.0) == []
    amended = keeper.tidy(DAYS[1] + 500.0)
    assert [sums(d) for d in amended] == [expected(events)]
    assert amended[0].ranges == [span(keeper.outbox.epoch, 0, 0), span(keeper.outbox.epoch, 2, 2)]
    assert keeper.tidy(DAYS[1] + 600.0) == []


def test_a_day_that_lies_ahead_is_not_told_before_it_has_come_and_gone(open_it: Open) -> None:
    keeper = Keeper(open_it(DAYS[0]), DAYS[0])
    keeper.commit(DAYS[4] + 60, "ahead")  # the clock ran ahead by four days
    keeper.commit(DAYS[0] + 120, "a")
    assert [d.day for d in keeper.tidy(DAYS[1] + 400.0)] == ["2026-03-01"]
    assert [d.day for d in keeper.tidy(DAYS[4] + 400.0)] == ["2026-03-02"]
    assert [d.day for d in keeper.tidy(DAYS[5] + 400.0)] == ["2026-03-05"]
    assert len(list(told(keeper.outbox))) == 3


def test_a_digest_is_told_in_the_commit_that_stores_it(open_it: Open) -> None:
    keeper = Keeper(open_it(DAYS[0]), DAYS[0])
    keeper.commit(DAYS[0] + 60, "a")
    (draft,) = keeper.outbox.digests(DAYS[1] + 400.0)
    assert keeper.outbox.digests(DAYS[1] + 400.0) == (draft,)  # made is not told
    keeper.commit(DAYS[0] + 90, "b")  # and a run that has grown since is told once more
    keeper.intake.put(batch())
    assert [d.events for d in keeper.tidy(DAYS[1] + 400.0)] == [2]


def test_a_disk_that_takes_nothing_gets_one_digest_not_one_at_every_try(
    open_it: Open, tmp_path: Path
) -> None:
    keeper = Keeper(open_it(DAYS[0]), DAYS[0])
    keeper.commit(DAYS[0] + 60, "a")
    keeper.commit(DAYS[1] + 60, "b")
    keeper.now = DAYS[2] + 400.0
    keeper.intake.put(batch("c"))
    other = sqlite3.connect(tmp_path / "outbox.sqlite", isolation_level=None)
    draft = keeper.outbox.digests(keeper.now)
    other.execute("BEGIN IMMEDIATE")
    keeper.intake.put(Batch(draft))
    assert keeper.intake.waiting == 1
    other.execute("ROLLBACK")
    other.close()
    assert keeper.tidy(DAYS[2] + 400.0) == []  # one waits in memory already
    assert keeper.intake.flush(at_once=True)
    assert [d.day for d in keeper.tidy(DAYS[2] + 405.0)] == ["2026-03-02"]
    assert [d.day for _, d in told(keeper.outbox)] == ["2026-03-01", "2026-03-02"]


def test_a_day_goes_when_its_digest_has_its_receipt_and_is_old(open_it: Open, tmp_path: Path) -> None:
    keeper = Keeper(open_it(DAYS[0]), DAYS[0])
    events = keeper.commit(DAYS[0] + 60, "a")
    keeper.tidy(DAYS[1] + 400.0)
    keeper.outbox.receive(receipts(events), DAYS[1] + 401.0)
    keeper.tidy(DAYS[10] + 400.0)
    assert days(tmp_path) == ["2026-03-01", "2026-03-02", "2026-03-11"]  # no receipt for the digest yet
    waiting = [keeper.outbox.read(p.id) for p in keeper.outbox.pending()]
    keeper.outbox.receive(receipts([event for event in waiting if event]), DAYS[10] + 500.0)
    keeper.tidy(DAYS[10] + 600.0)
    assert days(tmp_path) == ["2026-03-02", "2026-03-11"]
    keeper.outbox.forget(1e11)
    assert days(tmp_path) == ["2026-03-11"]  # which nobody has told of yet


def days(folder: Path) -> list[str]:
    with sqlite3.connect(folder / "outbox.sqlite") as db:
        found = [row[0] for row in db.execute("SELECT DISTINCT day FROM days ORDER BY day")]
    db.close()
    return found


def test_a_day_whose_digest_was_given_up_is_told_again(open_it: Open) -> None:
    outbox = open_it(DAYS[0], max_pending=10)
    keeper = Keeper(outbox, DAYS[0])
    events = keeper.commit(DAYS[0] + 60, "a")
    assert len(keeper.tidy(DAYS[1] + 400.0)) == 1
    outbox.receive(receipts(events), DAYS[1] + 401.0)
    keeper.commit(DAYS[1] + 500.0, *(f"s-{n}" for n in range(11)))
    assert list(told(outbox)) == []
    assert [sums(d) for d in keeper.tidy(DAYS[1] + 600.0)] == [expected(events)]


def test_a_damaged_file_gives_up_its_days_too_so_that_the_centre_learns_what_was_lost(
    open_it: Open, tmp_path: Path
) -> None:
    outbox = open_it(DAYS[0])
    events = outbox.commit(batch("a", "b", "c"), DAYS[0] + 60)
    outbox.close()
    with sqlite3.connect(tmp_path / "outbox.sqlite") as db:
        db.execute("UPDATE events SET body = x'00' WHERE id = ?", (events[1].id,))
        db.execute("PRAGMA user_version = 99")
    db.close()
    renewed = Outbox(tmp_path / "outbox.sqlite", ADDRESS)
    assert open_outbox(renewed, DAYS[1], "bbbb") is not None
    (digest,) = Keeper(renewed, DAYS[1]).tidy(DAYS[1] + 400.0)
    assert sums(digest) == expected(events)
    assert renewed.want(digest.ranges, [], DAYS[1]).lost == [span(outbox.epoch, 1, 1)]
    renewed.close()


def test_events_from_a_file_without_a_daybook_are_in_the_digest_of_their_day(
    open_it: Open, tmp_path: Path
) -> None:
    outbox = open_it(DAYS[0])
    events = outbox.commit(batch("a", "b", "c"), DAYS[0] + 60) + outbox.commit(batch("d"), DAYS[1] + 60)
    outbox.close()
    with sqlite3.connect(tmp_path / "outbox.sqlite") as db:
        db.execute("DROP TABLE days")
        db.execute("UPDATE events SET receipted = 1.0 WHERE id = ?", (events[1].id,))
        db.execute("PRAGMA user_version = 99")
    db.close()
    renewed = Outbox(tmp_path / "outbox.sqlite", ADDRESS)
    assert open_outbox(renewed, DAYS[2], "bbbb") is not None
    first, second = Keeper(renewed, DAYS[2]).tidy(DAYS[2] + 400.0)
    assert (first.day, sums(first)) == ("2026-03-01", expected([events[0], events[2]]))
    assert (second.day, sums(second)) == ("2026-03-02", expected(events[3:]))
    renewed.close()


def test_a_day_of_very_many_boots_is_told_in_several_digests_each_of_its_own_ranges() -> None:
    runs = [Run("2026-03-01", f"{n:013d}-aaaa", 0, 1, 2**256 - 1) for n in range(2500)]
    made = list(digests(ADDRESS.source, "2026-03-01", runs[::-1]))
    assert [len(digest.ranges) for digest in made] == [MOST_RANGES, MOST_RANGES, 500]
    assert [digest.events for digest in made] == [2000, 2000, 1000]
    assert made[2].bodies == f"{2**256 - 500:064x}"


@given(st.lists(st.floats(0, 4 * DAY_S), min_size=1, max_size=12))
@settings(max_examples=15, deadline=None)
def test_whatever_the_clock_does_each_event_is_in_the_last_digest_of_its_day(steps: list[float]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        outbox = Outbox(Path(folder) / "outbox.sqlite", ADDRESS)
        outbox.open(DAYS[0], "aaaa")
        keeper = Keeper(outbox, DAYS[0])
        by_day: dict[str, list[Stamped]] = {}
        for step in steps:
            at = DAYS[0] + step
            by_day.setdefault(day_of(at), []).extend(keeper.commit(at, "a", "b"))
            for digest in keeper.tidy(at):
                assert digest.day < day_of(at)
        keeper.tidy(DAYS[8] + 400.0)
        last = {digest.day: digest for _, digest in told(outbox)}
        for event in outbox.pending():
            stored = outbox.read(event.id)
            if stored and stored.subject == ADDRESS.node:
                by_day.setdefault(str(parse(stored.body).recordedtime.date()), []).append(stored)
        for day, events in by_day.items():
            if day != day_of(DAYS[8]):
                assert sums(last[day]) == expected(list({e.id: e for e in events}.values()))
        outbox.close()


def test_runs_join_only_where_they_meet() -> None:
    run = Run("2026-03-01", "e", 0, 1, 5)
    later = Run("2026-03-01", "e", 2, 2, 7)
    assert joined([run, later]) == [Run("2026-03-01", "e", 0, 2, 12)]
    for other in (
        Run("2026-03-02", "e", 2, 2, 7),
        Run("2026-03-01", "f", 2, 2, 7),
        Run("2026-03-01", "e", 3, 3, 7),
    ):
        assert joined([run, other]) == [run, other]


def test_the_day_that_is_over_for_long_enough() -> None:
    assert last_over(DAYS[1] + 299.9) == "2026-02-28"
    assert last_over(DAYS[1] + 300.0) == "2026-03-01"


def test_what_another_version_wrote_keeps_no_node_from_starting_or_committing(
    open_it: Open, tmp_path: Path
) -> None:
    outbox = open_it(DAYS[0])
    (event,) = outbox.commit(batch("a"), DAYS[0] + 60)
    epoch = outbox.epoch
    outbox.close()
    body = json.dumps({"id": event.id, "epoch": epoch, "sequence": "0"}).encode()
    with sqlite3.connect(tmp_path / "outbox.sqlite") as db:
        digest = hashlib.sha256(body).hexdigest()
        db.execute("UPDATE events SET body = ?, sha256 = ?, subject = ?", (body, digest, ADDRESS.node))
        db.execute("INSERT INTO days (day, epoch, first, last, bodies) VALUES ('?', '?', 2, 1, x'00')")
        db.execute("UPDATE days SET epoch = 'of another kind' WHERE n = 1")
        db.execute("PRAGMA user_version = 99")
    db.close()
    renewed = Outbox(tmp_path / "outbox.sqlite", ADDRESS, max_pending=10)
    assert open_outbox(renewed, DAYS[1], "bbbb") is not None
    assert renewed.count("events") == 1
    renewed.commit(batch(*(f"s-{n}" for n in range(10))), DAYS[1])
    assert renewed.read(event.id) is None
    assert Keeper(renewed, DAYS[1]).tidy(DAYS[1] + 400.0) == []
    renewed.close()
