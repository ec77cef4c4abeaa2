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
