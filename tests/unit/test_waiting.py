"""What waits in memory while the disk is full: bounded, every situation kept, and what is lost is told."""

import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from broker.events import EventsDropped, Evidence, IncidentCleared, IncidentUpdated, parse
from broker.fields import utc
from edge.drafts import Batch, Draft, Upload
from edge.intake import SHARE, Clocks, Intake
from edge.outbox import Outbox
from edge.waiting import Waiting
from tests.disks import fill, small_disk_of
from tests.unit.drafts import ADDRESS, batch, draft

SHA = "{:064x}".format


def revised(subject: str, revision: int, *, cleared: bool = False, picture: int | None = None) -> Draft:
    """An update or a clearing."""
    taken = {"size": 1, "media_type": "image/jpeg", "masked": True, "taken": utc(1.0)}
    shown = [] if picture is None else [{"role": "scene", "sha256": SHA(picture), **taken}]
    evidence = [Evidence.model_validate(one) for one in shown]
    data = draft(subject).data.model_copy(update={"revision": revision, "evidence": evidence})
    return Draft(IncidentCleared if cleared else IncidentUpdated, subject, 1000.0, data)


def put(waiting: Waiting, *drafts: Draft, size: int = 100) -> None:
    waiting.add(Batch(drafts), [size] * len(drafts))


@pytest.mark.parametrize("seed", range(5))
def test_every_situation_keeps_its_opening_its_newest_update_and_its_clearing(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a street, no secret
    waiting, made = Waiting(most_events=100), list[Draft]()
    for story in range(30):
        told = [draft(f"s-{story}"), *(revised(f"s-{story}", n) for n in range(1, chance.randrange(2, 40)))]
        made += told + [revised(f"s-{story}", 99, cleared=True)] * (chance.random() < 0.5)
    for one in sorted(made, key=lambda one: one.data.revision):  # type: ignore[attr-defined]
        put(waiting, one)
        assert len(waiting) <= 100
    kept = list(waiting.batch().drafts)
    newest = {one.subject: one for one in made if one.model is IncidentUpdated}
    assert [one for one in made if one.model is not IncidentUpdated or one is newest[one.subject]] == sorted(
        (one for one in kept if one.model is not IncidentUpdated or one is newest[one.subject]),
        key=made.index,
    )
    assert waiting.lost == 0
    assert waiting.outdated == len(made) - len(kept)


def test_beyond_that_the_oldest_are_lost_and_counted_by_number_and_by_bytes() -> None:
    by_number, by_bytes = Waiting(most_events=100), Waiting(most_bytes=10_000)
    for n in range(250):
        put(by_number, draft(f"s-{n}"))
        put(by_bytes, draft(f"s-{n}"))
    for waiting in (by_number, by_bytes):
        assert 90 <= len(waiting) <= 100
        assert waiting.lost == 250 - len(waiting) == waiting.batch().lost
        assert waiting.batch().drafts[-1].subject == "s-249"
        assert f"{waiting.lost} events are lost" in waiting.left_out


def test_one_larger_than_all_the_room_is_lost_and_empties_it() -> None:
    waiting = Waiting(most_bytes=1000)
    put(waiting, draft("small"))
    put(waiting, draft("large"), size=2000)
    assert (len(waiting), waiting.lost, bool(waiting)) == (0, 2, True)
    put(waiting, draft("small"))
    assert len(waiting) == 1


def test_pictures_go_with_the_events_that_show_them_and_states_are_the_newest() -> None:
    waiting = Waiting(most_events=10)
    for n in range(60):
        one = revised("s-1", n, picture=n // 2)
        uploads = (Upload(SHA(n // 2), 1, "image/jpeg"),)
        waiting.add(Batch((one,), uploads, {"cam-1": str(n).encode()}), [100])
    whole = waiting.batch()
    shown = {picture.sha256 for one in whole.drafts for picture in one.data.evidence}  # type: ignore[attr-defined]
    assert {upload.sha256 for upload in whole.uploads} == shown
    assert len(shown) <= 6
    assert whole.snapshots == {"cam-1": b"59"}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk_of("2m", tmp_path / "small") as folder:
        yield folder


def test_what_was_lost_while_the_disk_was_full_is_told_once_there_is_room(
    small_disk: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("edge.intake.Waiting", lambda: Waiting(most_events=100))
    outbox, now = Outbox(small_disk / "o.sqlite", ADDRESS), [0.0]
    outbox.open(1000.0, "aaaa")
    intake = Intake(outbox, Clocks(lambda: now[0], lambda: 1000.0 + now[0]), lambda events: None)
    intake.put(batch("first"))
    ballast = small_disk / "ballast"
    fill(ballast)
    for n in range(250):
        now[0] += 0.02
        intake.put(batch(f"s-{n}"))
    lost = 250 - intake.waiting
    intake.flush(at_once=True)
    assert f"{lost} events are lost, memory is full" in str(intake.trouble)
    assert "memory is full too" in caplog.text
    ballast.unlink()
    now[0] += 60.0
    intake.flush(at_once=True)
    assert (intake.waiting, intake.trouble) == (0, None)
    events = [parse(event.body) for _, event in outbox.next(0, 1000)]
    (dropped,) = (event for event in events if isinstance(event, EventsDropped))
    (span,) = dropped.data.ranges
    assert span.last - span.first + 1 == lost
    assert dropped.data.reasons[0].code == "outbox_blocked"
    numbers = {int(event.sequence) for event in events} | set(range(span.first, span.last + 1))
    assert numbers == set(range(outbox.highest() + 1))
    outbox.close()


def test_a_try_that_takes_long_is_made_seldom(tmp_path: Path) -> None:
    outbox, now, tries = Outbox(tmp_path / "o.sqlite", ADDRESS), [0.0], [0]
    outbox.open(1000.0, "aaaa")

    def slow() -> float:
        now[0] += 0.5  # each look at the clock takes half a second
        tries[0] += 1
        return now[0]

    intake = Intake(outbox, Clocks(slow, lambda: 1000.0), lambda events: None)
    other = sqlite3.connect(tmp_path / "o.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    intake.put(batch("s-1"))
    failed = now[0]
    while not intake.flush():
        if now[0] > failed + SHARE * 0.5 - 1.0 and other.in_transaction:
            other.execute("ROLLBACK")
    assert now[0] >= failed + SHARE * 0.5
    other.close()
    outbox.close()
