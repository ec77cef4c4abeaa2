"""What has grown rests again; what lives does not. What passes is no reason either way."""

import numpy as np
import pytest

from tests.unit.test_statics import GROUND, HEAP, SPOT, Eye, Grey, texture, with_heap

BAGS = [texture(20 + number, (16, 20), 10, 245, 1.5) for number in range(5)]


def growing(t: float) -> Grey:
    """A bag more every seven seconds, in part over the others, from 30 s on."""
    made = GROUND
    for number, bag in enumerate(BAGS):
        if t >= 30 + 7 * number:
            y, x = 44 - 4 * (number // 2), 60 + 8 * (number % 3)
            made = with_heap(made, (y, x, y + 16, x + 20), bag)
    return made


@pytest.mark.parametrize("pace", [1.0, 4.0])
def test_a_pile_is_found_soon_after_it_has_stopped_growing(pace: float) -> None:
    eye = Eye(growing, pace)
    eye.until(130)

    last_bag = 30 + 7 * (len(BAGS) - 1)
    assert eye.first("left") <= last_bag + 30


@pytest.mark.parametrize("pace", [1.0, 4.0])
def test_somebody_who_changes_his_stance_now_and_then_is_no_thing(pace: float) -> None:
    def scene(t: float) -> Grey:
        if t < 30:
            return GROUND
        y1, x1, y2, x2 = SPOT
        aside = int(t / 11) * 3 % 5
        return with_heap(GROUND, (y1, x1 + aside, y2, x2 + aside), np.roll(HEAP, aside, axis=0))

    eye = Eye(scene, pace)
    eye.until(200)

    assert "alive" in eye.verdicts
    assert "left" not in eye.verdicts
