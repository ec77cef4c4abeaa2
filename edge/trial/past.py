"""What the ledger made of one segment of a journal: every look with its places.

Places do not know zones (decision 0001), so this is the same for whatever zones are tried on it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from edge.ahead import Ahead, Ints
from edge.journal import blocks
from edge.journal.blocks import Block
from edge.journal.entries import Run
from edge.journal.segments import Segment, read_blocks
from edge.observation import Observation


class Note(NamedTuple):
    """Something else than a look: `lost` bytes, or a happening under its own word. utc: None if not known."""

    what: str
    text: str
    utc: float | None


@dataclass(kw_only=True)
class Past(Ahead):
    """One segment. number: observations and happenings before each look; end: after the last of them.

    block, position: where each look lies in the file.
    """

    segment: Segment
    source: str
    number: Ints
    end: int
    block: Ints
    position: Ints
    notes: Sequence[Note] = ()
    _decoded: dict[int, Sequence[Observation]] = field(default_factory=dict, repr=False)

    def look(self, index: int) -> Observation:
        """As it was observed. Raises LookupError where the segment has gone from the disk meanwhile."""
        number = int(self.block[index])
        if number not in self._decoded:
            while len(self._decoded) >= 2:
                self._decoded.pop(next(iter(self._decoded)))
            self._decoded[number] = looks_of(self._blocks[number], self.source)
        return self._decoded[number][int(self.position[index])]

    @cached_property
    def _blocks(self) -> Sequence[Block]:
        return [block for block in read_blocks(self.segment) if isinstance(block, Block)]


def looks_of(block: Block, source: str) -> list[Observation]:
    """The looks of one block, in order."""
    runs = [entry for entry in blocks.decode(block, source) if isinstance(entry, Run)]
    return [seen for run in runs for seen in run.looks()]
