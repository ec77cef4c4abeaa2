"""Long answers in parts: so many things in a list, so many bytes in a message. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from broker.asks import MOST_PARTS, Answer

LARGEST: Final = 240_000  # bytes of one answer: a broker takes 256 kB
LISTS: Final = ("candidates", "stretches", "situations", "looks", "cameras", "findings")


def parts(answer: Answer) -> Iterator[Mapping[str, Any]]:
    """The fields of each message that the answer needs, the lists in order; without id, number and status.

    Everything that is no list goes with the last. A single thing that is too large goes alone.
    """
    fields = {name: getattr(answer, name) for name in answer.model_fields_set}
    rest = {name: value for name, value in fields.items() if name not in LISTS}
    pieces = [piece for name in LISTS if fields.get(name) for piece in _pieces(name, fields[name])]
    empty: dict[str, Any] = {name: [] for name in LISTS if fields.get(name) == []}
    last = pieces.pop() if pieces else {}
    yield from pieces
    yield {**empty, **last, **rest}


def _pieces(name: str, things: Sequence[Any]) -> Iterator[dict[str, Any]]:
    piece: list[Any] = []
    size = 0
    for thing in things:
        weight = len(thing.encode()) + 1
        if piece and (len(piece) == MOST_PARTS or size + weight > LARGEST):
            yield {name: piece}
            piece, size = [], 0
        piece.append(thing)
        size += weight
    if piece:
        yield {name: piece}
