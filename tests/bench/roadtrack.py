"""Runs the real ledger and the real dwell rule over RoadTrack's detections and scores them officially.

    python -m tests.bench.roadtrack DIR [--fps 10] [--only K204] [--set stand_s=4] [--verbose]

DIR holds `P/` (clips with stopped vehicles) and `N/` (normal traffic), one folder a clip with `det.txt` and
`gt.txt`, and `filter_files/filter.json`. The last line of the output is one JSON object.
"""

import argparse
import json
import os
import sys
import time
from collections import defaultdict
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from edge.geometry import iou
from edge.ledger import Ledger, LedgerSettings
from edge.observation import Box, Observation, Sighting
from edge.rule import Zone
from edge.rules import dwell
from tests.bench.roadtrack_clips import FPS, HEIGHT, WIDTH, Masks, Scene, clips_of, masks_of, scene_of

WHOLE = Zone("whole", "whole picture", [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)], "1")
# The rule opens as soon as the ledger confirms.
RULE = dwell.Settings.model_validate(
    {"kind": "dwell", "incident": "illegal_parking", "dwell": "3s", "share": 0.5, "queue": "ignore"}
)

Boxes = dict[int, list[Box]]


@dataclass(frozen=True)
class Score:
    """What one clip came to. delays: seconds from the start of each matched event to the first report."""

    clip: str
    tp: int
    fn: int
    fp: int
    delays: list[float]
    arrivals: list[float]
    seconds: float
    boxes: int
    busy_s: float
    notes: list[str]


def reports(
    looks: Iterable[tuple[int, Observation]], settings: LedgerSettings, rule_settings: dwell.Settings
) -> dict[str, dict[int, Box]]:
    """Run ledger and rule; the boxes of each open situation, by frame, where its thing was seen."""
    ledger, rule = Ledger("clip", settings), dwell.build(rule_settings, "clip", WHOLE)
    told: dict[str, dict[int, Box]] = {}
    open_now: dict[str, str] = {}
    for frame, seen in looks:
        cleared = [place for place in ledger.step(seen) if place.state == "cleared"]
        places = ledger.places
        for finding in rule.step(seen, [*places, *cleared]):
            if finding.phase == "cleared":
                open_now.pop(finding.place.id, None)
            else:
                open_now[finding.place.id] = finding.situation
        for place in places:
            if place.id in open_now and place.last_seen == seen.t:
                told.setdefault(open_now[place.id], {})[frame] = place.box
    return told


def first_and_share(truth: dict[int, Box], told: Boxes) -> tuple[int | None, float]:
    """Of one true event: the index of its first matched frame, and the share of its frames matched."""
    hits = [
        index
        for index, (frame, box) in enumerate(truth.items())
        if any(iou(box, other) >= 0.5 for other in told.get(frame, ()))
    ]
    return (hits[0] if hits else None), len(hits) / len(truth)


def is_false(track: dict[int, Box], truth: Boxes) -> bool:
    """A reported track is false if fewer than 90 % of its frames match a true box."""
    hits = sum(any(iou(box, other) >= 0.5 for other in truth.get(frame, ())) for frame, box in track.items())
    return hits < 0.9 * len(track)


def is_arrival(truth: dict[int, Box], sightings: dict[int, list[Sighting]]) -> bool:
    """Whether the event begins in the clip: later than the pre-roll, and not standing there before."""
    first, box = next(iter(truth.items()))
    before = sum(
        any(iou(box, s.box) >= 0.5 for s in sightings.get(f, ())) for f in range(max(1, first - 40), first)
    )
    return first > 42 and before < 30


def by_frame(tracks: Iterable[dict[int, Box]]) -> Boxes:
    """All boxes of some tracks, by frame."""
    boxes: Boxes = defaultdict(list)
    for track in tracks:
        for frame, box in track.items():
            boxes[frame].append(box)
    return boxes


def score_clip(clip: Path, masks: Masks, every: int, settings: LedgerSettings) -> Score:
    """Run and score one clip."""
    return score_scene(clip.name, scene_of(clip, masks).thinned(every), settings)


def score_scene(name: str, scene: Scene, settings: LedgerSettings) -> Score:
    """Run and score one scene."""
    looks = list(scene.looks())
    begin = time.process_time()
    told = reports(looks, settings, RULE)
    busy = time.process_time() - begin
    return _scored(name, scene, told, busy)


def _scored(name: str, scene: Scene, told: dict[str, dict[int, Box]], busy: float) -> Score:
    truth, sightings = scene.truth, scene.seen
    told_boxes, true_boxes = by_frame(told.values()), by_frame(truth.values())
    tp, delays, arrivals, notes = 0, [], [], []
    for track, event in truth.items():
        first, share = first_and_share(event, told_boxes)
        found = share >= 0.2
        tp += found
        if first is not None:  # the official sum counts every event that was matched at all
            delay = first * _step(event) / scene.fps
            delays.append(delay)
            arrivals += [delay] if found and is_arrival(event, sightings) else []
        if not found:
            notes.append(f"missed event {track} from frame {next(iter(event))} ({share:.0%} matched)")
    wrong = [track for track in told.values() if is_false(track, true_boxes)]
    notes += [f"false report from frame {min(track)} to {max(track)}: {_pixels(track)}" for track in wrong]
    boxes = sum(len(sightings.get(frame, ())) for frame in scene.frames)
    seconds = (scene.frames[-1] - scene.frames[0] + 1) / scene.fps if scene.frames else 0.0
    return Score(name, tp, len(truth) - tp, len(wrong), delays, arrivals, seconds, boxes, busy, notes)


def _step(event: dict[int, Box]) -> int:
    frames = list(event)[:2]
    return frames[1] - frames[0] if len(frames) == 2 else 1


def _pixels(track: dict[int, Box]) -> str:
    x1, y1, x2, y2 = next(iter(track.values()))
    return f"{x1 * WIDTH:.0f},{y1 * HEIGHT:.0f} to {x2 * WIDTH:.0f},{y2 * HEIGHT:.0f}"


def summary(scores: dict[str, list[Score]]) -> dict[str, float | int]:
    """The figures of a run over clips of `P/` and `N/`, rates over both."""
    stops, normal = scores["P"], scores["N"]
    tp, fn, fp = (sum(getattr(s, key) for s in stops) for key in ("tp", "fn", "fp"))
    false_normal = sum(s.fp for s in normal)
    delays = [delay for s in stops for delay in s.delays]
    arrivals = [delay for s in stops for delay in s.arrivals]
    boxes = sum(s.boxes for s in stops + normal)
    return {
        "clips": len(stops) + len(normal),
        "tp": tp,
        "fn": fn,
        "fp": fp,
        "precision": round(tp / max(1, tp + fp), 4),
        "recall": round(tp / max(1, tp + fn), 4),
        "f1": round(2 * tp / max(1, 2 * tp + fp + fn), 4),
        "f1_with_normal": round(2 * tp / max(1, 2 * tp + fp + fn + false_normal), 4),
        "mean_delay_s": round(sum(delays) / max(1, tp), 2),
        "mean_delay_of_arrivals_s": round(sum(arrivals) / max(1, len(arrivals)), 2),
        "false_alarms_on_normal": false_normal,
        "normal_hours": round(sum(s.seconds for s in normal) / 3600, 2),
        "us_per_box": round(1e6 * sum(s.busy_s for s in stops + normal) / max(1, boxes), 1),
    }


def changed(settings: LedgerSettings, changes: list[str]) -> LedgerSettings:
    """The settings with `name=value` changes."""
    for change in changes:
        name, _, value = change.partition("=")
        if not hasattr(settings, name):
            raise SystemExit(f"the ledger has no setting {name!r}")
        settings = replace(settings, **{name: type(getattr(settings, name))(float(value))})
    return settings


def main(argv: list[str] | None = None) -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("dir", type=Path)
    parser.add_argument("--fps", type=float, default=FPS, help="observations a second: 10, 5, 2, 1 or 0.5")
    parser.add_argument("--only", default="", help="only clips whose name holds this")
    parser.add_argument("--limit", type=int, help="at most so many clips of each part")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a ledger setting")
    parser.add_argument("--verbose", action="store_true", help="say what was missed and false")
    options = parser.parse_args(argv)
    masks = masks_of(options.dir)
    settings = changed(LedgerSettings(), options.set)
    job = partial(score_clip, masks=masks, every=round(FPS / options.fps), settings=settings)
    scores: dict[str, list[Score]] = {}
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for part in ("P", "N"):
            clips = clips_of(options.dir, part, options.only, options.limit)
            print(f"{part}: {len(clips)} clips", file=sys.stderr)
            scores[part] = list(pool.map(job, clips, chunksize=4))
            for score in scores[part] if options.verbose else ():
                for note in score.notes:
                    print(f"{part}/{score.clip}: {note}", file=sys.stderr)
    print(json.dumps(summary(scores)))


if __name__ == "__main__":
    main()
