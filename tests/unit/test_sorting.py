"""What of a detector's answer may explain changed ground."""

import numpy as np
import pytest

from edge.groups import Group
from edge.perception.sorting import sorted_out
from models.detections import Detections

LABELS = ("person", "car", "suitcase")
GROUPS: tuple[Group | None, ...] = (None, "vehicle", "thing")


@pytest.mark.parametrize(
    ("kind", "score", "explains"),
    [(0, 0.8, True), (0, 0.31, False), (1, 0.6, True), (1, 0.42, False), (2, 0.9, False)],
)
def test_only_what_is_sure_explains_changed_ground(kind: int, score: float, explains: bool) -> None:
    box = np.array([[0.1, 0.2, 0.3, 0.4]], np.float32)
    found = Detections(box, np.array([score], np.float32), np.array([kind]))
    seen = sorted_out(5.0, found, LABELS, GROUPS)
    assert bool(seen.explaining) is explains
    assert len(seen.hidden) + len(seen.sightings) == 1  # it is seen and hides all the same


@pytest.mark.parametrize(
    ("kind", "box", "score", "explains"),
    [
        (0, (0.1, 0.2, 0.15, 0.4), 0.55, True),
        (0, (0.1, 0.2, 0.2, 0.35), 0.55, True),  # somebody who sits
        (0, (0.2, 0.6, 0.38, 0.75), 0.58, False),  # a heap
        (0, (0.2, 0.6, 0.38, 0.75), 0.75, True),  # somebody who lies there
        (3, (0.2, 0.6, 0.38, 0.75), 0.58, True),  # animals are longer than high
        (1, (0.2, 0.6, 0.38, 0.75), 0.58, True),
    ],
)
def test_who_is_twice_as_broad_as_high_must_be_surer(
    kind: int, box: tuple[float, ...], score: float, explains: bool
) -> None:
    found = Detections(np.array([box], np.float32), np.array([score], np.float32), np.array([kind]))
    seen = sorted_out(5.0, found, (*LABELS, "dog"), (*GROUPS, None), aspect=16 / 9)
    assert bool(seen.explaining) is explains
    assert len(seen.hidden) + len(seen.sightings) == 1
