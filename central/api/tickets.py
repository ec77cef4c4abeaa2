"""/api/tickets, /api/summary."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from central.api import answers
from central.api.casework import doer_of
from central.api.guard import Asking, needs, now
from central.api.kept_answers import kept
from central.api.log_answers import log_line
from central.api.mark_answers import mark_answer
from central.api.member_answers import member
from central.api.named import no_cursor, no_ticket
from central.api.problems import responses
from central.api.report_answers import told
from central.api.service_parts import Here
from central.api.ticket_filters import Filtered
from central.api.work_answers import WorkedTicket, worked
from central.api.zone_versions import versions_in
from central.store import queries
from central.store.clock_view import clock_now
from central.store.feedback import current_marks
from central.store.keeping import kept_ticket
from central.store.reports_view import reports_of
from central.store.suppressing import hiding_now

router = APIRouter(tags=["tickets"])
MEMBERS = 200


@router.get("/api/tickets", responses=responses(400, 401, 403, 422, 503), openapi_extra=needs("ticket.view"))
def list_tickets(
    here: Here,
    wanted: Filtered,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=32)] = None,
) -> answers.TicketPage:
    """Tickets, newest first. Follow `next` as `cursor` for more."""
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
        raise no_ticket(name)
    events = [answers.event(event) for event in queries.events_of(here.store, row.number)]
    members = queries.members_of(here.store, row.number, most=MEMBERS)
    fields: dict[str, Any] = answers.ticket_fields(row) | {
        "members": [member(each) for each in members],
        "reports": [told(each) for each in reports_of(here.store, row.number, most=MEMBERS)],
        "log": [log_line(line) for line in queries.log_of(here.store, row.number)],
        "marks": [mark_answer(each) for each in current_marks(here.store, row.number)],
        "events": events,
        "zone_versions": versions_in(here.store, [event.body for event in events]),
        "kept": kept(kept_ticket(here.store, here.basis, row.number, now())),
    }
    clock = clock_now(here.store, here.work, row.number, now())
    return worked(here.work.profile, row.facts, doer_of(who), fields, clock)


@router.get("/api/summary", responses=responses(401, 403, 503), openapi_extra=needs("ticket.view"))
def summary(here: Here) -> answers.SummaryAnswer:
    """How many tickets in each state, events, pictures, quarantined messages and hidden situations."""
    suppressions, suppressed = hiding_now(here.store, now())
    counted = queries.counts(here.store)
    return answers.SummaryAnswer(**counted, suppressions=suppressions, suppressed=suppressed)


def number_in(cursor: str | None) -> int | None:
    """The number of a cursor. Raises Problem."""
    if cursor is None:
        return None
    word, _, number = cursor.partition("-")
    if word != "before" or not (number.isascii() and number.isdigit() and len(number) < 19):
        raise no_cursor(cursor)
    return int(number)
