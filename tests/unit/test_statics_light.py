"""Light scales the structure of the ground; a thing brings structure of its own, however like it is."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from edge.perception.cells import CELL, structure
from edge.perception.statics.spots import Spot
from tests.unit.test_statics import SIZE, Eye, texture, with_heap

HEIGHT, WIDTH = 120, 160
PATCH = (slice(40, 88), slice(56, 112))  # whole cells
RNG = np.random.default_rng(11)


def blobs(scale: int, low: int, high: int) -> NDArray[np.float32]:
    few = RNG.integers(low, high, (HEIGHT // scale, WIDTH // scale)).astype(np.float32)
    return cv2.resize(few, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)


GROUND = 110 + blobs(5, -10, 10)
OTHER = blobs(5, -10, 10)
HEAP = (GROUND - 110) * 2.2 + 60 + blobs(5, -12, 12)


def spot(inside: NDArray[np.float32]) -> Spot:
    """The spot of a patch in which the picture has come to be as given."""
    now = GROUND.copy()
    now[PATCH] = inside[PATCH]
    cells = np.zeros((HEIGHT // CELL, WIDTH // CELL), bool)
    cells[tuple(slice(part.start // CELL, part.stop // CELL) for part in PATCH)] = True
    pictures = (picture.clip(0, 255).astype(np.uint8) for picture in (now, GROUND))
    return Spot(cells, *(structure(picture) for picture in pictures))


@pytest.mark.parametrize("gain", [0.45, 0.7, 1.6])
def test_the_ground_in_another_light_is_ground(gain: float) -> None:
    assert spot(GROUND * gain).only_light()


def test_a_heap_of_much_the_same_pattern_is_a_thing() -> None:
    assert not spot(HEAP).only_light()


def test_what_is_like_the_ground_by_half_is_a_thing() -> None:
    """Some of the ground shows beside a weak heap, and in the shadow it throws."""
    assert not spot(80 + 0.6 * (GROUND - 110) + 0.75 * OTHER).only_light()


def test_a_shadow_under_noise_is_light() -> None:
    noise = RNG.normal(0, 2.5, GROUND.shape).astype(np.float32)
    assert spot(GROUND * 0.6 + noise).only_light()


def test_nothing_is_gone_because_it_is_too_dark_to_see() -> None:
    weak = texture(1, SIZE, 100, 135)
    heap = texture(2, (24, 36), 60, 180, 1.5)
    eye = Eye(lambda t: with_heap(weak, heap=heap) if t >= 30 else weak)
    before = eye.until(70)[0]
    assert before.verdict == "left"
    eye.scene = lambda t: np.full(SIZE, 12, np.uint8)
    eye.until(100)
    eye.scene = lambda t: with_heap(weak, heap=heap)
    assert [region.id for region in eye.until(110)] == [before.id]
    assert "gone" not in {region.state for _, region in eye.said}
