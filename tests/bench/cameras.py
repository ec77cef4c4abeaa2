"""How many 1080p cameras one core watches with everything on, against two limits and a peer.

python -m tests.bench.cameras [DATA] [--seconds 80] [--dwell 30] [--no-peer]

DATA is the folder of shared data. All figures are CPU seconds of one process per second of stream, on the
same two made streams (tests/bench/street_clip.py), one after the other in one run:

limit (a)  decoding the key frames alone
limit (b)  decoding every frame
peer       OpenCV decodes every frame, the same ONNX model at 5 fps, ByteTrack, a zone's timer (peer.py);
           made of packages in an environment of its own: supervision (MIT), trackers (Apache-2.0)
product    source, perception, ledger, rules, journal and masked evidence, at the pace the pipeline wishes

Key frames and product are run three times by turns, and the middle one counts. The product is measured once
its source knows the stream, from the third key frame on. The busy stream is twice as long as the quiet one,
half of it without and half with a standing van. That one incident counts in full, with its picture: at the
default length 24 incidents an hour. What the picture took is also told by itself, for it is paid by the
incident and not by the second. The last line is one JSON object.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import av
import cv2

from edge import assembly
from edge.config import Configuration, load
from edge.evidence import EvidenceStore
from edge.frames import Decoding, Frame, SourceClock
from edge.journal.beginning import begin
from edge.journal.writer import Journal
from edge.observation import View
from edge.perception.boxes import array_of, ious
from edge.places import Finding
from edge.settings import SourceSettings
from edge.sources import open_source
from edge.steps import Camera, Lookout, Shown
from tests.bench.street_clip import FPS, GOP_S, Clip, clip

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("GEWU_SHARED_DATA", ROOT.parent / "shared" / "data"))
MODEL = "yolox_nano_416"
TIMES = 3
PEER = (
    "numpy==2.4.6",
    "onnxruntime==1.31.1",
    "opencv-python==5.0.0.93",
    "supervision==0.31.2",
    "trackers==2.6.1",
)
# One thread each, or cores would be counted that the others do not have.
ALONE = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
WARM_S = 2.5 * GOP_S
CONFIGURATION = """
node: {{ district: "131002", id: bench }}
broker: {{ url: "mqtt://localhost" }}
storage: {{ directory: {folder} }}
model: {{ name: {model}, directory: {models} }}
sources:
  - kind: file
    id: bench
    path: {path}
    pace: fast
    zones:
      - id: zone
        polygon: {zone}
        rules: [{{ kind: dwell, incident: illegal_parking, dwell: {dwell}s }}]
"""


@dataclass
class Run:
    """What one way through a stream took and found: incidents as (seconds, box)."""

    cpu_s: float
    stream_s: float
    incidents: list[tuple[float, tuple[float, ...]]] = field(default_factory=list)
    decoding: Decoding | None = None
    pictures: int = 0
    pictures_s: float = 0.0

    @property
    def cameras(self) -> float:
        """Cameras per core."""
        return self.stream_s / self.cpu_s


def decoded(made: Clip, *, keys_only: bool) -> Run:
    """The stream's pictures and nothing else."""
    with av.open(str(made.path)) as container:
        stream = container.streams.video[0]
        stream.codec_context.thread_count = 1
        began = time.process_time()
        for packet in container.demux(stream):
            if packet.is_keyframe or not keys_only:
                packet.decode()
        return Run(time.process_time() - began, made.seconds)


def product(made: Clip, data: Path, scratch: Path, dwell_s: int) -> Run:
    """One source through everything a node does with its pictures."""
    configuration = _configured(made, data, scratch, dwell_s)
    source = configuration.settings.sources[0]
    models = assembly.open_models(configuration.settings)
    run = Run(0.0, made.seconds - WARM_S)
    began: float | None = None
    for t, found in _lane(source, configuration, models, scratch, run):
        if began is None and t >= WARM_S:
            began = time.process_time()
        run.incidents += [(t, box) for box in found]
    run.cpu_s = time.process_time() - (began or 0.0)
    return run


def _configured(made: Clip, data: Path, scratch: Path, dwell_s: int) -> Configuration:
    path = scratch / "node.yaml"
    zone = json.dumps(made.zone)
    given = {"folder": scratch, "models": data / "models", "model": MODEL, "path": made.path}
    path.write_text(CONFIGURATION.format(**given, zone=zone, dwell=dwell_s), encoding="utf-8")
    return load(path)


def _lane(
    source: SourceSettings, configuration: Configuration, models: assembly.Models, scratch: Path, run: Run
) -> Iterator[tuple[float, list[tuple[float, ...]]]]:
    """Each look's time, and the boxes of the incidents it opened."""
    camera = _timed(assembly.camera(models, EvidenceStore(scratch / "evidence", max_bytes=2**40)), run)
    made_by = assembly.audit(configuration, models)
    journal = Journal(scratch / "journal", configuration.settings.journal).writer(source.id)
    pipeline = assembly.pipeline(source, models, camera, made_by, journal)
    journal.open(partial(begin, source, pipeline, made_by))
    opened = open_source(source, SourceClock(time.monotonic, time.time))
    opened.want(pipeline.interval_s)
    for item in opened.frames():
        if isinstance(item, Frame):
            drafts = pipeline.step(item).finish().drafts
            yield item.t, [box for draft in drafts if (box := _opened(draft)) is not None]
            opened.want(pipeline.interval_s)
    journal.close()
    run.decoding = opened.decoding  # type: ignore[attr-defined] - a file's does


def _timed(camera: Camera, run: Run) -> Camera:
    """The same, and what it takes."""

    def shoot(frame: Frame | None, lookout: Lookout, finding: Finding, view: View) -> Shown:
        began = time.process_time()
        shown = camera(frame, lookout, finding, view)
        run.pictures_s += time.process_time() - began
        run.pictures += 1
        return shown

    return shoot


def _opened(draft: Any) -> tuple[float, ...] | None:
    """The box of an incident that this event opens."""
    kind: str = draft.model.model_fields["type"].default
    box = getattr(draft.data, "box", None)
    return tuple(box) if kind == "gewu.incident.opened.v1" and box else None


def peer(made: Clip, data: Path, python: Path, dwell_s: int) -> Run:
    """The peer, in its own environment."""
    setup = json.dumps({"zone": made.zone, "dwell_s": dwell_s, "fps": FPS})
    model = data / "models" / f"{MODEL}.onnx"
    command = [str(python), str(Path(__file__).with_name("peer.py")), str(made.path), str(model), setup]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, **ALONE})
    told = json.loads(done.stdout.strip().splitlines()[-1])
    incidents = [(float(t), tuple(box)) for t, box in told["incidents"]]
    return Run(told["cpu_s"], told["stream_s"], incidents)


def environment(folder: Path) -> Path | None:
    """The Python of an environment with the peer's packages, or None where it cannot be made."""
    python = folder / "bin" / "python"
    ready = folder / ("ready-" + "-".join(PEER).replace("==", "-"))
    if ready.exists():
        return python
    for command in (
        [sys.executable, "-m", "venv", str(folder)],
        [str(python), "-m", "pip", "install", *PEER],
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            print(f"peer: left out, {' '.join(command[-len(PEER) - 1 :])}: {done.stderr.strip()[-300:]}")
            return None
    ready.touch()
    return python


def found(run: Run, made: Clip, truth: tuple[float, ...]) -> tuple[int, int]:
    """Incidents that are the van that stands there, and others."""
    right = 0
    for t, box in run.incidents:
        late = made.stands_from_s is not None and t >= made.stands_from_s
        right += bool(late and ious(array_of([box]), array_of([truth]))[0, 0] >= 0.3)
    return right, len(run.incidents) - right


def measured(made: Clip, data: Path, python: Path | None, dwell_s: int) -> dict[str, Run]:
    """Every way through one stream."""
    runs = {"full": decoded(made, keys_only=False)}
    if python is not None:
        runs["peer"] = peer(made, data, python, dwell_s)
    keys, products = [], []
    for _ in range(TIMES):  # by turns, for the short ones feel most what else the machine does
        keys.append(decoded(made, keys_only=True))
        with tempfile.TemporaryDirectory() as scratch:
            products.append(product(made, data, Path(scratch), dwell_s))
    return runs | {"keyframes": _middle(keys), "product": _middle(products)}


def _middle(runs: list[Run]) -> Run:
    return sorted(runs, key=lambda run: run.cpu_s)[len(runs) // 2]


# The van's box in shares of the picture.
VAN = (52 / 640, 176 / 360, (52 + 65) / 640, (176 + 73) / 360)


def report(kind: str, made: Clip, runs: dict[str, Run]) -> dict[str, Any]:
    """Prints the figures of one stream and gives them."""
    figures: dict[str, Any] = {}
    for name, run in runs.items():
        figures[name] = {"cameras_per_core": round(run.cameras, 1)}
        line = f"{kind:6} {name:10} {1000 / run.cameras:7.2f} ms a second, {run.cameras:6.1f} cameras"
        if name in ("peer", "product"):
            right, wrong = found(run, made, VAN)
            figures[name] |= {"found": right, "false": wrong}
            line += f"; of {int(made.stands_from_s is not None)} standing van found {right}, others {wrong}"
        if run.decoding is not None:
            line += f"; {run.decoding.decoded} packets decoded, {run.decoding.skipped} not"
        if run.pictures:
            figures[name] |= {"pictures": run.pictures, "pictures_cpu_s": round(run.pictures_s, 2)}
            rest = 1000 * (run.cpu_s - run.pictures_s) / run.stream_s
            line += f"; {run.pictures} picture(s) in {run.pictures_s:.2f} s, all else {rest:.2f} ms a second"
        print(line, flush=True)
    return figures


def summary(quiet: dict[str, Run], busy: dict[str, Run]) -> dict[str, Any]:
    """The figures that are asked for; ratios of cameras per core, quiet and busy."""

    def ratio(runs: dict[str, Run], to: str) -> float | None:
        return round(runs["product"].cameras / runs[to].cameras, 2) if to in runs else None

    def both(to: str) -> dict[str, float | None] | None:
        return {"quiet": ratio(quiet, to), "busy": ratio(busy, to)} if to in quiet else None

    return {
        "quiet_cameras_per_core": round(quiet["product"].cameras, 1),
        "busy_cameras_per_core": round(busy["product"].cameras, 1),
        "ratio_to_keyframe_limit": both("keyframes"),
        "ratio_to_full_decode": both("full"),
        "ratio_to_peer": both("peer"),
    }


def main() -> None:
    """Run what the command line asks for."""
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("data", type=Path, nargs="?", default=SHARED)
    arguments.add_argument("--seconds", type=int, default=80, help="of the quiet stream; the busy has twice")
    arguments.add_argument("--dwell", type=int, default=30, help="seconds that the van may stand")
    arguments.add_argument("--no-peer", action="store_true")
    given = arguments.parse_args()
    cv2.setNumThreads(1)
    lengths = {"quiet": given.seconds, "busy": 2 * given.seconds}
    clips = {kind: clip(kind, given.data, seconds) for kind, seconds in lengths.items()}
    home = next(iter(clips.values())).path.parent / "peer"
    python = None if given.no_peer else environment(home)
    runs = {kind: measured(made, given.data, python, given.dwell) for kind, made in clips.items()}
    figures = {kind: report(kind, clips[kind], of) for kind, of in runs.items()}
    # Each figure is a ratio of two runs beside each other: other work on the machine weighs on both.
    print(json.dumps({**summary(runs["quiet"], runs["busy"]), "streams": figures}))


if __name__ == "__main__":
    if any(os.environ.get(name) != value for name, value in ALONE.items()):
        again = [sys.executable, "-m", "tests.bench.cameras", *sys.argv[1:]]
        os.execve(sys.executable, again, {**os.environ, **ALONE})  # noqa: S606 - libraries read them at import
    main()
