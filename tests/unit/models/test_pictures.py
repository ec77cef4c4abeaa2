"""Pictures onto canvases and boxes back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.pictures import Placement, letterboxed, padded, stretched, tensor
from tests.unit.models.conftest import grey

sides = st.integers(1, 400)


@given(sides, sides, st.booleans())
def test_a_letterboxed_picture_fills_its_placement_and_nothing_else(
    height: int, width: int, centred: bool
) -> None:
    canvas, placement = letterboxed(grey(height, width), 64, 48, fill=7, centred=centred)
    left, top = int(placement.left), int(placement.top)
    inside = canvas[top : top + int(placement.high), left : left + int(placement.wide)]
    assert (inside == 127).all()
    assert inside.size + 3 * int((canvas[..., 0] == 7).sum()) == canvas.size
    assert placement.wide == 64 or placement.high == 48


@given(sides, sides)
def test_the_whole_picture_comes_back_as_the_whole_picture(height: int, width: int) -> None:
    _, place = letterboxed(grey(height, width), 64, 48, fill=7, centred=True)
    whole = np.array([[place.left, place.top, place.left + place.wide, place.top + place.high]])
    assert place.shares(whole)[0] == pytest.approx([0, 0, 1, 1], abs=1e-6)


def test_boxes_outside_are_clipped() -> None:
    assert Placement(10, 0, 20, 20).shares(np.array([[0.0, -5, 100, 10]]))[0].tolist() == [0, 0, 1, 0.5]


def test_proportions_are_kept_and_the_middle_is_the_middle() -> None:
    _, placement = letterboxed(grey(50, 100), 64, 64, fill=0, centred=True)
    assert placement == Placement(0, 16, 64, 32)


def test_stretching_keeps_no_proportions() -> None:
    canvas, placement = stretched(grey(10, 100), 64, 48)
    assert (canvas.shape, placement) == ((48, 64, 3), Placement(0, 0, 64, 48))


def test_padding_keeps_the_size_and_shrinks_only_what_is_too_long() -> None:
    canvas, placement = padded(grey(33, 64), 32, 1000)
    assert (canvas.shape, placement) == ((64, 64, 3), Placement(0, 0, 64, 33))
    canvas, placement = padded(grey(100, 400), 32, 200)
    assert (canvas.shape, placement) == ((64, 224, 3), Placement(0, 0, 200, 50))


def test_channels_are_turned_and_scaled_in_the_order_asked_for() -> None:
    canvas = np.zeros((2, 2, 3), np.uint8)
    canvas[..., 0], canvas[..., 2] = 10, 30  # blue, red
    assert tensor(canvas, rgb=True)[:, 0, 0].tolist() == [30, 0, 10]
    scaled = tensor(canvas, rgb=False, mean=(0, 0, 10), scale=(5, 1, 2))
    assert scaled[:, 0, 0].tolist() == [2, 0, 10]
    assert scaled.dtype == np.float32
