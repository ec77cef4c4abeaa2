"""The fleet as pages see it: what each node is and runs, and how many are alike."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel

from broker.events import ModelRef, Reason
from broker.fields import Timestamp
from broker.inventory import Ending, Machine, Software
from central.api.zone_answers import Status, status_of
from central.sources import NodeView

Facet = Literal["software", "model", "providers", "os", "python", "architecture", "board", "labels"]
FACETS: tuple[Facet, ...] = (
    "software",
    "model",
    "providers",
    "os",
    "python",
    "architecture",
    "board",
    "labels",
)
MOST_KINDS = 50  # of one facet


class FleetSettings(BaseModel):
    """The newest version of the centre's settings for a node, and what became of it."""

    version: int
    status: Status
    applied: int | None


class FleetNode(BaseModel):
    """A node as it tells of itself; a node of an earlier version tells less.

    `state`: null for one that was never enrolled. `began`: of its run; `before`: how the run before ended.
    `supervised`: it may be restarted from here. `groups`: numbers of those that it is in.
    """

    node: str
    state: Literal["enrolled", "revoked"] | None
    online: bool | None
    heard: Timestamp | None
    software: str | None
    model: str | None
    models: list[ModelRef]
    began: Timestamp | None
    before: Ending | None
    supervised: bool | None
    labels: list[str]
    machine: Machine | None
    runs_on: Software | None
    configuration: FleetSettings | None
    sources: int
    unwell: int
    pending: int | None
    disk_free_mb: float | None
    memory_mb: float | None
    temperature_c: float | None
    certificate_until: Timestamp | None
    troubles: list[Reason]
    groups: list[int]


class FleetTotals(BaseModel):
    """Of all that the filters let through."""

    nodes: int
    online: int
    offline: int
    troubled: int


class FleetPage(BaseModel):
    """Nodes by name. `alike`: of each of a few properties how many nodes have which value."""

    items: list[FleetNode]
    totals: FleetTotals
    alike: dict[Facet, dict[str, int]]
    next: str | None


def labels_of(view: NodeView | None) -> list[str]:
    """What the node's own file says that it is to be grouped by."""
    about = view.words.about if view is not None else None
    return list(about.inventory.labels) if about is not None and about.inventory is not None else []


def fleet_node(
    name: str,
    view: NodeView | None,
    *,
    state: Any,
    until: datetime | None,
    newest: Any,
    groups: Collection[int],
) -> FleetNode:
    """newest: the row of its newest version, if there is one."""
    words = view.words if view is not None else None
    about, health = (words.about, words.health) if words is not None else (None, None)
    inventory = about.inventory if about is not None else None
    said = words.state.pending if words is not None and words.state is not None else None
    return FleetNode(
        node=name,
        state=state,
        online=view.online if view is not None else None,
        heard=words.heard if words is not None else None,
        software=about.software if about else None,
        model=about.model if about else None,
        models=(about.models or []) if about else [],
        began=inventory.began if inventory else None,
        before=inventory.before if inventory else None,
        supervised=inventory.supervised if inventory else None,
        labels=labels_of(view),
        machine=inventory.machine if inventory else None,
        runs_on=inventory.runs_on if inventory else None,
        configuration=_settings(newest),
        sources=len(view.sources) if view is not None else 0,
        unwell=sum(source.well is False for source in view.sources) if view is not None else 0,
        pending=health.pending if health else said,
        disk_free_mb=health.disk_free_mb if health else None,
        memory_mb=health.memory_mb if health else None,
        temperature_c=health.temperature_c if health else None,
        certificate_until=(health.certificate_until if health else None) or until,
        troubles=health.troubles if health else [],
        groups=sorted(groups),
    )


def _settings(row: Any) -> FleetSettings | None:
    if row is None:
        return None
    return FleetSettings(version=row.number, status=status_of(row, row.number), applied=row.applied)


def facets_of(view: NodeView | None) -> Mapping[Facet, Collection[str]]:
    """What a node counts as, by property; nothing where it does not tell."""
    about = view.words.about if view is not None else None
    if about is None:
        return {}
    found: dict[Facet, Any] = {"software": [about.software], "model": [about.model]}
    if (inventory := about.inventory) is not None:
        machine, runs_on = inventory.machine, inventory.runs_on
        found["labels"] = inventory.labels
        if machine is not None:
            found |= {"architecture": [machine.architecture], "board": [machine.board]}
        if runs_on is not None:
            found |= {"os": [runs_on.os], "python": [runs_on.python], "providers": runs_on.providers[:1]}
    return {name: [value for value in values if value] for name, values in found.items()}


def alike(views: Iterable[NodeView | None]) -> dict[Facet, dict[str, int]]:
    """The most common first."""
    counts: dict[Facet, Counter[str]] = {name: Counter() for name in FACETS}
    for view in views:
        for name, values in facets_of(view).items():
            counts[name].update(values)
    return {name: dict(count.most_common(MOST_KINDS)) for name, count in counts.items()}
