"""/api/sources: the nodes, their cameras, drones, gates and sensors, and how they fare."""

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

from broker.events import Location, Reason, SourceHealth, SourceRef
from broker.fields import Timestamp, read
from broker.messages import About, NodeHealth, NodeState, SourceReport, ZoneAbout
from central.api.guard import needs
from central.api.problems import responses
from central.api.service_parts import Here
from central.retention.register import looks_for
from central.sources import NodeView, NodeWords, SourceView, overview
from central.store.database import Store
from central.store.queries import known_nodes

router = APIRouter(tags=["sources"])


class ConditionAnswer(BaseModel):
    """Something that is wrong with a source, since when and why."""

    condition: str
    severity: str
    since: Timestamp
    reasons: list[Reason]


class SourceAnswer(BaseModel):
    """A source. `well`: false when something is known to be wrong, null when nothing is known.

    `kinds`: what it looks for, in its zones or of a source without any.
    """

    id: str
    well: bool | None
    source: SourceRef | None
    place: str | None
    location: Location | None
    zones: list[ZoneAbout]
    kinds: list[str]
    report: SourceReport | None
    conditions: list[ConditionAnswer]


class NodeAnswer(BaseModel):
    """A node. `online`: what it, or its will, last said; null when it never spoke of it."""

    node: str
    online: bool | None
    heard: Timestamp | None
    software: str | None
    model: str | None
    epoch: str | None
    pending: int | None
    evidence_pending: int | None
    disk_free_mb: float | None
    troubles: list[Reason]
    sources: list[SourceAnswer]


class SourceList(BaseModel):
    """Every node that ever spoke."""

    nodes: list[NodeAnswer]


@router.get("/api/sources", responses=responses(401, 403, 503), openapi_extra=needs("source.view"))
def list_sources(here: Here) -> SourceList:
    """Nodes and sources, from what the nodes say of themselves and from source health events."""
    return SourceList(nodes=nodes_of(here.store))


def nodes_of(store: Store) -> list[NodeAnswer]:
    """Every node with its sources. Raises StoreAway."""
    said, raised = known_nodes(store)
    conditions = [(row.node, read(SourceHealth, row.health)) for row in raised]
    return [_node(view) for view in overview(map(_words, said), conditions)]


def _words(row: Any) -> NodeWords:
    heard = [row.state_received, row.about_received, row.health_received, row.event_received]
    return NodeWords(
        node=row.node,
        state=read(NodeState, row.state) if row.state else None,
        about=read(About, row.about) if row.about else None,
        health=read(NodeHealth, row.health) if row.health else None,
        heard=max((at for at in heard if at is not None), default=None),
    )


def _node(view: NodeView) -> NodeAnswer:
    state, about, health = view.words.state, view.words.about, view.words.health
    return NodeAnswer(
        node=view.words.node,
        online=view.online,
        heard=view.words.heard,
        software=about.software if about else None,
        model=about.model if about else None,
        epoch=state.epoch if state else None,
        pending=health.pending if health else state.pending if state else None,
        evidence_pending=health.evidence_pending if health else None,
        disk_free_mb=health.disk_free_mb if health else None,
        troubles=health.troubles if health else [],
        sources=[_source(source) for source in view.sources],
    )


def _source(view: SourceView) -> SourceAnswer:
    about = view.about
    return SourceAnswer(
        id=view.id,
        well=view.well,
        source=about.source if about else None,
        place=about.place if about else None,
        location=about.location if about else None,
        zones=about.zones if about else [],
        kinds=sorted(looks_for(about)) if about else [],
        report=view.report,
        conditions=[condition(health) for health in view.conditions],
    )


def condition(health: SourceHealth) -> ConditionAnswer:
    """Something that is wrong, as the API tells it."""
    return ConditionAnswer(
        condition=health.condition, severity=health.severity, since=health.since, reasons=health.reasons
    )
