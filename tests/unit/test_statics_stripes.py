"""On a zebra crossing the ground has hard edges of its own, which run on across any outline."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from edge.perception.cells import CELL, Structure, structure
from edge.perception.statics.spots import DOUBT, Spot

HEIGHT, WIDTH = 120, 160
Picture = NDArray[np.float32]


def stripes(period: float, angle: float) -> Picture:
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    bright = (x * np.cos(angle) + y * np.sin(angle) + 5) % period < period / 2
    return np.asarray(cv2.GaussianBlur(np.where(bright, 160.0, 60.0), (0, 0), 1.0), np.float32)


def with_sack(ground: Picture, level: int) -> Picture:
    chance = np.random.default_rng(4)
    body = cv2.ellipse(np.zeros((HEIGHT, WIDTH), np.float32), (84, 64), (22, 18), 0, 0, 360, (1.0,), -1)
    body = cv2.GaussianBlur(body, (0, 0), 0.8)
    rough = cv2.GaussianBlur(chance.normal(0, 30, ground.shape).astype(np.float32), (0, 0), 2.0)
    return np.asarray(ground * (1 - body) + (level + rough) * body, np.float32)


def with_soft_sack(ground: Picture, level: int) -> Picture:
    """Its outline is blurred, and it is smooth: it has no edge that the stripes do not have."""
    body = cv2.ellipse(np.zeros((HEIGHT, WIDTH), np.float32), (84, 64), (22, 18), 0, 0, 360, (1.0,), -1)
    body = cv2.GaussianBlur(body, (0, 0), 2.0)
    return np.asarray(ground * (1 - body) + level * body, np.float32)


def seen(picture: Picture) -> Structure:
    noise = np.random.default_rng(5).normal(0, 1, picture.shape)
    return structure(np.clip(picture + noise, 0, 255).astype(np.uint8))


@pytest.mark.parametrize("level", [60, 85, 110])
@pytest.mark.parametrize("angle", [0.5, 1.0, 2.2])
@pytest.mark.parametrize("period", [24.0, 36.0])
def test_a_sack_on_stripes_is_told_from_stripes_where_a_sack_was(
    period: float, angle: float, level: int
) -> None:
    ground = stripes(period, angle)
    sack, bare = seen(with_sack(ground, level)), seen(ground)
    cells = np.zeros((HEIGHT // CELL, WIDTH // CELL), np.bool_)
    cells[11:21, 15:27] = True

    assert Spot(cells, sack, bare).edges() > DOUBT
    assert Spot(cells, bare, sack).edges() < -DOUBT


@pytest.mark.parametrize("level", [85, 110])
@pytest.mark.parametrize("angle", [0.5, 1.0, 2.2])
def test_stripes_that_come_to_light_are_like_the_stripes_beside_them(angle: float, level: int) -> None:
    ground = stripes(16.0, angle)
    sack, bare = seen(with_soft_sack(ground, level)), seen(ground)
    cells = np.zeros((HEIGHT // CELL, WIDTH // CELL), np.bool_)
    cells[11:21, 15:27] = True

    assert not Spot(cells, sack, bare).taken_away()
    assert abs(Spot(cells, bare, sack).edges()) < DOUBT
    assert Spot(cells, bare, sack).taken_away()
