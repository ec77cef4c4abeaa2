"""`python -m tests.bench.left`: what the channel for left things finds on composites, and what it invents.

Real fixed cameras, real crops and drawn heaps put down at known times, real detections of the street's
traffic (the things put down are shown to no detector, as for a class it does not know). Beside it a peer that
compares brightness with a median background, on the same pictures, boxes and times. The last line is one
JSON object.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.frames import Frame
from edge.geometry import overlap
from edge.groups import group_of
from edge.observation import Box, StaticRegion
from edge.perception.statics import Statics, StaticSettings
from edge.streams.grey import small_grey_of
from models.runtime import LoadedDetector, ModelSettings, open_detector
from tests.composites.backgrounds import Background
from tests.composites.crops import Shelf
from tests.composites.disturbances import BREAKS, DISTURBANCES, Disturbance
from tests.composites.scene import Scene, Thing
from tests.composites.shared import shared_folder
from tests.composites.views import HEAP_SPOTS, VIEWS

LEAD = 70.0  # seconds before a disturbance's clock starts: the reference is learnt, also at a look every 4 s
SECONDS = LEAD + 175.0
PUT, TAKEN = LEAD + 25.0, LEAD + 135.0
SETTLE = 20.0
WIDE = 480  # pixels that the streets are shrunk to
PACES: Final = (1, 2, 4)  # seconds between looks
CROPS: Final = ("heap", "bag", "suitcase", "fruit", "chair", "table", "bench", "bottle", "plant", "bowl")
SHIFTS: Final = {
    "shift1": (0.01, 40.0),
    "shift3": (0.03, 40.0),
    "shift8": (0.08, BREAKS),
}  # by how much, when
DISTRUST_S: Final = 8.0  # after a move of the camera, as long as the view's trust takes to find it
DOUBTED_S: Final = (
    8.0  # into a fault of the view, the latest that its trust is withdrawn, and given back after it
)
SCORE = 0.3
Grey = NDArray[np.uint8]


@dataclass(frozen=True)
class Look:
    """One picture as the channel gets it."""

    t: float
    grey: Grey
    valid: NDArray[np.bool_] | None
    boxes: tuple[Box, ...]
    trusted: bool


@dataclass
class Case:
    """A composite, or a plain street (no things).

    recall: of the detector for the thing, where it would know one. wanted: the thing is a left thing. blind:
    the detector sees nothing at all, so every person and vehicle of the street must show that it lives.
    """

    name: str
    view: str
    disturbance: str
    things: list[Thing] = field(default_factory=list)
    recall: float | None = None
    wanted: bool = True
    blind: bool = False


def detector() -> LoadedDetector:
    """The small network that the street's boxes come from."""
    return open_detector(
        ModelSettings(name="yolox_nano_416", directory=shared_folder() / "models", threads=1)
    )


class Streets:
    """Backgrounds at one picture a second with the boxes of their traffic, made once each."""

    def __init__(self) -> None:
        self._detector = detector()
        self._known: dict[str, tuple[Background, list[tuple[Box, ...]]]] = {}

    def __getitem__(self, name: str) -> tuple[Background, list[tuple[Box, ...]]]:
        if name not in self._known:
            street = Background(VIEWS[name], shared_folder(), fps=1.0)
            boxes = [self._boxes(picture) for picture in street.pictures]
            street.pictures = [_smaller(picture) for picture in street.pictures]
            street.height, street.width = street.pictures[0].shape[:2]
            self._known[name] = street, boxes
        return self._known[name]

    def _boxes(self, picture: NDArray[np.uint8]) -> tuple[Box, ...]:
        found = self._detector.detect([picture])[0]
        kept = []
        for box, score, kind in zip(found.boxes, found.scores, found.classes, strict=True):
            label = self._detector.labels[int(kind)]
            if score >= SCORE and group_of(label) in (None, "vehicle", "two_wheeler"):
                x1, y1, x2, y2 = map(float, box)
                kept.append((x1, y1, x2, y2))
        return tuple(kept)


class Still(Scene):
    """A scene whose things only stand there or do not: each picture is pasted together once."""

    def _undisturbed(self, index: int, t: float) -> NDArray[np.uint8]:
        known: dict[tuple[int, ...], NDArray[np.uint8]] = self.__dict__.setdefault("_known", {})
        count = len(self.background.pictures)
        place = index % (2 * count - 2)
        place = place if place < count else 2 * count - 2 - place
        key = (place, *(thing.where(t) is not None for thing in self.things))
        if key not in known:
            known[key] = super()._undisturbed(index, t)
        return known[key]


def _smaller(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The channel looks at 320 pixels; what a larger picture would add is time."""
    scale = min(1.0, WIDE / picture.shape[1])
    size = (round(picture.shape[1] * scale), round(picture.shape[0] * scale))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def looks(case: Case, streets: Streets, shelf: Shelf, seed: int) -> Iterator[Look]:
    """The pictures of a case, one a second."""
    street, boxes = streets[case.view]
    plain = DISTURBANCES[case.disturbance]
    late = Disturbance(lambda p, t, chance: plain.change(p, max(0.0, t - LEAD), chance), plain.crf)
    scene = Still(street, case.things, shelf, late, SECONDS, seed)
    chance = np.random.default_rng(seed + 1)
    count = len(street.pictures)
    for index, picture in enumerate(scene.pictures()):
        t = float(index)
        place = index % (2 * count - 2)
        here = boxes[place if place < count else 2 * count - 2 - place]
        here += tuple(_known_things(case, scene, t, chance))
        grey = small_grey_of(Frame(_squeezed(picture, plain.crf), "bench", index, t, t, "unknown"), 320)
        share, at = SHIFTS.get(case.disturbance, (0.0, np.inf))
        moved, trusted = t - LEAD >= at, not _doubted(case.disturbance, t - LEAD)
        flat, valid = _back(grey, share, chance) if moved and trusted else (grey, None)
        yield Look(t, flat, valid, () if case.blind else here, trusted)


def _doubted(disturbance: str, t: float) -> bool:
    """Whether the view's trust has been withdrawn, because of a fault or until a move has been found."""
    if disturbance in SHIFTS:
        at = SHIFTS[disturbance][1]
        return at <= t < at + DISTRUST_S
    faults = DISTURBANCES[disturbance].waits
    return any(begin + DOUBTED_S <= t < end + DOUBTED_S for begin, end in faults)


def _known_things(case: Case, scene: Scene, t: float, chance: np.random.Generator) -> Iterator[Box]:
    for thing in case.things:
        if case.recall is not None and thing.where(t) == thing.at and chance.random() < case.recall:
            yield scene.box(thing)


def _squeezed(picture: NDArray[np.uint8], crf: int) -> NDArray[np.uint8]:
    """What a keyframe of that rate factor looks like, roughly."""
    _, packed = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, max(10, 130 - 3 * crf)])
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)


def _back(grey: Grey, share: float, chance: np.random.Generator) -> tuple[Grey, NDArray[np.bool_]]:
    """Warped back as the view's registration does it, with its error of a quarter of a pixel."""
    height, width = grey.shape
    x, y = share * width, 0.4 * share * width
    move = np.array([[1, 0, 0.2 - x], [0, 1, 0.15 - y]], np.float32)
    flat = cv2.warpAffine(grey, move, (width, height), borderMode=cv2.BORDER_REPLICATE)
    valid = cv2.warpAffine(np.full_like(grey, 255), move, (width, height), borderMode=cv2.BORDER_CONSTANT)
    return np.asarray(flat, np.uint8), np.asarray(valid > 250)


class Peer:
    """Brightness against a median background (25 levels), blobs that stay for SETTLE, minus boxes."""

    def __init__(self, outline: Sequence[tuple[float, float]]) -> None:
        self._outline = outline
        self._pictures: list[Grey] = []
        self._ground: Grey | None = None
        self._stood: NDArray[np.float32] | None = None
        self._t = 0.0

    def look(self, look: Look) -> list[Box]:
        dt, self._t = look.t - self._t, look.t
        if not look.trusted:
            return []
        if self._ground is None or self._stood is None:
            self._pictures.append(look.grey)
            if len(self._pictures) == 15:
                self._ground = np.median(np.stack(self._pictures), axis=0).astype(np.uint8)
                self._stood = np.zeros(look.grey.shape, np.float32)
            return []
        off = (cv2.absdiff(cv2.blur(look.grey, (3, 3)), cv2.blur(self._ground, (3, 3))) > 25).astype(np.uint8)
        if look.valid is not None:
            off &= look.valid.astype(np.uint8)
        for x1, y1, x2, y2 in look.boxes:
            h, w = off.shape
            off[max(0, int(y1 * h)) : int(y2 * h) + 1, max(0, int(x1 * w)) : int(x2 * w) + 1] = 0
        self._stood = np.where(off > 0, self._stood + dt, np.maximum(0, self._stood - dt)).astype(np.float32)
        ripe = cv2.morphologyEx(
            (self._stood >= SETTLE).astype(np.uint8), cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8)
        )
        _, _, stats, _ = cv2.connectedComponentsWithStats(ripe)
        h, w = off.shape
        return [
            (x / w, y / h, (x + dx) / w, (y + dy) / h)
            for x, y, dx, dy, area in stats[1:].tolist()
            if area >= 40 and (y + dy / 2) / h > self._outline[0][1]
        ]


@dataclass
class Outcome:
    """What came of a case at one pace. seen: share of the time in which the thing was really to be seen."""

    case: Case
    pace: int
    seen: float
    found_at: float | None = None
    cleared_at: float | None = None
    tickets: int = 0
    since_error: float | None = None
    false: list[tuple[float, str, Box]] = field(default_factory=list)
    removed: int = 0
    verdicts: list[str] = field(default_factory=list)
    ms: float = 0.0
    peer_found: bool = False
    peer_false: int = 0


def run(case: Case, shots: Sequence[Look], box: Box | None, seen: float, pace: int) -> Outcome:
    """One case at one pace, by the channel and by the peer."""
    top = max(0.0, VIEWS[case.view].ground.horizon)
    outline = [(0.0, top), (1.0, top), (1.0, 1.0), (0.0, 1.0)]
    statics = Statics(StaticSettings(settle=SETTLE), [outline], case.name)
    out, told = Outcome(case, pace, seen), set[str]()
    peer, peer_told = Peer(outline), list[Box]()
    spent = 0.0
    for shot in shots[::pace]:
        start = time.thread_time()
        regions = statics.look(
            shot.t, 1.7e9 + shot.t, shot.grey, valid=shot.valid, explained=shot.boxes, trusted=shot.trusted
        )
        spent += time.thread_time() - start
        _note(out, regions, told, box, shot.t)
        for spot in peer.look(shot) if pace == PACES[0] else ():
            if not any(_meets(spot, known) for known in peer_told):
                peer_told.append(spot)
                hit = box is not None and case.wanted and _meets(spot, box) and shot.t < TAKEN
                out.peer_found |= hit
                out.peer_false += not hit
    out.ms = spent / len(shots[::pace]) * 1e3
    return out


def _note(out: Outcome, regions: Sequence[StaticRegion], told: set[str], box: Box | None, t: float) -> None:
    for region in regions:
        hit = box is not None and _meets(region.box, box)
        if region.verdict == "removed" and region.state == "absorbed":
            out.removed += 1
        if hit and region.verdict not in out.verdicts:
            out.verdicts.append(region.verdict)
        if region.id in told:
            if hit and region.state == "gone" and out.cleared_at is None and t >= TAKEN:
                out.cleared_at = t
            continue
        if region.verdict != "left":
            continue
        told.add(region.id)
        if hit and out.case.wanted:
            out.tickets += 1
            if out.found_at is None:
                out.found_at, out.since_error = t, region.since - PUT
        else:
            out.false.append((t, region.id, region.box))


def _meets(a: Box, b: Box) -> bool:
    """Much of the smaller of two boxes lies in the other."""
    smaller = min((a[2] - a[0]) * (a[3] - a[1]), (b[2] - b[0]) * (b[3] - b[1]))
    return overlap(a, b) >= 0.3 * smaller


def composites(seeds: int) -> list[Case]:
    """A thing at each place under one disturbance after the other."""
    cases = []
    names = list(DISTURBANCES)
    for seed in range(seeds):
        for number, (view, spot) in enumerate(HEAP_SPOTS):
            chance = np.random.default_rng(1000 * seed + number)
            crop = CROPS[int(chance.integers(len(CROPS)))] if chance.random() < 0.75 else "heap"
            name = f"{crop}.{int(chance.integers(100))}"
            metres = float(chance.uniform(0.6, 1.3)) * (1.2 if crop == "heap" else 1.0)
            thing = Thing(name, spot, metres, PUT, TAKEN, mirrored=bool(chance.random() < 0.5))
            disturbance = names[(number + 5 * seed + seed) % len(names)]
            cases.append(Case(f"{view}-{name}-{disturbance}", view, disturbance, [thing]))
    return cases


def plain() -> list[Case]:
    """Every street with nothing put down: clear, and under three disturbances each."""
    names = [name for name in DISTURBANCES if name != "clear"]
    cases = []
    for number, view in enumerate(VIEWS):
        some = [names[(4 * number + 5 * k) % len(names)] for k in range(2)]
        cases += [Case(f"{view}-{name}", view, name) for name in ("clear", *some)]
    return cases


def traps() -> list[Case]:
    """Things that are no left things: parked cars, standing persons, and what is taken away."""
    cases = []
    for number, (view, spot) in enumerate(HEAP_SPOTS[:10]):
        car = Thing(f"car.{number}", spot, 1.5, PUT, TAKEN)
        for recall in (0.9, 0.5):
            cases.append(Case(f"{view}-car-{recall}", view, "clear", [car], recall, wanted=False))
        person = Thing(f"person.{number}", spot, 1.7, PUT, PUT + 60)
        cases.append(Case(f"{view}-person-0.6", view, "clear", [person], 0.6, wanted=False))
        ghost = Thing(f"suitcase.{number}", spot, 1.0, -1.0, PUT)
        cases.append(Case(f"{view}-ghost", view, "clear", [ghost], None, wanted=False))
    return cases


def blind() -> list[Case]:
    """Every street as if the detector were blind."""
    return [Case(f"{view}-blind", view, "clear", blind=True) for view in VIEWS]


def visible(case: Case, scene_box: Box | None, share: float, shots: Sequence[Look]) -> float:
    """Share of its time in which no moving thing and no detector box lies over it."""
    if scene_box is None:
        return 0.0
    there = [shot for shot in shots if PUT <= shot.t < TAKEN]
    free = [
        not any(overlap(_grown(box), scene_box) > 0.3 * _area(scene_box) for box in s.boxes) for s in there
    ]
    return share * float(np.mean(free))


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _grown(box: Box) -> Box:
    w, h = box[2] - box[0], box[3] - box[1]
    return box[0] - 0.2 * w, box[1] - 0.1 * h, box[2] + 0.2 * w, box[3] + 0.15 * h


def measure(cases: Sequence[Case], streets: Streets, shelf: Shelf, paces: Sequence[int]) -> list[Outcome]:
    """All cases at all paces, telling of each."""
    outcomes = []
    for number, case in enumerate(cases):
        shots = list(looks(case, streets, shelf, number))
        scene = Scene(streets[case.view][0], case.things, shelf)
        truths = scene.truths()
        box = truths[0].box if truths else None
        seen = visible(case, box, truths[0].visible, shots) if truths else 0.0
        for pace in paces:
            outcomes.append(run(case, shots, box, seen, pace))
        last = outcomes[-len(paces) :]
        words = " ".join(_word(out) for out in last)
        print(f"{number + 1}/{len(cases)} {case.name:38s} seen {seen:.2f} {words}", flush=True)
    return outcomes


def _word(out: Outcome) -> str:
    if out.case.wanted and out.case.things:
        found = f"+{out.found_at - PUT - SETTLE:.0f}s" if out.found_at is not None else "MISS"
        found += f"({','.join(out.verdicts)})" if out.found_at is None else ""
        found += " STAYS" if out.found_at is not None and out.cleared_at is None else ""
    else:
        found = ",".join(out.verdicts)
    wrong = "".join(f" FALSE@{t:.0f}{tuple(round(v, 2) for v in box)}" for t, _, box in out.false)
    return f"[{out.pace}s {found}{wrong}]"


def figures(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Recall where half of it is to be seen, false ones an hour, delays; by pace, with the peer."""
    result: dict[str, Any] = {}
    for pace in sorted({out.pace for out in outcomes}):
        mine = [out for out in outcomes if out.pace == pace]
        wanted = [o for o in mine if o.case.things and o.case.wanted and o.seen >= 0.5]
        found = [o for o in wanted if o.found_at is not None]
        hours = len(mine) * SECONDS / 3600
        result[f"{pace}s"] = {
            "cases": len(wanted),
            "recall": round(len(found) / max(1, len(wanted)), 3),
            "hours": round(hours, 2),
            "false": sum(len(o.false) for o in mine),
            "tickets_each": round(sum(o.tickets for o in found) / max(1, len(found)), 3),
            "delay_s": _quantiles([o.found_at - PUT - SETTLE for o in found if o.found_at is not None]),
            "start_error_s": _quantiles([abs(o.since_error) for o in found if o.since_error is not None]),
            "cleared": sum(o.cleared_at is not None for o in found),
            "cleared_after_s": _quantiles([o.cleared_at - TAKEN for o in found if o.cleared_at is not None]),
            "ms": round(float(np.mean([o.ms for o in mine])), 3),
        }
        if pace == PACES[0]:
            peer = round(sum(o.peer_found for o in wanted) / max(1, len(wanted)), 3)
            result[f"{pace}s"] |= {"peer_recall": peer, "peer_false": sum(o.peer_false for o in mine)}
    return result


def _quantiles(values: Sequence[float]) -> list[float]:
    return [round(float(np.quantile(values, q)), 1) for q in (0.5, 0.9, 1.0)] if values else []


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--only", default="composites,plain,traps,blind")
    parser.add_argument("--paces", default=",".join(map(str, PACES)))
    parser.add_argument("--match", default="")
    options = parser.parse_args()
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    cv2.setNumThreads(1)
    streets, shelf = Streets(), Shelf(shared_folder())
    sets = {"composites": composites(options.seeds), "plain": plain(), "traps": traps(), "blind": blind()}
    paces = [int(pace) for pace in options.paces.split(",")]
    result = {}
    for name in options.only.split(","):
        print(f"{name}:")
        cases = [case for case in sets[name] if options.match in case.name]
        result[name] = figures(measure(cases, streets, shelf, paces))
        print(json.dumps(result[name]), flush=True)
    print(json.dumps(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
