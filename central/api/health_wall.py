"""/api/health/sources: how every source and its node fare, a page at a time."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel

from broker.events import Clock, ModelRef, Reason, SourceRef
from broker.fields import Sha256, Timestamp
from broker.messages import SourceReport
from central.api.guard import needs, now
from central.api.problems import responses
from central.api.service_parts import Here, Parts
from central.api.sources import ConditionAnswer, condition
from central.api.zone_answers import Status, status_of
from central.configuration.overlay import part_of
from central.identity.known import certificates_end
from central.sources import NodeView, SourceView
from central.store.configuring import newest_by_part, newest_of_nodes
from central.store.pulses import pulses_of
from central.store.still_rows import newest_stills

router = APIRouter(tags=["sources"])
Fare = Literal["well", "unwell", "unknown"]
Place = tuple[NodeView, SourceView]


class Still(BaseModel):
    """The newest still of a source, at /api/stills/{sha256}."""

    sha256: Sha256
    taken: Timestamp
    received: Timestamp


class Settings(BaseModel):
    """The newest version of the centre's settings, and what became of it."""

    version: int
    status: Status
    applied: int | None


class NodeFares(BaseModel):
    """A node. `certificate_until`: by its own word, else by ours. `history`: queue and disk of a day."""

    node: str
    online: bool | None
    heard: Timestamp | None
    software: str | None
    model: str | None
    models: list[ModelRef]
    configuration: Settings | None
    pending: int | None
    evidence_pending: int | None
    disk_free_mb: float | None
    temperature_c: float | None
    memory_mb: float | None
    uptime_s: float | None
    clock: Clock | None
    certificate_until: Timestamp | None
    troubles: list[Reason]
    history: dict[str, list[Any]] | None = None


class SourceFares(BaseModel):
    """A source. `version`: of its settings, where the centre made one. `history`: fps and delay of a day."""

    node: str
    id: str
    source: SourceRef | None
    place: str | None
    fares: Fare
    report: SourceReport | None
    conditions: list[ConditionAnswer]
    still: Still | None
    version: int | None
    status: Status | None
    history: dict[str, list[Any]] | None = None


class Totals(BaseModel):
    """Of all that the filters let through."""

    sources: int
    well: int
    unwell: int
    unknown: int
    nodes: int
    offline: int


class HealthPage(BaseModel):
    """Sources by node and id, and the nodes that they are of. `next`: the cursor of the following page.

    The first page names the nodes without any source too.
    """

    items: list[SourceFares]
    nodes: list[NodeFares]
    totals: Totals
    next: str | None


@router.get(
    "/api/health/sources", responses=responses(401, 403, 422, 503), openapi_extra=needs("source.view")
)
def health_of_sources(
    here: Here,
    fares: Fare | None = None,
    online: bool | None = None,
    kind: Annotated[str | None, Query(max_length=16)] = None,
    node: Annotated[str | None, Query(max_length=96, description="DISTRICT/NODE, or its beginning")] = None,
    q: Annotated[str | None, Query(max_length=80, description="part of a name, place or trouble")] = None,
    history: bool = False,
    cursor: Annotated[str | None, Query(max_length=200, pattern=r"^[\w./:-]+$")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 60,
) -> HealthPage:
    """How sources and nodes fare. `history` adds the figures of the last day, one a quarter of an hour."""
    views, words = _named(here.wall.views(here.store), node), (q or "").casefold().strip()
    wanted = [
        (view, source)
        for view in views
        for source in view.sources
        if _fits(view, source, fares=fares, online=online, kind=kind, q=words)
    ]
    bare = _bare(views, online, words) if kind is None and fares in (None, "unknown") else []
    rest = [pair for pair in wanted if cursor is None or _key(*pair) > cursor]
    page = rest[:limit]
    views = list({view.words.node: view for view, _ in page}.values()) + (bare if cursor is None else [])
    told = _Told(here, page, views, history)
    return HealthPage(
        items=[told.source(*pair) for pair in page],
        nodes=[told.node(view) for view in views],
        totals=_totals(wanted, bare),
        next=_key(*page[-1]) if len(rest) > limit else None,
    )


def _named(views: Iterable[NodeView], node: str | None) -> list[NodeView]:
    begins = "gewu://" + (node or "").removeprefix("gewu://")
    return [view for view in views if view.words.node.startswith(begins)]


def _bare(views: Iterable[NodeView], online: bool | None, q: str) -> list[NodeView]:
    """Nodes without any source, such as one that was enrolled just now."""
    return [
        view
        for view in views
        if not view.sources and (online is None or view.online is online) and q in view.words.node.casefold()
    ]


def _key(view: NodeView, source: SourceView) -> str:
    """In the order of which pages follow."""
    return f"{view.words.node}/{source.id}"


def _fits(
    view: NodeView, source: SourceView, *, fares: Fare | None, online: bool | None, kind: str | None, q: str
) -> bool:
    sort = source.about.source.kind if source.about else None
    return (
        (fares is None or _fares(view, source) == fares)
        and (online is None or view.online is online)
        and (kind is None or sort == kind)
        and (not q or q in _words(view, source))
    )


def _fares(view: NodeView, source: SourceView) -> Fare:
    """What nobody hears of is not known to be well."""
    if source.well is False:
        return "unwell"
    return "well" if source.well and view.online else "unknown"


def _words(view: NodeView, source: SourceView) -> str:
    about, report = source.about, source.report
    told = [view.words.node, source.id, *(each.condition for each in source.conditions)]
    told += [about.source.name or "", about.place or ""] if about else []
    told += [report.trouble or "", report.state] if report else []
    return "\n".join(told).casefold()


def _totals(wanted: list[Place], bare: list[NodeView]) -> Totals:
    fares = [_fares(*pair) for pair in wanted]
    views = {view.words.node: view for view in [*(view for view, _ in wanted), *bare]}
    return Totals(
        sources=len(wanted),
        well=fares.count("well"),
        unwell=fares.count("unwell"),
        unknown=fares.count("unknown"),
        nodes=len(views),
        offline=sum(view.online is False for view in views.values()),
    )


class _Told:
    """What the database knows besides of a page."""

    def __init__(self, here: Parts, page: list[Place], views: list[NodeView], history: bool) -> None:
        names = [view.words.node for view in views]
        self._stills = newest_stills(here.store, [(view.words.node, source.id) for view, source in page])
        self._parts = {(row.node, row.part): row for n in names for row in newest_by_part(here.store, n)}
        self._newest = newest_of_nodes(here.store, names)
        self._ends = certificates_end(here.store, names)
        self._pulses = pulses_of(here.store, names, now()) if history else None

    def node(self, view: NodeView) -> NodeFares:
        words, health, about = view.words, view.words.health, view.words.about
        return NodeFares(
            node=words.node,
            online=view.online,
            heard=words.heard,
            software=about.software if about else None,
            model=about.model if about else None,
            models=(about.models or []) if about else [],
            configuration=self._settings(words.node),
            pending=health.pending if health else words.state.pending if words.state else None,
            evidence_pending=health.evidence_pending if health else None,
            disk_free_mb=health.disk_free_mb if health else None,
            temperature_c=health.temperature_c if health else None,
            memory_mb=health.memory_mb if health else None,
            uptime_s=health.uptime_s if health else None,
            clock=health.clock if health else None,
            certificate_until=self._until(words.node, health.certificate_until if health else None),
            troubles=health.troubles if health else [],
            history=self._of_node(words.node),
        )

    def source(self, view: NodeView, source: SourceView) -> SourceFares:
        node, about = view.words.node, source.about
        still, row = self._stills.get((node, source.id)), self._parts.get((node, part_of(source.id)))
        newest = self._newest.get(node)
        return SourceFares(
            node=node,
            id=source.id,
            source=about.source if about else None,
            place=about.place if about else None,
            fares=_fares(view, source),
            report=source.report,
            conditions=[condition(each) for each in source.conditions],
            still=Still(sha256=still.sha256, taken=still.taken, received=still.received) if still else None,
            version=row.number if row is not None else None,
            status=status_of(row, newest.number) if row is not None and newest is not None else None,
            history=self._of_source(node, source.id),
        )

    def _settings(self, node: str) -> Settings | None:
        row = self._newest.get(node)
        if row is None:
            return None
        return Settings(version=row.number, status=status_of(row, row.number), applied=row.applied)

    def _until(self, node: str, said: datetime | None) -> datetime | None:
        return said or self._ends.get(node)

    def _of_node(self, node: str) -> dict[str, list[Any]] | None:
        if self._pulses is None:
            return None
        rows = self._pulses[node]
        names = ("queue", "evidence", "disk")
        return {"at": [row.at for row in rows]} | {n: [row.body.get(n) for row in rows] for n in names}

    def _of_source(self, node: str, source: str) -> dict[str, list[Any]] | None:
        if self._pulses is None:
            return None
        rows = [row for row in self._pulses[node] if source in row.body["sources"]]
        figures = [row.body["sources"][source] for row in rows]
        columns = {"fps": [fps for fps, _ in figures], "delay_s": [delay for _, delay in figures]}
        return {"at": [row.at for row in rows]} | columns
