"""RoadTrack's clips as they lie on disk: detections, truth and masks, read into scenes."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from edge.groups import group_of
from edge.observation import Box, Observation, Sighting

FPS = 10.0
# No picture comes with the data; its boxes end at (635, 536).
WIDTH, HEIGHT = 640, 540
LABELS = {1: "bicycle", 2: "car", 3: "motorcycle", 5: "bus", 6: "train", 7: "truck"}

Masks = dict[str, list[list[float]]]


class Scene(NamedTuple):
    """One clip. frames: those looked at. seen: sightings by frame. truth: boxes by event and frame."""

    frames: list[int]
    seen: dict[int, list[Sighting]]
    truth: dict[int, dict[int, Box]]
    fps: float = FPS

    def thinned(self, every: int) -> "Scene":
        """Only every so many frames looked at, and true."""
        return self.only(set(self.frames[::every]))

    def only(self, kept: set[int]) -> "Scene":
        """Only these frames looked at, and true."""
        truth = {i: {f: b for f, b in track.items() if f in kept} for i, track in self.truth.items()}
        frames = [frame for frame in self.frames if frame in kept]
        truth = {i: track for i, track in truth.items() if track}
        return self._replace(frames=frames, truth=truth)

    def looks(self) -> Iterator[tuple[int, Observation]]:
        """One observation a frame, also the empty ones."""
        for frame in self.frames:
            t = frame / self.fps
            found = tuple(self.seen.get(frame, ()))
            yield frame, Observation("clip", t, 1.7e9 + t, "unknown", WIDTH / HEIGHT, found)


def scene_of(clip: Path, masks: Masks) -> Scene:
    """One clip as it is. A clip of `N/` has no truth, whatever its gt.txt says."""
    camera = next((part for part in clip.name.split("_") if part.startswith("K")), "")
    seen, last = _detections(clip, masks.get(camera, []))
    return Scene(list(range(1, last + 1)), seen, _truth(clip) if clip.parent.name == "P" else {})


def clips_of(root: Path, part: str, only: str = "", limit: int | None = None) -> list[Path]:
    """The clips of one part, by name; fails where there is none."""
    clips = sorted(path.parent for path in (root / part).glob("*/det.txt") if only in path.parent.name)
    if not clips:
        raise SystemExit(f"no clips in {root / part}; expected {part}/<clip>/det.txt, as RoadTrack has it")
    return clips[:limit]


def masks_of(root: Path) -> Masks:
    """The parts of each camera's picture that the official rule leaves out."""
    file = root / "filter_files" / "filter.json"
    masks: Masks = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    return masks


def _rows(path: Path) -> Iterator[list[float]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            yield [float(field) for field in line.split(",")]


def _padded(row: list[float]) -> list[float]:
    return row + [-1.0] * (8 - len(row))


def _detections(clip: Path, masks: Iterable[Iterable[float]]) -> tuple[dict[int, list[Sighting]], int]:
    """Sightings by frame without those centred in a mask (as the official rule does), and the last frame."""
    seen: dict[int, list[Sighting]] = defaultdict(list)
    last = 0
    for frame, _, x, y, w, h, score, label, *_ in map(_padded, _rows(clip / "det.txt")):
        last = max(last, int(frame))
        u, v = x + w / 2, y + h / 2
        if w <= 0 or any(x1 < u < x2 and y1 < v < y2 for x1, y1, x2, y2 in masks):
            continue
        name = LABELS.get(int(label), "car")
        box = (x / WIDTH, y / HEIGHT, (x + w) / WIDTH, (y + h) / HEIGHT)
        seen[int(frame)].append(Sighting(box, score, name, group_of(name) or "thing"))
    return dict(seen), last


def _truth(clip: Path) -> dict[int, dict[int, Box]]:
    """The true boxes of each stopped vehicle, by frame."""
    tracks: dict[int, dict[int, Box]] = defaultdict(dict)
    for frame, track, x, y, w, h, *_ in _rows(clip / "gt.txt"):
        tracks[int(track)][int(frame)] = (x / WIDTH, y / HEIGHT, (x + w) / WIDTH, (y + h) / HEIGHT)
    return dict(tracks)
