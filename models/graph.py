"""What a format is told about a network, and what it has to offer."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from numpy.typing import NDArray

from models.detections import Detections, Picture
from models.errors import ModelError
from models.pictures import Placement, Prepared

Shape = tuple[int | None, ...]  # None: any size
Outputs = Sequence[NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Graph:
    """A loaded network as its file declares it, with the labels its catalogue entry gives."""

    name: str
    inputs: dict[str, Shape]
    outputs: dict[str, Shape]
    metadata: dict[str, str]
    labels: tuple[str, ...]

    def fault(self, what: str) -> ModelError:
        """An error about this network."""
        return ModelError(f"model {self.name}: {what}")

    def picture_input(self) -> str:
        """The name of the first input."""
        return next(iter(self.inputs))

    def size(self) -> tuple[int, int]:
        """Width and height of the picture input, which must be fixed."""
        shape = self.inputs[self.picture_input()]
        if len(shape) != 4 or shape[1] != 3 or shape[2] is None or shape[3] is None:
            raise self.fault(f"its input is {words([shape])}; this format needs [?,3,height,width], fixed")
        return shape[3], shape[2]

    def expect_outputs(self, *shapes: Shape) -> None:
        """Refuse a network whose outputs are not these (None fits any size, also the batch axis)."""
        found = list(self.outputs.values())
        if len(found) != len(shapes) or not all(map(_fits, found, shapes)):
            raise self.fault(f"its outputs are {words(found)}; this format needs {words(shapes)}")


class Format(Protocol):
    """Made once a network, by the runtime; raises ModelError for a network it cannot read.

    `labels` are the names its classes index: those of the graph, or those the file itself declares.
    """

    labels: tuple[str, ...]

    def __init__(self, graph: Graph) -> None: ...

    def prepare(self, picture: Picture) -> Prepared:
        """The network's inputs for one picture."""
        ...

    def decode(self, outputs: Outputs, placement: Placement, floor: float) -> Detections:
        """Outputs for one picture, batch axis taken off, in the graph's order; none below the floor."""
        ...


def _fits(found: Shape, wanted: Shape) -> bool:
    return len(found) == len(wanted) and all(
        w is None or f is None or f == w for f, w in zip(found, wanted, strict=True)
    )


def words(shapes: Iterable[Shape]) -> str:
    """Shapes as people write them."""
    return ", ".join("[" + ",".join("?" if n is None else str(n) for n in shape) + "]" for shape in shapes)
