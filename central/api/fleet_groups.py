"""/api/fleet/groups: named sets of nodes, for actions on many of them and for roll-outs."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from broker.fields import Identifier, Timestamp
from central.api.ask_models import Node
from central.api.fleet import everybody, labels
from central.api.guard import Auditing, needs, now
from central.api.problems import Problem, responses
from central.api.service_parts import Here, Parts
from central.api.signin import Asked as Body
from central.api.words import writable
from central.api.zones import Why
from central.store.fleet_groups import (
    NotGrouped,
    Set,
    change_group,
    drop_group,
    every_group,
    make_group,
    members,
    of_groups,
)

router = APIRouter(tags=["fleet"])
STATUS = {"no_group": 404, "changed_since": 409, "group_taken": 409, "too_many_groups": 409}
Number = Annotated[int, Path(ge=1, lt=2**31)]
Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64), AfterValidator(writable)
]
Groups = Annotated[list[Annotated[int, Field(ge=1, lt=2**31)]], Field(max_length=100)]


class FleetGroupAsked(Body):
    """`nodes`: by name, in the order in which they are asked; `labels`: nodes that say one of them too."""

    name: Name
    about: Why = ""
    nodes: Annotated[list[Node], Field(max_length=5000)] = []
    labels: Annotated[list[Identifier], Field(max_length=32)] = []


class FleetGroupChanged(FleetGroupAsked):
    """`version`: of the group as you saw it."""

    version: Annotated[int, Field(ge=1, lt=2**31)]


class FleetGroup(BaseModel):
    """A group. `members`: all nodes that are in it now."""

    id: int
    version: int
    name: str
    about: str
    nodes: list[str]
    labels: list[str]
    members: list[str]
    at: Timestamp
    by: str


class FleetGroupList(BaseModel):
    """By name."""

    items: list[FleetGroup]


@router.get("/api/fleet/groups", responses=responses(401, 403, 503), openapi_extra=needs("node.view"))
def list_groups(here: Here) -> FleetGroupList:
    """Every group with its nodes."""
    said = labels(everybody(here)[0])
    return FleetGroupList(items=[_answer(row, members(row, said)) for row in every_group(here.store)])


@router.post(
    "/api/fleet/groups",
    status_code=201,
    responses=responses(401, 403, 409, 422, 503),
    openapi_extra=needs("node.manage"),
)
def make(here: Here, by: Auditing, asked: FleetGroupAsked) -> FleetGroup:
    """Make one."""
    try:
        return _one(here, make_group(here.store, _set(asked), by, now()))
    except NotGrouped as error:
        raise problem(error) from error


@router.put(
    "/api/fleet/groups/{number}",
    responses=responses(401, 403, 404, 409, 422, 503),
    openapi_extra=needs("node.manage"),
)
def change(here: Here, by: Auditing, number: Number, asked: FleetGroupChanged) -> FleetGroup:
    """Change one; roll-outs and actions that have begun keep their nodes."""
    try:
        change_group(here.store, number, asked.version, _set(asked), by, now())
        return _one(here, number)
    except NotGrouped as error:
        raise problem(error) from error


@router.delete(
    "/api/fleet/groups/{number}",
    status_code=204,
    responses=responses(401, 403, 404, 409, 422, 503),
    openapi_extra=needs("node.manage"),
)
def drop(here: Here, by: Auditing, number: Number, version: Annotated[int, Query(ge=1, lt=2**31)]) -> None:
    """Take one away; its nodes stay as they are."""
    try:
        drop_group(here.store, number, version, by, now())
    except NotGrouped as error:
        raise problem(error) from error


def named(here: Parts, nodes: list[str], groups: list[int]) -> list[str]:
    """Those nodes and all of those groups, each once. Raises Problem, where there is none at all."""
    try:
        found = of_groups(here.store, groups, labels(everybody(here)[0]) if groups else {})
    except NotGrouped as error:
        raise Problem(
            404, str(error), where=f"body.{error.where}", allowed=error.allowed, code=error.code
        ) from error
    if all_of_them := list(dict.fromkeys([*nodes, *found])):
        return all_of_them
    allowed = "nodes, or groups that have some"
    raise Problem(422, "no node is named", where="body.nodes", allowed=allowed, code="no_nodes")


def problem(error: NotGrouped) -> Problem:
    """The same as an answer."""
    status = STATUS.get(error.code, 422)
    return Problem(status, str(error), where=error.where, allowed=error.allowed or None, code=error.code)


def _set(asked: FleetGroupAsked) -> Set:
    return Set(asked.name, asked.about, asked.nodes, asked.labels)


def _one(here: Parts, number: int) -> FleetGroup:
    said = labels(everybody(here)[0])
    row = next((row for row in every_group(here.store) if row.number == number), None)
    if row is None:
        raise NotGrouped("no_group", f"there is no group {number}", where="path.number")
    return _answer(row, members(row, said))


def _answer(row: Any, found: list[str]) -> FleetGroup:
    names = ("version", "name", "about", "nodes", "labels", "at")
    return FleetGroup(
        id=row.number, by=row.who, members=found, **{name: getattr(row, name) for name in names}
    )
