"""The RoadTrack benchmark on three real clips, and its scorer on cases worked out by hand."""

import json
import random
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from edge.observation import Box, Sighting
from tests.bench.roadtrack import first_and_share, is_false
from tests.bench.roadtrack_clips import Scene
from tests.bench.roadtrack_disturbed import DISTURBANCES
from tests.replays.looks import shifted

ROOT = Path(__file__).resolve().parents[2]
CLIPS = ("P/04-12_09_K221_1953", "P/04-20_13_K249_1499", "N/06-06_14_K249_2000")
BOX: Box = (0.1, 0.1, 0.2, 0.2)
OVER_HALF: Box = (0.1, 0.1, 0.2, 0.151)
LESS: Box = (0.1, 0.1, 0.2, 0.149)


def bench(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.bench.roadtrack", str(folder), *options]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=100)


@pytest.fixture(scope="module")
def roadtrack(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("roadtrack")
    archive = shared_data / "roadtrack" / "roadtrack_dev.tar.xz"
    with tarfile.open(archive) as tar:
        wanted = [m for m in tar if m.name.startswith((*CLIPS, "filter_files"))]
        tar.extractall(folder, members=wanted, filter="data")
    return folder


@pytest.mark.shared_data
def test_three_real_clips(roadtrack: Path) -> None:
    done = bench(roadtrack)

    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout.splitlines()[-1])
    assert (figures["clips"], figures["tp"], figures["fn"], figures["fp"]) == (3, 2, 0, 0)
    assert (figures["precision"], figures["recall"], figures["f1"]) == (1.0, 1.0, 1.0)
    # Something large that does not move is doubtfully called a vehicle for 6 s.
    assert figures["false_alarms_on_normal"] == 0
    assert figures["normal_hours"] == pytest.approx(0.03, abs=0.01)
    assert figures["mean_delay_s"] < 10.0


@pytest.mark.shared_data
def test_the_same_clips_looked_at_once_a_second(roadtrack: Path) -> None:
    figures = json.loads(bench(roadtrack, "--fps", "1").stdout.splitlines()[-1])

    assert (figures["tp"], figures["fn"]) == (2, 0)


def test_a_folder_without_clips_is_told(tmp_path: Path) -> None:
    done = bench(tmp_path)

    assert done.returncode != 0
    assert "expected P/<clip>/det.txt" in done.stderr


@pytest.mark.parametrize(
    ("told", "first", "share"),
    [
        ({}, None, 0.0),
        ({1: [BOX]}, 0, 0.1),
        ({3: [LESS], 4: [OVER_HALF], 5: [(0.8, 0.8, 0.9, 0.9), BOX]}, 3, 0.2),
        ({11: [BOX]}, None, 0.0),
    ],
)
def test_an_event_is_found_by_its_matched_frames(
    told: dict[int, list[Box]], first: int | None, share: float
) -> None:
    truth = dict.fromkeys(range(1, 11), BOX)

    assert first_and_share(truth, told) == (first, pytest.approx(share))


@pytest.mark.parametrize(("wrong", "false"), [(0, False), (2, False), (3, True)])
def test_a_report_is_false_below_nine_tenths(wrong: int, false: bool) -> None:
    truth = {frame: [BOX] for frame in range(1, 21 - wrong)}

    assert is_false(dict.fromkeys(range(1, 21), BOX), truth) is false


@pytest.mark.parametrize("name", sorted(DISTURBANCES))
def test_a_disturbance_keeps_frames_and_truth_together(name: str) -> None:
    """No frame is made up, no box is inside out, and the same seed gives the same scene."""
    track = {frame: shifted(BOX, 0.0, 0.001 * frame) for frame in range(1, 401)}
    seen = {frame: [Sighting(box, 0.8, "car", "vehicle")] for frame, box in track.items()}
    scene = Scene(list(range(1, 401)), seen, {0: track})

    seeds = [random.Random("seed") for _ in range(2)]  # noqa: S311 - a scene, no secret
    first, second = (DISTURBANCES[name](scene, seed) for seed in seeds)

    assert first == second
    assert set(first.frames) <= set(scene.frames)
    boxes = [s.box for things in first.seen.values() for s in things]
    boxes += [box for true in first.truth.values() for box in true.values()]
    assert boxes
    assert all(x1 < x2 and y1 < y2 for x1, y1, x2, y2 in boxes)
