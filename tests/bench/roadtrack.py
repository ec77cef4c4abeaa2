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
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from edge.geometry import iou
from edge.groups import group_of
from edge.ledger import Ledger, LedgerSettings
from edge.observation import Box, Observation, Sighting
from edge.rule import Zone
from edge.rules import dwell

FPS = 10.0
# No picture comes with the data; its boxes end at (635, 536).
WIDTH, HEIGHT = 640, 540
LABELS = {1: "bicycle", 2: "car", 3: "motorcycle", 5: "bus", 6: "train", 7: "truck"}
WHOLE = Zone("whole", "whole picture", [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)], "1")
# The rule opens as soon as the ledger confirms.
RULE = dwell.Settings(kind="dwell", incident="illegal_parking", dwell="3s", share=0.5)

Boxes = dict[int, list[Box]]


@dataclass(frozen=True)
class Score:
    """What one clip came to. delay: frames from the start of each found event's truth to the first report."""

    clip: str
    tp: int
    fn: int
    fp: int
    delays: list[int]
    arrivals: list[int]
    frames: int
    boxes: int
    busy_s: float
    notes: list[str]


def rows_of(path: Path) -> Iterator[list[float]]:
    """The rows of a det.txt or gt.txt."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            yield [float(field) for field in line.split(",")]


def detections_of(clip: Path, masks: Iterable[Iterable[float]]) -> tuple[dict[int, list[Sighting]], int]:
    """Sightings by frame without those centred in a mask (as the official rule does), and the last frame."""
    seen: dict[int, list[Sighting]] = defaultdict(list)
    last = 0
    for frame, _, x, y, w, h, score, label, *_ in map(_padded, rows_of(clip / "det.txt")):
        last = max(last, int(frame))
        u, v = x + w / 2, y + h / 2
        if w <= 0 or any(x1 < u < x2 and y1 < v < y2 for x1, y1, x2, y2 in masks):
            continue
        name = LABELS.get(int(label), "car")
        box = (x / WIDTH, y / HEIGHT, (x + w) / WIDTH, (y + h) / HEIGHT)
        seen[int(frame)].append(Sighting(box, score, name, group_of(name) or "thing"))
    return seen, last


def _padded(row: list[float]) -> list[float]:
    return row + [-1.0] * (8 - len(row))


def observations(
    sightings: dict[int, list[Sighting]], last: int, every: int
) -> Iterator[tuple[int, Observation]]:
    """One observation a processed frame, also the empty ones."""
    for frame in range(1, last + 1, every):
        t = frame / FPS
        found = tuple(sightings.get(frame, ()))
        yield frame, Observation("clip", t, 1.7e9 + t, "unknown", WIDTH / HEIGHT, found)


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


def truth_of(clip: Path) -> dict[int, dict[int, Box]]:
    """The true boxes of each stopped vehicle, by frame."""
    tracks: dict[int, dict[int, Box]] = defaultdict(dict)
    for frame, track, x, y, w, h, *_ in rows_of(clip / "gt.txt"):
        tracks[int(track)][int(frame)] = (x / WIDTH, y / HEIGHT, (x + w) / WIDTH, (y + h) / HEIGHT)
    return dict(tracks)


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


def score_clip(clip: Path, masks: dict[str, Any], every: int, settings: LedgerSettings) -> Score:
    """Run and score one clip. A clip of `N/` has no truth, whatever its gt.txt says."""
    camera = next((part for part in clip.name.split("_") if part.startswith("K")), "")
    sightings, last = detections_of(clip, masks.get(camera, []))
    looks = list(observations(sightings, last, every))
    begin = time.process_time()
    told = reports(looks, settings, RULE)
    busy = time.process_time() - begin
    truth = truth_of(clip) if clip.parent.name == "P" else {}
    if every > 1:
        kept = {frame for frame, _ in looks}
        truth = {i: {f: b for f, b in track.items() if f in kept} for i, track in truth.items()}
        truth = {i: track for i, track in truth.items() if track}
    return _scored(clip.name, told, truth, sightings, busy, last, sum(len(s.sightings) for _, s in looks))


def _scored(
    name: str,
    told: dict[str, dict[int, Box]],
    truth: dict[int, dict[int, Box]],
    sightings: dict[int, list[Sighting]],
    busy: float,
    frames: int,
    boxes: int,
) -> Score:
    told_boxes, true_boxes = by_frame(told.values()), by_frame(truth.values())
    tp, delays, arrivals, notes = 0, [], [], []
    for track, event in truth.items():
        first, share = first_and_share(event, told_boxes)
        found = share >= 0.2
        tp += found
        if first is not None:  # the official sum counts every event that was matched at all
            delay = first * round(FPS * _step(event))
            delays.append(delay)
            arrivals += [delay] if found and is_arrival(event, sightings) else []
        if not found:
            notes.append(f"missed event {track} from frame {next(iter(event))} ({share:.0%} matched)")
    wrong = [track for track in told.values() if is_false(track, true_boxes)]
    notes += [f"false report from frame {min(track)} to {max(track)}: {_pixels(track)}" for track in wrong]
    return Score(name, tp, len(truth) - tp, len(wrong), delays, arrivals, frames, boxes, busy, notes)


def _step(event: dict[int, Box]) -> float:
    frames = list(event)[:2]
    return (frames[1] - frames[0]) / FPS if len(frames) == 2 else 1.0 / FPS


def _pixels(track: dict[int, Box]) -> str:
    x1, y1, x2, y2 = next(iter(track.values()))
    return f"{x1 * WIDTH:.0f},{y1 * HEIGHT:.0f} to {x2 * WIDTH:.0f},{y2 * HEIGHT:.0f}"


def summary(scores: dict[str, list[Score]]) -> dict[str, float | int]:
    """The figures of a run over clips of `P/` and `N/`, rates over both."""
    stops, normal = scores["P"], scores["N"]
    tp, fn, fp = (sum(getattr(s, key) for s in stops) for key in ("tp", "fn", "fp"))
    false_normal = sum(s.fp for s in normal)
    delays = [delay / FPS for s in stops for delay in s.delays]
    arrivals = [delay / FPS for s in stops for delay in s.arrivals]
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
        "normal_hours": round(sum(s.frames for s in normal) / FPS / 3600, 2),
        "us_per_box": round(1e6 * sum(s.busy_s for s in stops + normal) / max(1, boxes), 1),
    }


def clips_of(root: Path, part: str, only: str, limit: int | None) -> list[Path]:
    """The clips of one part, by name; fails where there is none."""
    clips = sorted(path.parent for path in (root / part).glob("*/det.txt") if only in path.parent.name)
    if not clips:
        raise SystemExit(f"no clips in {root / part}; expected {part}/<clip>/det.txt, as RoadTrack has it")
    return clips[:limit]


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
    masks_file = options.dir / "filter_files" / "filter.json"
    masks = json.loads(masks_file.read_text(encoding="utf-8")) if masks_file.exists() else {}
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
