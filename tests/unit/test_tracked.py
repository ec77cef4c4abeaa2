"""Tracks of another system as looks: what stands is shown on, what drives once, and none is kept for ever."""

from dataclasses import replace

from edge.observation import Sighting
from edge.seen import Seen, box_of
from edge.tracked import MOST, SILENT_S, STALE_S, Tracked

CAR = Seen("kerb", None, "car", (0.4, 0.5, 0.5, 0.6), "update", 0.8, "a-1", True, 1.5)


def watch(*seen: Seen, at: float = 0.0) -> Tracked:
    tracked = Tracked("box", "kerb")
    for one in seen:
        tracked.take(one, at)
    return tracked


def shown(tracked: Tracked, t: float) -> tuple[Sighting, ...]:
    return tracked.look(t, 1e9 + t).sightings


def test_what_stands_is_seen_at_every_look() -> None:
    tracked = watch(CAR)

    seen = tracked.look(1.0, 1e9 + 1.0, "synchronised")

    assert (seen.source, seen.t, seen.utc, seen.clock, seen.aspect) == (
        "box",
        1.0,
        1e9 + 1,
        "synchronised",
        1.5,
    )
    assert seen.trusted
    assert seen.sightings == (Sighting((0.4, 0.5, 0.5, 0.6), 0.8, "car", "vehicle", 1, False),)
    assert shown(tracked, 2.0) == seen.sightings


def test_what_drives_is_seen_once_a_message() -> None:
    driving = replace(CAR, standing=False)
    tracked = watch(driving)

    assert len(shown(tracked, 1.0)) == 1
    assert shown(tracked, 2.0) == ()
    tracked.take(driving, 2.5)
    assert len(shown(tracked, 3.0)) == 1


def test_a_track_goes_with_its_end() -> None:
    tracked = watch(CAR)
    tracked.take(replace(CAR, phase="end"), 1.0)
    assert (shown(tracked, 2.0), len(tracked)) == ((), 0)


def test_a_track_that_is_not_heard_of_again_is_forgotten() -> None:
    tracked = watch(CAR)
    tracked.heard(STALE_S)
    assert len(shown(tracked, STALE_S)) == 1
    assert (shown(tracked, STALE_S + 1.0), len(tracked)) == ((), 0)


def test_there_are_never_more_tracks_than_the_bound_and_the_oldest_goes() -> None:
    tracked = watch(*(replace(CAR, track=f"t-{n}") for n in range(MOST + 10)))
    assert len(tracked) == MOST
    assert [sighting.track for sighting in shown(tracked, 1.0)][:2] == [11, 12]


def test_a_system_that_is_silent_or_gone_is_not_trusted() -> None:
    tracked = watch(CAR)
    assert tracked.look(SILENT_S, 1e9).trusted
    assert not tracked.look(SILENT_S + 0.5, 1e9).trusted
    tracked.heard(SILENT_S + 1.0)
    assert tracked.look(SILENT_S + 1.0, 1e9).trusted
    tracked.lost()
    assert (tracked.look(SILENT_S + 2.0, 1e9).trusted, len(tracked)) == (False, 0)
    assert not Tracked("box", "kerb").look(0.0, 1e9).trusted


def test_other_cameras_persons_and_things_without_a_track_are_not_for_it() -> None:
    others = (replace(CAR, camera="yard"), replace(CAR, label="person"), replace(CAR, track=""))
    assert len(watch(*others)) == 0


def test_boxes_are_cut_to_the_picture_or_refused() -> None:
    assert box_of(-0.01, 0.2, 1.015, 0.9) == (0.0, 0.2, 1.0, 0.9)
    assert [box_of(0.5, 0.2, 0.4, 0.9), box_of(0.1, 0.2, 1.5, 0.9), box_of(0.1, 0.1, 0.1, 0.2)] == [None] * 3
    assert box_of(float("nan"), 0.0, 1.0, 1.0) is None
