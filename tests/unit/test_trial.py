"""Backtests: what other zones would have told beside what runs, drafts that are wrong, what is kept of it."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from broker.asks import Supposed, Variant
from broker.settings import SettingsError
from edge.asked.beforehand import Beforehand
from edge.cli import main
from edge.hours import ALWAYS
from edge.journal import JournalSettings
from edge.journal.keeping import beside, tidy
from edge.journal.segments import named, segments
from edge.rungs import GATES
from edge.schedule import Schedule, ScheduleSettings
from edge.trial.backtest import Backtest, Result
from edge.trial.beforehand import walk_ahead
from edge.trial.draft import NOW, Tryable, of_variant
from edge.trial.shelf import Shelf
from edge.trial.walking import Walker
from tests.docs import ROOT
from tests.drawn import Life, configured
from tests.nodes import until
from tests.replays.looks import UTC_MINUS_T
from tests.unit.test_trial_ladder import ZONES, street

PARKING = {"kind": "dwell", "incident": "illegal_parking", "queue": "ignore"}
SHORTER = [{**ZONES[0], "rules": [{**PARKING, "dwell": "30s"}]}]
LONGER = [{**ZONES[0], "rules": [{**PARKING, "dwell": "100s"}]}]
RENAMED = [{**ZONES[0], "id": "new-name"}]
ELSEWHERE = [{**ZONES[0], "polygon": [[0.5, 0.0], [0.9, 0.0], [0.9, 0.2]], "rules": [*ZONES[0]["rules"]]}]
ELSEWHERE[0]["rules"].append({"kind": "left", "incident": "exposed_garbage", "dwell": "20s"})


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("street")
    life = Life(folder, configured(folder, ZONES))
    life.see(street())
    life.close()
    return folder


def now_of(folder: Path) -> Tryable:
    configuration = configured(folder, ZONES)
    return Tryable(NOW, configuration.settings.sources[0], configuration.sha256)


def tried(folder: Path, **variants: list[dict[str, Any]]) -> Result:
    now = now_of(folder)
    given = [
        of_variant(Variant.model_validate({"id": k, "zones": z}), now.source) for k, z in variants.items()
    ]
    walk = Shelf(folder / "past").walk
    since, until = UTC_MINUS_T, UTC_MINUS_T + 120.0
    return Backtest(folder / "journal", now, [now, *given], since, until, walk).run()


def of(result: Result, variant: str) -> list[Supposed]:
    return [one for one in result.situations if one.variant == variant]


def test_variants_are_told_beside_what_runs(lived: Path) -> None:
    found = tried(lived, shorter=SHORTER, longer=LONGER, renamed=RENAMED)
    (live,) = of(found, "now")
    assert (live.kind, live.zone, live.label, live.same) == ("illegal_parking", "kerb", "car", live.situation)
    assert [reason.code for reason in live.reasons[:3]] == ["in_zone", "dwelt", "observed"]
    assert live.cleared is None
    stays, goes = of(found, "shorter")
    assert (stays.same, goes.same) == (live.situation, None)  # one more, which is no live one
    assert goes.cleared is not None
    assert [reason.code for reason in goes.reasons][-1] == "empty"
    assert stays.opened < live.opened
    (later,) = of(found, "longer")
    assert (later.same, later.opened > live.opened) == (live.situation, True)
    (other,) = of(found, "renamed")
    assert other.situation != live.situation
    assert other.same == live.situation
    assert {one.variant: one.by_kind for one in found.trial.tried}["shorter"] == {"illegal_parking": 2}
    assert (found.trial.looks, found.trial.film_s) == (240, 119.5)


def test_what_the_eyes_did_not_look_at_is_said(lived: Path) -> None:
    warnings = tried(lived, elsewhere=ELSEWHERE).trial.tried[1].warnings
    assert [reason.code for reason in warnings] == ["ground_not_watched", "not_looked_closely"]


def test_a_draft_is_checked_as_a_configuration_is(lived: Path) -> None:
    wrong = [{**ZONES[0], "polygon": [[0, 0], [1, 1], [1, 0], [0, 1]]}, {**ZONES[0], "rules": []}]
    with pytest.raises(SettingsError) as told:
        tried(lived, wrong=wrong)
    where = [(fault.where, fault.what[:27]) for fault in told.value.faults]
    assert where == [
        ("zones[0].polygon", "the outline crosses or touc"),
        ("zones[1].id", "'kerb' is the id of [0] alr"),
        ("zones[1].rules", "a zone needs at least one r"),
    ]


def test_what_is_kept_is_the_same_and_goes_with_its_segment(lived: Path, tmp_path: Path) -> None:
    (segment,) = segments(lived / "journal" / "cam")
    shelf, kept = Shelf(tmp_path), tmp_path / "cam" / f"{segment.path.stem}.past"
    made, read = shelf.walk(segment), shelf.walk(segment)
    assert kept.exists()
    fresh = Walker("cam").walk(segment)
    for index in range(len(fresh)):
        assert fresh.places(index) == made.places(index) == read.places(index)
        assert fresh.look(index) == read.look(index)
    assert (read.end, read.notes, read.vocabulary) == (fresh.end, fresh.notes, fresh.vocabulary)
    body = bytearray(kept.read_bytes())
    body[len(body) // 2] ^= 0xFF
    kept.write_bytes(body)
    assert shelf.walk(segment).places(200) == fresh.places(200)
    shelf.tidy(lived / "journal")
    assert kept.exists()
    Shelf(tmp_path, most_mb=0.0001).tidy(lived / "journal")
    assert not kept.exists()
    shelf.walk(segment)
    shelf.tidy(tmp_path / "another")
    assert not kept.exists()


def later(journal: Path, source: str = "cam") -> None:
    """The next segment is being written already."""
    (segment,) = segments(journal / source)
    shutil.copy(segment.path, segment.path.with_name(named(segment.index + 1, segment.start + 3600.0)))


def test_closed_segments_are_walked_before_anybody_asks(lived: Path, tmp_path: Path) -> None:
    journal, past = tmp_path / "journal", tmp_path / "past"
    shutil.copytree(lived / "journal", journal)
    assert walk_ahead(journal, Shelf(past)) == 0, "it may still be written"
    later(journal)
    assert walk_ahead(journal, Shelf(past, most_mb=0.0)) == 0, "there is no room"
    assert walk_ahead(journal, Shelf(past)) == 1
    first, _ = segments(journal / "cam")
    kept = beside(first.path)
    made = kept.stat().st_mtime_ns
    assert walk_ahead(journal, Shelf(past)) == 0
    assert kept.stat().st_mtime_ns == made
    (past / "made_by").write_text("1.0 other software")
    assert walk_ahead(journal, Shelf(past)) == 1
    kept.unlink()
    first.path.write_bytes(first.path.read_bytes()[:3])
    assert walk_ahead(journal, Shelf(past)) == 0, "a trial says what is wrong with it"


def test_a_node_has_its_journal_walked(lived: Path, tmp_path: Path) -> None:
    shutil.copytree(lived / "journal", tmp_path / "journal")
    later(tmp_path / "journal")
    (first, _) = segments(tmp_path / "journal" / "cam")
    beforehand = Beforehand(lambda: tmp_path / "journal", first_s=0.0)
    beforehand.start()
    until(beside(first.path).exists)
    beforehand.stop()


def test_a_segment_that_ages_takes_what_was_made_of_it_along(lived: Path, tmp_path: Path) -> None:
    shutil.copytree(lived / "journal", tmp_path / "journal")
    (segment,) = segments(tmp_path / "journal" / "cam")
    Shelf(tmp_path / "past").walk(segment)
    assert beside(segment.path).exists()
    settings = JournalSettings.model_validate({"keep": "1h"})
    assert tidy(tmp_path / "journal", settings, segment.path.stat().st_mtime + 7200.0) == [segment.path]
    assert not beside(segment.path).exists()


def test_the_command_line_tells_both(lived: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    draft = tmp_path / "shorter.yaml"
    draft.write_text(yaml.safe_dump({"zones": SHORTER}))
    place = [str(lived / "edge.yaml"), "--camera", "cam", "--journal", str(lived / "journal")]
    period = ["--from", "2026-05-28T20:26:40Z", "--until", "2026-05-28T20:28:40Z"]
    assert main(["trial", *place, "--zones", str(draft), *period]) == 0
    told = capsys.readouterr().out
    assert "shorter: 2 situations (2 illegal_parking)" in told
    assert re.search(r"new +illegal_parking at kerb \(car\)", told)
    assert main(["why", *place, "--at", "2026-05-28T20:28:40Z"]) == 0
    told = capsys.readouterr().out
    assert re.search(r"x footprint +only 3[78]% of its footprint is in zone kerb, 50% needed", told)
    assert main(["why", *place, "--at", "2026-05-28T20:28:40Z", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["candidates"]) == 5
    draft.write_text("zones: 3")
    assert main(["trial", *place, "--zones", str(draft)]) == 2
    assert main(["trial", *place[:1], "--camera", "cam-9", *place[3:]]) == 2
    assert main(["why", *place, "--at", "noon"]) == 2


def test_hours_say_up_to_when_they_stay() -> None:
    settings = ScheduleSettings.model_validate({"timezone": "UTC", "spans": [{"hours": "08:00-12:00"}]})
    schedule, day = Schedule(settings), 1_780_012_800.0  # midnight
    assert schedule.unchanged(day) == day + 8 * 3600
    assert schedule.unchanged(day + 8 * 3600) == day + 12 * 3600
    assert schedule.unchanged(day + 13 * 3600) == day + 32 * 3600
    assert ALWAYS.unchanged(day) == float("inf")


def test_the_page_tells_every_gate() -> None:
    page = (ROOT / "docs" / "trial.md").read_text(encoding="utf-8")
    assert dict(re.findall(r"^\| `(\w+)` \| (whether [^|]+?) \|", page, re.M)) == dict(GATES)
