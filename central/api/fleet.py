"""/api/fleet/nodes: which nodes there are, what they are and what they run."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Query

from central.api.fleet_answers import (
    Facet,
    FleetNode,
    FleetPage,
    FleetTotals,
    alike,
    facets_of,
    fleet_node,
    labels_of,
)
from central.api.guard import needs
from central.api.node_paths import NodeHere
from central.api.problems import Problem, responses
from central.api.service_parts import Here, Parts
from central.identity.known import certificates_end, enrolled
from central.sources import NodeView
from central.store.configuring import newest_of_nodes
from central.store.fleet_groups import every_group, members

router = APIRouter(tags=["fleet"])
Views = Mapping[str, NodeView | None]


@router.get(
    "/api/fleet/nodes", responses=responses(401, 403, 404, 422, 503), openapi_extra=needs("node.view")
)
def list_nodes(
    here: Here,
    group: Annotated[int | None, Query(ge=1, lt=2**31)] = None,
    online: bool | None = None,
    troubled: Annotated[bool | None, Query(description="with troubles, or sources that fare ill")] = None,
    by: Annotated[Facet | None, Query(description="with `value`: nodes of this property")] = None,
    value: Annotated[str | None, Query(max_length=240)] = None,
    q: Annotated[
        str | None, Query(max_length=80, description="part of a name, label, board or version")
    ] = None,
    cursor: Annotated[str | None, Query(max_length=96)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> FleetPage:
    """Every node that was ever enrolled or heard of."""
    views, states = everybody(here)
    groups = groups_of(here, views)
    words = (q or "").casefold().strip()
    found = [
        name
        for name, view in sorted(views.items())
        if (group is None or group in groups.get(name, ()))
        and (online is None or (view is not None and view.online is True) is online)
        and (troubled is None or is_troubled(view) is troubled)
        and (by is None or value is None or value in facets_of(view).get(by, ()))
        and (not words or words in _said(name, view))
    ]
    page = [name for name in found if cursor is None or name > cursor][:limit]
    more = bool(page) and page[-1] != found[-1]
    return FleetPage(
        items=_told(here, page, views, states, groups),
        totals=_totals([views[name] for name in found]),
        alike=alike(views[name] for name in found),
        next=page[-1] if more else None,
    )


@router.get(
    "/api/fleet/nodes/{district}/{node}",
    responses=responses(401, 403, 404, 422, 503),
    openapi_extra=needs("node.view"),
)
def one_node(here: Here, node: NodeHere) -> FleetNode:
    """One node."""
    views, states = everybody(here)
    if node not in views:
        allowed = "a node from /api/fleet/nodes"
        raise Problem(404, f"there is no node {node}", where="path.node", allowed=allowed, code="no_node")
    return _told(here, [node], views, states, groups_of(here, views))[0]


def everybody(here: Parts) -> tuple[dict[str, NodeView | None], dict[str, str]]:
    """Every node by its source, with its view where it ever spoke; and how enrolled ones stand."""
    states = {row.node: row.state for row in enrolled(here.store)}
    views: dict[str, NodeView | None] = dict.fromkeys(states)
    views |= {view.words.node: view for view in here.wall.views(here.store)}
    return views, states


def labels(views: Views) -> dict[str, list[str]]:
    """By node what its own file says."""
    return {name: labels_of(view) for name, view in views.items()}


def groups_of(here: Parts, views: Views) -> dict[str, list[int]]:
    """Numbers of the groups that each node is in. Raises StoreAway."""
    said, found = labels(views), dict[str, list[int]]()
    for row in every_group(here.store):
        for node in members(row, said):
            found.setdefault(node, []).append(row.number)
    return found


def is_troubled(view: NodeView | None) -> bool:
    """Whether it or a source of it says that something is wrong."""
    if view is None:
        return False
    health = view.words.health
    return bool(health and health.troubles) or any(source.well is False for source in view.sources)


def _said(name: str, view: NodeView | None) -> str:
    return "\n".join([name, *(word for words in facets_of(view).values() for word in words)]).casefold()


def _totals(views: list[NodeView | None]) -> FleetTotals:
    online = sum(view is not None and view.online is True for view in views)
    troubled = sum(is_troubled(view) for view in views)
    return FleetTotals(nodes=len(views), online=online, offline=len(views) - online, troubled=troubled)


def _told(
    here: Parts, page: list[str], views: Views, states: Mapping[str, str], groups: Mapping[str, list[int]]
) -> list[FleetNode]:
    newest, ends = newest_of_nodes(here.store, page), certificates_end(here.store, page)
    return [
        fleet_node(
            name,
            views[name],
            state=states.get(name),
            until=ends.get(name),
            newest=newest.get(name),
            groups=groups.get(name, ()),
        )
        for name in page
    ]
