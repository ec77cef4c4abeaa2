"""Which tickets are meant: one reading for the list, the map and whatever else asks for tickets."""

from dataclasses import replace
from typing import Annotated

from fastapi import Depends, Query

from broker.fields import Timestamp
from central.api.guard import now
from central.api.problems import Problem
from central.api.service_parts import Here, Parts
from central.casework.facts import Level
from central.casework.machine import GROUPS, Group, State
from central.store import queries
from central.store.searching import meant
from central.tickets import Scene

AreaCode = Annotated[
    str | None,
    Query(
        pattern="^([0-9]{6}|[0-9]{9}|[0-9]{12}|[0-9]{15})$",
        description="code of a district, street, community, cell",
    ),
]


def wanted_of(
    here: Here,
    state: State | None = None,
    scene: Scene | None = None,
    open: bool | None = None,  # noqa: A002 - the word of the API
    kind: Annotated[str | None, Query(max_length=48)] = None,
    node: Annotated[str | None, Query(max_length=96, examples=["gewu://131002/yard-7"])] = None,
    source: Annotated[str | None, Query(max_length=64)] = None,
    department: Annotated[str | None, Query(max_length=64)] = None,
    post: Annotated[str | None, Query(max_length=64)] = None,
    level: Level | None = None,
    group: Annotated[Group | None, Query(description="states that belong together")] = None,
    step: Annotated[str | None, Query(max_length=48, description="of GET /api/casework")] = None,
    overdue: Annotated[bool, Query(description="still open and due by now")] = False,
    supervised: bool | None = None,
    parent: Annotated[str | None, Query(max_length=32, description="of a storm its first")] = None,
    folded: Annotated[bool | None, Query(description="part of a storm that another tells")] = None,
    spot: Annotated[int | None, Query(ge=1, lt=10**18, description="of GET /api/spots")] = None,
    area: AreaCode = None,
    since: Annotated[Timestamp | None, Query(description="opened from then on")] = None,
    until: Annotated[Timestamp | None, Query(description="opened before then")] = None,
    q: Annotated[
        str | None, Query(max_length=80, description="number, area, cell's alias, department, or place")
    ] = None,
) -> queries.Wanted:
    """Raises Problem."""
    wanted = queries.Wanted(
        state,
        scene,
        open,
        kind,
        node,
        source,
        department,
        post,
        level,
        states=GROUPS[group] if group is not None else None,
        at=_states_at(here, step),
        overdue=now() if overdue else None,
        parent=_number_of(here, parent),
        folded=folded,
        spot=spot,
        supervised=supervised,
        area=area,
        since=since,
        until=until,
    )
    if q is not None and (words := q.strip()):
        wanted = replace(wanted, **meant(here.store, words))
    return wanted


Filtered = Annotated[queries.Wanted, Depends(wanted_of)]


def _number_of(here: Parts, name: str | None) -> int | None:
    """Raises Problem."""
    if name is None:
        return None
    if (number := queries.number_of(here.store, name)) is None:
        allowed = "a number such as T-000123"
        raise Problem(
            400, f"there is no ticket {name!r}", where="query.parent", allowed=allowed, code="no_ticket"
        )
    return number


def _states_at(here: Parts, step: str | None) -> list[State] | None:
    """The states of a step. Raises Problem."""
    steps = {each.key: each.states for each in here.work.profile.steps}
    if step is not None and step not in steps:
        allowed = ", ".join(steps)
        raise Problem(400, f"{step!r} is no step here", where="query.step", allowed=allowed, code="no_step")
    return steps[step] if step is not None else None
