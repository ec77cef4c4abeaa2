"""Clear, occupied or not seen: the decision behind an answer to `verify`, look by look."""

import inspect
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.events import Reason
from edge.checks import Ask, Checks, Known, Look, Verdict, reasons
from edge.checks.check import ABSENT_S, AGAIN_S, Check
from edge.observation import Box, Observation, Proof, Sighting, StaticRegion, View
from edge.places import Place

UTC = 1_700_000_000.0
BOX: Box = (0.4, 0.4, 0.6, 0.6)
BESIDE: Box = (0.1, 0.4, 0.3, 0.6)
NEARER: Box = (0.35, 0.42, 0.65, 0.95)
CLEAN = Proof(ground_since=float("-inf"))
WHY = Reason(code="stopped", text="stands")
EMPTY = Reason(code="empty", text="the place was empty")


def known(rule: str = "dwell", ended: str | None = "empty", **more: Any) -> Known:
    """A situation that was told, and last seen when the looks begin."""
    group = {"dwell": "vehicle", "left": "pile", "cluster": "stall"}[rule]
    what = ("s-1", "cam-1", "illegal_parking", rule, "kerb", "0123456789", group, "car", BOX)
    return replace(Known(*what, UTC - 100.0, UTC, ended), **more)


def car(box: Box = BOX, moving: bool | None = False, group: str = "vehicle") -> Sighting:
    return Sighting(box, 0.8, "car", group, 1, moving)


def place(t: float, *, since: float = -50.0, seen: float | None = None, box: Box = BOX, **more: Any) -> Place:
    """One of the ledger, seen at `t` unless said."""
    last = t if seen is None else seen
    given = Place("p-1", "vehicle", "car", 0.8, box, "confirmed", since, last, 1.0, 1.0, (WHY,))
    return replace(given, **more)


def region(t: float, since: float = -50.0, **more: Any) -> StaticRegion:
    given = StaticRegion("r-1", BOX, 0.02, since, 10.0, 0.9, 0.8, "left", "settled")
    return replace(given, **more)


def seen(*places: Place) -> tuple[Sighting, ...]:
    """What a detector sees of them."""
    return tuple(car(place.box) for place in places)


def look(t: float, *places: Place, sightings: Sequence[Sighting] = (), **more: Any) -> Look:
    """One look, of a good view unless said."""
    about = {name: more.pop(name) for name in ("waiting", "ended", "view_since", "proof") if name in more}
    seen = Observation("cam-1", t, UTC + t, "unknown", 1.3, tuple(sightings), **more)
    return Look(seen, places, **about)


def decided(check: Check, looks: Sequence[Look]) -> tuple[Verdict | None, float]:
    """The first verdict, and when it came."""
    for one in looks:
        if (verdict := check.step(one)) is not None:
            return verdict, one.seen.t
    return None, looks[-1].seen.t


def told(about: Known, looks: Sequence[Look], left_s: float = 60.0) -> tuple[str, str, float]:
    """Outcome, first reason, and when."""
    verdict, t = decided(Check(Ask("v-1", about, left_s)), looks)
    assert verdict is not None
    return verdict.outcome, verdict.reasons[0].code, t


def empty(seconds: float = 70.0, first: float = 0.0, **more: Any) -> list[Look]:
    """Looks a second that show nothing."""
    return [look(first + n, **more) for n in range(int(seconds) + 1)]


def test_what_ended_empty_is_clear_after_ten_seconds_of_empty_looks() -> None:
    assert told(known(), empty()) == ("clear", "seen_empty", AGAIN_S)


def test_what_ended_in_any_other_way_needs_as_long_as_a_detector_may_lose_a_thing() -> None:
    assert told(known(ended="hidden_too_long"), empty()) == ("clear", "seen_empty", ABSENT_S)


def test_an_open_situation_is_never_clear_before_its_own_rule_says_so() -> None:
    assert told(known(ended=None), empty()) == ("not_seen", "not_gone", 60.0)
    ending = [*empty(5), look(6.0, ended={"s-1": EMPTY})]
    check = Check(Ask("v-1", known(ended=None), 60.0))
    verdict, t = decided(check, ending)
    assert verdict is not None
    assert (verdict.outcome, [why.code for why in verdict.reasons], t) == (
        "clear",
        ["seen_empty", "empty"],
        6.0,
    )


def test_an_open_situation_that_its_rule_gives_up_unseen_is_looked_at_further() -> None:
    gone = Reason(code="hidden_too_long", text="covered")
    looks = [*empty(5), look(6.0, ended={"s-1": gone}), *empty(60, 7.0)]
    assert told(known(ended=None), looks) == ("clear", "seen_empty", 46.0)


@pytest.mark.parametrize(
    "between",
    [{"view": View("black"), "trusted": False}, {"hidden": (BOX,)}, {"sightings": (car(),)}],
)
def test_what_its_rule_saw_counts_no_more_after_what_may_have_changed_it(between: dict[str, Any]) -> None:
    covered = look(6.0, ended={"s-1": EMPTY}, hidden=(BOX,))
    later = [look(7.0 + n, **between) for n in range(8)]
    looks = [*empty(5), covered, *later, *empty(40, 15.0)]
    assert told(known(ended=None), looks) == ("clear", "seen_empty", 15.0 + AGAIN_S)


def test_what_the_picture_holds_after_a_long_cover_has_to_last_anew() -> None:
    lies = [look(float(n), regions=(region(float(n)),), proof=CLEAN) for n in range(3)]
    covers = [look(3.0 + n, regions=(region(3.0 + n, state="covered"),), proof=CLEAN) for n in range(20)]
    again = [look(23.0 + n, regions=(region(23.0 + n),), proof=CLEAN) for n in range(4)]
    gone = empty(40, 27.0, proof=CLEAN)
    about = known("left", "ground_clean")
    assert told(about, [*lies, *covers, *again, *gone]) == ("clear", "seen_empty", 27.0 + AGAIN_S)


@pytest.mark.parametrize(("since", "code"), [(-50.0, "still_there"), (30.0, "another_there")])
def test_the_thing_and_another_on_its_ground_are_told_apart_by_when_they_began(
    since: float, code: str
) -> None:
    there = [place(40.0 + n, since=since) for n in range(5)]
    looks = [look(one.last_seen, one, sightings=seen(one)) for one in there]
    assert told(known(), looks) == ("occupied", code, 41.0)


def test_one_look_at_a_thing_is_not_enough() -> None:
    looks = [look(0.0, place(0.0), sightings=(car(),)), *empty(60, 1.0)]
    assert told(known(), looks)[0] == "clear"


def test_what_only_the_picture_holds_is_believed_when_it_lasts() -> None:
    held = [look(float(n), place(float(n))) for n in range(20)]
    assert told(known(), held) == ("occupied", "still_there", 10.0)
    assert told(known(), [*held[:6], *empty(60, 6.0)])[0] == "clear"


def test_a_thing_beside_the_place_or_of_another_group_does_not_occupy_it() -> None:
    for other in ({"box": BESIDE}, {"group": "two_wheeler", "box": (0.55, 0.55, 0.6, 0.6)}):
        looks = [look(float(n), place(float(n), **other)) for n in range(40)]  # type: ignore[arg-type]
        assert told(known(), looks)[:2] == ("clear", "seen_empty")


VIEWS = ("doubtful", "moved", "covered", "blinded", "defocused", "frozen", "black")


@pytest.mark.parametrize("condition", VIEWS)
def test_a_view_that_cannot_be_trusted_says_neither(condition: Any) -> None:
    views = [look(float(n), place(float(n)), view=View(condition), trusted=False) for n in range(70)]
    assert told(known(), views)[0] == "not_seen"


def test_one_look_without_trust_voids_what_was_seen_before() -> None:
    looks = [*empty(9), look(10.0, view=View("doubtful"), trusted=False), *empty(60, 11.0)]
    assert told(known(), looks) == ("clear", "seen_empty", 11.0 + AGAIN_S)


def test_a_view_that_is_not_known_yet_is_never_clear_and_may_be_occupied() -> None:
    settling = View("settling")
    assert told(known(), empty(view=settling))[:2] == ("not_seen", "settling")
    looks = [look(float(n), place(float(n)), sightings=(car(),), view=settling) for n in range(3)]
    assert told(known(), looks)[0] == "occupied"


def test_a_view_or_ground_that_was_learnt_after_the_situation_is_no_proof() -> None:
    assert told(known(), empty(view_since=UTC + 1.0)) == ("not_seen", "view_learnt_anew", ABSENT_S)
    anew = empty(proof=Proof(ground_since=UTC + 1.0))
    assert told(known("left", "ground_clean"), anew) == ("not_seen", "ground_learnt_anew", ABSENT_S)


def test_a_picture_that_stands_still_is_not_clear_before_it_is_known_to_live() -> None:
    still = [look(float(n), proof=Proof(still_s=float(n))) for n in range(30)]
    assert told(known(), [*still, look(30.0)]) == ("clear", "seen_empty", 30.0)
    longer = [look(float(n), proof=Proof(still_s=float(n))) for n in range(70)]
    assert told(known(), longer)[:2] == ("not_seen", "picture_still")


def test_looks_without_the_detector_and_repeated_pictures_count_for_nothing() -> None:
    assert told(known(), empty(looked=False))[:2] == ("not_seen", "detector_busy")
    repeated = Reason(code="picture_repeated", text="the same again")
    assert told(known(), empty(waiting=repeated))[:2] == ("not_seen", "picture_repeated")


@pytest.mark.parametrize(
    "cover",
    [
        {"hidden": ((0.3, 0.3, 0.55, 0.7),)},
        {"view": View("part_covered", blind=((0.0, 0.0, 0.5, 1.0),))},
        {"sightings": (car(NEARER, moving=True),)},
        {"sightings": (car(BOX, group="two_wheeler"),)},
    ],
)
def test_a_place_that_is_covered_all_the_time_is_not_seen(cover: dict[str, Any]) -> None:
    assert told(known(), [look(float(n), **cover) for n in range(70)])[0] == "not_seen"


def test_what_passes_pauses_and_what_stays_for_longer_voids() -> None:
    passing = [look(5.0, hidden=(BOX,)), look(6.0, hidden=(BOX,))]
    assert told(known(), [*empty(4), *passing, *empty(60, 7.0)])[2] == AGAIN_S + 3.0
    staying = [look(5.0 + n, hidden=(BOX,)) for n in range(8)]
    assert told(known(), [*empty(4), *staying, *empty(60, 13.0)])[2] == 13.0 + AGAIN_S


def test_what_stood_before_the_place_all_the_time_does_not_hide_it() -> None:
    beside = (0.35, 0.42, 0.65, 0.95)
    looks = [look(float(n), place(float(n), box=beside), sightings=(car(beside),)) for n in range(40)]
    assert told(known(), looks)[0] == "clear"


def test_a_thing_that_may_stand_there_voids_and_one_the_ledger_misses_waits() -> None:
    flickering = [look(float(n), sightings=(car(moving=None),) if n % 8 == 0 else ()) for n in range(70)]
    assert told(known(), flickering)[0] == "not_seen"
    missed = [look(float(n), place(float(n), seen=-1.0)) for n in range(70)]
    assert told(known(), missed)[:2] == ("not_seen", "not_gone")
    covered = [look(float(n), place(float(n), seen=-1.0, state="occluded")) for n in range(70)]
    assert told(known(), covered)[0] == "not_seen"


def test_left_things_are_judged_by_the_ground() -> None:
    about = known("left", "ground_clean")
    assert told(about, empty(proof=CLEAN)) == ("clear", "seen_empty", AGAIN_S)
    assert told(about, empty())[:2] == ("not_seen", "ground_unknown")
    for since, code in ((-50.0, "still_there"), (30.0, "another_there")):
        lying = [look(40.0 + n, regions=(region(40.0 + n, since),), proof=CLEAN) for n in range(12)]
        assert told(about, lying) == ("occupied", code, 50.0)
    for state, verdict in (("covered", "left"), ("settled", "explained"), ("settled", "young")):
        there = [
            look(float(n), regions=(region(float(n), state=state, verdict=verdict),), proof=CLEAN)
            for n in range(70)
        ]
        assert told(about, there)[0] == "not_seen"
    assert told(known("left", "region_lost"), empty(proof=CLEAN))[:2] == ("not_seen", "ground_learnt_anew")


def things(count: int) -> tuple[Sighting, ...]:
    boxes = [(0.4 + 0.05 * n, 0.5, 0.44 + 0.05 * n, 0.55) for n in range(count)]
    return tuple(Sighting(box, 0.5, "bottle", "thing", n, False) for n, box in enumerate(boxes))


def test_a_stall_is_two_things_and_one_that_is_left_is_none() -> None:
    about = known("cluster", "packed_up")
    assert told(about, [look(float(n), sightings=things(2)) for n in range(5)])[0] == "occupied"
    assert told(about, [look(float(n), sightings=things(1)) for n in range(40)])[0] == "clear"
    people = [look(float(n), hidden=(BOX,)) for n in range(70)]
    assert told(about, people)[:2] == ("not_seen", "occluded")
    assert told(replace(about, ended=None), empty())[:2] == ("not_seen", "not_gone")


def test_looks_that_stop_are_told_as_that_by_the_clock() -> None:
    checks = Checks(2)
    checks.add(Ask("v-1", known(ended=None), 60.0))
    for one in empty(5):
        assert checks.step(one) == []
    verdict = checks.give_up("v-1", "s-1", 60.0)
    assert verdict is not None
    assert [why.code for why in verdict.reasons] == ["no_pictures", "tried"]
    assert verdict.reasons[1].values == {
        "tried_s": 60.0,
        "looks": 6.0,
        "no_pictures_s": 55.0,
        "not_gone_s": 5.0,
    }
    assert len(checks) == 0
    assert checks.give_up("v-1", "s-1", 60.0) is None


def test_a_break_in_the_looks_voids_what_was_seen_before() -> None:
    assert told(known(), [*empty(9), *empty(60, 40.0)]) == ("clear", "seen_empty", 40.0 + AGAIN_S)


def test_commands_share_a_source_fairly_and_take_turns() -> None:
    checks = Checks(2)
    for n in range(4):
        checks.add(Ask("v-1", known(ended=None, situation=f"s-{n}"), 600.0))
    checks.add(Ask("v-2", known(situation="s-late", ended="empty"), 600.0))
    answers = [(v.ask.known.situation, one.seen.t) for one in empty(100) for v in checks.step(one)]
    assert answers == [("s-late", 71.0)]  # after one turn of those that do not come to an end
    assert len(checks.boxes) == 2
    assert len(checks) == 4
    for n in range(4):
        assert checks.give_up("v-1", f"s-{n}", 600.0) is not None
    assert (len(checks), checks.boxes) == (0, ())


def test_what_never_had_its_turn_says_so() -> None:
    checks = Checks(1)
    for n in range(2):
        checks.add(Ask("v-1", known(ended=None, situation=f"s-{n}"), 30.0))
    verdict = checks.give_up("v-1", "s-1", 30.0)
    assert verdict is not None
    assert verdict.reasons[0].code == "no_turn"


def test_what_is_kept_of_a_situation_is_read_again() -> None:
    assert Known.restore(known().dump()) == known()
    for body in (b"[]", b"{}", b'{"box": 3}', b"{"):
        with pytest.raises(ValueError, match=r"."):
            Known.restore(body)


def test_every_reason_is_in_the_page() -> None:
    page = (Path(__file__).parents[2] / "docs" / "edge.md").read_text()
    told = set(re.findall(r'code="(\w+)"', inspect.getsource(reasons))) | set(reasons._PLAIN)
    told |= {reasons.learnt_anew(what).code for what in ("view", "ground")}
    for word in told:
        assert f"`{word}`" in page


KINDS = ("empty", "stands", "passes", "covered", "dark", "busy", "still", "ledger misses")


def made(t: float, what: str) -> Look:
    """A look of this kind."""
    if what == "stands":
        return look(t, place(t), sightings=(car(),))
    if what == "ledger misses":
        return look(t, place(t, seen=-1.0))
    more: dict[str, dict[str, Any]] = {
        "passes": {"sightings": (car(moving=True),)},
        "covered": {"hidden": (BOX,)},
        "dark": {"view": View("black"), "trusted": False},
        "busy": {"looked": False},
        "still": {"proof": Proof(still_s=3.0)},
    }
    return look(t, **more.get(what, {}))


runs = st.lists(
    st.tuples(st.sampled_from(KINDS), st.floats(0.2, 8.0), st.integers(1, 30)), min_size=1, max_size=8
)


@given(runs, st.sampled_from([None, "empty", "outside_zone"]))
def test_no_story_is_clear_or_occupied_without_the_looks_that_say_so(
    story: list[tuple[str, float, int]], ended: str | None
) -> None:
    spans = [dt for _, dt, count in story for _ in range(count)]
    kinds = [what for what, _, count in story for _ in range(count)]
    times = [sum(spans[:n]) for n in range(len(spans))]
    looks = [made(t, what) for t, what in zip(times, kinds, strict=True)]
    about = known(ended=ended)
    verdict, at = decided(Check(Ask("v-1", about, 60.0)), looks)
    assert (verdict, at) == decided(Check(Ask("v-1", about, 60.0)), looks)
    seen = [(t, what) for t, what in zip(times, kinds, strict=True) if t <= at]
    if verdict is None:
        assert at - times[0] < 60.0
    elif verdict.outcome == "occupied":
        assert [what for _, what in seen].count("stands") >= 2
    elif verdict.outcome == "clear":
        assert ended is not None
        assert seen[-1][1] == "empty"
        assert watched_empty(seen) >= (AGAIN_S if ended == "empty" else ABSENT_S) - 0.001
    else:
        assert verdict.reasons[-1].code == "tried"


def watched_empty(seen: list[tuple[float, str]]) -> float:
    """Seconds between empty looks next to each other, since the last that spoke against them."""
    since = max((n for n, (_, what) in enumerate(seen) if what in ("stands", "dark")), default=-1) + 1
    pairs = zip(seen[since:], seen[since + 1 :], strict=False)
    return sum(b[0] - a[0] for a, b in pairs if {a[1], b[1]} <= {"empty", "still"})
