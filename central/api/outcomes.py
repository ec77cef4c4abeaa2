"""Why a ticket is what it is, and what became of everything that a source told."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel

from broker.events import Reason
from broker.fields import Timestamp, utc
from central.api.answers import KindAnswer, kind_of
from central.api.guard import needs, now
from central.api.named import no_ticket, node_named
from central.api.problems import Problem, responses
from central.api.service_parts import Here
from central.casework.facts import label
from central.correlation.groups import FOUNDS
from central.reports.events import facts_in
from central.store import queries
from central.store.nearness import NEVER_S
from central.store.outcomes import Asked, Became, outcomes, reasons_of

router = APIRouter(tags=["feedback"])
LONGEST = timedelta(days=31)
# What an action is called when it is told why a ticket is where it is.
CALLED = {"dispatch": "routed", "escalate": "escalated", "reject": "rejected", "merge": "merged"}


class WhyStep(BaseModel):
    """One step: what happened, when, why, and by whom (null: the centre by itself).

    `more`: the reasons that the source gave, and for `routed` every turn of the tree. `action`: what it did
    to the ticket's state; `version`: the ticket's after it. `details`: what was given.
    """

    what: str
    at: Timestamp
    reason: Reason
    more: list[Reason]
    by: str | None
    node: str | None
    situation: str | None
    state: str | None
    action: str | None
    version: int | None
    details: dict[str, Any] | None


class WhyAnswer(BaseModel):
    """The earliest first."""

    ticket: str
    steps: list[WhyStep]


class OutcomeAnswer(BaseModel):
    """One situation. `outcome`: `ticket`, `suppressed`, or `early`, for its opening has not come yet.

    `founded`: it made its ticket; else `joined` says why it is in that one. `beside`: why in no other.
    `mark`: what people say of it, or else of its ticket.
    """

    situation: str
    kind: KindAnswer
    zone: str | None
    zone_version: str | None
    rule: str | None
    rule_version: str | None
    since: Timestamp | None
    opened_at: Timestamp | None
    cleared_at: Timestamp | None
    outcome: Literal["ticket", "suppressed", "early"]
    ticket: str | None
    state: str | None
    merged_into: str | None
    founded: bool
    joined: Reason | None
    beside: Reason | None
    suppression: int | None
    mark: str | None


class QuarantinedAnswer(BaseModel):
    """A message of the node that could not be taken; of which source it tells nobody can say."""

    number: int
    code: str
    reason: str
    first: Timestamp
    last: Timestamp
    deliveries: int


class OutcomeList(BaseModel):
    """In the order in which they were opened, at most 1,000."""

    node: str
    source: str
    since: Timestamp
    until: Timestamp
    items: list[OutcomeAnswer]
    quarantined: list[QuarantinedAnswer]


@router.get(
    "/api/tickets/{name}/why",
    responses=responses(401, 403, 404, 422, 503),
    openapi_extra=needs("ticket.view"),
)
def why(here: Here, name: str) -> WhyAnswer:
    """Why it was opened, what joined it, what it was merged into, how it was routed, escalated, marked ..."""
    if (number := queries.number_of(here.store, name)) is None:
        raise no_ticket(name)
    lines, told = reasons_of(here.store, number)
    return WhyAnswer(
        ticket=label(number), steps=[_step(line, told.get(line.event or "", ())) for line in lines]
    )


@router.get(
    "/api/sources/{district}/{node}/{source}/outcomes",
    responses=responses(401, 403, 422, 503),
    openapi_extra=needs("ticket.view"),
)
def what_became(
    here: Here,
    district: Annotated[str, Path(pattern="^[0-9]{6}$")],
    node: Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")],
    source: Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")],
    since: Annotated[Timestamp | None, Query(description="a day ago")] = None,
    until: Annotated[Timestamp | None, Query(description="now")] = None,
) -> OutcomeList:
    """Of what a source told in a time: which tickets it made or joined, what hides it, what was refused."""
    name = node_named(f"{district}/{node}", "path.node")
    end = until or now()
    begins = since or end - timedelta(days=1)
    if not begins < end <= begins + LONGEST:
        raise Problem(
            422,
            "the time is none, or too long",
            where="query.since",
            allowed="up to 31 days",
            code="wrong_time",
        )
    found, refused = outcomes(here.store, Asked(name, source, begins, end))
    return OutcomeList(
        node=name,
        source=source,
        since=begins,
        until=end,
        items=[_outcome(each) for each in found],
        quarantined=[_refused(row) for row in refused],
    )


def _step(line: Any, told: Sequence[dict[str, Any]]) -> WhyStep:
    details = dict(line.details or {})
    more = [*told, *details.pop("reasons", ())]
    of_centre = line.source == "centre"
    return WhyStep(
        what=CALLED.get(line.action or "", line.action or line.effect)
        if line.effect == "acted"
        else line.effect,
        at=line.at,
        reason=Reason(**line.reason),
        more=[Reason(**each) for each in more],
        by=line.who,
        node=None if of_centre else line.source,
        situation=None if of_centre else line.subject,
        state=line.state,
        action=line.action,
        version=line.version,
        details=details or None,
    )


def _outcome(each: Became) -> OutcomeAnswer:
    row, ticket = each.situation, each.ticket
    seen = facts_in(row.source, row.incident)
    own = next((mark.mark for mark in each.marks if mark.subject), None)
    same = ("zone_version", "rule", "rule_version", "opened_at")
    return OutcomeAnswer(
        situation=row.subject,
        kind=kind_of(seen.kind),
        zone=row.zone if row.opened_id is not None else seen.zone.id if seen.zone else None,
        **{name: getattr(row, name) for name in same},
        since=None if row.since_s is None else utc(row.since_s),
        cleared_at=_cleared(row),
        outcome="ticket" if ticket is not None else "suppressed" if row.suppressed is not None else "early",
        ticket=None if ticket is None else label(ticket.number),
        state=None if ticket is None else ticket.state,
        merged_into=label(ticket.merged_into)
        if ticket is not None and ticket.merged_into is not None
        else None,
        founded=(row.joined or {}).get("code") == FOUNDS.code,
        joined=Reason(**row.joined) if row.joined else None,
        beside=Reason(**row.beside) if row.beside else None,
        suppression=row.suppressed,
        mark=own or next((mark.mark for mark in each.marks), None),
    )


def _merged(ticket: Any) -> str | None:
    return None if ticket is None or ticket.merged_into is None else label(ticket.merged_into)


def _cleared(row: Any) -> datetime | None:
    return utc(row.ends_s) if row.ends_s is not None and row.ends_s < NEVER_S else None


def _refused(row: Any) -> QuarantinedAnswer:
    names = ("number", "code", "reason", "deliveries")
    told = {name: getattr(row, name) for name in names}
    return QuarantinedAnswer(**told, first=row.first_received, last=row.last_received)
