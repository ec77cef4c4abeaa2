"""Draws the synthetic scenes of this folder: `python -m tests.replays.scenes` writes the observations.

Boxes are whole pixels of a 640 x 360 picture, shaken by a pixel as a detector shakes them. They are made up
and say so; real detections are in the RoadTrack benchmark. config.yaml and expected.jsonl are kept by hand:
the first says what the scene is and what is true of it, the second what must come of it.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).parent
WIDTH, HEIGHT = 640, 360
CAR = (300, 200, 380, 250)
Pixels = tuple[float, float, float, float]
Look = dict[str, Any]


class Scene:
    """Looks at a steady rate, each drawn by `draw(t)`, which may add boxes, veils and distrust."""

    def __init__(self, seconds: float, fps: float, seed: int) -> None:
        self.times = [round(i / fps, 3) for i in range(int(seconds * fps) + 1)]
        self._rng = np.random.default_rng(seed)

    def looks(self, draw: Callable[["Scene", float, Look], None]) -> Iterator[Look]:
        for t in self.times:
            look: Look = {"t": t, "sightings": []}
            draw(self, t, look)
            yield look

    def chance(self, share: float) -> bool:
        return bool(self._rng.random() < share)

    def see(self, look: Look, box: Pixels, label: str = "car", track: int = 1, score: float = 0.8) -> None:
        look["sightings"].append({"box": self._shaken(box), "score": score, "label": label, "track": track})

    def _shaken(self, box: Pixels) -> list[float]:
        shaken = [round(value) + int(self._rng.integers(-1, 2)) for value in box]
        sides = (WIDTH, HEIGHT, WIDTH, HEIGHT)
        return [round(min(1.0, max(0.0, v / s)), 5) for v, s in zip(shaken, sides, strict=True)]


def moved(box: Pixels, dx: float, dy: float = 0.0) -> Pixels:
    """The box some pixels further on."""
    return (box[0] + dx, box[1] + dy, box[2] + dx, box[3] + dy)


def passing(scene: Scene, t: float, look: Look, *, every: float, track: int) -> None:
    """A car in the next lane, 160 pixels a second."""
    x = (t % every) * 160.0 - 80.0
    if x < WIDTH:
        scene.see(look, (x, 270, x + 80, 320), track=track)


def arriving(scene: Scene, t: float, look: Look, stops: float, **how: Any) -> None:
    """A car that rolls in from the left and stands at CAR from `stops` on."""
    scene.see(look, moved(CAR, -100.0 * max(0.0, stops - t)), **how)


def swapped_track_ids(scene: Scene, t: float, look: Look) -> None:
    arriving(scene, t, look, 5.0, track=1 + int(t // 3))
    passing(scene, t, look, every=9.0, track=2 + int(t // 3))


def missed_detections(scene: Scene, t: float, look: Look) -> None:
    if not scene.chance(0.2) and not 30.0 <= t < 50.0:
        arriving(scene, t, look, 5.0)
    passing(scene, t, look, every=7.0, track=9)


def lorry_before_the_car(scene: Scene, t: float, look: Look) -> None:
    hides = 20.0 <= t < 80.0
    if not hides:
        arriving(scene, t, look, 5.0)
    if 17.0 <= t < 83.0:
        x = 290.0 - 100.0 * max(0.0, 20.0 - t) + 100.0 * max(0.0, t - 80.0)
        scene.see(look, (x, 150, x + 180, 300), label="truck", track=5)


def label_flips(scene: Scene, t: float, look: Look) -> None:
    arriving(scene, t, look, 5.0, label="truck" if scene.chance(0.4) else "car")


def standing_from_five(scene: Scene, t: float, look: Look) -> None:
    arriving(scene, t, look, 5.0)


def slow_mover(scene: Scene, t: float, look: Look) -> None:
    scene.see(look, moved(CAR, -200.0 + 6.0 * t))


def leaves(scene: Scene, t: float, look: Look) -> None:
    if t < 25.0:
        arriving(scene, t, look, 5.0)
    else:
        scene.see(look, moved(CAR, 100.0 * (t - 25.0))) if t < 28.0 else None
    passing(scene, t, look, every=8.0, track=3)


def bicycle(scene: Scene, t: float, look: Look) -> None:
    scene.see(look, (320, 205, 350, 250), label="bicycle")


def untrusted(scene: Scene, t: float, look: Look) -> None:
    if 20.0 <= t < 80.0:
        look["trusted"] = False
        scene.see(look, moved(CAR, 150.0), track=8)
    else:
        arriving(scene, t, look, 5.0)


def arrival_in_traffic(scene: Scene, t: float, look: Look) -> None:
    if t >= 8.0 and not scene.chance(0.05):
        arriving(scene, t, look, 10.0)
    passing(scene, t, look, every=5.0, track=7)


SCENES: dict[str, tuple[float, float, Callable[[Scene, float, Look], None]]] = {
    "swapped_track_ids_are_one_situation": (30, 5, swapped_track_ids),
    "missed_detections_neither_end_nor_double": (70, 5, missed_detections),
    "lorry_hides_the_car_for_a_minute": (90, 5, lorry_before_the_car),
    "car_and_truck_labels_are_one_vehicle": (30, 5, label_flips),
    "restart_in_mid_situation": (40, 5, standing_from_five),
    "slow_mover_never_opens": (60, 5, slow_mover),
    "car_leaves_and_is_cleared_once": (90, 5, leaves),
    "bicycle_in_a_vehicle_zone_never_opens": (30, 5, bicycle),
    "untrusted_view_neither_opens_nor_clears": (100, 5, untrusted),
    "frame_rate_5": (60, 5, arrival_in_traffic),
    "frame_rate_2": (60, 2, arrival_in_traffic),
    "frame_rate_1": (60, 1, arrival_in_traffic),
    "frame_rate_0_5": (60, 0.5, arrival_in_traffic),
}


def write() -> None:
    """Write the observations of every scene; nothing else is touched."""
    for seed, (name, (seconds, fps, draw)) in enumerate(SCENES.items()):
        folder = HERE / name
        folder.mkdir(exist_ok=True)
        lines = [json.dumps(look, separators=(",", ":")) for look in Scene(seconds, fps, seed).looks(draw)]
        (folder / "observations.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()
