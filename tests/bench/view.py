"""What the view watch finds, and what it is silent about, on real clips with faults put into them.

    python -m tests.bench.view [SHARED] [--every 4 0.5] [--only NAME ...] [--fault NAME ...] [-v]

Each clip is played to and fro. The picture is a window on the clip, so a camera that is moved shows what
really lies beside it. Where looks are frequent only the faults of the goal are played. The last line is one
JSON object.
"""

import argparse
import json
import os
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.observation import View
from edge.perception.view import ViewSettings, ViewWatch
from tests.bench.view_faults import (
    BEGIN,
    END,
    EXPECTED,
    FAULTS,
    HARMLESS,
    LONG,
    MARGIN,
    WIDTH,
    WITHIN,
    Fault,
    Scene,
    clean,
    clips,
    load,
    truth,
)

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("GEWU_SHARED_DATA", ROOT.parent / "shared" / "data"))
TRULY_MOVING = ("intel_car-detection", "night_carpark_handheld", "kharkiv_overhead")


@dataclass
class Run:
    """What one run came to. told: seconds from BEGIN to the first time each condition was told."""

    told: dict[str, float]
    early: Counter[str]
    doubtful_s: float
    view: View
    error: float | None
    cpu_ms: float


def play(
    scene: Scene,
    fault: Fault,
    every: float,
    end: float = END,
    way: Callable[[float], NDArray[np.float64]] | None = None,
) -> Run:
    """One run. way: where the camera truly looks so many seconds after BEGIN."""
    begin = BEGIN
    watch = ViewWatch(ViewSettings())
    told: dict[str, float] = {}
    early: Counter[str] = Counter()
    doubtful, spent, looks, view, worst = 0.0, 0.0, 0, View(), 0.0
    t = 0.0
    while t < end:
        grey, colour = fault(scene, t, t - begin) if t >= begin else clean(scene, t, 0.0)
        before = time.process_time()
        view = watch.look(1000.0 + t, grey, colour=colour)
        spent, looks = spent + time.process_time() - before, looks + 1
        name = view.condition
        if name == "ok" and view.to_picture is not None:
            name = "followed"  # type: ignore[assignment]
        if t < begin:
            early[name] += 1
        elif name not in told:
            told[name] = t - begin
        doubtful += every if name == "doubtful" else 0.0
        if way is not None and t >= begin + 40:
            worst = max(worst, off_by(view, way(t - begin), grey.shape[0]))
        t += every
    return Run(told, early, doubtful, view, worst if way else None, spent / looks * 1000)


def off_by(view: View, way: NDArray[np.float64], height: int) -> float:
    """Mean error in pixels of 320 of where nine points of the drawn view are said to be."""
    ask = (
        np.eye(3)
        if view.to_picture is None
        else np.vstack([np.array(view.to_picture).reshape(2, 3), [0, 0, 1]])
    )
    back = np.linalg.inv(np.vstack([way, [0, 0, 1]]))
    xs, ys = np.meshgrid([0.15, 0.5, 0.85], [0.15, 0.5, 0.85])
    points = np.stack([xs.ravel(), ys.ravel(), np.ones(9)])
    said = (ask @ points)[:2] * [[WIDTH], [height]]
    true = (back @ (points * [[WIDTH], [height], [1]]))[:2]
    return float(np.linalg.norm(said - true, axis=0).mean())


TRUTHS: dict[str, tuple[float, float, float, float]] = {
    "shift 1 %": (0.01 * WIDTH, 0, 0, 1),
    "shift 2 %": (0.02 * WIDTH, 0, 0, 1),
    "shift 5 %": (0.05 * WIDTH, 0.01 * WIDTH, 0, 1),
    "shift 10 %": (0.10 * WIDTH, -0.02 * WIDTH, 0, 1),
    "turn 2 deg": (0, 0, 2, 1),
    "zoom 1.05": (0, 0, 0, 1.05),
    "drift 2 %": (0.02 * WIDTH, 0, 0, 1),
}
GOAL = (
    "shift 2",
    "cover 50 % left",
    "cover 50 % top",
    "blur sigma 2",
    "freeze",
    "clean",
    "infrared",
    "jitter",
)
FREQUENT = 2.0  # seconds between looks: below, only these are played
SAID_NOTHING = ("ok", "settling", "doubtful", "followed")


def way_of(name: str, height: int) -> Callable[[float], NDArray[np.float64]] | None:
    """Where the camera truly looks."""
    if name not in TRUTHS:
        return None
    dx, dy, turn, zoom = TRUTHS[name]
    if name.startswith("drift"):
        return lambda s: truth(height, dx * min(1.0, s / 100), dy)
    return lambda _: truth(height, dx, dy, turn, zoom)


@dataclass
class Tally:
    """One row of the table."""

    runs: int = 0
    found: int = 0
    delays: list[float] = field(default_factory=list)
    errors: list[float] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    doubtful: float = 0.0


def faults(scene: Scene, every: float, wanted: list[str], rows: dict[str, Tally], costs: list[float]) -> None:
    height = scene.pictures[0].shape[0] - 2 * MARGIN
    for name, (fault, names) in FAULTS.items():
        if wanted and not any(word in name for word in wanted):
            continue
        if name == "colour lost" and np.mean(scene.chroma) < 3.5:
            continue
        run = play(scene, fault, every, BEGIN + LONG[name] if name in LONG else END, way_of(name, height))
        row = rows[name]
        row.runs += 1
        delays = [run.told[each] for each in names if each in run.told]
        if delays and min(delays) <= WITHIN.get(name, 60.0):
            row.found += 1
            row.delays.append(min(delays))
        else:
            row.missed.append(f"{scene.name}: {run.told} {run.view.text}")
        if run.error is not None:
            row.errors.append(run.error)
        costs.append(run.cpu_ms)


def harmless(
    scene: Scene, every: float, wanted: list[str], rows: dict[str, Tally], costs: list[float]
) -> None:
    for name, change in HARMLESS.items():
        if wanted and not any(word in name for word in wanted):
            continue
        run = play(scene, change, every, BEGIN + 100)
        false = {
            word: at for word, at in run.told.items() if word not in (*SAID_NOTHING, *EXPECTED.get(name, ()))
        }
        before = [word for word in run.early if word not in SAID_NOTHING]
        row = rows[name]
        row.runs += 1
        row.doubtful += run.doubtful_s
        if false or before:
            row.found += 1
            row.missed.append(f"{scene.name}: {false or before} {run.view.text}")
        costs.append(run.cpu_ms)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("shared", nargs="?", type=Path, default=SHARED)
    parser.add_argument("--every", nargs="+", type=float, default=[4.0, 0.5], help="seconds between looks")
    parser.add_argument("--only", nargs="*", default=[], help="parts of names of clips")
    parser.add_argument("--fault", nargs="*", default=[], help="parts of names of faults")
    parser.add_argument("--verbose", "-v", action="store_true")
    args = parser.parse_args()
    cv2.setNumThreads(1)
    figures: dict[str, object] = {}
    scenes = [load(path) for path in clips(args.shared, args.only)]
    for every in args.every:
        wanted = args.fault or (list(GOAL) if every < FREQUENT else [])
        figures[f"every_{every:g}_s"] = table(scenes, every, wanted, args.verbose)
    print(json.dumps(figures))
    return 0


def table(scenes: list[Scene], every: float, wanted: list[str], verbose: bool) -> dict[str, object]:
    """One table: what was found, and what was told falsely, at one look every so many seconds."""
    found: dict[str, Tally] = defaultdict(Tally)
    quiet: dict[str, Tally] = defaultdict(Tally)
    costs: list[float] = []
    for scene in scenes:
        print(f"  {scene.name}", file=sys.stderr, flush=True)
        moving = scene.name in TRULY_MOVING
        if not moving:
            faults(scene, every, wanted, found, costs)
        harmless(scene, every, wanted, quiet, costs)
    print(f"\na look every {every:g} s, {len(scenes)} clips")
    print(f"{'fault':22} {'found':>8} {'delay median/max s':>20} {'error median/max px':>20}")
    for name, row in found.items():
        told = f"{np.median(row.delays):6.1f} /{max(row.delays):5.1f}" if row.delays else ""
        errors = f"{np.median(row.errors):6.2f} /{max(row.errors):5.2f}" if row.errors else ""
        print(f"{name:22} {row.found:4d}/{row.runs:<3d} {told:>20} {errors:>20}")
        print(
            *(f"      {each}" for each in row.missed if verbose),
            sep="\n",
            end="\n" if verbose and row.missed else "",
        )
    print(f"{'harmless':22} {'false':>8} {'doubtful s a run':>20}")
    for name, row in quiet.items():
        print(f"{name:22} {row.found:4d}/{row.runs:<3d} {row.doubtful / row.runs:20.1f}")
        print(
            *(f"      {each}" for each in row.missed if verbose),
            sep="\n",
            end="\n" if verbose and row.missed else "",
        )
    cost = float(np.mean(costs)) if costs else 0.0
    print(f"CPU a look: {cost:.2f} ms")
    shifts = [e for name, row in found.items() if name.startswith("shift") for e in row.errors]
    return {
        "found": sum(row.found for row in found.values()),
        "faults": sum(row.runs for row in found.values()),
        "false": sum(row.found for row in quiet.values()),
        "harmless": sum(row.runs for row in quiet.values()),
        "shift_error_px_median": round(float(np.median(shifts)), 3) if shifts else None,
        "ms_per_look": round(cost, 3),
    }


if __name__ == "__main__":
    sys.exit(main())
