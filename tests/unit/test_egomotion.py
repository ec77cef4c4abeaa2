"""A flying camera's pictures laid on an earlier one: known motions, moving things, and other ground."""

from itertools import islice
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from broker.events import Reason
from edge.perception.egomotion import Backdrop, Motion

Grey = NDArray[np.uint8]
WIDE, HIGH = 960, 540


def ground(seed: int = 1) -> Grey:
    """Fields, roofs and kerbs: rectangles of many sizes, some of them turned."""
    chance = np.random.default_rng(seed)
    picture = np.full((HIGH, WIDE), 110, np.uint8)
    for _ in range(260):
        middle, size = chance.uniform((0, 0), (WIDE, HIGH)), chance.uniform(8, 70, 2)
        corners = cv2.boxPoints(
            (
                (float(middle[0]), float(middle[1])),
                (float(size[0]), float(size[1])),
                float(chance.uniform(0, 90)),
            )
        )
        cv2.fillConvexPoly(picture, corners.astype(np.int32), int(chance.integers(20, 235)))
    return np.asarray(cv2.GaussianBlur(picture, (3, 3), 0.8), np.uint8)


def flown(turn: float, zoom: float, east: float, south: float, tilt: float = 0.0) -> NDArray[np.float64]:
    """From the reference to the picture, in pixels."""
    flat = np.vstack([cv2.getRotationMatrix2D((WIDE / 2, HIGH / 2), turn, zoom), (0.0, 0.0, 1.0)])
    flat[:2, 2] += (east, south)
    bent = np.array([[1, 0, 0], [0, 1, 0], [tilt, tilt / 2, 1]])
    return np.asarray(bent @ flat, np.float64)


def shown(picture: Grey, way: NDArray[np.float64], noise: float = 4.0) -> Grey:
    warped = cv2.warpPerspective(picture, way, (WIDE, HIGH), borderMode=cv2.BORDER_REFLECT)
    noisy = warped + np.random.default_rng(2).normal(0, noise, warped.shape)
    return np.asarray(np.clip(noisy, 0, 255), np.uint8)


def laid(
    backdrop: Backdrop, picture: Grey, boxes: tuple[tuple[float, float, float, float], ...] = ()
) -> Motion:
    found = backdrop.place(picture, boxes)
    assert isinstance(found, Motion), found
    return found


def worst(motion: Motion, way: NDArray[np.float64]) -> float:
    """The largest error in pixels over the middle of the picture."""
    errors = []
    for x, y in ((0.2, 0.2), (0.5, 0.5), (0.8, 0.2), (0.2, 0.8), (0.8, 0.8)):
        there = np.linalg.inv(way) @ (x * WIDE, y * HIGH, 1.0)
        moved = motion.moved(x, y)
        assert moved is not None
        errors.append(np.hypot(moved[0] * WIDE - there[0] / there[2], moved[1] * HIGH - there[1] / there[2]))
    return float(max(errors))


@pytest.mark.parametrize(
    "way",
    [
        flown(0, 1.0, 0, 0),
        flown(3, 1.0, 40, -25),
        flown(-25, 0.9, 90, 60),
        flown(10, 1.25, -60, 10),
        flown(2, 1.0, 20, 10, tilt=1e-4),
    ],
)
def test_known_motions(way: NDArray[np.float64]) -> None:
    motion = laid(Backdrop(ground()), shown(ground(), way))

    assert worst(motion, way) < 1.0
    assert motion.misfit_px < 1.5


def test_what_moves_does_not_carry_the_ground_along() -> None:
    """A ferry fills half of the picture and has more corners than the shore: its box tells."""
    way = flown(1, 1.0, 15, 5)
    first, second, ferry = ground().copy(), shown(ground(), way), ground(9)[40:500, 100:600]
    first[40:500, 100:600] = ferry
    second[40:500, 190:690] = ferry  # ninety pixels on
    first = np.where(np.arange(WIDE) > 780, 128, first).astype(np.uint8)
    boxes = (100 / WIDE, 40 / HIGH, 600 / WIDE, 500 / HIGH), (190 / WIDE, 40 / HIGH, 690 / WIDE, 500 / HIGH)
    carried = Backdrop(first).place(second)

    assert worst(laid(Backdrop(first, boxes[:1]), second, boxes[1:]), way) < 1.5
    assert isinstance(carried, Reason) or worst(carried, way) > 50.0


@pytest.mark.parametrize(
    "picture", [ground(7), np.full((HIGH, WIDE), 128, np.uint8), np.zeros((HIGH, WIDE), np.uint8)]
)
def test_what_shows_other_ground_is_not_laid(picture: Grey) -> None:
    found = Backdrop(ground()).place(picture)

    assert isinstance(found, Reason)
    assert found.code == "not_registered"


def test_a_small_common_corner_is_too_little() -> None:
    one, other = np.full((HIGH, WIDE), 128, np.uint8), np.full((HIGH, WIDE), 128, np.uint8)
    one[:150, :220] = other[:150, :220] = ground()[:150, :220]
    found = Backdrop(one).place(other)

    assert isinstance(found, Reason)
    assert "span" in found.text


@pytest.mark.shared_data
def test_a_real_flight(shared_data: Path) -> None:
    """A picture of four seconds later laid on the first directly, and by way of one in between."""
    with av.open(str(shared_data / "drone" / "kharkiv_overhead.mp4")) as container:
        film = islice(container.decode(video=0), 0, 101, 50)
        first, middle, last = (np.asarray(frame.to_ndarray(format="gray"), np.uint8) for frame in film)
    direct = laid(Backdrop(first), last)
    onward = laid(Backdrop(middle), last)
    back = laid(Backdrop(first), middle)

    for x, y in ((0.2, 0.2), (0.8, 0.2), (0.5, 0.5), (0.2, 0.8), (0.8, 0.8)):
        via = onward.moved(x, y)
        assert via is not None
        there, other = direct.moved(x, y), back.moved(*via)
        assert there is not None
        assert other is not None
        assert np.hypot((there[0] - other[0]) * WIDE, (there[1] - other[1]) * HIGH) < 1.0
