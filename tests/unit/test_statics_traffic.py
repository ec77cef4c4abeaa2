"""What drives past a thing does not explain it; what stands there does."""

import numpy as np
import pytest

from edge.observation import Box
from tests.unit.test_statics import GROUND, SIZE, SPOT_BOX, Eye, Grey, put_down, texture, with_heap

CHANCE = np.random.default_rng(3)


def passing(t: float) -> Box:
    """A box over the heap, at another place each time."""
    x1, y1, x2, y2 = SPOT_BOX
    aside = (int(t * 7) % 11 - 5) / 30
    return (max(0.0, x1 + aside - 0.12), y1 - 0.2, min(1.0, x2 + aside + 0.12), y2 + 0.05)


def car(t: float, picture: Grey) -> Grey:
    """A car that hides the heap, drawn into its box."""
    x1, y1, x2, y2 = (round(v * s) for v, s in zip(passing(t), (*SIZE[::-1], *SIZE[::-1]), strict=True))
    return with_heap(picture, (y1, x1, y2, x2), texture(int(t), (y2 - y1, x2 - x1), 10, 250, 1.5))


def until(eye: Eye, stop: float, every: int, since: float = 30.0) -> None:
    """Look on; at all looks but every so-many-th a car passes."""
    while eye.t < stop:
        there = eye.t >= since and round(eye.t / eye.pace) % every != 0
        eye.until(eye.t + eye.pace, boxes=[passing(eye.t)] if there else [])


@pytest.mark.parametrize("pace", [1.0, 4.0])
def test_cars_that_pass_behind_a_heap_do_not_explain_it(pace: float) -> None:
    eye = Eye(pace=pace)
    eye.until(40 * pace)
    eye.scene = lambda t: with_heap(GROUND if round(t / pace) % 2 == 0 else car(t, GROUND))
    until(eye, 40 * pace + 5 * max(20.0, 4 * pace), every=2)

    assert "left" in eye.verdicts


@pytest.mark.parametrize("pace", [1.0, 4.0])
def test_a_car_that_comes_to_stand_is_explained_though_first_it_was_not_known(pace: float) -> None:
    eye = Eye(put_down(40 * pace), pace)
    eye.until(42 * pace)
    while eye.t < 40 * pace + 200:
        eye.until(eye.t + pace, boxes=[] if CHANCE.random() < 0.3 else [SPOT_BOX])

    assert "left" not in eye.verdicts
