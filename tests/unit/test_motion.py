import cv2
import numpy as np
import pytest

from edge.frames import Frame
from edge.perception.motion import MotionGate, MotionSettings, dead
from edge.streams.grey import small_grey_of

RNG = np.random.default_rng(7)


def street(height: int = 180, width: int = 320) -> np.ndarray:
    """A picture with structure at many scales, 40..200 grey levels."""
    picture = np.zeros((height, width), np.float32)
    for size in (4, 16, 64):
        coarse = RNG.random((height // size + 1, width // size + 1)).astype(np.float32)
        picture += cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR)
    return (40 + 160 * picture / 3).astype(np.uint8)


def noisy(grey: np.ndarray, sigma: float) -> np.ndarray:
    return np.clip(grey + RNG.normal(0, sigma, grey.shape), 0, 255).astype(np.uint8)


def with_thing(grey: np.ndarray, side: int = 6, level: int = 20) -> np.ndarray:
    changed = grey.copy()
    changed[100 : 100 + side, 150 : 150 + side] += np.uint8(level)
    return changed


def gate(grey: np.ndarray, **settings: object) -> MotionGate:
    made = MotionGate(MotionSettings(**settings))  # type: ignore[arg-type]
    made.remember(grey)
    return made


def test_before_the_first_look_everything_has_changed() -> None:
    assert MotionGate(MotionSettings()).change(street()) == 1.0


def test_the_same_picture_has_not_changed() -> None:
    scene = street()
    assert gate(scene).change(scene.copy()) == 0.0


@pytest.mark.parametrize("sigma", [1.0, 2.0, 4.0])
def test_noise_is_no_change(sigma: float) -> None:
    scene = street()
    watching = gate(noisy(scene, sigma))
    assert [watching.change(noisy(scene, sigma)) for _ in range(20)] == [0.0] * 20


@pytest.mark.parametrize("gain", [0.6, 0.9, 1.2])
def test_a_change_of_gain_is_no_change(gain: float) -> None:
    scene = street()
    assert gate(scene).change((scene * gain).astype(np.uint8)) == 0.0


@pytest.mark.parametrize("gain", [0.7, 1.0, 1.15])
@pytest.mark.parametrize("sigma", [0.0, 2.0])
def test_a_small_thing_is_a_change_also_under_another_gain_and_noise(gain: float, sigma: float) -> None:
    scene = street()
    now = noisy((with_thing(scene, level=30) * gain).clip(0, 255).astype(np.uint8), sigma)
    assert 0.0 < gate(noisy(scene, sigma)).change(now) < 0.02


def test_a_thing_that_fades_in_slowly_adds_up_to_a_change() -> None:
    scene = street()
    watching = gate(scene)
    shares = [watching.change(with_thing(scene, level=level)) for level in range(0, 22, 2)]
    assert shares[0] == 0.0
    assert shares[-1] > 0.0


def test_a_lorry_before_half_of_the_view_is_not_taken_for_a_gain() -> None:
    scene = street()
    covered = scene.copy()
    covered[:, :150] = 90
    share = gate(scene).change(covered)
    assert 0.35 < share < 0.55


def test_change_in_an_ignored_outline_means_nothing() -> None:
    scene = street()
    clock = ((0.0, 0.0), (0.3, 0.0), (0.3, 0.1), (0.0, 0.1))
    ticking = scene.copy()
    ticking[2:14, 10:80] = 255
    assert gate(scene, ignore=(clock,)).change(ticking) == 0.0
    assert gate(scene).change(ticking) > 0.0


def test_another_resolution_is_a_change() -> None:
    assert gate(street()).change(street(200, 320)) == 1.0


def test_small_grey_keeps_the_proportions_and_never_enlarges() -> None:
    image = np.zeros((1080, 1920, 3), np.uint8)
    whole, part = (Frame(each, "gate", 0, 0.0, 0.0, "unknown") for each in (image, image[:90, :160]))
    assert small_grey_of(whole, 320).shape == (180, 320)
    assert small_grey_of(part, 320).shape == (90, 160)


def test_black_and_even_pictures_are_dead_and_a_dark_street_is_not() -> None:
    assert dead(np.zeros((180, 320), np.uint8))
    assert dead(noisy(np.full((180, 320), 5, np.uint8), 1.0))
    assert dead(np.full((180, 320), 128, np.uint8))
    assert not dead(street())
    assert not dead((street() // 6).astype(np.uint8))
