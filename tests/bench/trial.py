"""How fast zones are tried on what was seen: times real time, for one camera on one core.

    python -m tests.bench.trial [--roadtrack DIR] [--days 7]

The cameras of `tests.bench.journal`: empty, quiet (four parked cars), busy (a motorway). Each journal is
written by the real writer, with a real state at the beginning of every hour. Then

    first     what runs now and one draft, nothing kept of the journal yet
    again     the same, with what the ledger found the first time
    sixteen   what runs now and sixteen drafts, again
    replay    a whole `gewu-edge replay --journal` of a day of it, to compare

Seconds are of the processor (the bench shares the machine with others). The last line of the output is one
JSON object; `backtest_ratio` is that of the quiet camera's first trial.
"""

import argparse
import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from broker.asks import Variant
from edge import assembly
from edge.config import Configuration, load
from edge.journal.replaying import JournalReplay, Wanted
from edge.observation import Observation
from edge.pipeline import Pipeline
from edge.trial.backtest import Backtest
from edge.trial.draft import NOW, Tryable, of_variant
from edge.trial.shelf import Shelf
from tests.bench.journal import AUDIT, DAY_S, UTC, busy, empty, quiet, write
from tests.street import configuration

LOOKS_A_DAY = {"empty": 21_600, "quiet": 21_600, "busy": 86_400}


@dataclass(frozen=True)
class Speed:
    """What one camera came to: seconds of its time, by seconds of the processor."""

    days: float
    first_s: float
    first_ratio: int
    again_ratio: int
    sixteen_ratio: int
    replay_ratio: int
    kept_mb: float


def drafts(now: Tryable, count: int) -> list[Tryable]:
    """Other zones over the left of the picture, each with a dwell of its own."""
    found = []
    for n in range(count):
        right = round(0.3 + 0.04 * n, 2)
        zone: dict[str, Any] = {
            "id": "kerb",
            "polygon": [[0.02, 0.4], [right, 0.4], [right, 0.98], [0.02, 0.98]],
        }
        zone["rules"] = [{"kind": "dwell", "incident": "illegal_parking", "dwell": f"{60 + 30 * n}s"}]
        found.append(of_variant(Variant(id=f"draft-{n}", zones=[zone]), now.source))
    return found


def speed(seen: Iterator[Observation], folder: Path) -> Speed:
    """Write a journal and try zones on it."""
    folder.mkdir()
    configured = load(configuration(folder, url="mqtt://127.0.0.1", path=folder / "none.avi", dwell="60s"))
    source = configured.settings.sources[0]
    pipeline = Pipeline(source, None, assembly.lookouts(source), None, AUDIT)
    write(seen, pipeline, configured, folder / "journal")
    now = Tryable(NOW, source, configured.sha256)
    shelf = Shelf(folder / "past")
    span, first = tried(folder, now, 1, shelf)
    _, again = tried(folder, now, 1, shelf)
    _, sixteen = tried(folder, now, 16, shelf)
    kept = sum(file.stat().st_size for file in folder.rglob("*.past"))
    return Speed(
        days=round(span / DAY_S, 2),
        first_s=round(first, 2),
        first_ratio=round(span / first),
        again_ratio=round(span / again),
        sixteen_ratio=round(span / sixteen),
        replay_ratio=replayed(configured, folder),
        kept_mb=round(kept / 1e6, 1),
    )


def tried(folder: Path, now: Tryable, count: int, shelf: Shelf) -> tuple[float, float]:
    """The seconds gone through, and those it took."""
    began = time.process_time()
    variants = [now, *drafts(now, count)]
    run = Backtest(folder / "journal", now, variants, UTC - DAY_S, UTC + 30 * DAY_S, shelf.walk)
    return run.run().trial.film_s, time.process_time() - began


def replayed(configured: Configuration, folder: Path) -> int:
    """A whole replay of the first day."""
    began = time.process_time()
    wanted = Wanted(folder / "journal", until=UTC + DAY_S)
    summary = JournalReplay(configured, wanted).run(folder / "events.jsonl")
    return round(summary.film_s / (time.process_time() - began))


def main() -> None:
    """Print a line a camera, then all figures as JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--roadtrack", type=Path, metavar="DIR")
    parser.add_argument("--days", type=float, default=7.0, help="of each camera, but of the busy one a day")
    args = parser.parse_args()
    rng = random.Random(7)  # noqa: S311 - a bench
    cameras: dict[str, Iterator[Observation]] = {"empty": empty(rng), "quiet": quiet(rng)}
    if args.roadtrack:
        cameras["busy"] = busy(args.roadtrack, rng)
    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, seen in cameras.items():
            days = min(1.0, args.days) if name == "busy" else args.days
            found = speed(islice(seen, int(LOOKS_A_DAY[name] * days)), Path(folder) / name)
            figures[name] = asdict(found)
            print(f"{name:6} {asdict(found)}", file=sys.stderr)
    print(json.dumps({"backtest_ratio": figures["quiet"]["first_ratio"], **figures}))


if __name__ == "__main__":
    main()
