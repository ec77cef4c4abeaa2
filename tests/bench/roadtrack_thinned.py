"""Whether looking less often tells the same: RoadTrack's stops at fewer looks a second against ten.

    python -m tests.bench.roadtrack_thinned DIR [--only K204] [--long 20] [--set stand_s=4]

Two situations are the same if they overlap in time and their boxes, when they were told, by an IoU of 0.3.
*in common*: of those that either rate told, the share that both did; once of all, and once of those that last
(`--long` seconds, which nobody who looks every two seconds may miss). DIR as for `tests.bench.roadtrack`; its
clips with stops are used. The last line of the output is one JSON object.
"""

import argparse
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

from edge.geometry import iou
from edge.ledger import Ledger, LedgerSettings
from edge.observation import Box, Observation
from tests.bench.roadtrack import changed
from tests.bench.roadtrack_clips import FPS, clips_of, masks_of, scene_of

RATES: Final = (5.0, 2.0, 1.0, 0.5)
SAME: Final = 0.3


class Situation(NamedTuple):
    """What the ledger told of one thing. box: when it was told."""

    since: float
    last_seen: float
    box: Box

    @property
    def lasts(self) -> float:
        """Seconds from the first to the last time it was seen standing."""
        return self.last_seen - self.since


class Pairs(NamedTuple):
    """Two rates on the same clips."""

    both: list[tuple[Situation, Situation]]
    only_dense: list[Situation]
    only_thin: list[Situation]

    def lasting(self, seconds: float) -> "Pairs":
        """Only what lasts so long, by the longer of its two tellings."""
        both = [pair for pair in self.both if max(one.lasts for one in pair) >= seconds]
        dense, thin = ([s for s in alone if s.lasts >= seconds] for alone in self[1:])
        return Pairs(both, dense, thin)


def situations(looks: Iterable[tuple[int, Observation]], settings: LedgerSettings) -> list[Situation]:
    """Run the ledger; every stay at a place is a situation."""
    ledger, told = Ledger("clip", settings), dict[tuple[str, int], Situation]()
    for _, seen in looks:
        ledger.step(seen)
        for place in ledger.places:
            first = told.get((place.id, place.episode))
            box = first.box if first else place.box
            told[place.id, place.episode] = Situation(place.since, place.last_seen, box)
    return list(told.values())


def paired(dense: list[Situation], thin: list[Situation]) -> Pairs:
    """Each with at most one of the other side, the most alike first."""
    likely = sorted(
        ((iou(a.box, b.box), i, j) for i, a in enumerate(dense) for j, b in enumerate(thin) if _meet(a, b)),
        reverse=True,
    )
    mine: dict[int, int] = {}
    for likeness, i, j in likely:
        if likeness >= SAME and i not in mine and j not in mine.values():
            mine[i] = j
    both = [(dense[i], thin[j]) for i, j in sorted(mine.items())]
    alone = [s for i, s in enumerate(dense) if i not in mine]
    return Pairs(both, alone, [s for j, s in enumerate(thin) if j not in mine.values()])


def _meet(a: Situation, b: Situation) -> bool:
    return a.since <= b.last_seen and b.since <= a.last_seen


def figures(pairs: Pairs, interval: float) -> dict[str, float | int]:
    """How many are in common, and how far apart their starts are, in seconds."""
    apart = sorted(abs(a.since - b.since) for a, b in pairs.both)
    count = len(apart)
    every = count + len(pairs.only_dense) + len(pairs.only_thin)
    return {
        "both": count,
        "only_at_10": len(pairs.only_dense),
        "only_thinned": len(pairs.only_thin),
        "in_common": round(count / max(1, every), 3),
        "start_median_s": round(apart[count // 2], 2) if apart else 0.0,
        "start_p90_s": round(apart[int(0.9 * count)], 2) if apart else 0.0,
        "start_within_2s": round(sum(s <= 2.0 + interval + 1e-6 for s in apart) / max(1, count), 3),
    }


def compare(clips: list[Path], root: Path, settings: LedgerSettings) -> dict[float, Pairs]:
    """Every clip at every rate against ten looks a second."""
    masks, found = masks_of(root), {rate: Pairs([], [], []) for rate in RATES}
    for clip in clips:
        scene = scene_of(clip, masks)
        dense = situations(scene.looks(), settings)
        for rate, pooled in found.items():
            pairs = paired(dense, situations(scene.thinned(round(FPS / rate)).looks(), settings))
            pooled.both.extend(pairs.both)
            pooled.only_dense.extend(pairs.only_dense)
            pooled.only_thin.extend(pairs.only_thin)
    return found


def main(argv: list[str] | None = None) -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("dir", type=Path)
    parser.add_argument("--only", default="", help="only clips whose name holds this")
    parser.add_argument("--long", type=float, default=20.0, help="seconds from which a situation lasts")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a ledger setting")
    options = parser.parse_args(argv)
    settings = changed(LedgerSettings(), options.set)
    table = {}
    for rate, pairs in compare(clips_of(options.dir, "P", options.only), options.dir, settings).items():
        parts = {"all": pairs, "lasting": pairs.lasting(options.long)}
        table[f"{rate:g}"] = {name: figures(part, 1 / rate) for name, part in parts.items()}
        for name, row in table[f"{rate:g}"].items():
            print(f"{rate:4g} a second, {name:8} {json.dumps(row)}", file=sys.stderr)
    print(json.dumps(table))


if __name__ == "__main__":
    main()
