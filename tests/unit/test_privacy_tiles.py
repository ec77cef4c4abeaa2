"""The tiles a picture is cut into, and boxes from several tiles made one."""

import numpy as np
import pytest

from edge.tiles import STEP, Window, about, merged, showing, tiles


@pytest.mark.parametrize(
    ("width", "height"), [(352, 288), (640, 480), (1080, 1920), (1680, 480), (1920, 1080), (9, 2)]
)
def test_tiles_cover_the_picture_and_overlap(width: int, height: int) -> None:
    covered = np.zeros((height, width), int)
    for tile in tiles(width, height):
        assert 0 <= tile.x1 < tile.x2 <= width
        assert 0 <= tile.y1 < tile.y2 <= height
        covered[tile.y1 : tile.y2, tile.x1 : tile.x2] += 1
    assert covered.min() >= 1
    assert covered.max() >= 2
    assert len(tiles(width, height)) <= 25


def test_what_a_person_stands_across_a_tiles_edge_is_one_person() -> None:
    boxes = np.array([[10, 10, 50, 90], [10, 12, 50, 40], [11, 30, 49, 88], [200, 10, 240, 90]], np.float32)
    assert len(merged(boxes)) == 2


def spots(*boxes: tuple[int, int, int, int]) -> np.ndarray:
    return np.array(boxes, np.int64).reshape(-1, 4)


def inside(window: Window, x1: int, y1: int, x2: int, y2: int) -> bool:
    return window.x1 <= x1 and window.y1 <= y1 and x2 <= window.x2 and y2 <= window.y2


def test_few_tiles_show_every_spot_whole_with_what_is_around_it() -> None:
    around = tiles(1920, 1080)
    places = spots(*((x, y, x + 60, y + 90) for x in (0, 400, 900, 1850) for y in (10, 500, 980)))

    chosen = showing(around, places)

    assert len(chosen) < len(around)
    for x1, y1, x2, y2 in places.tolist():
        grown = max(0, x1 - 20), max(0, y1 - 30), min(1920, x2 + 20), min(1080, y2 + 30)
        assert any(inside(window, *grown) for window in chosen)


def test_a_spot_that_no_tile_shows_whole_is_seen_in_all_that_touch_it() -> None:
    around = tiles(1920, 1080)

    chosen = showing(around, spots((300, 300, 1000, 900)))

    touching = [t for t in around if t.x1 < 1000 and t.x2 > 300 and t.y1 < 900 and t.y2 > 300]
    assert chosen == touching


def test_nothing_painted_is_nothing_to_look_at_again() -> None:
    assert showing(tiles(640, 480), spots()) == []
    assert about(spots(), np.zeros((480, 640, 3), np.uint8), 64) == []


def test_windows_about_spots_hold_them_and_their_margin_on_the_detectors_grid() -> None:
    picture = np.zeros((1080, 1920, 3), np.uint8)
    places = spots((100, 100, 140, 160), (150, 110, 180, 150), (1700, 900, 1900, 1080))

    windows = about(places, picture, 64)

    assert len(windows) == 2  # two of them lie beside each other
    for x1, y1, x2, y2 in places.tolist():
        grown = max(0, x1 - 64), max(0, y1 - 64), min(1920, x2 + 64), min(1080, y2 + 64)
        assert any(inside(window, *grown) for window in windows)
    assert all(window.x1 % STEP == window.y1 % STEP == 0 for window in windows)


def test_spots_all_over_a_picture_are_the_whole_of_it() -> None:
    picture = np.zeros((480, 640, 3), np.uint8)
    places = spots(*((x, y, x + 20, y + 20) for x in range(0, 640, 80) for y in range(0, 480, 80)))

    assert about(places, picture, 64) == [Window(0, 0, 640, 480)]
