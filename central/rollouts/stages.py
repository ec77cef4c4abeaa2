"""How many nodes each stage of a roll-out has. Pure."""

import re
from collections.abc import Sequence
from math import ceil

MOST = 10
USUAL = ("1", "10%", "100%")
_STAGE = re.compile(r"([1-9][0-9]{0,4})(%?)")


def sizes(stages: Sequence[str], nodes: int) -> list[int]:
    """How many nodes have the change after each stage, all of them after the last; growing.

    stages: numbers and shares of all nodes, such as 1, 10%, 100%. Raises ValueError.
    """
    if not 1 <= len(stages) <= MOST:
        raise ValueError(f"1 to {MOST} stages are expected")
    found: list[int] = []
    for stage in stages:
        size = min(nodes, _size(stage, nodes))
        if not found or size > found[-1]:
            found.append(size)
    return found if found[-1] == nodes else [*found, nodes]


def stage_of(place: int, upto: Sequence[int]) -> int:
    """The stage of the node at this place, both counted from 0."""
    return next(n for n, size in enumerate(upto) if place < size)


def _size(stage: str, nodes: int) -> int:
    match = _STAGE.fullmatch(stage)
    if match is None or (match[2] and int(match[1]) > 100):
        raise ValueError(f"{stage!r}: a number of nodes or a share such as 10% is expected")
    number = int(match[1])
    return ceil(nodes * number / 100) if match[2] else number
