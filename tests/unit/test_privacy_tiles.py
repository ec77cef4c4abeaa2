"""The tiles a picture is cut into, and boxes from several tiles made one."""

import numpy as np
import pytest

from edge.tiles import merged, tiles


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
