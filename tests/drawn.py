"""Journals drawn by chance, and what a whole replay of them tells."""

import json
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
from edge.observation import Observation
from edge.pipeline import Pipeline
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
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}.yaml"
    if not (folder / "models").exists() or not file.exists():
        file = configuration(folder, url="mqtt://127.0.0.1", path=folder / "none.avi")
    written = yaml.safe_load(file.read_text())
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
