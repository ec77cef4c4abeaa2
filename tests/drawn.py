"""Journals drawn by chance, and what a whole replay of them tells."""

import json
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import yaml

from broker.events import Audit, Clock
from edge import assembly
from edge.config import Configuration, load
from edge.drafts import Draft
from edge.journal import Journal, JournalSettings
from edge.journal.beginning import begin
from edge.journal.rerun import Rerun
from edge.observation import Box, Observation, Sighting
from edge.pipeline import Pipeline
from tests.replays.looks import UTC_MINUS_T, look
from tests.street import configuration

STREET = [[0.02, 0.3], [0.98, 0.3], [0.98, 0.95], [0.02, 0.95]]
RULES = [
    {"kind": "dwell", "incident": "illegal_parking", "dwell": "20s"},
    {"kind": "left", "incident": "exposed_garbage", "dwell": "20s"},
    {"kind": "cluster", "incident": "unlicensed_stall", "dwell": "30s"},
]
ZONES: list[dict[str, object]] = [{"id": "street", "polygon": STREET, "rules": RULES}]


def configured(folder: Path, zones: Sequence[dict[str, object]], name: str = "edge") -> Configuration:
    """A node with one source `cam` and these zones."""
    (folder / "base").mkdir(parents=True, exist_ok=True)
    base = configuration(folder / "base", url="mqtt://127.0.0.1", path=folder / "none.avi")
    written = yaml.safe_load(base.read_text())
    written["sources"][0] |= {"id": "cam", "zones": list(zones)}
    file = folder / f"{name}.yaml"
    file.write_text(json.dumps(written))
    return load(file)


class Life:
    """A node's process, or several, with a journal. Nothing sees: looks are given."""

    def __init__(self, folder: Path, configuration: Configuration) -> None:
        self.configuration = configuration
        self.source = configuration.settings.sources[0]
        self.now = 0.0
        self.journal = Journal(
            folder / "journal", JournalSettings.model_validate({"buffer": "10s"}), monotonic=lambda: self.now
        )
        self.saved: bytes | None = None
        self.pipeline = self._born()

    def _born(self) -> Pipeline:
        clock = Clock(quality="unknown")
        audit = Audit(software=assembly.SOFTWARE, configuration=self.configuration.sha256, clock=clock)
        writer = self.journal.writer(self.source.id)
        rules = assembly.lookouts(self.source)
        pipeline = Pipeline(self.source, None, rules, None, audit, writer)
        if self.saved is not None:
            pipeline.resume(self.saved)
        self.writer = writer
        writer.open(partial(begin, self.source, pipeline, audit))
        return pipeline

    def see(self, looks: Iterable[Observation]) -> None:
        """Look after look."""
        for seen in looks:
            self.now = max(self.now, seen.t)
            self.pipeline.decide(seen).finish()

    def keep(self) -> None:
        """What a node commits now and then."""
        self.saved = self.pipeline.snapshot()

    def again(self, *, crash: bool = False) -> None:
        """The process ends and another begins; after a crash with what was committed last."""
        if crash:
            self.writer.flush()
        else:
            self.keep()
            self.writer.close()
        self.pipeline = self._born()

    def close(self) -> None:
        """In order."""
        self.writer.close()


def moved(looks: Iterable[Observation], by: float) -> Iterator[Observation]:
    """Another process counts its seconds from elsewhere."""
    return (replace(seen, t=round(seen.t + by, 6)) for seen in looks)


def incidents(configuration: Configuration, folder: Path, **period: float) -> list[tuple[float, str, str]]:
    """What a whole replay tells, but for the audit, which names its configuration."""
    source = configuration.settings.sources[0]
    rerun = Rerun(source, configuration, folder / "journal", **period)
    drafts = [draft for told in rerun.drafts() for draft in told]
    return [told for draft in drafts if (told := _incident(draft)) is not None]


def _incident(draft: Draft) -> tuple[float, str, str] | None:
    if not hasattr(draft.data, "revision"):
        return None
    return draft.utc, draft.subject, draft.data.model_dump_json(exclude={"audit"})


def calm(chance: random.Random, seconds: float = 1800.0) -> Iterator[Observation]:
    """A quiet street: cars park, others pass, and now and then something is odd.

    Answers are given again for some looks; things are missed, hidden, renamed, and shift a little.
    """
    parked = [_Parked(n, chance, seconds) for n in range(6)]
    t, ahead, pace = 0.0, UTC_MINUS_T, chance.choice([1.0, 4.0])
    answer: tuple[Sighting, ...] = ()
    hidden: tuple[Box, ...] = ()
    odd = 0
    while t < seconds:
        t = round(t + pace + chance.gauss(0.0, 0.003) + (chance.random() < 0.002) * 90.0, 6)
        ahead += chance.choice([-30.0, 0.4, 5.0]) if chance.random() < 0.002 else 0.0
        odd = chance.randrange(1, 12) if chance.random() < 0.004 else max(0, odd - 1)
        if chance.random() < 0.2 or not answer:
            answer = tuple(s for car in parked for s in car.seen(t, chance)) + tuple(_passers(t, chance))
            hidden = ((0.3, 0.4, 0.5, 0.9),) if chance.random() < 0.03 else ()
        likeness = {f"p-{n}": round(chance.uniform(0.1, 0.95), 3) for n in range(2)}
        kind = chance.choice(["trusted", "looked"]) if odd else ""
        yield look(
            t,
            *answer,
            hidden=hidden,
            likeness=likeness,
            trusted=kind != "trusted",
            looked=kind != "looked",
            utc=round(t + ahead, 6),
        )


class _Parked:
    """A car that stands somewhere for a while, and perhaps creeps on."""

    def __init__(self, n: int, chance: random.Random, seconds: float) -> None:
        self.n, self.label = n, chance.choice(["car", "car", "truck", "bicycle"])
        self.x, self.y = 0.05 + 0.15 * n, chance.choice([0.55, 0.7, 0.86])
        self.since = chance.uniform(-100.0, 0.3 * seconds)
        self.until = self.since + chance.uniform(20.0, seconds)
        self.creeps = chance.uniform(self.since, self.until) if chance.random() < 0.3 else self.until
        self.score = chance.choice([0.3, 0.6, 0.8])

    def seen(self, t: float, chance: random.Random) -> Iterator[Sighting]:
        if not self.since <= t < self.until or chance.random() < 0.04:
            return
        x = self.x + (0.05 if t >= self.creeps else 0.0) + chance.gauss(0.0, 0.0005)
        box = (round(x, 4), self.y - 0.1, round(x + 0.1, 4), round(self.y + chance.gauss(0.0, 0.0005), 4))
        label = "bus" if self.label == "truck" and chance.random() < 0.3 else self.label
        group = "two_wheeler" if label == "bicycle" else "vehicle"
        yield Sighting(box, round(chance.gauss(self.score, 0.03), 3), label, group, 100 + self.n, False)


def _passers(t: float, chance: random.Random) -> Iterator[Sighting]:
    if chance.random() < 0.15:
        x = chance.random() * 0.8
        box = (round(x, 4), 0.6, round(x + 0.12, 4), chance.choice([0.7, 0.72, 0.86]))
        yield Sighting(box, 0.7, "car", "vehicle", int(t) // 20, chance.choice([True, True, None]))
