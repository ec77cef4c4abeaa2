"""Exports of the ultralytics tools: versions 8 and 11, the end-to-end ones of 26, any with `nms=True`.

In: RGB 0..1, centred letterbox of 114. Out, told apart by shape: [1, 4 + classes, N] cx cy w h and
sigmoided classes, suppression ours; or [1, N, 6] x1 y1 x2 y2 score class, suppressed or one-to-one in the
graph, rows that were not needed zero. Boxes are in canvas pixels. The file itself declares its labels, as a
Python literal under the key `names`; a catalogue entry must give the same, or an empty list.
"""

import ast
from collections.abc import Sequence

import numpy as np

from models.coco import word
from models.detections import Detections, Floats, Picture
from models.graph import Graph, Outputs
from models.pictures import Placement, Prepared, letterboxed, tensor
from models.suppress import best_classes, inside, sound, suppressed

OVERLAP = 0.45


class Format:
    """Raw or finished outputs, whichever the file has."""

    def __init__(self, graph: Graph) -> None:
        self.labels = _labels(graph)
        self._input, (self._width, self._height) = graph.picture_input(), graph.size()
        shapes = list(graph.outputs.values())
        self._finished = len(shapes) == 1 and len(shapes[0]) == 3 and shapes[0][2] == 6
        if not self._finished:
            graph.expect_outputs((None, 4 + len(self.labels), None))

    def prepare(self, picture: Picture) -> Prepared:
        """RGB 0..1, in the middle."""
        canvas, placement = letterboxed(picture, self._width, self._height, fill=114, centred=True)
        return Prepared({self._input: tensor(canvas, rgb=True, scale=(255.0, 255.0, 255.0))}, placement)

    def decode(self, outputs: Outputs, placement: Placement, floor: float) -> Detections:
        """Suppression is ours only where the graph has none."""
        return (_finished if self._finished else _raw)(outputs[0], placement, floor)


def _raw(out: Floats, placement: Placement, floor: float) -> Detections:
    out = out.T
    rows, classes = best_classes(out[:, 4:], floor)
    centre, half = out[rows, :2], out[rows, 2:4] / 2
    # As ultralytics does it: what lies outside counts for suppression, and is cut away afterwards.
    boxes = placement.whole(np.concatenate([centre - half, centre + half], axis=1))
    return inside(suppressed(Detections(boxes, out[rows, 4 + classes], classes), OVERLAP))


def _finished(out: Floats, placement: Placement, floor: float) -> Detections:
    # A row that was not needed has score 0, which a floor of 0 would let through.
    rows = out[out[:, 4] >= max(floor, 1e-6)]
    return sound(Detections(placement.shares(rows[:, :4]), rows[:, 4], rows[:, 5].astype(np.int64)))


def _labels(graph: Graph) -> tuple[str, ...]:
    if "names" not in graph.metadata:
        return graph.labels
    try:
        names = ast.literal_eval(graph.metadata["names"])
        declared = label_words([str(names[index]) for index in range(len(names))])
    except (ValueError, SyntaxError, TypeError, KeyError, MemoryError, RecursionError) as error:
        raise graph.fault(f"its metadata `names` is no Python literal of names by number: {error}") from error
    if graph.labels not in ((), declared):
        raise graph.fault(
            f"it declares the labels {declared}, its catalogue entry {graph.labels}; they must agree"
        )
    return declared


def label_words(names: Sequence[str]) -> tuple[str, ...]:
    """Any names as labels: words of a-z, and `class_3` where there is no such letter or the word is taken."""
    found: list[str] = []
    for number, name in enumerate(names):
        plain = word(name)[:48].rstrip("_")
        fit = plain[:1].isalpha() and plain not in found
        found.append(plain if fit else f"class_{number}")
    return tuple(found)
