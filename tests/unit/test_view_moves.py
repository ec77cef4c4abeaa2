"""A camera that has moved a little is followed: where its zones lie now is known to within a pixel."""

import re

import cv2
import numpy as np
import pytest

from edge.observation import View
from edge.perception.view import ViewSettings, ViewWatch
from tests.unit.views import COLOUR, HEIGHT, WIDTH, Street, told, watched


def off_by(view: View, dx: float, dy: float, turn: float = 0.0) -> float:
    """Pixels between where nine points of the drawn view are and where they are said to be, at most."""
    way = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), turn, 1.0)
    way[:, 2] += (dx, dy)
    back = np.linalg.inv(np.vstack([way, [0, 0, 1]]))
    ask = np.eye(3)[:2] if view.to_picture is None else np.array(view.to_picture).reshape(2, 3)
    grid = np.array([(x, y, 1.0) for x in (0.1, 0.5, 0.9) for y in (0.1, 0.5, 0.9)]).T
    said = (ask @ grid) * [[WIDTH], [HEIGHT]]
    true = (back @ (grid * [[WIDTH], [HEIGHT], [1]]))[:2]
    return float(np.linalg.norm(said - true, axis=0).max())


@pytest.mark.parametrize("every", [4.0, 10.0])
@pytest.mark.parametrize(
    ("dx", "dy", "turn"),
    [
        (1.6, 0, 0),
        (3.2, -1, 0),
        (6.4, 0, 0),
        (-6.4, 3.3, 0),
        (16, 2, 0),
        (35, -5, 0),
        (0, 0, 1.0),
        (4, 2, 3.0),
    ],
)
def test_the_zones_follow_a_move(dx: float, dy: float, turn: float, every: float) -> None:
    street = Street()

    seen = told(watched(street, every), lambda _: (street.look(dx, dy, turn), COLOUR), every, 80, 80)

    assert seen.view.condition == "ok"
    assert off_by(seen.view, dx, dy, turn) < 1.0
    assert "% of its width; zones follow" in seen.view.text


def test_a_move_by_two_percent_is_told_in_words() -> None:
    street = Street()

    seen = told(watched(street, 4.0), lambda _: (street.look(6.4), COLOUR), 4.0)

    assert seen.first["moved"] <= 4.0
    assert re.fullmatch(r"the view has moved by (1\.9|2\.[01])% of its width; zones follow", seen.view.text)


def test_slow_drift_is_followed_with_all_of_it() -> None:
    street = Street()
    watch = watched(street, 4.0)
    errors = []

    for step in range(40):
        shift = 6.4 * min(1.0, step * 4 / 100)
        view = watch.look(80.0 + step * 4, street.look(shift, shift / 2), colour=COLOUR)
        errors.append(off_by(view, shift, shift / 2))
        assert view.condition == "ok"

    assert max(errors) < 1.2
    assert errors[-1] < 0.6


def test_a_camera_that_goes_back_needs_no_mapping() -> None:
    street = Street()
    watch = watched(street, 4.0)
    told(watch, lambda _: (street.look(8, 3), COLOUR), 4.0)

    back = told(watch, lambda _: (street.look(), COLOUR), 4.0, start=144)

    assert (back.view.condition, back.view.to_picture) == ("ok", None)


def test_what_the_picture_does_not_show_any_more_is_blind() -> None:
    street = Street()

    view = told(watched(street, 4.0), lambda _: (street.look(16, 0), COLOUR), 4.0).view

    # The camera looks further to the right, so the left of the drawn view is gone.
    assert len(view.blind) == 1
    assert view.blind[0] == pytest.approx((0.0, 0.0, 0.05, 1.0), abs=0.006)


def test_a_move_too_large_to_follow_stays_moved_until_the_zones_are_drawn_anew() -> None:
    street = Street()
    watch = watched(street, 4.0)

    away = told(watch, lambda _: (street.look(47, 20), COLOUR), 4.0, seconds=100)
    watch.reset()
    anew = told(watch, lambda _: (street.look(47, 20), COLOUR), 4.0, start=200)

    assert away.view.condition == "moved"
    assert (anew.view.condition, anew.view.to_picture) == ("ok", None)
    assert set(anew.first) == {"settling", "ok"}


def test_a_camera_in_the_hand_keeps_moving() -> None:
    street = Street()
    watch = watched(street, 4.0)
    conditions = []

    for step in range(60):
        dx, dy = 14 * np.sin(step), 9 * np.cos(1.7 * step)
        conditions.append(watch.look(80.0 + 4 * step, street.look(dx, dy), colour=COLOUR).condition)

    assert set(conditions[8:]) == {"moved"}


def test_another_resolution_of_the_same_view_is_the_same_view() -> None:
    street = Street()
    watch = watched(street, 4.0)

    def smaller(_: float) -> tuple[np.ndarray, float]:
        return cv2.resize(street.look(), (240, 135), interpolation=cv2.INTER_AREA), COLOUR

    assert "settling" not in told(watch, smaller, 4.0, seconds=8).first


def test_another_shape_of_picture_is_another_view() -> None:
    street = Street()
    watch = watched(street, 4.0)

    seen = told(watch, lambda _: (street.look()[:, :240].copy(), COLOUR), 4.0)

    assert list(seen.first) == ["settling", "ok"]


def test_time_that_goes_back_or_stands_still_is_survived() -> None:
    street = Street()
    watch = watched(street, 4.0)

    views = [watch.look(t, street.look(), colour=COLOUR) for t in (50.0, 50.0, 50.0, 54.0, 1e6, 1e6 + 4)]

    assert {view.condition for view in views} == {"ok"}
    assert all(view.since <= 50.0 for view in views)


def test_a_picture_too_small_to_judge_says_so() -> None:
    view = ViewWatch(ViewSettings()).look(0.0, np.zeros((12, 16), np.uint8), colour=None)

    assert (view.condition, view.text) == ("settling", "a picture of 16 x 12 is too small to be judged")
