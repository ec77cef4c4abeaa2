"""/api/tickets, /api/summary."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Query

from central.api import answers
from central.api.casework import doer_of
from central.api.guard import Asking, needs, now
from central.api.kept_answers import kept
from central.api.log_answers import log_line
from central.api.mark_answers import mark_answer
from central.api.member_answers import member
from central.api.problems import Problem, responses
from central.api.report_answers import told
from central.api.service_parts import Here, Parts
from central.api.work_answers import WorkedTicket, worked
from central.casework.facts import Level
from central.casework.machine import GROUPS, Group, State
from central.store import queries
from central.store.clock_view import clock_now
from central.store.feedback import current_marks
from central.store.keeping import kept_ticket
from central.store.reports_view import reports_of
from central.store.searching import meant
from central.store.suppressing import hiding_now
from central.tickets import Scene

router = APIRouter(tags=["tickets"])
MEMBERS = 200
AreaCode = Annotated[
    str | None,
    Query(
        pattern="^([0-9]{6}|[0-9]{9}|[0-9]{12}|[0-9]{15})$",
        description="code of a district, street, community, cell",
    ),
]


@router.get("/api/tickets", responses=responses(400, 401, 403, 422, 503), openapi_extra=needs("ticket.view"))
def list_tickets(
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
    q: Annotated[
        str | None, Query(max_length=80, description="number, area, cell's alias, department, or place")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=32)] = None,
) -> answers.TicketPage:
    """Tickets, newest first. Follow `next` as `cursor` for more."""
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
    )
    if q is not None and (words := q.strip()):
        wanted = replace(wanted, **meant(here.store, words))
    page = queries.list_tickets(here.store, wanted, limit=limit, before=number_in(cursor))
    following = f"before-{page.before}" if page.before is not None else None
    return answers.TicketPage(items=[answers.ticket(row) for row in page.tickets], next=following)


@router.get(
    "/api/tickets/{name}", responses=responses(401, 403, 404, 422, 503), openapi_extra=needs("ticket.view")
)
def one_ticket(here: Here, name: str, who: Asking) -> WorkedTicket:
    """One ticket by its number (`T-000123`) or its id, with every decision and every event.

    `actions`: what the asker may do with it now, and why not.
    """
    row = queries.find_ticket(here.store, name)
    if row is None:
        allowed = "a number such as T-000123, or an id from /api/tickets"
        raise Problem(404, f"there is no ticket {name!r}", where="path.name", allowed=allowed)
    members = queries.members_of(here.store, row.number, most=MEMBERS)
    fields: dict[str, Any] = answers.ticket_fields(row) | {
        "members": [member(each) for each in members],
        "reports": [told(each) for each in reports_of(here.store, row.number, most=MEMBERS)],
        "log": [log_line(line) for line in queries.log_of(here.store, row.number)],
        "events": [answers.event(event) for event in queries.events_of(here.store, row.number)],
        "marks": [mark_answer(each) for each in current_marks(here.store, row.number)],
        "kept": kept(kept_ticket(here.store, here.basis, row.number, now())),
    }
    clock = clock_now(here.store, here.work, row.number, now())
    return worked(here.work.profile, row.facts, doer_of(who), fields, clock)


@router.get("/api/summary", responses=responses(401, 403, 503), openapi_extra=needs("ticket.view"))
def summary(here: Here) -> answers.SummaryAnswer:
    """How many tickets in each state, events, pictures, quarantined messages and hidden situations."""
    suppressions, suppressed = hiding_now(here.store, now())
    found = {"suppressions": suppressions, "suppressed": suppressed}
    return answers.SummaryAnswer(**queries.counts(here.store), **found)


def _number_of(here: Parts, name: str | None) -> int | None:
    """Raises Problem."""
    if name is None:
        return None
    if (number := queries.number_of(here.store, name)) is None:
        allowed = "a number such as T-000123"
        raise Problem(400, f"there is no ticket {name!r}", where="query.parent", allowed=allowed)
    return number


def _states_at(here: Parts, step: str | None) -> list[State] | None:
    """The states of a step. Raises Problem."""
    steps = {each.key: each.states for each in here.work.profile.steps}
    if step is not None and step not in steps:
        allowed = ", ".join(steps)
        raise Problem(400, f"{step!r} is no step here", where="query.step", allowed=allowed)
    return steps[step] if step is not None else None


def number_in(cursor: str | None) -> int | None:
    """The number of a cursor. Raises Problem."""
    if cursor is None:
        return None
    word, _, number = cursor.partition("-")
    if word != "before" or not (number.isascii() and number.isdigit() and len(number) < 19):
        allowed = "the value of `next` of the page before"
        raise Problem(400, f"{cursor!r} is no cursor", where="query.cursor", allowed=allowed)
    return int(number)
