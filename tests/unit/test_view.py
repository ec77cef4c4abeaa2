"""What is wrong with a view is found within a minute, however rare the looks, and nothing else is told."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from edge.perception.view import ViewSettings, ViewWatch, decides
from tests.unit.views import COLOUR, HEIGHT, WIDTH, Grey, Shown, Street, told, watched

QUIET = {"ok", "settling", "doubtful"}


def covered(street: Street, share: float) -> Shown:
    def shown(_: float) -> tuple[Grey, float]:
        picture = street.look().astype(np.float32)
        picture[:, : int(share * WIDTH)] = 60
        return street.noisy(picture), COLOUR

    return shown


def changed(street: Street, change: Callable[[Grey], np.ndarray], colour: float = COLOUR) -> Shown:
    return lambda _: (street.noisy(change(street.look())), colour)


def elsewhere() -> Shown:
    other = Street(99)
    return lambda _: (other.look(), COLOUR)


def frozen(street: Street) -> Shown:
    held = street.look()
    return lambda _: (held, COLOUR)


def frozen_with_a_clock(street: Street) -> Shown:
    held = street.look()

    def shown(s: float) -> tuple[Grey, float]:
        picture = held.copy()
        picture[4:14, 220:300] = street.random.integers(0, 255, (10, 80))
        return picture, COLOUR

    return shown


FAULTS: dict[str, tuple[Callable[[Street], Shown], str]] = {
    "moved by 2 %": (lambda s: lambda _: (s.look(0.02 * WIDTH), COLOUR), "moved"),
    "moved by 10 %": (lambda s: lambda _: (s.look(0.1 * WIDTH, 4), COLOUR), "moved"),
    "turned away": (lambda s: elsewhere(), "moved"),
    "half covered": (lambda s: covered(s, 0.5), "part_covered"),
    "covered": (lambda s: covered(s, 1.0), "covered"),
    "defocused": (lambda s: changed(s, lambda g: cv2.GaussianBlur(g, (0, 0), 2.0)), "defocused"),
    "frozen": (frozen, "frozen"),
    "frozen, its clock runs": (frozen_with_a_clock, "frozen"),
    "black": (lambda s: changed(s, lambda g: np.full(g.shape, 4.0), 0.2), "black"),
    "blinded": (lambda s: changed(s, lambda g: g * 0.2 + 230.0), "blinded"),
    "colour lost": (lambda s: changed(s, lambda g: g.astype(float), 0.2), "colour_lost"),
}


@pytest.mark.parametrize("every", [4.0, 10.0])
@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found_within_a_minute(name: str, every: float) -> None:
    street = Street()
    make, condition = FAULTS[name]

    seen = told(watched(street, every), make(street), every)

    assert condition in seen.first
    assert set(seen.first) <= QUIET | {condition}


SUSPENDED = [name for name in FAULTS if name not in ("frozen", "frozen, its clock runs")]


@pytest.mark.parametrize("name", SUSPENDED)
def test_decisions_wait_from_the_first_wrong_looks_on(name: str) -> None:
    street = Street()
    watch = watched(street, 4.0)
    shown = FAULTS[name][0](street)

    views = [watch.look(80.0 + 4 * step, *shown(0)[:1], colour=shown(0)[1]) for step in range(4)]

    # The sharpness is looked at every 12 s.
    assert any(not decides(view) for view in views)


@pytest.mark.parametrize("every", [4.0])
@pytest.mark.parametrize("name", ["covered", "defocused", "black", "blinded", "frozen"])
def test_a_fault_is_over_when_the_view_is_back(name: str, every: float) -> None:
    street = Street()
    watch = watched(street, every)
    told(watch, FAULTS[name][0](street), every)

    back = told(watch, lambda _: (street.look(), COLOUR), every, seconds=40, start=144)

    assert back.view.condition == "ok"
    assert back.view.blind == ()


def test_a_part_that_is_free_again_is_not_blind_any_more() -> None:
    street = Street()
    watch = watched(street, 4.0)
    blind = told(watch, covered(street, 0.5), 4.0).view.blind

    back = told(watch, lambda _: (street.look(), COLOUR), 4.0, seconds=40, start=144)

    assert len(blind) == 1
    assert blind[0] == pytest.approx((0.0, 0.0, 0.5, 1.0), abs=0.13)
    assert (back.view.condition, back.view.blind) == ("ok", ())


def lorry(street: Street) -> Shown:
    def shown(_: float) -> tuple[Grey, float]:
        picture = street.look().astype(np.float32)
        picture[20:164, 60:260] = 200
        picture[145:164, 60:260] = 40
        picture[40:90, 200:250] = 50
        picture[60:100:8, 80:180] = 90
        return street.noisy(picture), COLOUR

    return shown


def headlights(street: Street) -> Shown:
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    lamp = 350 * np.exp(-(((x - 160) ** 2 + (y - 110) ** 2) / 60**2))
    return lambda s: (street.noisy(street.look() + (lamp if s % 20 < 8 else 0.0)), COLOUR)


HARMLESS: dict[str, Callable[[Street], Shown]] = {
    "nothing": lambda s: lambda _: (s.look(), COLOUR),
    "a gain step": lambda s: changed(s, lambda g: g * 0.55),
    "dusk": lambda s: lambda at: (s.noisy(s.look() * max(0.4, 1 - at / 100)), COLOUR),
    "a cloud's edge": lambda s: changed(s, lambda g: g * np.linspace(0.5, 1.2, WIDTH)),
    "a mast that trembles": lambda s: lambda _: (s.look(*s.random.normal(0, 0.5, 2)), COLOUR),
    "more noise": lambda s: changed(s, lambda g: g + s.random.normal(0, 4, g.shape)),
    "a lorry for a minute": lorry,
    "headlights": headlights,
    "a grey camera": lambda s: lambda _: (s.look(), None),
}


def test_a_sky_that_burns_out_is_no_cover() -> None:
    """Its structure is gone, and it lies at the border; but what is white is the exposure, not a sheet."""
    street = Street()
    brighter = np.where(np.arange(HEIGHT)[:, None] < 0.4 * HEIGHT, 12.0, 1.0)

    seen = told(watched(street, 4.0), changed(street, lambda g: g * brighter), 4.0, seconds=90.0)

    assert set(seen.first) <= QUIET


@pytest.mark.parametrize("every", [4.0])
@pytest.mark.parametrize("name", HARMLESS)
def test_what_is_harmless_is_not_told(name: str, every: float) -> None:
    street = Street()

    seen = told(watched(street, every), HARMLESS[name](street), every)

    assert set(seen.first) <= QUIET


def test_infrared_light_suspends_for_less_than_a_minute_and_is_told_as_colour_lost() -> None:
    street = Street()
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    lamp = np.exp(-(((x - 160) / 170) ** 2 + ((y - 90) / 110) ** 2))
    night = changed(street, lambda g: 20 + 200 * (g / 255) ** 0.8 * lamp, 0.2)
    watch = watched(street, 4.0)

    switched = told(watch, night, 4.0)
    back = told(watch, lambda _: (street.look(), COLOUR), 4.0, seconds=30, start=144)
    again = told(watch, night, 4.0, seconds=30, start=182)

    assert switched.view.condition == "colour_lost"
    assert decides(switched.view)
    assert set(switched.first) <= {"doubtful", "colour_lost"}
    assert back.view.condition == "ok"
    # This light is known by now.
    assert again.first["colour_lost"] <= 16.0


def test_a_camera_without_colour_never_loses_it() -> None:
    street = Street()
    watch = ViewWatch(ViewSettings())

    seen = told(watch, lambda _: (street.look(), 0.2), 4.0, start=0.0, seconds=200.0)

    assert set(seen.first) <= QUIET


@pytest.mark.parametrize("every", [4.0, 10.0])
@pytest.mark.parametrize(("level", "condition"), [(3.0, "black"), (120.0, "covered"), (252.0, "blinded")])
def test_what_shows_nothing_from_the_start_is_told_too(level: float, condition: str, every: float) -> None:
    street = Street()
    even = np.full((HEIGHT, WIDTH), level)

    seen = told(ViewWatch(ViewSettings()), lambda _: (street.noisy(even), 1.0), every, start=0.0)

    assert seen.view.condition == condition


def test_a_view_that_never_stands_still_is_told_as_moved() -> None:
    street = Street()
    watch = ViewWatch(ViewSettings())

    seen = told(watch, lambda s: (street.look(*street.random.uniform(-40, 40, 2)), COLOUR), 4.0, 160.0, 0.0)

    assert seen.view.condition == "moved"
    assert not decides(seen.view)


def test_a_still_scene_without_noise_teaches_how_long_it_is_still() -> None:
    """A camera whose pictures are equal for 20 s at a time, as it is well compressed and nothing moves."""
    street = Street(noise=0.0)
    base = street.look()
    watch = ViewWatch(ViewSettings())

    def lull(s: float) -> tuple[Grey, float]:
        picture = base.copy()
        x, y = 136 * int(s / 20) % 304, 80 * int(s / 20) % 168
        picture[y : y + 8, x : x + 8] = 30  # something small, now here and now there
        return picture, COLOUR

    seen = told(watch, lull, 1.0, seconds=300, start=0.0)
    held = told(watch, lambda _: lull(300), 1.0, seconds=120, start=301.0)

    assert set(seen.first) <= QUIET
    assert held.view.condition == "frozen"


def test_under_a_thing_that_is_known_nothing_is_missed() -> None:
    """Half of the view under the box of a lorry says nothing against the view."""
    street = Street()
    watch = watched(street, 4.0)

    seen = told(watch, covered(street, 0.5), 4.0, busy=(0.0, 0.0, 0.5, 1.0))

    assert set(seen.first) == {"ok"}


def test_a_dark_and_noisy_night_is_a_view_like_any_other() -> None:
    street = Street(noise=4.0)
    watch = ViewWatch(ViewSettings())

    seen = told(watch, lambda _: (street.noisy(street.look() / 6.0), 0.5), 4.0, start=0.0, seconds=160.0)

    assert set(seen.first) <= QUIET
    assert seen.view.condition == "ok"


def test_long_groups_of_pictures_of_a_still_scene_are_no_freeze() -> None:
    """A key frame every 30 s, and all pictures between two of them are equal."""
    street = Street()
    frames = [street.look() for _ in range(12)]
    watch = ViewWatch(ViewSettings())

    seen = told(watch, lambda s: (frames[int(s / 30)], COLOUR), 1.0, start=0.0, seconds=330.0)

    assert set(seen.first) <= QUIET


def test_a_true_freeze_teaches_nothing() -> None:
    street = Street()
    watch = watched(street, 4.0)
    told(watch, frozen(street), 4.0, seconds=600)
    told(watch, lambda _: (street.look(), COLOUR), 4.0, start=684)

    assert told(watch, frozen(street), 4.0, start=748).first["frozen"] <= 20.0
