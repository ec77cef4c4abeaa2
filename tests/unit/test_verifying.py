"""`verify` at a node: pictures, the real network, ledger, rules, masking and outbox; only time is made."""

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from broker.events import SceneVerified, parse
from broker.fields import utc
from broker.messages import Receipt, Scene, SourceAbout, SourceReport, Verify
from edge import verifications
from edge.damage import Repair
from edge.drafts import Stamped
from edge.housekeeping import Housekeeping
from edge.intake import Clocks
from edge.verifications import MOST_OPEN, Asked
from edge.wing import Wanted
from tests.corner import UTC, Corner, codes
from tests.corner import Scene as Shown
from tests.street import CAR

EMPTY = Shown(car=None)


def far() -> Scene:
    """What another node has found."""
    point = {"type": "Point", "coordinates": (116.7, 39.5)}
    location = {"geometry": point, "accuracy_m": 5.0, "method": "calibrated"}
    return Scene.model_validate({"situation": "s-far", "kind": "illegal_parking", "location": location})


@pytest.fixture(scope="module")
def stood(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a node keeps once a car has stood there for half a minute, and is told."""
    folder = tmp_path_factory.mktemp("stood")
    made = Corner(folder)
    made.watch(24, Shown())
    made.close()
    return folder


@pytest.fixture
def corner(stood: Path, tmp_path: Path) -> Iterator[Corner]:
    """A node that goes on from there, and has seen the car again."""
    shutil.copytree(stood, tmp_path, dirs_exist_ok=True)
    made = Corner(tmp_path, begun=24.0, within="30s")
    made.watch(2, Shown())
    yield made
    made.close()


def events(corner: Corner) -> list[Stamped]:
    """The answers, as they are stored."""
    return [event for event in corner.told if isinstance(parse(event.body).data, SceneVerified)]


def ended(corner: Corner) -> str:
    """The situation, once the car has left."""
    corner.watch(14, EMPTY)
    assert len(corner.incidents("cleared.v1")) == 1
    return corner.situation()


def test_a_car_that_stays_is_occupied_within_seconds_with_a_masked_picture(corner: Corner) -> None:
    corner.ask(corner.situation())
    assert corner.post.interval_s == 0.0
    corner.serve()
    assert corner.post.interval_s == 0.2  # its ordinary pace, which is faster than a check wants
    answer, took = corner.until_answered(Shown())
    assert (answer.outcome, codes(answer)) == ("occupied", ["still_there"])
    assert took <= 3.0
    (picture,) = answer.evidence
    assert (picture.role, picture.masked) == ("after", True)
    assert corner.store.get(picture.sha256) is not None
    assert picture.sha256 in {upload.sha256 for upload in corner.outbox.uploads()}
    assert corner.open_asks() == []
    assert (len(corner.pipeline._answering), corner.pipeline._answering._until) == (0, {})


def test_a_car_that_leaves_is_clear_when_its_rule_says_so_and_again_later(corner: Corner) -> None:
    corner.ask(corner.situation())
    answer, took = corner.until_answered(EMPTY)
    assert (answer.outcome, codes(answer)) == ("clear", ["seen_empty", "empty"])
    assert took <= 12.0
    corner.ask(corner.situation(), name="v-2")
    answer, took = corner.until_answered(EMPTY)
    assert (answer.outcome, codes(answer)) == ("clear", ["seen_empty", "ended"])
    assert took <= 12.0
    assert [evidence.role for evidence in answer.evidence] == ["after"]


def test_another_car_on_the_same_ground_is_told_as_that(corner: Corner) -> None:
    situation = ended(corner)
    corner.ask(situation)
    answer, _ = corner.until_answered(Shown(car=(CAR[0] + 5, CAR[1], CAR[2] + 5, CAR[3])))
    assert (answer.outcome, codes(answer)) == ("occupied", ["another_there", "ended"])


def test_a_place_behind_something_waits_and_is_clear_once_it_has_gone(corner: Corner) -> None:
    situation = ended(corner)
    corner.ask(situation)
    corner.watch(12, Shown(car=None, veil=True))
    assert corner.answers() == []
    answer, _ = corner.until_answered(EMPTY)
    assert answer.outcome == "clear"


@pytest.mark.parametrize(
    ("scene", "why"),
    [
        (Shown(car=None, veil=True), {"occluded"}),
        (Shown(car=None, dark=True), {"image_too_dark", "doubtful"}),
        (Shown(car=None, turned=True), {"global_scene_change", "doubtful"}),
    ],
)
def test_what_cannot_be_seen_is_not_told_clear(corner: Corner, scene: Shown, why: set[str]) -> None:
    situation = ended(corner)
    corner.ask(situation)
    answer, took = corner.until_answered(scene)
    assert answer.outcome == "not_seen"
    assert codes(answer)[0] in why
    assert codes(answer)[-1] == "tried"
    assert 30.0 <= took <= 32.0


def test_a_source_that_gives_no_pictures_is_answered_by_the_clock(corner: Corner) -> None:
    corner.ask(corner.situation())
    corner.serve()
    corner.at += 34.0
    corner.serve()
    assert corner.answers() == []
    corner.at += 1.0
    corner.serve()
    (answer,) = corner.answers()
    assert (answer.outcome, codes(answer), answer.evidence) == ("not_seen", ["no_pictures", "tried"], [])


def test_a_frozen_picture_is_never_clear(corner: Corner) -> None:
    situation = ended(corner)
    one = EMPTY.picture(3)

    class Frozen(Shown):
        def picture(self, index: int) -> np.ndarray:
            return one

    corner.ask(situation)
    answer, _ = corner.until_answered(Frozen())
    assert answer.outcome == "not_seen"


def test_the_same_command_is_answered_once_and_its_answer_goes_once_more(corner: Corner) -> None:
    situation = corner.situation()
    assert not corner.ask(situation, situation)
    assert not corner.ask(situation)
    corner.until_answered(Shown())
    assert not corner.ask(situation)  # its answer waits for its receipt and is sent anyway
    (event,) = events(corner)
    receipt = Receipt(id=event.id, status="committed", sha256=event.sha256)
    corner.outbox.receive([receipt], UTC + corner.at)
    for picture in corner.answers()[0].evidence:
        corner.outbox.uploaded(picture.sha256, UTC)
    assert corner.ask(situation)
    assert [again.id for again in corner.outbox.again(("", -1), 10)] == [event.id]
    corner.watch(10, Shown())
    assert events(corner) == [event]
    waiting = len(corner.outbox.uploads())
    corner.outbox.receive([receipt], UTC + corner.at)
    assert len(corner.outbox.uploads()) == waiting + 1  # a centre that lost the answer lost its picture too


def test_what_was_not_answered_is_looked_at_after_a_restart(corner: Corner, tmp_path: Path) -> None:
    situation = corner.situation()
    corner.ask(situation, "s-nowhere")
    corner.watch(1, Shown())
    corner.close()
    later = Corner(tmp_path, begun=corner.at + 20.0, within="30s")
    assert [one.situation for one in later.open_asks()] == [situation]
    answer, _ = later.until_answered(Shown())
    assert (answer.situation, answer.outcome) == (situation, "occupied")
    later.ask(situation)
    later.watch(5, Shown())
    assert len(later.answers()) == 1
    later.close()


def test_what_is_overdue_after_a_restart_is_looked_for_all_the_same(corner: Corner, tmp_path: Path) -> None:
    corner.ask(corner.situation())
    corner.close()
    later = Corner(tmp_path, begun=corner.at + 5000.0, within="5m")
    answer, took = later.until_answered(Shown(car=None, veil=True))
    assert (answer.outcome, codes(answer)[0]) == ("not_seen", "occluded")
    assert 60.0 <= took <= 62.0
    later.close()


@dataclass
class Above:
    """Takes every scene that says where it is, and answers some other day."""

    wanted: list[Wanted] = field(default_factory=list)
    over = False
    trouble = None

    def start(self, saved: Mapping[str, bytes]) -> None: ...

    def stop(self) -> None: ...

    def about(self) -> list[SourceAbout]:
        return []

    def report(self) -> list[SourceReport]:
        return []

    def verify(self, wanted: Wanted) -> bool:
        self.wanted.append(wanted)
        return wanted.scene is not None


def test_places_that_others_found_go_to_who_looks_from_above_again_after_a_restart(
    corner: Corner, tmp_path: Path
) -> None:
    mine = corner.situation()
    corner.close()
    until = utc(UTC + 86_400)
    wanted = []
    for _ in range(2):
        above = Above()
        later = Corner(tmp_path, begun=corner.at + 20.0, wings=[above])
        if not wanted:
            command = Verify(id="v-1", situations=["s-far", mine, "s-strange"], scenes=[far()], until=until)
            later.verifying.asked(command)
        wanted.append([(one.asked.situation, one.scene, one.asked.until) for one in above.wanted])
        later.close()
    in_a_day = UTC + 86_400
    assert wanted[0] == [("s-far", far(), in_a_day), ("s-strange", None, in_a_day)]
    assert wanted[1] == wanted[0][:1]


def test_situations_that_cannot_be_looked_at_are_answered_at_once(corner: Corner) -> None:
    corner.verifying.asked(Verify(id="v-1", situations=["s-unknown", "s-far"], scenes=[far()]))
    assert {(a.situation, a.outcome, *codes(a)) for a in corner.answers()} == {
        ("s-unknown", "not_in_view", "unknown_situation"),
        ("s-far", "not_in_view", "not_calibrated"),
    }
    (event,) = events(corner)
    assert event.subject == "edge-01"


def test_the_one_source_that_is_to_look_is_known_over_a_restart(corner: Corner, tmp_path: Path) -> None:
    situation, camera = corner.situation(), corner.source.id
    corner.verifying.asked(Verify(id="v-1", situations=[situation], source="drone-9"))
    (answer,) = corner.answers()
    assert (answer.outcome, codes(answer)) == ("not_in_view", ["other_source"])
    corner.verifying.asked(Verify(id="v-2", situations=[situation], source=camera))
    corner.close()
    later = Corner(tmp_path, begun=corner.at + 5.0, within="30s")
    assert [(one.command, one.source) for one in later.open_asks()] == [("v-2", camera)]
    later.close()


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"source": "cam-9"}, "source_gone"),
        ({"version": "0000000000"}, "zone_changed"),
        ({"rule": "left"}, "rule_gone"),
    ],
)
def test_a_place_that_the_configuration_no_longer_watches_is_not_in_view(
    corner: Corner, changed: dict[str, Any], code: str
) -> None:
    situation = corner.situation()
    old = corner.outbox.within(lambda db: verifications._known(db, situation))
    assert old is not None
    body = type(old)(**{**{n: getattr(old, n) for n in old.__slots__}, **changed}).dump()
    corner.outbox.within(lambda db: db.execute("UPDATE situations SET body = ?", (body,)))
    corner.ask(situation)
    assert [(a.outcome, *codes(a)) for a in corner.answers()] == [("not_in_view", code)]


def test_more_than_is_kept_is_refused_and_may_be_asked_again(corner: Corner) -> None:
    many = [Asked(f"v-{n}", "s-1", False, UTC, UTC + 600.0) for n in range(MOST_OPEN)]
    assert len(corner.outbox.within(lambda db: verifications.ask(db, many, UTC)).new) == MOST_OPEN
    corner.ask(corner.situation(), name="late")
    assert [(a.outcome, *codes(a)) for a in corner.answers()] == [("not_seen", "too_many")]
    corner.outbox.within(lambda db: db.execute("UPDATE asked SET answered = 1.0"))
    corner.ask(corner.situation(), name="late")
    answer, _ = corner.until_answered(Shown())
    assert answer.outcome == "occupied"


def test_what_nobody_will_ask_about_is_forgotten(corner: Corner) -> None:
    situation = ended(corner)
    corner.ask("s-nowhere")
    clocks = Clocks(lambda: corner.at, lambda: UTC + corner.at)
    tidy = Housekeeping(corner.outbox, corner.intake, clocks, 1e9).tidy
    tidy()
    assert corner.outbox.within(lambda db: verifications._known(db, situation)) is not None
    assert rows(corner, "asked") == 1
    corner.at += verifications.KNOWN_S + 60.0
    tidy()
    assert (rows(corner, "situations"), rows(corner, "asked")) == (0, 0)


def test_a_damaged_outbox_costs_neither_situations_nor_what_was_asked(corner: Corner) -> None:
    situation = corner.situation()
    corner.ask(situation)
    nobody = (7, "text", "x", None)  # as a page that was spoilt may read
    corner.outbox.within(lambda db: db.execute("CREATE TABLE old AS SELECT * FROM situations"))
    corner.outbox.within(lambda db: db.execute("DROP TABLE situations"))
    corner.outbox.within(lambda db: db.execute("ALTER TABLE old RENAME TO situations"))
    corner.outbox.within(lambda db: db.execute("INSERT INTO situations VALUES (?, ?, ?, ?)", nobody))
    corner.outbox.damaged = "a page is spoilt"
    clocks = Clocks(lambda: corner.at, lambda: UTC + corner.at)
    Repair(corner.outbox, clocks, lambda: "bbbb").renew()
    assert corner.stories == [situation]
    assert [one.situation for one in corner.open_asks()] == [situation]
    answer, _ = corner.until_answered(Shown())
    assert answer.outcome == "occupied"
    assert corner.open_asks() == []


def rows(corner: Corner, table: str) -> int:
    count = f"SELECT COUNT(*) FROM {table}"  # noqa: S608 - one of ours
    return int(corner.outbox.within(lambda db: db.execute(count).fetchone()[0]))


def test_situations_are_bounded_and_ended_ones_go_first(
    corner: Corner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifications, "MOST_KNOWN", 2)
    open_now = corner.situation()
    insert = "INSERT INTO situations VALUES (?, x'7b7d', ?, ?)"
    for name, told, over in (("s-old-open", 1.0, 0), ("s-ended", 1e12, 1), ("s-ended-too", 1e11, 1)):
        corner.outbox.within(lambda db, row=(name, told, over): db.execute(insert, row))
    corner.outbox.within(lambda db: verifications.forget(db, UTC))
    names = corner.outbox.within(lambda db: db.execute("SELECT situation FROM situations").fetchall())
    assert sorted(name for (name,) in names) == sorted([open_now, "s-old-open"])


def test_an_answer_whose_picture_cannot_be_made_goes_without(
    corner: Corner, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    corner.pipeline._answering._camera = broken  # type: ignore[assignment]
    corner.ask(corner.situation())
    answer, _ = corner.until_answered(Shown())
    assert (answer.outcome, codes(answer)) == ("occupied", ["still_there", "picture_failed"])
    assert answer.evidence == []


def test_a_heap_is_judged_by_its_ground(tmp_path: Path) -> None:
    rule = {"kind": "left", "incident": "exposed_garbage", "dwell": "20s"}
    corner = Corner(tmp_path, rule=rule, within="60s")
    heap = Shown(car=None, heap=True)
    corner.watch(25, EMPTY)
    corner.watch(45, heap)
    corner.ask(corner.situation())
    answer, _ = corner.until_answered(heap)
    assert (answer.outcome, codes(answer)) == ("occupied", ["still_there"])
    corner.ask(corner.situation(), name="v-2")
    answer, _ = corner.until_answered(EMPTY)
    assert (answer.outcome, codes(answer)) == ("clear", ["seen_empty", "ground_clean"])
    corner.ask(corner.situation(), name="v-3")
    answer, _ = corner.until_answered(EMPTY)
    assert (answer.outcome, codes(answer)) == ("clear", ["seen_empty", "ended"])
    corner.ask(corner.situation(), name="v-4")
    answer, _ = corner.until_answered(heap)
    assert (answer.outcome, codes(answer)) == ("occupied", ["another_there", "ended"])
    corner.close()


def test_a_command_is_answered_until_the_time_it_says_and_refused_after_it(corner: Corner) -> None:
    situation = ended(corner)
    for name, left in (("soon", 4.0), ("late", -90.0)):
        until = utc(UTC + corner.at + left)
        corner.verifying.asked(Verify(id=name, situations=[situation], until=until))
    assert [(a.outcome, *codes(a)) for a in corner.answers()] == [("not_seen", "command_too_old")]
    answer, took = corner.until_answered(EMPTY)
    assert (answer.outcome, codes(answer)) == ("not_seen", ["not_long_enough", "tried"])
    assert 4.0 <= took <= 6.0
