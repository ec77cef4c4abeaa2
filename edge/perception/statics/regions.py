"""The regions of one source: ripening ones and settled things, each with one id for its life."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from edge.observation import Box, RegionState, RegionVerdict, StaticRegion
from edge.perception.cells import Cells, Floats, widened
from edge.perception.statics.blobs import box_of
from edge.perception.statics.ripening import CLEAR_LOOKS, CLEAR_S, Looks, Ripening

MOST: Final = 32
SEEN: Final = 0.4  # share of a region's cells that must be visible to say anything of it
OPEN: Final = 0.6  # share of the visible ones that must look like the ground
SAME: Final = 0.3  # share of the smaller of two blobs that must overlap for them to be one region
NEAR: Final = 2  # cells between two things of one pile


@dataclass(slots=True, eq=False)
class Region:
    """One region. told: what the last look made of it. judge_at: when a postponed verdict is asked again."""

    cells: Cells
    told: StaticRegion
    clean_s: float = 0.0
    clean_looks: int = 0
    judge_at: float = 0.0
    rested_s: float = 0.0
    merged: list[str] = field(default_factory=list)

    @property
    def box(self) -> Box:
        """Around its cells."""
        return self.told.box


class Regions:
    """Keeps the ripening regions (`young`) and the settled things (`firm`) of one source apart and known."""

    def __init__(self, source: str, shape: tuple[int, int], size: tuple[int, int]) -> None:
        self._source = source
        self._size = size
        self.young: list[Region] = []
        self.firm: list[Region] = []
        self.held: Cells = np.zeros(shape, np.bool_)  # of firm regions
        self._ended: list[StaticRegion] = []

    def rebase(self, delta: float) -> None:
        """The clock of `t` has been set: every time moves with it."""
        for region in (*self.young, *self.firm):
            region.told = replace(region.told, since=region.told.since + delta)
            region.judge_at += delta

    def settle(self, region: Region) -> None:
        """A ripening region is a thing from now on; it and the things within NEAR become one, the oldest."""
        self.young = [other for other in self.young if other is not region]
        reach = widened(region.cells, NEAR)
        pile = sorted(
            [region, *(r for r in self.firm if (r.cells & reach).any())],
            key=lambda r: (r is region, r.told.since),
        )
        oldest, rest = pile[0], pile[1:]
        oldest.cells = np.logical_or.reduce([r.cells for r in pile])
        oldest.merged += [r.told.id for r in rest]
        oldest.told = replace(oldest.told, verdict="left")
        self.firm = [r for r in self.firm if r not in rest and r is not oldest] + [oldest]
        self._shape(oldest)
        self.held |= oldest.cells

    def _shape(self, region: Region) -> None:
        box = box_of(region.cells, self._size)
        area = float(region.cells.mean())
        filled = area / max((box[2] - box[0]) * (box[3] - box[1]), 1e-9)
        region.told = replace(region.told, box=box, area=round(area, 5), solid=round(min(1.0, filled), 3))

    def watch(self, dt: float, looks: Looks) -> list[Region]:
        """See which things still stand; returns those that have gone and forgets them."""
        gone = [region for region in self.firm if self._watched(region, dt, looks)]
        for region in gone:
            self.firm.remove(region)
            self.held &= ~region.cells
            self._ended.append(replace(region.told, state="gone"))
        return gone

    def _watched(self, region: Region, dt: float, looks: Looks) -> bool:
        cells = region.cells
        count = int(cells.sum())
        same, clean = int(looks.same[cells].sum()), int(looks.clean[cells].sum())
        better = int(looks.better[cells].sum())
        seen = same + clean + int(looks.other[cells].sum())
        enough = seen >= SEEN * count
        if enough and better >= OPEN * seen:
            region.clean_s += dt
            region.clean_looks += 1
        elif enough:
            region.clean_s, region.clean_looks = 0.0, 0
        state: RegionState = "settled" if same + clean >= SEEN * count else "covered"
        region.told = replace(region.told, state=state)
        return region.clean_s >= CLEAR_S and region.clean_looks >= CLEAR_LOOKS

    def drop(self, region: Region, state: RegionState | None = None) -> None:
        """A ripening region is no more; `state` is said of it, once."""
        self.young.remove(region)
        if state is not None:
            self._ended.append(replace(region.told, state=state))

    def know(self, region: Region) -> None:
        """A thing of before a restart."""
        self.firm.append(region)
        self.held |= region.cells

    def match(self, t: float, utc: float, found: Sequence[Cells], ripening: Ripening) -> None:
        """The ripening blobs of this look, each with the region it was before."""
        before, self.young = self.young, []
        for cells in found:
            owners = [r for r in before if _one(r.cells, cells)]
            before = [r for r in before if r not in owners]
            region = min(owners, key=lambda r: r.told.since) if owners else self._new(t, utc, cells)
            region.merged += [r.told.id for r in owners if r is not region]
            region.cells = cells
            self._measure(region, ripening)
            self.young.append(region)
        for region in before:
            if not (region.cells & ripening.has).any():
                self._ended.append(replace(region.told, state="gone"))

    def _new(self, t: float, utc: float, cells: Cells) -> Region:
        box = box_of(cells, self._size)
        key = f"{self._source}|{utc:.3f}|{box}".encode()
        name = "r-" + hashlib.sha256(key).hexdigest()[:10]
        told = StaticRegion(name, box, 0.0, t, 0.0, 0.0, 0.0, "young", "settled")
        return Region(cells, told)

    def _measure(self, region: Region, ripening: Ripening) -> None:
        self._shape(region)
        mine = region.cells & ripening.has
        since = float(np.percentile(ripening.first[mine], 25)) if mine.any() else region.told.since
        region.told = replace(region.told, since=since)

    def look(self, region: Region, part: Floats, ripening: Ripening, looks: Looks) -> None:
        """Bring the figures of a region up to this look."""
        cells = region.cells
        seen = cells & (looks.same | looks.other | looks.clean)
        told = region.told
        if seen.any():
            told = replace(told, unlike=round(float(np.clip(part[seen].mean(), 0.0, 1.0)), 3))
        mine = cells & ripening.has
        if mine.any():
            told = replace(told, seen_s=round(float(np.median(ripening.age[mine])), 2))
        region.told = replace(told, state="settled" if seen.sum() >= SEEN * cells.sum() else "covered")

    def tell(self) -> tuple[StaticRegion, ...]:
        """What is to be said of this look: what has ended first, then things, then what ripens."""
        said, self._ended = self._ended, []
        for region in sorted((*self.firm, *self.young), key=_weight):
            said.append(replace(region.told, merged=tuple(region.merged)))
            region.merged = []
        return tuple(said[:MOST])


def judged(region: Region, word: RegionVerdict, judge_at: float) -> None:
    """Keep a verdict, and when to ask again."""
    region.told = replace(region.told, verdict=word)
    region.judge_at = judge_at


def _weight(region: Region) -> tuple[bool, float]:
    return region.told.verdict == "young", -region.told.area


def _one(a: Cells, b: Cells) -> bool:
    return bool((a & b).sum() >= SAME * min(a.sum(), b.sum()))
