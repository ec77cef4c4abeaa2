"""Left things over what a day brings."""

import io

import cv2
import numpy as np
import pytest

from edge.perception.statics import Statics, StaticSettings
from tests.unit.test_statics import (
    GROUND,
    HEAP,
    SIZE,
    SPOT,
    SPOT_BOX,
    UTC_MINUS_T,
    WHOLE,
    Eye,
    Grey,
    put_down,
    texture,
    with_heap,
)


def test_ground_under_a_box_is_never_learnt_nor_kept() -> None:
    """Whoever stands there from the start is in no reference, and the place is learnt when it is free."""
    eye = Eye(put_down(0, 60))
    eye.until(60, boxes=[SPOT_BOX])
    with np.load(io.BytesIO(eye.statics.dump())) as kept:
        assert not kept["fine0"][22:30, 32:46].any()
        assert kept["fine0"][40:50, 50:90].any()
        assert np.ptp(kept["level0"][11:15, 16:23]) == 0

    eye.until(100)
    eye.scene = put_down(100)
    assert eye.until(125)[0].verdict == "left"
    assert "removed" not in eye.verdicts


def test_a_restart_changes_nothing() -> None:
    eye = Eye(put_down(30))
    before = eye.until(70)[0]
    again = Eye(put_down(30), t=1000.0)
    again.statics.restore(eye.statics.dump(), 1000.0, UTC_MINUS_T + 75)
    again.scene = lambda t: with_heap(GROUND)
    after = again.until(1010)[0]

    assert (after.id, after.verdict, after.state) == (before.id, "left", "settled")
    assert after.since == pytest.approx(1000 - 75 + 30, abs=0.01)
    assert after.seen_s >= before.seen_s
    again.scene = lambda t: GROUND
    again.until(1020)
    assert [(r.id, r.state) for _, r in again.said][-1] == (before.id, "gone")


def test_a_second_restart_before_anything_is_seen_changes_nothing() -> None:
    eye = Eye(put_down(30))
    before = eye.until(70)[0]
    dark, again = Eye(put_down(30), t=1000.0), Eye(lambda t: with_heap(GROUND), t=0.0)
    dark.statics.restore(eye.statics.dump(), 1000.0, UTC_MINUS_T + 75)
    dark.until(1010, trusted=False)
    again.statics.restore(dark.statics.dump(), 0.0, UTC_MINUS_T + 95)
    after = again.until(5)[0]

    assert after.id == before.id
    assert after.since == pytest.approx(30 - 95, abs=0.01)


def test_a_clock_that_went_back_over_a_restart_lets_no_time_pass() -> None:
    eye, again = Eye(put_down(30)), Eye(lambda t: with_heap(GROUND), t=1000.0)
    before = eye.until(70)[0]
    again.statics.restore(eye.statics.dump(), 1000.0, UTC_MINUS_T - 86400.0)
    after = again.until(1005)[0]

    assert after.id == before.id
    assert after.since == pytest.approx(1000 - 69 + 30, abs=0.01)


def test_what_was_put_down_during_a_restart_is_found() -> None:
    eye = Eye()
    eye.until(40)
    again = Eye(lambda t: with_heap(GROUND))
    again.statics.restore(eye.statics.dump(), 0.0, UTC_MINUS_T + 600)

    assert again.until(22)[0].verdict == "left"


@pytest.mark.parametrize("wrong", [b"x", b"PK\x03\x04nothing", "cut", "other"])
def test_what_is_no_dump_is_refused(wrong: bytes | str) -> None:
    eye = Eye()
    eye.until(20)
    dump = eye.statics.dump()
    data = {"cut": dump[: len(dump) // 2], "other": dump.replace(b"about", b"abort")}.get(str(wrong), wrong)
    assert isinstance(data, bytes)

    with pytest.raises(ValueError, match="no dump of left things"):
        Eye().statics.restore(data, 0.0, 0.0)


def test_before_anything_is_known_the_dump_is_empty_and_taken_back() -> None:
    eye = Eye()
    assert eye.statics.dump() == b""
    eye.statics.restore(b"", 0.0, 0.0)
    assert eye.until(3) == []


def test_a_heap_that_grows_is_one_region_with_the_first_id() -> None:
    def scene(t: float) -> Grey:
        made = with_heap(GROUND) if t >= 30 else GROUND
        return with_heap(made, (40, 98, 64, 134)) if t >= 70 else made

    eye = Eye(scene)
    before = eye.until(68)[0]
    after = [region for region in eye.until(120) if region.verdict == "left"]

    assert [region.id for region in after] == [before.id]
    assert after[0].area > 1.6 * before.area
    assert any(region.merged for _, region in eye.said)
    assert after[0].since == before.since


def test_what_moves_where_it_stands_is_alive() -> None:
    moods = [texture(seed, (24, 36), 20, 240, 1.5) for seed in range(6)]

    def scene(t: float) -> Grey:
        if t < 30:
            return GROUND
        mixed = 0.65 * HEAP + 0.35 * moods[int(t) % 6]
        return with_heap(GROUND, SPOT, np.asarray(mixed, np.uint8))

    eye = Eye(scene)
    eye.until(150)

    assert "alive" in eye.verdicts
    assert "left" not in eye.verdicts


def test_another_light_gets_a_reference_of_its_own_and_things_outlive_it() -> None:
    night = texture(11, SIZE, 40, 140)

    def scene(t: float) -> Grey:
        return with_heap(night if 80 <= t < 240 else GROUND) if 30 <= t < 300 else GROUND

    eye = Eye(scene)
    before = eye.until(80)[0]
    kept = eye.until(240)
    assert [(r.id, r.verdict) for r in kept] == [(before.id, "left")]
    eye.until(320)

    assert {region.id for _, region in eye.said} == {before.id}
    assert [region.state for _, region in eye.said][-1] == "gone"


def test_a_thing_put_down_in_another_light_is_found_by_its_reference() -> None:
    night = texture(11, SIZE, 40, 140)
    eye = Eye(lambda t: (with_heap(night) if t >= 130 else night) if t >= 30 else GROUND)
    eye.until(130)
    assert eye.said == []

    assert eye.until(155)[0].verdict == "left"


def test_ground_that_is_never_clean_nor_settled_is_learnt_anew() -> None:
    settings = StaticSettings(stale=60.0)
    eye = Eye(
        lambda t: with_heap(GROUND, SPOT, texture(int(t), (24, 36), 20, 240, 1.5)) if t > 30 else GROUND
    )
    eye = Eye(eye.scene, settings=settings)
    eye.until(120)
    eye.scene = lambda t: GROUND
    eye.until(200)

    assert "left" not in eye.verdicts
    assert eye.until(201) == []


def test_never_more_than_32_regions_are_told() -> None:
    street = texture(3, (240, 320), 80, 160)
    littered = street.copy()
    for y in range(12, 240, 40):
        for x in range(12, 320, 40):
            littered[y : y + 10, x : x + 10] = HEAP[:10, :10]
    statics = Statics(StaticSettings(), [WHOLE], "cam")
    counts = []
    for t in range(45):
        picture = street if t < 20 else littered
        said = statics.look(t, t, picture, valid=None, explained=(), trusted=True)
        counts.append(len(said))

    assert max(counts) == 32
    assert all(region.verdict == "left" for region in said)


def test_a_clock_set_back_loses_nothing() -> None:
    eye = Eye(put_down(30))
    before = eye.until(60)[0]
    eye.t, eye.scene = 10.0, lambda t: with_heap(GROUND)
    after = eye.until(20)[0]

    assert after.id == before.id
    assert after.since == pytest.approx(before.since - 49.0)


def test_another_picture_size_starts_anew_and_a_tiny_one_is_passed_over() -> None:
    eye = Eye(put_down(30))
    eye.until(60)
    statics = eye.statics
    larger = np.asarray(cv2.resize(GROUND, (320, 240)), np.uint8)

    for t, grey in ((60.0, larger), (61.0, larger[:12, :12]), (62.0, larger)):
        assert statics.look(t, t, grey, valid=None, explained=(), trusted=True) == ()


def test_without_zones_nothing_is_done() -> None:
    statics = Statics(StaticSettings(), [], "cam")

    assert statics.look(0.0, 0.0, GROUND, valid=None, explained=(), trusted=True) == ()
    assert statics.dump() == b""


def test_things_far_from_every_zone_are_not_judged() -> None:
    eye = Eye(put_down(30))
    eye.statics = Statics(StaticSettings(), [[(0.0, 0.8), (0.2, 0.8), (0.2, 1.0), (0.0, 1.0)]], "cam")

    eye.until(80)

    assert eye.said == []


def test_a_clock_burnt_into_the_picture_is_ignored_where_it_is_named() -> None:
    left, top, right, bottom = SPOT_BOX
    outline = ((left, top), (right, top), (right, bottom), (left, bottom))
    eye = Eye(put_down(30), settings=StaticSettings(ignore=(outline,)))
    eye.until(80)

    assert "left" not in eye.verdicts
