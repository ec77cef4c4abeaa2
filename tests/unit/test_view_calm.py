"""A frozen picture that is coded anew has other bytes each time, but neither movement nor noise."""

import numpy as np
import pytest

from edge.perception.view import ViewSettings, ViewWatch
from tests.unit.views import COLOUR, WIDTH, Grey, Shown, Street, told, watched

QUIET = {"ok", "settling", "doubtful"}


def coded(street: Street, held: Grey) -> Grey:
    """The same picture with other errors of its encoder: coarse, and small."""
    errors = street.random.normal(0, 0.35, (held.shape[0] // 4, held.shape[1] // 4))
    return np.clip(np.rint(held + errors.repeat(4, axis=0).repeat(4, axis=1)), 0, 255).astype(np.uint8)


def passing(street: Street, every: float) -> Shown:
    """Something small passes every so many seconds."""

    def shown(s: float) -> tuple[Grey, float]:
        picture = street.look()
        if s % every < 4:
            x = int(s * 7) % (WIDTH - 40)
            picture[90:110, x : x + 30] = 20
        return picture, COLOUR

    return shown


def living(street: Street, every: float) -> ViewWatch:
    """A watch that knows the street, in which something passes now and then."""
    watch = ViewWatch(ViewSettings())
    told(watch, passing(street, 8.0), every, start=0.0, seconds=116.0)
    return watch


@pytest.mark.parametrize("every", [1.0, 4.0])
def test_a_frozen_picture_that_is_coded_anew_is_found_within_a_minute(every: float) -> None:
    street = Street(noise=2.0)
    watch = living(street, every)
    held = street.look()

    seen = told(watch, lambda _: (coded(street, held), COLOUR), every, start=120.0)

    assert seen.view.condition == "frozen"
    assert "does not move" in seen.view.text


def test_a_street_that_loses_its_noise_but_lives_is_not_frozen() -> None:
    """The rate of the encoder was lowered, and all noise with it."""
    street = Street(noise=2.0)
    watch = ViewWatch(ViewSettings())
    told(watch, passing(street, 16.0), 4.0, start=0.0, seconds=120.0)
    street.noise = 0.3

    seen = told(watch, passing(street, 16.0), 4.0, start=124.0, seconds=300.0)

    assert set(seen.first) <= QUIET


def test_an_empty_yard_is_not_frozen_as_long_as_its_noise_is_there() -> None:
    street = Street(noise=1.0)

    seen = told(watched(street, 4.0), lambda _: (street.look(), COLOUR), 4.0, seconds=300.0)

    assert set(seen.first) == {"ok"}


def test_how_long_nothing_moves_is_learnt() -> None:
    """In a yard in which nothing moved for two minutes, a minute without movement or noise is no freeze."""
    street = Street(noise=2.0)
    watch = watched(street, 4.0, 120.0)
    street.noise = 0.5

    seen = told(watch, lambda _: (street.look(), COLOUR), 4.0, start=120.0, seconds=120.0)

    assert set(seen.first) == {"ok"}


def test_another_light_with_less_noise_is_no_freeze() -> None:
    """A lamp goes on: the whole picture changes, and with it what is known of the noise."""
    street = Street(noise=3.0)
    watch = ViewWatch(ViewSettings())
    told(watch, passing(street, 8.0), 4.0, start=0.0, seconds=120.0)
    street.noise = 0.7

    seen = told(watch, lambda _: (street.noisy(street.look() * 0.7), COLOUR), 4.0, start=124.0, seconds=200.0)

    assert "frozen" not in seen.first


def test_a_frozen_picture_that_lives_again_is_believed() -> None:
    street = Street(noise=2.0)
    watch = living(street, 4.0)
    held = street.look()
    frozen = told(watch, lambda _: (coded(street, held), COLOUR), 4.0, start=120.0, seconds=120.0)

    back = told(watch, lambda _: (street.look(), COLOUR), 4.0, start=244.0, seconds=60.0)

    assert frozen.view.condition == "frozen"
    assert back.view.condition == "ok"
