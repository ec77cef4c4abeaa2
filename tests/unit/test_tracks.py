import numpy as np
import pytest

from edge.observation import Box
from edge.perception.tracks import Tracked, Tracks, TrackSettings

ASPECT = 16 / 9


def box(cx: float, cy: float, side: float = 0.1) -> Box:
    """A box that is square in pixels."""
    return cx - side / 2 / ASPECT, cy - side / 2, cx + side / 2 / ASPECT, cy + side / 2


def run(tracks: Tracks, boxes: list[list[Box]], fps: float, start: float = 0.0) -> list[list[Tracked]]:
    return [
        tracks.step(start + index / fps, here, ["vehicle"] * len(here), ASPECT)
        for index, here in enumerate(boxes)
    ]


@pytest.fixture
def tracks() -> Tracks:
    return Tracks(TrackSettings())


@pytest.mark.parametrize("fps", [1.0, 2.0, 5.0, 25.0])
def test_a_standing_thing_with_a_trembling_box_does_not_move(tracks: Tracks, fps: float) -> None:
    rng = np.random.default_rng(1)
    tremble = rng.normal(0, 0.003, (round(6 * fps), 2))
    seen = run(tracks, [[box(0.5 + dx, 0.5 + dy)] for dx, dy in tremble], fps)
    assert {one[0].track for one in seen} == {1}
    assert seen[0][0].moving is None
    assert seen[-1][0].moving is False


@pytest.mark.parametrize("fps", [2.0, 5.0, 25.0])
def test_a_driving_thing_moves_whatever_the_rate(tracks: Tracks, fps: float) -> None:
    steps = round(4 * fps)
    seen = run(tracks, [[box(0.1 + 0.1 * k / fps, 0.5)] for k in range(steps)], fps)
    assert {one[0].track for one in seen} == {1}
    assert [one[0].moving for one in seen[round(fps) :]] == [True] * (steps - round(fps))


def test_a_thing_that_stops_is_said_to_stand_soon_after(tracks: Tracks) -> None:
    path = [min(0.1 + 0.02 * k, 0.5) for k in range(60)]
    seen = run(tracks, [[box(x, 0.5)] for x in path], 5.0)
    assert seen[15][0].moving is True
    assert seen[20 + 11][0].moving is False


def test_a_box_that_grows_upwards_on_its_foot_does_not_move(tracks: Tracks) -> None:
    """What stands behind a thing is drawn into its box, above it."""
    boxes = [[(0.4, 0.5, 0.5, 0.6)] if i % 20 < 10 else [(0.4, 0.44, 0.5, 0.6)] for i in range(50)]

    assert {word[0].moving for word in run(tracks, boxes, fps=5)} == {None, False}


@pytest.mark.parametrize("foot", [1.0, 0.6])
def test_what_rolls_in_over_the_edge_or_grows_on_all_sides_moves(tracks: Tracks, foot: float) -> None:
    """At the lower edge of the picture the box ends, not the thing; who comes near grows aside too."""
    aside = 0.0 if foot == 1.0 else 0.02
    boxes = [[(0.4 - aside * i, foot - 0.1 - 0.02 * i, 0.5 + aside * i, foot)] for i in range(6)]

    assert run(tracks, boxes, fps=5)[-1][0].moving is True


def test_a_track_lives_through_a_second_unseen(tracks: Tracks) -> None:
    run(tracks, [[box(0.2 + 0.018 * k, 0.5)] for k in range(10)], 5.0)
    assert tracks.step(2.8, [box(0.2 + 0.09 * 2.8, 0.5)], ["vehicle"], ASPECT)[0].track == 1


def test_things_in_two_lanes_keep_their_tracks_while_they_pass_each_other(tracks: Tracks) -> None:
    seen = run(tracks, [[box(0.1 + 0.02 * k, 0.4), box(0.9 - 0.02 * k, 0.55)] for k in range(40)], 5.0)
    assert {tuple(t.track for t in one) for one in seen} == {(1, 2)}


def test_things_of_two_groups_never_share_a_track(tracks: Tracks) -> None:
    first = tracks.step(0.0, [box(0.5, 0.5)], ["vehicle"], ASPECT)
    second = tracks.step(0.5, [box(0.5, 0.5)], ["two_wheeler"], ASPECT)
    assert first[0].track != second[0].track


def test_a_thing_of_another_size_is_another_thing(tracks: Tracks) -> None:
    first = tracks.step(0.0, [box(0.5, 0.5, 0.1)], ["vehicle"], ASPECT)
    second = tracks.step(0.5, [box(0.5, 0.5, 0.3)], ["vehicle"], ASPECT)
    assert first[0].track != second[0].track


def test_one_track_is_given_to_one_box_only(tracks: Tracks) -> None:
    tracks.step(0.0, [box(0.5, 0.5)], ["vehicle"], ASPECT)
    pair = tracks.step(0.5, [box(0.51, 0.5), box(0.5, 0.5)], ["vehicle", "vehicle"], ASPECT)
    assert pair[1].track == 1
    assert pair[0].track != 1


def test_unseen_tracks_are_forgotten(tracks: Tracks) -> None:
    run(tracks, [[box(0.1 + 0.1 * k, 0.5) for k in range(8)]] * 3, 5.0)
    assert len(tracks) == 8
    tracks.step(100.0, [], [], ASPECT)
    assert len(tracks) == 0


@pytest.mark.parametrize("every", [8.0, 15.0])
def test_looks_far_apart_are_compared_all_the_same(tracks: Tracks, every: float) -> None:
    seen = run(tracks, [[box(0.2, 0.5), box(0.5 + 0.03 * (k % 2), 0.5)] for k in range(4)], 1 / every)
    assert [one[0] for one in seen[1:]] == [Tracked(1, False)] * 3
    assert [one[1].moving for one in seen[1:]] == [True] * 3


def test_what_a_track_remembers_does_not_grow(tracks: Tracks) -> None:
    run(tracks, [[box(0.5, 0.5)]] * 500, 25.0)
    assert max(len(track.times) for track in tracks._tracks) <= 2 * 25 + 2


def test_a_step_back_in_time_starts_afresh(tracks: Tracks) -> None:
    run(tracks, [[box(0.5, 0.5)]] * 10, 2.0, start=100.0)
    again = tracks.step(3.0, [box(0.5, 0.5)], ["vehicle"], ASPECT)
    assert again == [Tracked(2, None)]
    assert len(tracks) == 1


def test_no_boxes_give_no_words(tracks: Tracks) -> None:
    assert tracks.step(0.0, [], [], ASPECT) == []
