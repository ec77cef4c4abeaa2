"""A Frigate box and a node's lane for it, played by a clock of the tests: real parts, no broker."""

import json
import threading
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from broker.events import AnyEvent, parse
from edge import assembly
from edge.config import Configuration, load
from edge.decoders import frigate
from edge.drafts import Batch, stamp
from edge.evidence import EvidenceStore
from edge.foreign.lane import AnalyticsLane
from edge.frames import SourceClock, Trouble
from edge.journal import Journal, JournalSettings
from edge.wing import Surroundings

ROOT = Path(__file__).parent
STORY = ROOT / "replays" / "frigate_one_car_under_three_track_ids" / "messages.jsonl"
UTC = 1772323200.0
ASSET = "13100200001320000017"
Message = dict[str, Any]


def story() -> list[Message]:
    """What the box says; `t` is when each message comes, in seconds of the story."""
    return [json.loads(line) for line in STORY.read_text(encoding="utf-8").splitlines()]


def settings(folder: Path, **box: Any) -> dict[str, Any]:
    """A node without cameras of its own; `box`: settings of the Frigate box."""
    kerb = [[0.35, 0.4], [0.6, 0.4], [0.6, 0.65], [0.35, 0.65]]
    camera = {
        "id": "kerb-7",
        "camera": "kerb_7",
        "name": "Kerb",
        "asset": ASSET,
        "place": "Aimin Road 17",
        "position": {"lon": 116.7, "lat": 39.5, "accuracy_m": 10},
        "zones": [
            {
                "id": "kerb",
                "polygon": kerb,
                "rules": [{"kind": "dwell", "incident": "illegal_parking", "dwell": "60s"}],
            }
        ],
    }
    return {
        "node": {"district": "131002", "id": "edge-01"},
        "broker": {"url": "mqtt://127.0.0.1:1"},
        "storage": {"directory": str(folder / "data")},
        "analytics": [
            {
                "id": "box-1",
                "kind": "frigate",
                "broker": {"url": "mqtt://127.0.0.1:1"},
                "settle": "10s",
                "cameras": [camera],
                **box,
            }
        ],
    }


def written(folder: Path, what: Mapping[str, Any]) -> Path:
    """The configuration's file."""
    path = folder / "edge.yaml"
    path.write_text(json.dumps(what))
    return path


class Street:
    """One process of a node, from the second `now` of the story on. saved: what an earlier one left."""

    def __init__(
        self,
        file: Path,
        now: float = 0.0,
        saved: Mapping[str, bytes] | None = None,
        models: assembly.Models | None = None,
        *,
        resumes: bool = True,
    ) -> None:
        self.now = now
        self.folder = file.parent
        self.configuration: Configuration = load(file)
        self.batches: list[Batch] = []
        self.saved: dict[str, bytes] = dict(saved or {})
        clock = SourceClock(lambda: 1000.0 + self.now, lambda: UTC + self.now, quality=lambda: "synchronised")
        journal = Journal(
            self.folder / "journal", JournalSettings(), monotonic=clock.monotonic, utc=clock.utc
        )
        self.store = EvidenceStore(self.folder / "evidence", max_bytes=10**9)
        photographer = partial(assembly.camera, models, self.store) if models else None
        made_by = assembly.audit(self.configuration, None)
        around = Surroundings(made_by, clock, self._put, journal, photographer)
        node = self.configuration.settings
        self.lane = AnalyticsLane(node.analytics, node.verify, 10.0, around)
        if resumes:
            self.lane.resume(self.saved)
        cameras = {camera.camera: camera.picture for camera in node.analytics[0].cameras}
        self._decoder = frigate.build(frigate.Settings(kind="frigate", cameras=cameras))

    def _put(self, batch: Batch) -> None:
        self.batches.append(batch)
        self.saved.update(batch.snapshots)

    def say(self, topic: str, payload: Any) -> None:
        """One message of the box."""
        body = payload if isinstance(payload, str) else json.dumps(payload)
        self.lane.boxes[0].take(self._decoder.decode(f"frigate/{topic}", body.encode()))

    def link(self, state: Any) -> None:
        """The connection to the box's broker."""
        self.lane.boxes[0].told(Trouble("box-1", state, "the broker ended the connection"))

    def run(self, until: float, said: Iterable[Message] = ()) -> None:
        """Second by second; messages of the story come when they came."""
        waiting = [told for told in said if told["t"] > self.now]
        while self.now < until:
            self.now += 1.0
            while waiting and waiting[0]["t"] <= self.now:
                told = waiting.pop(0)
                self.say(told["topic"].partition("/")[2], told["payload"])
            self.lane.step()
        done = threading.Event()
        self.lane.darkroom.put(done.set)
        assert done.wait(60.0)

    def stop(self) -> list[AnyEvent]:
        """Its events."""
        self.lane.stop()
        return self.events()

    def events(self) -> list[AnyEvent]:
        """As they would be sent, but for their numbers; complete only after `stop`."""
        return [parse(body) for body in self.bodies()]

    def bodies(self) -> Iterator[bytes]:
        """Their bytes."""
        drafts = [draft for batch in self.batches for draft in batch.drafts]
        source = self.configuration.settings.address.source
        return (stamp(d, source, "0", n, d.utc).body for n, d in enumerate(drafts))


def phases(events: Iterable[AnyEvent]) -> list[str]:
    """What became of incidents and of the source, updates aside."""
    types = [event.type.split(".") for event in events]
    told = ["health" if kind[1] == "source" else kind[2] for kind in types]
    states = [getattr(event.data, "state", "") for event in events]
    return [
        state if word == "health" else word
        for word, state in zip(told, states, strict=True)
        if word != "updated"
    ]
