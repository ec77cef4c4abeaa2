"""Focus that is lost a little, or slowly, is found too; and what only looks like it is not told."""

import cv2
import pytest

from edge.perception.view import ViewSettings, ViewWatch
from tests.unit.views import COLOUR, Grey, Shown, Street, told, watched

QUIET = {"ok", "settling", "doubtful"}


def soft(street: Street, sigma: float) -> Grey:
    """Out of focus by so many pixels of 320; the sensor's noise is as sharp as ever."""
    picture = street.look()
    return street.noisy(cv2.GaussianBlur(picture, (0, 0), sigma)) if sigma > 0.3 else picture


def losing(street: Street, seconds: float, sigma: float) -> Shown:
    return lambda s: (soft(street, sigma * min(1.0, s / seconds)), COLOUR)


@pytest.mark.parametrize("every", [4.0, 10.0])
def test_a_mild_blur_is_found_within_a_minute(every: float) -> None:
    street = Street()

    seen = told(watched(street, every, 120.0), losing(street, 1e-6, 1.2), every, start=120.0, seconds=64.0)

    assert "defocused" in seen.first
    assert set(seen.first) <= QUIET | {"defocused"}


def test_focus_that_is_lost_within_ten_minutes_is_found_although_the_reference_follows() -> None:
    street = Street()

    seen = told(watched(street, 8.0, 120.0), losing(street, 600.0, 2.0), 8.0, start=120.0, seconds=660.0)

    assert "defocused" in seen.first
    assert set(seen.first) <= QUIET | {"defocused"}


def test_focus_that_is_back_is_believed() -> None:
    street = Street()
    watch = watched(street, 4.0, 120.0)
    told(watch, losing(street, 1e-6, 1.2), 4.0, start=120.0, seconds=120.0)

    back = told(watch, lambda _: (street.look(), COLOUR), 4.0, start=244.0, seconds=60.0)

    assert back.view.condition == "ok"


@pytest.mark.parametrize("sigma", [0.5, 0.7])
def test_a_little_softness_is_no_fault(sigma: float) -> None:
    """Rain on the housing, the smoothing that a camera does at night."""
    street = Street()

    seen = told(watched(street, 8.0, 120.0), losing(street, 1e-6, sigma), 8.0, start=120.0, seconds=240.0)

    assert set(seen.first) <= QUIET


def test_a_restart_amid_a_slow_loss_does_not_hide_it() -> None:
    street = Street()
    watch = watched(street, 8.0, 120.0)
    told(watch, losing(street, 600.0, 2.0), 8.0, start=120.0, seconds=120.0)
    again = ViewWatch(ViewSettings())
    again.restore(watch.dump())

    seen = told(again, lambda s: losing(street, 600.0, 2.0)(s + 120.0), 8.0, start=248.0, seconds=540.0)

    assert "defocused" in seen.first
