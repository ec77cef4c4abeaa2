import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.observation import Box
from edge.perception.crops import WHOLE, CropSettings, gather, pixels, regions
from models.detections import Detections

CAR, TRUCK, PERSON = 0, 1, 2
GROUPS = ("vehicle", "vehicle", None)


def rectangle(x1: float, y1: float, x2: float, y2: float) -> list[tuple[float, float]]:
    return [(x1, y1), (x2, y1), (x2, y2), (x1, y2)]


def found(*rows: tuple[int, float, Box]) -> Detections:
    boxes = np.array([row[2] for row in rows], np.float32).reshape(-1, 4)
    classes = np.array([row[0] for row in rows], np.int64)
    return Detections(boxes, np.array([row[1] for row in rows], np.float32), classes)


def within(box: Box, region: Box) -> Box:
    """A box of the whole picture as shares of a region of it."""
    x1, y1, x2, y2 = region
    wide, high = x2 - x1, y2 - y1
    return (box[0] - x1) / wide, (box[1] - y1) / high, (box[2] - x1) / wide, (box[3] - y1) / high


def test_without_zones_only_the_whole_picture_is_looked_at() -> None:
    assert regions([], 1920, 1080, CropSettings()) == (WHOLE,)


def test_a_large_zone_needs_no_crop() -> None:
    assert regions([rectangle(0.1, 0.1, 0.9, 0.9)], 1920, 1080, CropSettings()) == (WHOLE,)


def test_a_small_zone_gets_a_crop_with_a_margin() -> None:
    whole, crop = regions([rectangle(0.4, 0.4, 0.6, 0.6)], 1920, 1080, CropSettings())
    assert whole == WHOLE
    assert crop[0] < 0.36
    assert crop[2] > 0.64
    assert 0.2 < crop[2] - crop[0] < 0.4


def test_a_tiny_zone_is_shown_with_pixels_enough() -> None:
    crop = regions([rectangle(0.95, 0.5, 0.96, 0.51)], 1920, 1080, CropSettings(least=224))[1]
    rows, columns = pixels(crop, 1920, 1080)
    assert rows.stop - rows.start >= 224
    assert columns.stop - columns.start >= 224
    assert columns.stop <= 1920


@pytest.mark.parametrize("most", [3, 16])
def test_a_long_zone_is_tiled_and_every_car_is_whole_on_some_tile(most: int) -> None:
    crops = regions([rectangle(0.0, 0.45, 1.0, 0.55)], 1920, 1080, CropSettings(most=most))[1:]
    assert 1 < len(crops) <= most
    for left in np.linspace(0.02, 0.9, 40):
        car = (left, 0.47, left + 0.06, 0.53)
        assert any(c[0] <= car[0] and car[2] <= c[2] and c[1] <= car[1] and car[3] <= c[3] for c in crops)


def test_the_number_of_crops_is_bounded_and_the_smallest_zones_come_first() -> None:
    zones = [rectangle(x, 0.2, x + 0.02 + x / 10, 0.22 + x / 10) for x in (0.8, 0.6, 0.4, 0.2, 0.05)]
    crops = regions(zones, 3840, 2160, CropSettings(most=2))[1:]
    assert len(crops) == 2
    assert crops[0][0] < 0.2


def test_no_crops_where_none_are_wanted() -> None:
    assert regions([rectangle(0.4, 0.4, 0.5, 0.5)], 1920, 1080, CropSettings(most=0)) == (WHOLE,)


def test_two_zones_in_one_place_share_a_crop() -> None:
    zones = [rectangle(0.4, 0.4, 0.5, 0.5), rectangle(0.42, 0.42, 0.48, 0.48)]
    assert len(regions(zones, 1920, 1080, CropSettings())) == 3
    same = [rectangle(0.4, 0.4, 0.5, 0.5)] * 2
    assert len(regions(same, 1920, 1080, CropSettings())) == 2


share = st.floats(0.0, 1.0)


@given(share, share, st.floats(0.01, 1.0), st.floats(0.01, 1.0), st.integers(64, 3840), st.integers(64, 2160))
def test_regions_are_whole_pixels_within_the_picture(
    x: float, y: float, wide: float, high: float, width: int, height: int
) -> None:
    zone = rectangle(x, y, min(1.0, x + wide), min(1.0, y + high))
    looked = regions([zone], width, height, CropSettings())
    assert len(looked) <= 1 + CropSettings().most
    for region in looked:
        rows, columns = pixels(region, width, height)
        assert 0 <= rows.start < rows.stop <= height
        assert 0 <= columns.start < columns.stop <= width
        assert region[0] * width == pytest.approx(columns.start, abs=1e-6)
        assert region[3] * height == pytest.approx(rows.stop, abs=1e-6)


CROP: Box = (0.5, 0.5, 0.75, 0.75)


def test_a_thing_seen_on_the_crop_alone_comes_back_in_its_place() -> None:
    car = (0.55, 0.6, 0.6, 0.65)
    merged = gather([WHOLE, CROP], [found(), found((CAR, 0.8, within(car, CROP)))], GROUPS)
    assert merged.boxes[0] == pytest.approx(car, abs=1e-6)


def test_one_thing_in_two_looks_and_under_two_names_is_one() -> None:
    car = (0.55, 0.6, 0.6, 0.65)
    near = (0.552, 0.6, 0.603, 0.652)
    looks = [found((TRUCK, 0.3, near), (CAR, 0.4, car)), found((CAR, 0.8, within(car, CROP)))]
    merged = gather([WHOLE, CROP], looks, GROUPS)
    assert merged.classes.tolist() == [CAR]
    assert merged.scores.tolist() == [pytest.approx(0.8)]


def test_a_box_cut_by_the_crop_loses_even_with_the_better_score() -> None:
    coach = (0.4, 0.5, 0.7, 0.7)
    part = (0.0, 0.0, 0.6, 0.8)  # of the crop: begins at its left border
    merged = gather([WHOLE, CROP], [found((CAR, 0.4, coach)), found((CAR, 0.9, part))], GROUPS)
    assert merged.boxes.tolist() == [pytest.approx(coach)]


def test_a_box_that_fills_a_crop_is_left_out() -> None:
    filling = found((CAR, 0.6, (0.05, 0.05, 0.95, 0.95)))
    assert len(gather([WHOLE, CROP], [found(), filling], GROUPS)) == 0
    assert len(gather([WHOLE], [filling], GROUPS)) == 1


def test_a_box_at_the_border_of_the_picture_is_not_cut_by_the_crop() -> None:
    corner: Box = (0.5, 0.5, 1.0, 1.0)
    car = (0.9, 0.9, 1.0, 1.0)
    assert len(gather([WHOLE, corner], [found(), found((CAR, 0.9, within(car, corner)))], GROUPS)) == 1


@pytest.mark.parametrize("car", [(0.42, 0.31, 0.5, 0.38), (0.42, 0.31, 0.62, 0.51), (0.42, 0.61, 0.5, 0.7)])
def test_a_car_half_behind_or_before_a_coach_stays_a_car(car: Box) -> None:
    coach = (0.4, 0.3, 0.7, 0.7)
    assert len(gather([WHOLE], [found((TRUCK, 0.9, coach), (CAR, 0.5, car))], GROUPS)) == 2


def test_the_front_of_a_lorry_is_no_second_vehicle() -> None:
    lorry, front = (0.4, 0.3, 0.7, 0.7), (0.55, 0.35, 0.7, 0.7)
    merged = gather([WHOLE], [found((TRUCK, 0.9, lorry), (CAR, 0.5, front))], GROUPS)
    assert merged.classes.tolist() == [TRUCK]


def test_a_rider_does_not_swallow_what_is_ridden() -> None:
    groups = ("two_wheeler", "vehicle", None)
    spot = (0.4, 0.3, 0.5, 0.5)
    assert len(gather([WHOLE], [found((0, 0.5, spot), (PERSON, 0.9, spot))], groups)) == 2


def test_nothing_found_gives_nothing() -> None:
    assert len(gather([WHOLE, CROP], [found(), found()], GROUPS)) == 0


def test_the_order_of_the_looks_does_not_matter() -> None:
    a = found((CAR, 0.5, (0.1, 0.1, 0.2, 0.2)), (CAR, 0.5, (0.3, 0.1, 0.4, 0.2)))
    b = found((CAR, 0.5, (0.3, 0.1, 0.4, 0.2)), (CAR, 0.5, (0.1, 0.1, 0.2, 0.2)))
    assert gather([WHOLE], [a], GROUPS).boxes.tolist() == gather([WHOLE], [b], GROUPS).boxes.tolist()
