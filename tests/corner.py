"""A street corner that is looked at as a node does it, without waiting: drawn pictures, the real network,
ledger, rules and masking, and the centre's `verify` with everything behind it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import yaml
from numpy.typing import NDArray

from broker.events import Audit, Clock, Incident, SceneAnswer, SceneVerified, parse
from broker.messages import Verify
from edge import assembly, verifications
from edge.answering import Answering
from edge.carrying import drawn
from edge.checks import Known
from edge.config import load
from edge.drafts import Batch, Stamped
from edge.evidence import EvidenceStore
from edge.frames import Frame
from edge.intake import Clocks, Intake
from edge.journal.writer import Writer
from edge.memory import Memory
from edge.outbox import Outbox
from edge.pipeline import Pipeline
from edge.rounds import Lane
from edge.steps import Step
from edge.streams.reader import LiveReader
from edge.verifying import Verifying
from edge.wing import Wing
from tests.street import BLUE, CAR, HEIGHT, RED, WIDTH, configuration

AUDIT = Audit(software="gewu-0", configuration="0" * 64, clock=Clock(quality="unknown"))
UTC = 1_700_000_000.0
VEIL = (100, 90, 220, 190)
GROUND = np.kron(
    np.random.default_rng(7).integers(90, 150, (HEIGHT // 8, WIDTH // 8, 1), np.uint8),
    np.ones((8, 8, 1), np.uint8),
)
TINT = np.array([0, 12, 24], np.uint8)  # a street without any colour would be taken for infrared light
HEAP = (230, 150, 278, 190)
RUBBLE = np.kron(
    np.random.default_rng(9).integers(20, 230, (10, 12, 1), np.uint8), np.ones((4, 4, 1), np.uint8)
)
GRAIN = np.random.default_rng(8).integers(-3, 4, (16, HEIGHT, WIDTH, 1), np.int16)


@dataclass
class Scene:
    """What there is to be seen: a car, something in front of it; a camera that is dark, or turned."""

    car: tuple[int, int, int, int] | None = CAR
    veil: bool = False
    heap: bool = False
    dark: bool = False
    turned: bool = False

    def picture(self, index: int) -> NDArray[np.uint8]:
        """As a camera with a sensor's grain gives it."""
        picture = (GROUND[::-1] if self.turned else GROUND) + TINT
        for box, colour in ((self.car, RED), (VEIL if self.veil else None, BLUE)):
            if box is not None:
                x1, y1, x2, y2 = box
                picture[y1:y2, x1:x2] = colour[::-1]
                picture[y1 + 10 : y2 : 16, x1 + 4 : x2 - 4] = [max(0, c - 20) for c in colour[::-1]]
        if self.heap:
            x1, y1, x2, y2 = HEAP
            picture[y1:y2, x1:x2] = RUBBLE
        noisy = (picture // 30 if self.dark else picture) + GRAIN[index * 7 % 16] // (3 if self.dark else 1)
        return cast(NDArray[np.uint8], noisy.clip(0, 255).astype(np.uint8))


class Post:
    """Where a source's frames are asked for; it only notes how often looks are wanted."""

    def __init__(self) -> None:
        self.interval_s = 0.0

    def want(self, interval_s: float) -> None:
        self.interval_s = interval_s


class Corner:
    """One camera of one node. `at` is seconds since the film began; nothing waits for real time."""

    def __init__(
        self,
        folder: Path,
        *,
        begun: float = 0.0,
        utc: float = UTC,
        url: str = "mqtt://127.0.0.1:9",
        rule: dict[str, Any] | None = None,
        wings: Sequence[Wing] = (),
        **verify: Any,
    ) -> None:
        self.at, self.utc = begun, utc
        path = configuration(folder, url=url, path=folder / "street.mkv")
        written = {**yaml.safe_load(path.read_text()), "verify": verify}
        if rule is not None:
            written["sources"][0]["zones"][0]["rules"] = [rule]
        path.write_text(json.dumps(written))
        self.settings = load(path).settings
        self.source = self.settings.sources[0]
        self.models = assembly.open_models(self.settings)
        self.folder = self.settings.storage.directory
        self.store = EvidenceStore(self.folder / "evidence", max_bytes=10**9)
        self.outbox = Outbox(self.folder / "outbox.sqlite", self.settings.address, holds=self.store.has)
        self.outbox.open(utc + begun, "aaaa")
        clocks = Clocks(lambda: self.at, lambda: self.utc + self.at)
        self.told: list[Stamped] = []
        self.intake = Intake(self.outbox, clocks, self.told.extend)
        sources, quality = [self.source], lambda: "unknown"
        self.verifying = Verifying(
            self.outbox, self.intake, clocks, self.settings.verify, sources, AUDIT, quality, wings
        )
        self.pipeline = self._pipeline()
        self.post = Post()
        self.lane = Lane(
            self.source, cast(LiveReader, self.post), self.pipeline, self.eyes, cast(Writer, None), 0.0
        )
        self.memory = Memory(self.folder / "views")
        if (saved := self.outbox.snapshots().get("cam-1")) is not None:
            self.pipeline.resume(saved)
            self.eyes.recall(self.memory.load("cam-1", drawn(self.source)))
        self.verifying.begin()

    def _pipeline(self) -> Pipeline:
        camera = assembly.camera(self.models, self.store)
        answering = Answering(self.source, camera.place, AUDIT, self.settings.verify.at_once)
        self.eyes = assembly.eyes(self.source, self.models)
        lookouts = assembly.lookouts(self.source)
        return Pipeline(self.source, self.eyes, lookouts, camera, AUDIT, None, answering)

    def watch(self, seconds: float, scene: Scene = Scene(), *, every: float = 1.0) -> None:  # noqa: B008
        """Look at a scene for so long, until a wanted answer has come."""
        until = self.at + seconds
        while self.at < until:
            self.serve()
            frame = Frame(
                scene.picture(round(self.at * 10)), "cam-1", 0, self.at, self.utc + self.at, "unknown"
            )
            self._commit(self.lane, self.pipeline.step(frame))
            self.at += every

    def serve(self) -> None:
        """What the loop of the node does between two looks."""
        self.verifying.serve([self.lane], self._commit)

    def _commit(self, _lane: Lane, step: Step) -> None:
        self.intake.put(step.finish().then(Batch(snapshots={"cam-1": self.pipeline.snapshot()})))

    def ask(self, *situations: str, name: str = "v-1") -> bool:
        """The centre's command."""
        return self.verifying.asked(Verify(id=name, situations=list(situations)))

    def incidents(self, ending: str) -> list[Incident]:
        """Of one phase."""
        events = [parse(event.body) for event in self.told]
        return [e.data for e in events if isinstance(e.data, Incident) and e.type.endswith(ending)]

    @property
    def stories(self) -> list[str]:
        """The situations that are known, oldest first."""
        rows = self.outbox.within(lambda db: db.execute("SELECT body FROM situations").fetchall())
        known = sorted((Known.restore(body) for (body,) in rows), key=lambda one: one.since)
        return [one.situation for one in known]

    def situation(self) -> str:
        """The first that was told."""
        return self.stories[0]

    def answers(self) -> list[SceneAnswer]:
        """All, in their order."""
        events = [parse(event.body).data for event in self.told]
        return [a for data in events if isinstance(data, SceneVerified) for a in data.answers]

    def until_answered(self, scene: Scene, most: float = 100.0) -> tuple[SceneAnswer, float]:
        """The next answer, and how long it took."""
        began, before = self.at, len(self.answers())
        while len(self.answers()) == before:
            assert self.at - began < most, "no answer came"
            self.watch(1.0, scene)
        return self.answers()[-1], self.at - began

    def close(self) -> None:
        """End; all that was committed stays, and what the eyes know."""
        self.memory.store("cam-1", drawn(self.source), self.eyes.memory())
        self.outbox.close()

    def open_asks(self) -> Sequence[verifications.Asked]:
        """What is still to be answered."""
        return [one for one, _ in self.outbox.within(verifications.unanswered)]


def codes(answer: SceneAnswer) -> list[str]:
    """The reasons of an answer, by their codes."""
    return [reason.code for reason in answer.reasons]
