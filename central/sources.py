"""One list of nodes and their sources out of what the nodes said. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from broker.events import SourceHealth
from broker.messages import About, NodeHealth, NodeState, SourceAbout, SourceReport


@dataclass(frozen=True, slots=True)
class NodeWords:
    """What one node last said, and when that came; `state_heard` and `health_heard` where it matters."""

    node: str
    state: NodeState | None
    about: About | None
    health: NodeHealth | None
    heard: datetime | None
    state_heard: datetime | None = None
    health_heard: datetime | None = None


@dataclass(frozen=True, slots=True)
class SourceView:
    """One source: what it is, how it fares, and the conditions that stand."""

    id: str
    about: SourceAbout | None
    report: SourceReport | None
    conditions: tuple[SourceHealth, ...]

    @property
    def well(self) -> bool | None:
        """False when something is known to be wrong; None when nothing is known."""
        if self.conditions or (self.report and self.report.state not in ("ok", "starting", "ended")):
            return False
        return True if self.report else None


@dataclass(frozen=True, slots=True)
class NodeView:
    """One node with its sources."""

    words: NodeWords
    sources: tuple[SourceView, ...]

    @property
    def online(self) -> bool | None:
        """What the node, or its will, last said; None when it never spoke of it."""
        return self.words.state.online if self.words.state else None


def overview(words: Iterable[NodeWords], raised: Iterable[tuple[str, SourceHealth]]) -> list[NodeView]:
    """Every node with every source that anything is known of. `raised`: a node and a condition."""
    conditions = sorted(raised, key=lambda pair: (pair[0], pair[1].source.id, pair[1].condition))
    return [
        NodeView(said, _sources(said, [health for node, health in conditions if node == said.node]))
        for said in words
    ]


def _sources(said: NodeWords, conditions: list[SourceHealth]) -> tuple[SourceView, ...]:
    about = {source.source.id: source for source in said.about.sources} if said.about else {}
    reports = {report.id: report for report in said.health.sources} if said.health else {}
    names = sorted({*about, *reports, *(health.source.id for health in conditions)})
    return tuple(
        SourceView(
            id=name,
            about=about.get(name),
            report=reports.get(name),
            conditions=tuple(health for health in conditions if health.source.id == name),
        )
        for name in names
    )
