"""How the ledger bears what another camera or detector would do to RoadTrack's boxes.

    python -m tests.bench.roadtrack_disturbed DIR [--only NAME] [--set stand_s=4] [--normal 3]

Each disturbance changes the boxes of every clip (and the truth, where the scene itself changes) the same way
in every run; the official rule scores. A stand-in for cameras nobody has seen: what is weak here will be weak
there. DIR as for `tests.bench.roadtrack`. The last line of the output is one JSON object.
"""

import argparse
import json
import math
import os
import random
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

from edge.ledger import LedgerSettings
from edge.observation import Box, Sighting
from tests.bench.roadtrack import Score, changed, score_scene, summary
from tests.bench.roadtrack_clips import HEIGHT, WIDTH, Masks, Scene, clips_of, masks_of, scene_of

Disturbance = Callable[[Scene, random.Random], Scene]
Move = Callable[[int, Box], Box | None]


def each_box(scene: Scene, change: Callable[[Sighting], Sighting | None]) -> Scene:
    """Every sighting changed, or dropped where the change gives None."""
    seen = {
        frame: [new for thing in things if (new := change(thing)) is not None]
        for frame, things in scene.seen.items()
    }
    return scene._replace(seen=seen)


def moved(scene: Scene, move: Move) -> Scene:
    """Sightings and truth moved alike, as when the camera sees the same scene differently."""
    seen = {
        frame: [replace(s, box=box) for s in things if (box := move(frame, s.box)) is not None]
        for frame, things in scene.seen.items()
    }
    truth = {
        i: {frame: box for frame, old in track.items() if (box := move(frame, old)) is not None}
        for i, track in scene.truth.items()
    }
    return scene._replace(seen=seen, truth={i: track for i, track in truth.items() if track})


def as_it_is(scene: Scene, chance: random.Random) -> Scene:
    """The clip itself."""
    return scene


def shaken(scene: Scene, chance: random.Random) -> Scene:
    """Every side of every box is off by 3 % of its size and 0.4 pixels (standard deviations)."""

    def shake(thing: Sighting) -> Sighting:
        x1, y1, x2, y2 = thing.box
        w, h = (x2 - x1) * WIDTH, (y2 - y1) * HEIGHT
        spread = 0.03 * min(w, h) + 0.4
        x1, x2 = x1 + chance.gauss(0, spread) / WIDTH, x2 + chance.gauss(0, spread) / WIDTH
        y1, y2 = y1 + chance.gauss(0, spread) / HEIGHT, y2 + chance.gauss(0, spread) / HEIGHT
        return replace(thing, box=(x1, y1, x2, y2)) if x1 < x2 and y1 < y2 else thing

    return each_box(scene, shake)


def missed(scene: Scene, chance: random.Random, share: float) -> Scene:
    """A share of all boxes is missing, each by itself."""
    return each_box(scene, lambda thing: None if chance.random() < share else thing)


def blinks(scene: Scene, chance: random.Random) -> Scene:
    """In each part of the picture detections fail for 2 to 12 s, a third of the time."""
    fails: dict[tuple[int, int], list[bool]] = {}

    def seen_at(frame: int, box: Box) -> bool:
        part = (int((box[0] + box[2]) * 4), int((box[1] + box[3]) * 4))
        row = fails.setdefault(part, [])
        while len(row) <= frame:
            row += [True] * chance.randint(40, 240) + [False] * chance.randint(20, 120)
        return row[frame]

    seen = {frame: [s for s in scene.seen[frame] if seen_at(frame, s.box)] for frame in sorted(scene.seen)}
    return scene._replace(seen=seen)


def unsure(scene: Scene, chance: random.Random) -> Scene:
    """Scores are about 0.7 of what they were: a weaker detector under the same floor."""
    return each_box(scene, lambda thing: replace(thing, score=thing.score * chance.uniform(0.6, 0.8)))


def overconfident(scene: Scene, chance: random.Random) -> Scene:
    """Scores lie half-way to 1: nothing is weak any more."""
    return each_box(scene, lambda thing: replace(thing, score=(1 + thing.score) / 2))


def smaller(scene: Scene, chance: random.Random) -> Scene:
    """The scene at 0.6 of its size, boxes in whole pixels again: further away."""

    def shrink(frame: int, box: Box) -> Box | None:
        x1, y1, x2, y2 = (round(0.6 * v * side) for v, side in zip(box, (WIDTH, HEIGHT) * 2, strict=True))
        return (x1 / WIDTH, y1 / HEIGHT, x2 / WIDTH, y2 / HEIGHT) if x1 < x2 and y1 < y2 else None

    return moved(scene, shrink)


def cut(scene: Scene, chance: random.Random) -> Scene:
    """The picture ends in the middle of a thing that stands, if any does: boxes end there too."""
    boxes = [box for track in scene.truth.values() for box in track.values()]
    edge = chance.choice(boxes) if boxes else (0.4, 0.4, 0.6, 0.6)
    right = (edge[0] + edge[2]) / 2

    def clip(frame: int, box: Box) -> Box | None:
        return (box[0], box[1], min(right, box[2]), box[3]) if box[0] < right - 2 / WIDTH else None

    return moved(scene, clip)


def flatter(scene: Scene, chance: random.Random) -> Scene:
    """A lower camera: the ground is half as high, things are as high as they were."""

    def press(frame: int, box: Box) -> Box:
        x1, y1, x2, y2 = box
        return (x1, 0.5 * y2 - (y2 - y1) + 0.3, x2, 0.5 * y2 + 0.3)

    return moved(scene, press)


def mirrored(scene: Scene, chance: random.Random) -> Scene:
    """Left is right."""
    return moved(scene, lambda frame, box: (1 - box[2], box[1], 1 - box[0], box[3]))


def swaying(scene: Scene, chance: random.Random) -> Scene:
    """The mast sways by 1.2 pixels, once in three seconds, and the truth with it."""
    phase = chance.uniform(0.0, 2.0 * math.pi)

    def sway(frame: int, box: Box) -> Box:
        dx = 1.2 * math.sin(2.0 * math.pi * frame / 30 + phase) / WIDTH
        dy = 0.6 * math.sin(2.0 * math.pi * frame / 23 + phase) / HEIGHT
        return (box[0] + dx, box[1] + dy, box[2] + dx, box[3] + dy)

    return moved(scene, sway)


def in_parts(scene: Scene, chance: random.Random) -> Scene:
    """A third of all boxes come with a second one: of the lower or the left part, or a double."""

    def parts(s: Sighting) -> list[Sighting]:
        (x1, y1, x2, y2), roll = s.box, chance.random()
        if roll < 0.12:
            return [s, replace(s, box=(x1, y1 + 0.45 * (y2 - y1), x2, y2), score=0.8 * s.score)]
        if roll < 0.24:
            return [s, replace(s, box=(x1, y1, x1 + 0.6 * (x2 - x1), y2), score=0.8 * s.score)]
        if roll < 0.36:
            by = chance.uniform(-0.06, 0.06) * (x2 - x1)
            return [s, replace(s, box=(x1 + by, y1, x2 + by, y2), score=0.9 * s.score)]
        return [s]

    seen = {frame: [part for s in things for part in parts(s)] for frame, things in scene.seen.items()}
    return scene._replace(seen=seen)


def slowed(scene: Scene, chance: random.Random, factor: float) -> Scene:
    """Everything moves slower by a factor: dense traffic, or traffic far away."""
    return scene._replace(fps=scene.fps / factor)


def frozen(scene: Scene, chance: random.Random) -> Scene:
    """The stream repeats one picture for 1.5 to 2.5 s, every 10 to 20 s."""
    seen, frame = dict(scene.seen), scene.frames[0]
    while (frame := frame + chance.randint(100, 200)) < scene.frames[-1]:
        for late in range(frame + 1, min(frame + chance.randint(15, 25), scene.frames[-1] + 1)):
            seen[late] = scene.seen.get(frame, [])
    return scene._replace(seen=seen)


def gaps(scene: Scene, chance: random.Random) -> Scene:
    """No looks at all for 5 to 30 s, twice in a clip."""
    lost: set[int] = set()
    for _ in range(2):
        start = chance.choice(scene.frames)
        lost |= set(range(start, start + chance.randint(50, 300)))
    return scene.only(set(scene.frames) - lost)


def paced(scene: Scene, chance: random.Random) -> Scene:
    """Looks come when they may: 0.2 to 4 s apart, in runs."""
    kept, frame = set(), scene.frames[0]
    while frame <= scene.frames[-1]:
        step = chance.choice((2, 5, 10, 20, 40))
        for _ in range(chance.randint(2, 8)):
            kept.add(frame)
            frame += step
    return scene.only(kept)


def thinned(scene: Scene, chance: random.Random, every: int) -> Scene:
    """Looked at less often."""
    return scene.thinned(every)


DISTURBANCES: Final[dict[str, Disturbance]] = {
    "as it is": as_it_is,
    "mirrored": mirrored,
    "shaken": shaken,
    "swaying": swaying,
    "20 % missed": partial(missed, share=0.2),
    "40 % missed": partial(missed, share=0.4),
    "blinks": blinks,
    "unsure": unsure,
    "overconfident": overconfident,
    "smaller": smaller,
    "flatter": flatter,
    "cut": cut,
    "in parts": in_parts,
    "crowded": as_it_is,  # by another camera's traffic, see `scored`
    "2 times slower": partial(slowed, factor=2.0),
    "3 times slower": partial(slowed, factor=3.0),
    "frozen": frozen,
    "gaps": gaps,
    "paced": paced,
    "1 look a second": partial(thinned, every=10),
    "1 look in 2 s": partial(thinned, every=20),
    "1 look in 4 s": partial(thinned, every=40),
}


def crowded(scene: Scene, other: Scene) -> Scene:
    """The other scene's traffic drives through this one."""
    last = len(other.frames) or 1
    both = {f: [*scene.seen.get(f, ()), *other.seen.get((f - 1) % last + 1, ())] for f in scene.frames}
    return scene._replace(seen=both)


def scored(clip: Path, masks: Masks, name: str, normal: list[Path], settings: LedgerSettings) -> Score:
    """One clip under one disturbance; the clip's name is the seed."""
    chance = random.Random(f"{name}|{clip.name}")  # noqa: S311 - a seed, no secret
    scene = scene_of(clip, masks)
    if name == "crowded":
        camera = clip.name.split("_")[2]
        scene = crowded(scene, scene_of(chance.choice([p for p in normal if camera not in p.name]), masks))
    return score_scene(clip.name, DISTURBANCES[name](scene, chance), settings)


def main(argv: list[str] | None = None) -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("dir", type=Path)
    parser.add_argument("--only", default="", help="only disturbances whose name holds this")
    parser.add_argument("--camera", default="", help="only clips whose name holds this")
    parser.add_argument("--normal", type=int, default=3, help="take one normal clip in so many")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a ledger setting")
    parser.add_argument("--verbose", action="store_true", help="say what was missed and false")
    options = parser.parse_args(argv)
    masks, settings = masks_of(options.dir), changed(LedgerSettings(), options.set)
    stops, normal = clips_of(options.dir, "P", options.camera), clips_of(options.dir, "N")
    some = [clip for clip in normal if options.camera in clip.name][:: options.normal]
    table, pooled = {}, {"P": list[Score](), "N": list[Score]()}
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for name in (name for name in DISTURBANCES if options.only in name):
            job = partial(scored, masks=masks, name=name, normal=normal, settings=settings)
            scores = {
                "P": list(pool.map(job, stops, chunksize=4)),
                "N": list(pool.map(job, some, chunksize=4)),
            }
            for part, found in scores.items():
                pooled[part] += found
                for note in (f"{part}/{s.clip}: {n}" for s in found for n in s.notes if options.verbose):
                    print(note, file=sys.stderr)
            table[name] = summary(scores)
            print(line(name, table[name]), file=sys.stderr, flush=True)
    table["all"] = summary(pooled)
    print(line("all", table["all"]), file=sys.stderr)
    print(json.dumps(table))


def line(name: str, figures: dict[str, float | int]) -> str:
    """One row for people."""
    tp, fn, fp, normal = (figures[key] for key in ("tp", "fn", "fp", "false_alarms_on_normal"))
    f1, delay = figures["f1"], figures["mean_delay_s"]
    return (
        f"{name:16} tp {tp:4} fn {fn:3} fp {fp:3} F1 {f1:.3f} delay {delay:5.1f} s, {normal} false on normal"
    )


if __name__ == "__main__":
    main()
