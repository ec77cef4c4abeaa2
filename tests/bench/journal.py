"""What the observation journal costs: bytes per camera-day, time to write, and how fast it is replayed.

    python -m tests.bench.journal [--roadtrack DIR] [--hours 6]

Four cameras, each written by the real writer and replayed through the real ledger and dwell rule:

    empty   a look every 4 s at a street where nothing stands
    quiet   a look every 4 s, four cars stand there; the detector's answer is given again for a minute
    busy    a look a second at a motorway: RoadTrack's real detections, followed by the real tracker
    worst   five looks a second, each with 300 other boxes

DIR holds RoadTrack (`N/<clip>/det.txt`); without it there is no busy camera. Times are jittered by some
milliseconds as those of live streams are. The peer is the same observations as JSON lines under gzip. The
last line of the output is one JSON object.
"""

import argparse
import gzip
import io
import json
import random
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path

from broker.events import Audit, Clock
from edge import assembly
from edge.config import Configuration, load
from edge.journal import Journal, JournalSettings, Run, read_runs
from edge.journal.beginning import begin
from edge.journal.replaying import JournalReplay, Wanted
from edge.observation import Box, Observation, Sighting
from edge.perception.tracks import Tracks, TrackSettings
from edge.pipeline import Pipeline
from tests.bench.roadtrack_clips import clips_of, masks_of, scene_of
from tests.street import configuration

DAY_S = 86400.0
T, UTC = 51_234.567, 1_780_272_000.0


@dataclass(frozen=True)
class Cost:
    """What one camera came to. The peer's figures are of the same observations."""

    looks: int
    boxes_a_look: float
    kb_a_day: float
    write_us: float
    replay_ratio: float
    read_ratio: float
    peer_kb_a_day: float
    peer_write_us: float
    peer_read_ratio: float


def times(every: float, rng: random.Random) -> Iterator[tuple[float, float]]:
    """A live stream's: the network jitters the monotonic time, UTC goes with it."""
    offset, n = UTC - T, 0
    while True:
        t = round(T + n * every + rng.gauss(0.0, 0.003), 6)
        yield t, round(t + offset, 6)
        n += 1


def look(t: float, utc: float, sightings: tuple[Sighting, ...] = (), **more: object) -> Observation:
    """An observation of the bench's camera."""
    seen = Observation("cam-1", t, utc, "synchronised", 1.7778, sightings)
    return replace(seen, **more)  # type: ignore[arg-type]


def empty(rng: random.Random) -> Iterator[Observation]:
    """Nothing stands there."""
    return (look(t, utc) for t, utc in times(4.0, rng))


def quiet(rng: random.Random) -> Iterator[Observation]:
    """Cars stand there; each answer of the detector shakes a little, as does their likeness at each look."""
    cars = [(0.1 + 0.2 * n, 0.5, 0.22 + 0.2 * n, 0.62) for n in range(4)]
    answer: tuple[Sighting, ...] = ()
    for n, (t, utc) in enumerate(times(4.0, rng)):
        if n % 15 == 0:
            answer = tuple(standing(box, track, rng) for track, box in enumerate(cars, 1))
        alike = {f"p-{k}": round(rng.gauss(0.93, 0.01), 3) for k in range(4)}
        yield look(t, utc, answer, likeness=alike)


def standing(box: Box, track: int, rng: random.Random) -> Sighting:
    """One answer about a car that stands."""
    x1, y1, x2, y2 = (round(v + rng.gauss(0.0, 0.001), 4) for v in box)
    return Sighting((x1, y1, x2, y2), round(rng.gauss(0.8, 0.02), 3), "car", "vehicle", track, False)


def busy(folder: Path, rng: random.Random) -> Iterator[Observation]:
    """Clip after clip of normal traffic, a look a second."""
    moments, tracks = times(1.0, rng), Tracks(TrackSettings())
    masks = masks_of(folder)
    for clip in clips_of(folder, "N"):
        scene = scene_of(clip, masks).thinned(10)
        for _, seen in scene.looks():
            t, utc = next(moments)
            found = [replace(s, box=rounded(s.box), score=round(s.score, 3)) for s in seen.sightings]
            words = tracks.step(t, [s.box for s in found], [s.group for s in found], seen.aspect)
            told = [replace(s, track=w.track, moving=w.moving) for s, w in zip(found, words, strict=True)]
            yield look(t, utc, tuple(told))


def rounded(box: Box) -> Box:
    """As the observer gives boxes."""
    x1, y1, x2, y2 = (min(1.0, max(0.0, round(v, 4))) for v in box)
    return x1, y1, x2, y2


def worst(rng: random.Random) -> Iterator[Observation]:
    """As many boxes as an observer gives, all of them new each time."""
    for t, utc in times(0.2, rng):
        found = []
        for n in range(300):
            x, y = rng.random() * 0.9, rng.random() * 0.9
            box = rounded((x, y, x + rng.random() * 0.1, y + rng.random() * 0.1))
            found.append(
                Sighting(box, round(rng.random(), 3), "car", "vehicle", rng.randrange(10**6), bool(n % 2))
            )
        yield look(t, utc, tuple(found))


def write(seen: Iterable[Observation], pipeline: Pipeline, configured: Configuration, folder: Path) -> float:
    """Write a journal as a node would, hours and buffers by the looks' time; returns the seconds it took.

    The pipeline decides on every look, so that each segment begins with a real state.
    """
    now = [0.0]
    journal = Journal(folder, JournalSettings(), monotonic=lambda: now[0])
    writer = journal.writer("cam-1")
    source = configured.settings.sources[0]
    writer.open(
        partial(begin, source, pipeline, AUDIT.model_copy(update={"configuration": configured.sha256}))
    )
    spent = 0.0
    for observation in seen:
        now[0] = observation.t
        began = time.process_time()
        writer.seen(observation)
        spent += time.process_time() - began
        pipeline.decide(observation).finish()
    began = time.process_time()
    writer.close()
    return spent + time.process_time() - began


AUDIT = Audit(software=assembly.SOFTWARE, configuration="0" * 64, clock=Clock(quality="unknown"))


def cost(seen: list[Observation], folder: Path) -> Cost:
    """Write, read, replay and compare."""
    folder.mkdir()
    configured = load(configuration(folder, url="mqtt://127.0.0.1", path=folder / "none.avi", dwell="60s"))
    source = configured.settings.sources[0]
    pipeline = Pipeline(source, None, assembly.lookouts(source), None, AUDIT)
    spent = write(seen, pipeline, configured, folder / "journal")
    size = sum(file.stat().st_size for file in folder.rglob("*.gwj"))
    span = seen[-1].t - seen[0].t
    began = time.process_time()
    found = sum(len(run) for run in read_runs(folder / "journal", "cam-1") if isinstance(run, Run))
    read_s = time.process_time() - began
    assert found == len(seen)
    began = time.process_time()
    JournalReplay(configured, Wanted(folder / "journal")).run(folder / "events.jsonl")
    replay_s = time.process_time() - began
    peer, peer_s, peer_read_s = as_json(seen)
    return Cost(
        looks=len(seen),
        boxes_a_look=round(sum(len(look.sightings) for look in seen) / len(seen), 1),
        kb_a_day=round(size / span * DAY_S / 1e3, 1),
        write_us=round(spent / len(seen) * 1e6, 1),
        replay_ratio=round(span / replay_s),
        read_ratio=round(span / read_s),
        peer_kb_a_day=round(peer / span * DAY_S / 1e3, 1),
        peer_write_us=round(peer_s / len(seen) * 1e6, 1),
        peer_read_ratio=round(span / peer_read_s),
    )


def as_json(seen: list[Observation]) -> tuple[int, float, float]:
    """Bytes, and seconds to write and to read, of JSON lines in one gzip stream."""
    body, began = io.BytesIO(), time.process_time()
    with gzip.GzipFile(fileobj=body, mode="wb", compresslevel=6) as file:
        for observation in seen:
            file.write(json.dumps(asdict(observation), separators=(",", ":")).encode() + b"\n")
    written = time.process_time() - began
    body.seek(0)
    began = time.process_time()
    with gzip.GzipFile(fileobj=body) as file:
        lines = sum(bool(json.loads(line)) for line in file)
    assert lines == len(seen)
    return len(body.getvalue()), written, time.process_time() - began


def main() -> None:
    """Print a line a camera, then all figures as JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--roadtrack", type=Path, metavar="DIR")
    parser.add_argument(
        "--hours", type=float, default=6.0, help="of each camera; figures are scaled to a day"
    )
    args = parser.parse_args()
    rng = random.Random(7)  # noqa: S311 - a bench
    cameras: dict[str, Iterator[Observation]] = {"empty": empty(rng), "quiet": quiet(rng)}
    if args.roadtrack:
        cameras["busy"] = busy(args.roadtrack, rng)
    cameras["worst"] = worst(rng)
    most = {"empty": 900, "quiet": 900, "busy": 3600, "worst": 50}
    figures = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, seen in cameras.items():
            found = cost(list(islice(seen, int(most[name] * args.hours))), Path(folder) / name)
            figures[name] = asdict(found)
            print(f"{name:6} {asdict(found)}", file=sys.stderr)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
