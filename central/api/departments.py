"""/api/departments: who tickets can be sent to, and whom the city's routing would send these to."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from broker.events import Reason
from central.api.guard import needs, now
from central.api.named import no_ticket
from central.api.problems import Problem, responses
from central.api.service_parts import Here, Parts
from central.casework.facts import label
from central.store import queries

router = APIRouter(tags=["casework"])
MOST = 200
Ticket = Annotated[str, Field(max_length=64, examples=["T-000123"])]
Tickets = Annotated[list[Ticket], Query(max_length=MOST, description="those that may be sent")]


class DepartmentAnswer(BaseModel):
    """One that the configuration names; `name` is what an action takes."""

    name: str
    zh: str
    en: str


class ProposalAnswer(BaseModel):
    """Whom the routing sends a ticket to now, and why: the last word first. `department` null: nobody."""

    ticket: str
    department: str | None
    post: str | None
    reasons: list[Reason]


class DepartmentList(BaseModel):
    """In the order of the configuration. `free`: it names none, so any name is taken."""

    items: list[DepartmentAnswer]
    free: bool
    proposals: list[ProposalAnswer]


@router.get(
    "/api/departments", responses=responses(401, 403, 404, 422, 503), openapi_extra=needs("ticket.view")
)
def departments(here: Here, ticket: Tickets = []) -> DepartmentList:  # noqa: B006 - never changed
    """Who tickets can be sent to; with `ticket`, given as often as wanted, what the routing proposes."""
    known = here.work.departments
    return DepartmentList(
        items=[DepartmentAnswer(name=name, zh=zh, en=en) for name, (zh, en) in known.items()],
        free=not known,
        proposals=[_proposal(here, name) for name in dict.fromkeys(ticket)],
    )


def known_department(here: Parts, name: str | None) -> None:
    """Raises Problem for one that the configuration does not name, where it names some."""
    known = here.work.departments
    if name is not None and known and name not in known:
        raise Problem(
            422,
            f"{name!r} is no department of this city",
            where="body.department",
            allowed=", ".join(known),
            code="unknown_department",
        )


def _proposal(here: Parts, name: str) -> ProposalAnswer:
    row = queries.find_ticket(here.store, name)
    if row is None:
        raise no_ticket(name, "query.ticket")
    found = here.work.dispatcher(row.facts, now())
    return ProposalAnswer(
        ticket=label(row.facts.number),
        department=found.department,
        post=found.post,
        reasons=list(found.reasons),
    )
