"""Footprints, shares and overlaps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.geometry import FOOTPRINT_SHARE, Region, area, footprint, iou, overlap
from edge.observation import Box

WHOLE = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]
UNIT = st.floats(0.0, 1.0)


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    x, y = draw(st.floats(0.0, 0.9)), draw(st.floats(0.0, 0.9))
    return (x, y, x + draw(st.floats(0.01, 0.1)), y + draw(st.floats(0.01, 0.1)))


def test_the_footprint_is_the_bottom_strip() -> None:
    corners = footprint((0.2, 0.1, 0.4, 0.6))

    assert [x for x, _ in corners] == [0.2, 0.4, 0.4, 0.2]
    assert [y for _, y in corners] == pytest.approx([0.45, 0.45, 0.6, 0.6])


@given(st.tuples(*[st.floats(-0.5, 1.5)] * 4))
def test_footprints_stay_in_the_picture(box: Box) -> None:
    assert all(0.0 <= value <= 1.0 for point in footprint(box) for value in point)


def test_a_roof_over_the_zone_is_not_in_it() -> None:
    upper_half = Region([(0.0, 0.0), (1.0, 0.0), (1.0, 0.5), (0.0, 0.5)])

    assert upper_half.share((0.2, 0.3, 0.4, 0.9)) == 0.0
    assert upper_half.share((0.2, 0.1, 0.4, 0.49)) == 1.0


def test_half_the_footprint() -> None:
    left = Region([(0.0, 0.0), (0.3, 0.0), (0.3, 1.0), (0.0, 1.0)])

    assert left.share((0.2, 0.3, 0.4, 0.9)) == pytest.approx(0.5)


def test_a_slanted_kerb() -> None:
    below_diagonal = Region([(0.0, 0.0), (1.0, 1.0), (0.0, 1.0)])
    box = (0.4, 0.6 - 0.2 / FOOTPRINT_SHARE, 0.6, 0.6)

    assert below_diagonal.share(box) == pytest.approx(0.5)


@given(boxes())
def test_everything_is_in_the_whole_picture(box: Box) -> None:
    assert Region(WHOLE).share(box) == pytest.approx(1.0)


def test_a_box_outside_the_picture_is_in_no_zone() -> None:
    assert Region(WHOLE).share((1.1, 0.2, 1.3, 0.4)) == 0.0


def test_iou() -> None:
    assert iou((0, 0, 2, 2), (1, 0, 3, 2)) == pytest.approx(1 / 3)
    assert iou((0, 0, 1, 1), (1, 0, 2, 1)) == 0.0
    assert iou((1, 1, 0, 0), (1, 1, 0, 0)) == 0.0


@given(boxes(), boxes())
def test_overlap_is_mutual_and_bounded(a: Box, b: Box) -> None:
    assert overlap(a, b) == overlap(b, a)
    assert 0.0 <= overlap(a, b) <= min(area(a), area(b)) + 1e-12
    assert 0.0 <= iou(a, b) <= 1.0 + 1e-9
