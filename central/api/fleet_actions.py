"""/api/fleet/actions: the same asked of many nodes, a few at once, with how far each is."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from broker.events import Reason
from broker.fields import Timestamp, Word
from broker.fleet import Bundle, Found, Language
from broker.settings import Duration
from central.api.ask_models import Node
from central.api.casework import Request
from central.api.fleet_groups import Groups, named
from central.api.guard import Auditing, needs, now
from central.api.problems import Problem, responses
from central.api.service_parts import Here, Parts
from central.api.signin import Asked as Body
from central.api.zones import Why
from central.fleet.deciding import NodeState, State
from central.fleet.deeds import TABLE, Deed
from central.store.fleet_actions import (
    NotActed,
    Wanted,
    find_action,
    list_actions,
    make_action,
    stop_action,
)

router = APIRouter(tags=["fleet"])
STATUS = {"no_node": 404, "no_fleet_action": 404} | dict.fromkeys(
    ("busy", "changed_since", "request_reused", "state", "too_many_actions"), 409
)
Number = Annotated[int, Path(ge=1, lt=2**31)]
MOST_NODES = 5000


class FleetActionAsked(Body):
    """`deed`: what every node is to do. `nodes`, then those of `groups`: the first of them first.

    `at_once`: how many are asked together; null: as many as is usual for it. `most_failed`: so many that fail
    stop it. `patience`: how long a node that is not connected is waited for. `only`: of `examine`, which
    examinations. `language`: in which nodes tell the findings of `examine`.
    """

    request: Request
    deed: Deed
    why: Why = ""
    nodes: Annotated[list[Node], Field(max_length=MOST_NODES)] = []
    groups: Groups = []
    at_once: Annotated[int, Field(ge=1, le=100)] | None = None
    most_failed: Annotated[int, Field(ge=1, le=MOST_NODES)] = 3
    patience: Annotated[Duration, Field(ge=1, le=7 * 86_400)] = 3600.0
    only: Annotated[list[Word], Field(max_length=32)] = []
    language: Language = "en"


class FleetStopAsked(Body):
    """`version`: of the action as you saw it."""

    version: Annotated[int, Field(ge=1, lt=2**31)]
    why: Why = ""


class FleetActionBrief(BaseModel):
    """An action: how far it is since when and why, and how many nodes are in each state."""

    id: int
    version: int
    by: str
    why: str
    deed: Deed
    made: Timestamp
    until: Timestamp
    at_once: int
    most_failed: int
    state: State
    since: Timestamp
    reason: Reason
    nodes: dict[NodeState, int]


class ActionResult(BaseModel):
    """What is kept of a node's answer. `findings`: those that are not fine, the worst first."""

    counts: dict[str, int] | None = None
    findings: list[Found] | None = None
    bundle: Bundle | None = None


class FleetActionNode(BaseModel):
    """A node of an action. `progress`: of what it was asked, while it works on it."""

    node: str
    state: NodeState
    since: Timestamp
    progress: float | None
    reason: Reason | None
    result: ActionResult | None


class FleetActionAnswer(FleetActionBrief):
    """The same with every node, in their order. `language`: of their findings."""

    language: Language
    each: list[FleetActionNode]


class FleetActionList(BaseModel):
    """The last first."""

    items: list[FleetActionBrief]
    next: int | None


@router.post(
    "/api/fleet/actions",
    status_code=201,
    responses=responses(401, 403, 404, 409, 422, 503),
    openapi_extra=needs("node.manage"),
)
def make(here: Here, by: Auditing, asked: FleetActionAsked) -> FleetActionAnswer:
    """Begin it; the same `request` again begins nothing twice."""
    nodes = named(here, asked.nodes, asked.groups)
    if len(nodes) > MOST_NODES:
        text, allowed = f"{len(nodes)} nodes are named", f"{MOST_NODES}"
        raise Problem(422, text, where="body.groups", allowed=allowed, code="too_many_nodes")
    if asked.only and asked.deed != "examine":
        text = f"{asked.deed} takes no `only`"
        raise Problem(422, text, where="body.only", allowed="of examine alone", code="not_of_this")
    wanted = Wanted(
        asked.request,
        asked.why,
        asked.deed,
        nodes,
        asked.at_once or TABLE[asked.deed].at_once,
        asked.most_failed,
        asked.patience,
        _body(asked),
    )
    try:
        number = make_action(here.store, wanted, by, now())
    except NotActed as error:
        raise _problem(error) from error
    here.news.call()
    return _whole(here, number)


@router.get("/api/fleet/actions", responses=responses(401, 403, 422, 503), openapi_extra=needs("node.view"))
def list_all(
    here: Here,
    before: Annotated[int | None, Query(ge=1, lt=2**31)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> FleetActionList:
    """Actions, the last first; one that ended is kept for 90 days."""
    found = list_actions(here.store, limit=limit, before=before)
    items = [FleetActionBrief(**_brief(row, counts)) for row, counts in found]
    return FleetActionList(items=items, next=items[-1].id if len(items) == limit else None)


@router.get(
    "/api/fleet/actions/{number}",
    responses=responses(401, 403, 404, 422, 503),
    openapi_extra=needs("node.view"),
)
def one(here: Here, number: Number) -> FleetActionAnswer:
    """An action with each of its nodes."""
    return _whole(here, number)


@router.post(
    "/api/fleet/actions/{number}/stop",
    responses=responses(401, 403, 404, 409, 422, 503),
    openapi_extra=needs("node.manage"),
)
def stop(here: Here, by: Auditing, number: Number, asked: FleetStopAsked) -> FleetActionAnswer:
    """Ask nobody else; nodes that are under way come to their end."""
    try:
        stop_action(here.store, number, asked.version, by, asked.why, now())
    except NotActed as error:
        raise _problem(error) from error
    return _whole(here, number)


def _body(asked: FleetActionAsked) -> dict[str, Any]:
    """More of the command than every ask has."""
    if asked.deed != "examine":
        return {}
    return {"language": asked.language} | ({"only": asked.only} if asked.only else {})


def _problem(error: NotActed) -> Problem:
    where = error.where if error.where.startswith(("path", "body")) else f"body.{error.where}"
    status = STATUS.get(error.code, 422)
    return Problem(status, str(error), where=where, allowed=error.allowed or None, code=error.code)


def _whole(here: Parts, number: int) -> FleetActionAnswer:
    found = find_action(here.store, number)
    if found is None:
        text, allowed = f"there is no action {number}", "an id from /api/fleet/actions"
        raise Problem(404, text, where="path.number", allowed=allowed, code="no_fleet_action")
    row, rows = found
    counts: dict[str, int] = {}
    for each in rows:
        counts[each.state] = counts.get(each.state, 0) + 1
    nodes = [
        FleetActionNode(
            **{name: getattr(each, name) for name in ("node", "state", "since", "reason", "result")},
            progress=each.progress if each.state == "asked" else None,
        )
        for each in rows
    ]
    return FleetActionAnswer(**_brief(row, counts), language=row.body.get("language", "en"), each=nodes)


def _brief(row: Any, counts: Mapping[Any, int]) -> dict[str, Any]:
    names = ("version", "why", "deed", "made", "until", "at_once", "most_failed", "state", "since", "reason")
    told = {name: getattr(row, name) for name in names}
    return told | {"id": row.number, "by": row.who, "nodes": dict(counts)}
