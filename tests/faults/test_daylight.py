"""A street from noon into the night and back, before a real node: one situation, whatever the light does."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import yaml
from numpy.typing import NDArray

from tests.footage import make_video
from tests.street import HEIGHT, WIDTH, _scene, configuration

EVERY_S, HOUR = 4, 3600.0
CAME, WENT, ENDS = 0.25 * HOUR, 2.75 * HOUR, 3.25 * HOUR
DUSK, NIGHT, DAWN, DAY = 0.8 * HOUR, 1.2 * HOUR, 1.9 * HOUR, 2.3 * HOUR
MAIN = "import sys; from edge.cli import main; sys.exit(main())"


def lit(scene: NDArray[np.uint8], at: float) -> NDArray[np.float64]:
    """Noon, dusk, infrared without colours between the switch and dawn, and morning."""
    light = float(np.interp(at, [DUSK, NIGHT, DAWN, DAY], [1.0, 0.3, 0.3, 1.0]))
    if not NIGHT <= at < DAWN:
        return scene.astype(np.float64) * light
    grey = scene @ np.array([0.5, 0.3, 0.2])  # what reflects infrared is not what is bright by day
    y, x = np.ogrid[:HEIGHT, :WIDTH]
    lamp = 1.1 - 0.7 * np.hypot((x - WIDTH / 2) / WIDTH, (y - HEIGHT / 2) / HEIGHT)
    seen: NDArray[np.float64] = np.repeat((40 + 0.75 * grey * lamp)[:, :, None], 3, axis=2)
    return seen


def headlights(picture: NDArray[np.float64], at: float) -> None:
    """In the dark a car goes by every ten minutes, for two looks, with its light on the street."""
    if NIGHT <= at < DAWN and at % 600 < 2 * EVERY_S:
        x = 40 + int(at % 600) * 30
        picture[150:200, x : x + 60] = 250.0
        picture += 25.0


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    ground = np.random.default_rng(7).integers(90, 150, (HEIGHT // 8, WIDTH // 8, 1), np.uint8)
    ground = np.repeat(np.kron(ground, np.ones((8, 8, 1), np.uint8)), 3, axis=2)
    grain = np.random.default_rng(8).integers(-3, 4, (16, HEIGHT, WIDTH, 1), np.int16)

    def drawn(index: int, _size: tuple[int, int]) -> NDArray[np.uint8]:
        at = float(index * EVERY_S)
        picture = lit(_scene(ground, CAME <= at < WENT, person=False), at)
        headlights(picture, at)
        noisy = picture + grain[index * 7 % 16]
        return np.ascontiguousarray(noisy.clip(0, 255).astype(np.uint8)[:, :, ::-1])

    times = range(0, int(ENDS) * 1000, EVERY_S * 1000)
    path = tmp_path_factory.mktemp("day") / "day.mkv"
    return make_video(path, times, size=(WIDTH, HEIGHT), rate=1, gop=1, drawn=drawn)


@pytest.mark.timeout(300)
def test_from_noon_into_the_night_and_back_it_is_one_situation(day: Path, tmp_path: Path) -> None:
    config = configuration(tmp_path, url="mqtt://127.0.0.1:9", path=day, dwell="5m")
    settings = yaml.safe_load(config.read_text())
    settings["sources"][0] |= {"sample": 0.25, "idle": "8s"}
    config.write_text(yaml.safe_dump(settings))
    out = tmp_path / "events.jsonl"
    command = [sys.executable, "-c", MAIN, "replay", str(config), "--out", str(out)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert ran.returncode == 0, ran.stderr
    events = [json.loads(line) for line in out.read_text().splitlines()]
    told = [
        (event["type"].split(".")[-2], event["subject"]) for event in events if "incident" in event["type"]
    ]
    opened = [subject for kind, subject in told if kind == "opened"]
    cleared = [event for event in events if event["type"].endswith("cleared.v1")]
    assert len(opened) == 1, told
    assert [event["subject"] for event in cleared] == opened
