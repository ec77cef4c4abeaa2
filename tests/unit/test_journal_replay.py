"""Replaying a journal: the very events of the live run, over restarts, crashes and from the middle."""

import json
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml

from broker.events import parse
from broker.fields import utc
from edge.config import load
from edge.frames import Trouble
from edge.journal import Journal, JournalSettings, blocks, read, writer
from edge.journal.replaying import JournalReplay, Wanted, moment
from edge.journal.segments import read_blocks, segments
from edge.observation import Observation
from edge.replay import ReplayError, Summary
from tests.journaled import Watch, street

START = 946_684_800.0  # of films without a start


def told(lines: Sequence[bytes]) -> list[tuple[str, str, str, bytes]]:
    """What the delivery has no part in: type, subject, time and the bytes of the data."""
    events = [parse(line) for line in lines]
    return [
        (event.type, event.subject, str(event.time), line.split(b'"data":', 1)[1])
        for event, line in zip(events, lines, strict=True)
    ]


def replayed(config: Path, **wanted: object) -> tuple[list[bytes], Summary]:
    out = config.parent / "again.jsonl"
    asked = Wanted(config.parent / "journal", **wanted)  # type: ignore[arg-type]
    summary = JournalReplay(load(config), asked).run(out)
    return out.read_bytes().splitlines(), summary


def phases(lines: Sequence[bytes]) -> list[str]:
    """Of the incidents."""
    types = [str(json.loads(line)["type"]).split(".") for line in lines]
    return [kind[2] for kind in types if kind[1] == "incident"]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return street(tmp_path)


@pytest.fixture
def journal(config: Path) -> Journal:
    return Journal(config.parent / "journal", JournalSettings())


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[bytes]]:
    """A street with a journal, and the events of its live run; the camera was lost for a moment."""
    folder = tmp_path_factory.mktemp("lived")
    file = street(folder)
    watch = Watch(file, Journal(folder / "journal", JournalSettings()))

    def lose(index: int) -> None:
        if index % 10 == 0:
            watch.writer.flush()
        if index == 60:
            watch.trouble(Trouble("cam-1", "lost", "the camera does not answer"), START + 11.9)

    watch.run(between=lose)
    live = watch.events()
    watch.close()
    return file, live


@pytest.fixture
def copied(lived: tuple[Path, list[bytes]], tmp_path: Path) -> tuple[Path, list[bytes]]:
    """The same, to be spoilt."""
    shutil.copytree(lived[0].parent, tmp_path / "copy")
    return tmp_path / "copy" / lived[0].name, lived[1]


def test_a_journal_gives_the_events_of_the_live_run_byte_for_byte(lived: tuple[Path, list[bytes]]) -> None:
    config, live = lived
    assert phases(live) == ["opened", "updated", "cleared"]
    assert b"the camera does not answer" in b"".join(live)
    again, summary = replayed(config)
    assert told(again) == told(live)
    assert summary.events == len(live)
    assert summary.observations >= 95
    assert summary.film_s == 19.8
    assert b'"evidence":[{' in again[0]  # the picture that was made then
    assert replayed(config)[0] == again


def test_a_journal_holds_boxes_and_nothing_of_a_person_but_the_ground_it_hides(
    lived: tuple[Path, list[bytes]],
) -> None:
    folder = lived[0].parent / "journal"
    seen = [entry for entry in read(folder, "cam-1") if isinstance(entry, Observation)]
    assert any(look.hidden for look in seen)
    assert {sighting.label for look in seen for sighting in look.sightings} == {"car"}
    (segment,) = segments(folder / "cam-1")
    sections = [blocks.inflated(b.body) for b in read_blocks(segment) if isinstance(b, blocks.Block)]
    assert b'"vehicle"' in b"".join(sections)
    assert b"person" not in b"".join(sections)
    assert sum(map(len, sections)) < 1000 * len(seen)  # a picture would be a hundred times that


@pytest.mark.parametrize(("place", "after"), [("before_commit", 0), ("after_commit", 8)])
def test_a_run_that_was_killed_and_went_on_is_one_story(
    place: str, after: int, lived: tuple[Path, list[bytes]], config: Path
) -> None:
    look = round((parse(lived[1][0]).time.timestamp() - START) * 5) + after
    folder = config.parent
    words = [sys.executable, "-m", "tests.journaled", str(folder), place, str(look)]
    assert subprocess.run(words, check=False).returncode == -signal.SIGKILL
    watch = Watch(config, Journal(folder / "journal", JournalSettings()), moved=(5000.0, 3.0))
    committed = len(watch.events())
    assert committed == (0 if place == "before_commit" else 1 + bool(after))
    watch.run(first=4 if place == "before_commit" else look)
    live = watch.events()
    watch.close()
    again, _ = replayed(config)
    assert told(again) == told(live)
    assert phases(live).count("opened") == 1


def test_any_segment_is_a_beginning(
    config: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(writer, "HOUR_S", 2.0)
    monkeypatch.setattr(writer, "SHORTEST_S", 0.0)
    watch = Watch(config, journal)
    watch.run()
    live = watch.events()
    watch.close()
    found = segments(config.parent / "journal" / "cam-1")
    assert len(found) == 10
    caplog.clear()
    assert told(replayed(config)[0]) == told(live)
    for segment in found:
        again, _ = replayed(config, since=segment.start)
        assert told(again) == [event for event in told(live) if event[2] >= str(utc(segment.start))]
    assert "replay:" not in caplog.text
    body = bytearray(found[3].path.read_bytes())  # its begin: the state at hand then lacks what it held
    body[200] ^= 0xFF
    found[3].path.write_bytes(body)
    after = str(utc(found[4].start))
    again, _ = replayed(config)
    assert [event for event in told(again) if event[2] >= after] == [e for e in told(live) if e[2] >= after]
    assert f"{found[4].name}: 10 observations are missing before it" in caplog.text


def test_a_time_in_the_middle_gives_the_events_from_then_to_then(lived: tuple[Path, list[bytes]]) -> None:
    config, live = lived
    times = [parse(line).time.timestamp() for line in live]
    again, _ = replayed(config, since=times[1] - 0.05, until=times[1] + 0.05)
    assert told(again) == told(live)[1:2]


def test_a_damaged_block_is_told_and_the_rest_is_replayed(
    copied: tuple[Path, list[bytes]], caplog: pytest.LogCaptureFixture
) -> None:
    config, _ = copied
    before = replayed(config)[1].observations
    (segment,) = segments(config.parent / "journal" / "cam-1")
    body = bytearray(segment.path.read_bytes())
    body[len(body) // 2] ^= 0xFF
    segment.path.write_bytes(body)
    caplog.clear()
    _, summary = replayed(config)
    assert before - 12 <= summary.observations < before
    assert re.search(r"replay: cam-1/\S+: a block is damaged: \d+ bytes at \d+ are passed over", caplog.text)


def test_another_configuration_judges_with_its_own_zones_and_says_so(
    copied: tuple[Path, list[bytes]], caplog: pytest.LogCaptureFixture
) -> None:
    config, live = copied
    settings = yaml.safe_load(config.read_text())
    settings["sources"][0]["zones"][0]["rules"][0]["dwell"] = "5s"
    config.write_text(yaml.safe_dump(settings))
    again, _ = replayed(config)
    assert phases(again) == ["opened", "cleared"]
    first, then = (parse(next(line for line in lines if b"opened" in line)).time for lines in (live, again))
    assert 1.0 <= (then - first).total_seconds() <= 1.6
    assert "today's zones and rules judge it" in caplog.text
    sha = load(config).sha256
    assert all(json.loads(line)["data"]["audit"]["configuration"] == sha for line in again)


def test_another_software_is_said(
    copied: tuple[Path, list[bytes]], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edge.assembly.SOFTWARE", "gewu-9")
    again, _ = replayed(copied[0])
    assert re.search(r"was written by gewu-\S+ and is judged by gewu-9", caplog.text)
    assert {json.loads(line)["data"]["audit"]["software"] for line in again} == {"gewu-9"}


@pytest.mark.parametrize(
    ("camera", "words"),
    [
        ("cam-9", "--camera cam-9: is not in the configuration; known are cam-1"),
        ("cam-1", "holds no journal"),
    ],
)
def test_what_cannot_be_replayed_is_said(camera: str, words: str, config: Path) -> None:
    folder = config.parent / "journal" / "cam-7"
    if camera == "cam-9":
        folder.mkdir(parents=True)
        (folder / "00000001-20260301T080000Z.gwj").write_bytes(b"")
    with pytest.raises(ReplayError, match=re.escape(words)):
        replayed(config, camera=camera)
    assert not (config.parent / "again.jsonl").exists()


def test_a_source_without_a_journal_and_a_journal_without_a_source_are_said(config: Path) -> None:
    folder = config.parent / "journal" / "cam-7"
    folder.mkdir(parents=True)
    (folder / "00000001-20260301T080000Z.gwj").write_bytes(b"")
    with pytest.raises(ReplayError, match="--camera cam-1: has no journal here; cam-7 have"):
        replayed(config, camera="cam-1")
    with pytest.raises(ReplayError, match="holds cam-7, none is configured"):
        replayed(config)


def test_a_journal_of_another_version_is_refused(config: Path) -> None:
    folder = config.parent / "journal" / "cam-1"
    folder.mkdir(parents=True)
    (folder / "00000001-20260301T080000Z.gwj").write_bytes(b"gewu-journal\x07")
    with pytest.raises(ReplayError, match="is a journal of version 7; this software reads version 1"):
        replayed(config)


def test_times_of_the_command_line() -> None:
    assert moment("--from", None) is None
    assert moment("--from", "2026-03-01T08:00:00Z") == moment("--from", "2026-03-01T16:00:00+08:00")
    for text in ("yesterday", "2026-03-01T08:00:00", "12"):
        with pytest.raises(
            ReplayError, match=f"--until {text}: is no time; one is written 2026-03-01T08:00:00Z"
        ):
            moment("--until", text)
