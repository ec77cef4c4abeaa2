"""/api/rollouts: a change for many nodes in stages, which stops by itself where they fare worse."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field, JsonValue

from broker.events import Reason
from broker.fields import Timestamp
from broker.settings import Duration
from central.api.ask_models import Node
from central.api.casework import Request
from central.api.fleet_groups import Groups, named
from central.api.guard import Auditing, needs, now
from central.api.problems import Problem, responses
from central.api.service_parts import Here, Parts
from central.api.signin import Asked as Body
from central.api.zones import Why
from central.configuration.checks import faults
from central.configuration.overlay import part_of
from central.people.asker import Asker
from central.rollouts.deciding import NodeState
from central.rollouts.judging import MS_TIMES
from central.rollouts.machine import State, Step
from central.rollouts.stages import USUAL
from central.store.rolling import EACH_SOURCE, NotDone, Wanted, make_rollout, step_by_people
from central.store.rollouts_view import find_rollout, list_rollouts

router = APIRouter(tags=["configurations"])
STATUS = {"no_node": 404, "no_rollout": 404} | dict.fromkeys(
    ("busy", "changed_since", "request_reused", "state"), 409
)
Stage = Annotated[str, Field(pattern=r"^[1-9][0-9]{0,4}%?$", examples=["1", "10%"])]
Number = Annotated[int, Path(ge=1, lt=2**31)]
MOST_NODES = 5000


class RolloutAsked(Body):
    """A change for `nodes`, then those of `groups`: the first of them first.

    `change`: by section (`model`, `inference`, `journal`, `verify`, `stills`) the keys that differ, and under
    `sources` keys for each camera, such as `sample`. `stages`: how many nodes have it after each. `soak`: how
    long a stage is watched. `patience`: how long its nodes have to take it. `slower`: how many times as long
    the detector may take for a picture.
    """

    request: Request
    why: Why = ""
    change: Annotated[dict[str, dict[str, JsonValue]], Field(min_length=1, max_length=8)]
    nodes: Annotated[list[Node], Field(max_length=MOST_NODES)] = []
    groups: Groups = []
    stages: Annotated[list[Stage], Field(min_length=1, max_length=10)] = list(USUAL)
    soak: Annotated[Duration, Field(ge=1, le=30 * 86_400)] = 3600.0
    patience: Annotated[Duration, Field(ge=1, le=7 * 86_400)] = 1800.0
    slower: Annotated[float, Field(ge=1, le=100)] = MS_TIMES


class StepAsked(Body):
    """`version`: of the roll-out as you saw it. `take_back`: of an abort, what earlier stages got too."""

    version: Annotated[int, Field(ge=1, lt=2**31)]
    why: Why = ""
    take_back: bool = False


class RolloutBrief(BaseModel):
    """A roll-out: where it stands since when and why, and how many nodes are in each state."""

    id: int
    version: int
    by: str
    why: str
    made: Timestamp
    state: State
    stage: int
    stages: list[int]
    since: Timestamp
    reason: Reason
    change: dict[str, dict[str, JsonValue]]
    soak_s: float
    patience_s: float
    slower: float
    nodes: dict[NodeState, int]


class RolloutNode(BaseModel):
    """A node: `number` is the version that it was sent; `before` and `after` the figures it is judged by."""

    node: str
    stage: int
    state: NodeState
    since: Timestamp
    number: int | None
    reason: Reason | None
    before: dict[str, JsonValue] | None
    after: dict[str, JsonValue] | None


class RolloutAnswer(RolloutBrief):
    """The same with every node, in their order."""

    each: list[RolloutNode]


class RolloutList(BaseModel):
    """The last first."""

    items: list[RolloutBrief]
    next: int | None


@router.post(
    "/api/rollouts",
    status_code=201,
    responses=responses(401, 403, 404, 409, 422, 503),
    openapi_extra=needs("node.manage"),
)
def make(here: Here, by: Auditing, asked: RolloutAsked) -> RolloutAnswer:
    """Begin a roll-out; the same `request` again begins nothing twice."""
    for part, settings in asked.change.items():
        if found := faults(part_of("cam") if part == EACH_SOURCE else part, settings):
            raise Problem(422, found[0].text, where=f"body.change.{part}", code=found[0].code)
    nodes = named(here, asked.nodes, asked.groups)
    if len(nodes) > MOST_NODES:
        text, allowed = f"{len(nodes)} nodes are named", f"{MOST_NODES}"
        raise Problem(422, text, where="body.groups", allowed=allowed, code="too_many_nodes")
    wanted = Wanted(
        asked.request,
        asked.why,
        asked.change,
        nodes,
        asked.stages,
        asked.soak,
        asked.patience,
        asked.slower,
    )
    try:
        number = make_rollout(here.store, wanted, by, now())
    except NotDone as error:
        raise _problem(error) from error
    return _whole(here, number)


@router.get("/api/rollouts", responses=responses(401, 403, 422, 503), openapi_extra=needs("node.view"))
def list_all(
    here: Here,
    before: Annotated[int | None, Query(ge=1, lt=2**31)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> RolloutList:
    """Roll-outs, the last first."""
    found = list_rollouts(here.store, limit=limit, before=before)
    items = [RolloutBrief(**_brief(row, counts)) for row, counts in found]
    return RolloutList(items=items, next=items[-1].id if len(items) == limit else None)


@router.get(
    "/api/rollouts/{number}", responses=responses(401, 403, 404, 422, 503), openapi_extra=needs("node.view")
)
def one(here: Here, number: Number) -> RolloutAnswer:
    """A roll-out with each of its nodes."""
    return _whole(here, number)


@router.post(
    "/api/rollouts/{number}/stop",
    responses=responses(401, 403, 404, 409, 422, 503),
    openapi_extra=needs("node.manage"),
)
def stop(here: Here, by: Auditing, number: Number, asked: StepAsked) -> RolloutAnswer:
    """Stop it, and take back what the nodes of the stage got."""
    return _step(here, by, number, "stop", asked)


@router.post(
    "/api/rollouts/{number}/resume",
    responses=responses(401, 403, 404, 409, 422, 503),
    openapi_extra=needs("node.manage"),
)
def resume(here: Here, by: Auditing, number: Number, asked: StepAsked) -> RolloutAnswer:
    """Go on: the nodes of the stage that did not end well get it once more."""
    return _step(here, by, number, "resume", asked)


@router.post(
    "/api/rollouts/{number}/abort",
    responses=responses(401, 403, 404, 409, 422, 503),
    openapi_extra=needs("node.manage"),
)
def abort(here: Here, by: Auditing, number: Number, asked: StepAsked) -> RolloutAnswer:
    """End it for good; with `take_back` as if it had never been."""
    return _step(here, by, number, "abort", asked)


def _step(here: Parts, by: Asker, number: int, step: Step, asked: StepAsked) -> RolloutAnswer:
    back = asked.take_back and step == "abort"
    try:
        step_by_people(here.store, number, step, asked.version, by, asked.why, now(), take_back=back)
    except NotDone as error:
        raise _problem(error) from error
    here.stir()
    return _whole(here, number)


def _problem(error: NotDone) -> Problem:
    status = STATUS.get(error.code, 422)
    where = "path.number" if error.code == "no_rollout" else f"body.{error.where}"
    return Problem(status, str(error), where=where, allowed=error.allowed or None, code=error.code)


def _whole(here: Parts, number: int) -> RolloutAnswer:
    found = find_rollout(here.store, number)
    if found is None:
        allowed = "an id from /api/rollouts"
        raise Problem(
            404, f"there is no roll-out {number}", where="path.number", allowed=allowed, code="no_rollout"
        )
    row, rows = found
    counts: dict[str, int] = {}
    for each in rows:
        counts[each.state] = counts.get(each.state, 0) + 1
    names = ("node", "stage", "state", "since", "number", "reason", "before", "after")
    nodes = [RolloutNode(**{name: getattr(each, name) for name in names}) for each in rows]
    return RolloutAnswer(**_brief(row, counts), each=nodes)


def _brief(row: Any, counts: Mapping[str, int]) -> dict[str, Any]:
    names = ("version", "why", "made", "state", "stage", "stages", "since", "reason", "change", "soak_s")
    told = {name: getattr(row, name) for name in (*names, "patience_s", "slower")}
    return told | {"id": row.number, "by": row.who, "nodes": dict(counts)}
