"""What the ledger made of one segment of a journal: every look with its places, as columns.

Places do not know zones (decision 0001), so this is the same for whatever zones are tried on it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from edge.journal import blocks
from edge.journal.blocks import Block
from edge.journal.entries import Run
from edge.journal.segments import Segment, read_blocks
from edge.observation import Observation
from edge.places import Place

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


class Note(NamedTuple):
    """Something else than a look: `lost` bytes, or a happening under its own word. utc: None if not known."""

    what: str
    text: str
    utc: float | None


@dataclass
class Past:
    """One segment. Row r of look i: `first[i] <= r < first[i + 1]`, a place at that look.

    number: observations and happenings before each look; end: after the last of them. failed: looks that
    broke the ledger, on which nothing was decided. block, position: where each look lies in the file. answer:
    changes whenever the sightings, hidden boxes or regions do. kinds: the places without what changes at
    every look; kind, last_seen, observed_s: of each row.
    """

    segment: Segment
    source: str
    t: Floats
    utc: Floats
    number: Ints
    end: int
    aspect: Floats
    trusted: Flags
    looked: Flags
    regions: Flags
    failed: Flags
    answer: Ints
    block: Ints
    position: Ints
    first: Ints
    kinds: Sequence[Place]
    kind: Ints
    last_seen: Floats
    observed_s: Floats
    notes: Sequence[Note] = ()
    _decoded: dict[int, Sequence[Observation]] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self.t)

    def look(self, index: int) -> Observation:
        """As it was observed. Raises LookupError where the segment has gone from the disk meanwhile."""
        number = int(self.block[index])
        if number not in self._decoded:
            while len(self._decoded) >= 2:
                self._decoded.pop(next(iter(self._decoded)))
            self._decoded[number] = looks_of(self._blocks[number], self.source)
        return self._decoded[number][int(self.position[index])]

    def places(self, index: int) -> tuple[Place, ...]:
        """What the ledger gave the rules at that look."""
        return tuple(map(self.place, range(int(self.first[index]), int(self.first[index + 1]))))

    def place(self, row: int) -> Place:
        """One of them."""
        kind = self.kinds[self.kind[row]]
        seen, observed = float(self.last_seen[row]), float(self.observed_s[row])
        elapsed = seen - kind.since
        coverage = observed / elapsed if elapsed > 0.0 else 0.0
        what = (kind.id, kind.group, kind.label, kind.score, kind.box, kind.state)
        return Place(*what, kind.since, seen, observed, coverage, kind.reasons, kind.episode)

    @cached_property
    def _blocks(self) -> Sequence[Block]:
        return [block for block in read_blocks(self.segment) if isinstance(block, Block)]


def looks_of(block: Block, source: str) -> list[Observation]:
    """The looks of one block, in order."""
    runs = [entry for entry in blocks.decode(block, source) if isinstance(entry, Run)]
    return [seen for run in runs for seen in run.looks()]
