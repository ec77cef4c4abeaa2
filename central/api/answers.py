"""The shapes of the API's answers, and how a ticket is told."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import BaseModel
from pydantic_core import to_json

from broker.codes import named, table
from broker.events import (
    Evidence,
    Flight,
    Incident,
    Location,
    ObjectCount,
    Reading,
    Reason,
    RuleRef,
    SourceRef,
    ViewTrust,
    ZoneRef,
)
from broker.fields import Box, Timestamp, rfc3339
from central.api.kept_answers import KeptAnswer
from central.api.log_answers import LogLine
from central.api.mark_answers import MarkAnswer
from central.api.member_answers import MemberAnswer
from central.api.report_answers import ToldAnswer
from central.api.zone_versions import ZoneVersion
from central.casework.facts import label
from central.casework.machine import OPEN
from central.store.queries import Change, Picture, TicketRow


class KindAnswer(BaseModel):
    """A kind of incident, with its number and its names."""

    word: str
    zh: str
    en: str
    system: str | None = None
    code: str | None = None


class PictureAnswer(Evidence):
    """A picture or clip of a ticket; `here` is false until its bytes have come."""

    here: bool
    url: str


class TicketAnswer(BaseModel):
    """A ticket with the newest facts of the situation that leads it. `created`: when the centre made it.

    `scene`: whether the thing is there by what the sources say. `cell`, `community`: on the grid.
    `parent`: of a storm its first. `recurs`: how often it was found there lately, this time included.
    `entered_at`: when it came into its state. `held_from`: where a deferred or parked one goes back to.
    """

    number: str
    id: str
    state: str
    scene: str
    open: bool
    version: int
    department: str | None
    post: str | None
    level: str
    due_at: Timestamp | None
    hold_until: Timestamp | None
    entered_at: Timestamp | None
    held_from: str | None
    kind: KindAnswer
    severity: str
    node: str
    situation: str
    source: SourceRef
    place: str | None
    zone: ZoneRef | None
    rule: RuleRef
    location: Location | None
    since: Timestamp
    last_seen: Timestamp
    opened_at: Timestamp
    cleared_at: Timestamp | None
    created: Timestamp
    situations: int
    cell: str | None
    community: str | None
    merged_into: str | None
    parent: str | None
    recurs: int
    spot: int | None
    urgings: int
    supervised: bool
    in_time: bool | None
    inhibited: Reason | None
    observed_s: float
    coverage: float
    occluded: bool
    revision: int
    reasons: list[Reason]
    objects: list[ObjectCount]
    readings: list[Reading]
    flight: Flight | None
    trust: ViewTrust | None
    box: Box | None
    evidence: list[PictureAnswer]


class TicketPage(BaseModel):
    """Tickets, newest first. `next` is the cursor of the following page, null at the end."""

    items: list[TicketAnswer]
    next: str | None


class EventAnswer(BaseModel):
    """One event as it was taken."""

    id: str
    type: str
    time: Timestamp
    recorded: Timestamp
    received: Timestamp
    sha256: str
    deliveries: int
    body: dict[str, Any]


class TicketDetail(TicketAnswer):
    """A ticket with all that was decided and all that came. `members`: its situations, the last 200.

    `kept`: for how long, and why. `marks`: what people say of it and of its situations now.

    `reports`: what people said of it, the last 200. `zone_versions`: by which its events were found.
    """

    members: list[MemberAnswer]
    reports: list[ToldAnswer]
    log: list[LogLine]
    events: list[EventAnswer]
    zone_versions: list[ZoneVersion]
    kept: KeptAnswer
    marks: list[MarkAnswer]


class SummaryAnswer(BaseModel):
    """How many tickets in each state and in all, receipts owed, pictures, events, quarantined messages.

    `suppressions`: how many count now; `suppressed`: situations that stand and that they hide.
    """

    tickets: dict[str, int]
    open: int
    done: int
    receipts_owed: int
    evidence: int
    events: int
    quarantined: int
    suppressions: int
    suppressed: int


class ChangeAnswer(BaseModel):
    """One message of the live stream."""

    effect: str
    reason: Reason
    at: Timestamp
    who: str | None
    action: str | None
    ticket: TicketAnswer


def kind_of(word: str) -> KindAnswer:
    """A kind's names; a kind that the table does not hold goes by its word."""
    called, found = named().get(word), table().get(word)
    if called is None:
        return KindAnswer(word=word, zh=word, en=word.replace("_", " "))
    code = {} if found is None else {"system": found.code.system, "code": found.code.code}
    return KindAnswer(word=word, zh=called.zh, en=called.en, **code)


def picture(row: Picture) -> PictureAnswer:
    """A picture, and where to get it."""
    return PictureAnswer.model_validate(
        {
            "role": row.role,
            "sha256": row.sha256,
            "size": row.size,
            "media_type": row.media_type,
            "masked": True,
            "taken": row.taken,
            "here": row.here,
            "url": f"/api/evidence/{row.sha256}",
        }
    )


_FACTS = (
    "severity",
    "source",
    "place",
    "zone",
    "rule",
    "location",
    "since",
    "last_seen",
    "observed_s",
    "coverage",
    "revision",
    "reasons",
    "objects",
    "readings",
    "flight",
    "trust",
    "box",
)


_WORK = (
    "version", "department", "post", "level", "due_at", "hold_until", "entered_at", "held_from",
)  # fmt: skip


def ticket(row: TicketRow) -> TicketAnswer:
    """A ticket as the API tells it."""
    return TicketAnswer(**ticket_fields(row))


def ticket_fields(row: TicketRow) -> dict[str, Any]:
    """The fields of a ticket's answer."""
    incident: Incident = row.incident
    return {
        "number": label(row.number),
        "id": row.id,
        "state": row.state,
        "scene": row.scene,
        "open": row.state in OPEN,
        **{name: getattr(row.facts, name) for name in _WORK},
        "kind": kind_of(incident.kind),
        "node": row.node,
        "situation": row.subject,
        "opened_at": row.opened_at,
        "cleared_at": row.cleared_at,
        "created": row.created,
        "situations": row.situations,
        "cell": row.cell,
        "community": row.community,
        "merged_into": label(row.merged_into) if row.merged_into is not None else None,
        "parent": label(row.parent) if row.parent is not None else None,
        **{name: getattr(row, name) for name in ("recurs", "spot", "urgings", "supervised", "in_time")},
        "inhibited": Reason(**row.inhibited) if row.inhibited else None,
        "occluded": row.scene == "present" and incident.state == "occluded",
        "evidence": [picture(item) for item in row.pictures],
        **{name: getattr(incident, name) for name in _FACTS},
    }


def changes(rows: Iterable[Change]) -> Iterator[str]:
    """Changes as the live stream tells them, a ChangeAnswer each; each ticket is written once."""
    told: dict[int, str] = {}
    for row in rows:
        number = row.ticket.number
        if number not in told:
            told[number] = ticket(row.ticket).model_dump_json()
        line: dict[str, Any] = {
            "effect": row.effect,
            "reason": {"values": None, "words": None} | row.reason,
            "at": rfc3339(row.at),
        }
        line |= {"who": row.who, "action": row.action}
        yield f'{to_json(line).decode()[:-1]},"ticket":{told[number]}}}'


def event(row: Any) -> EventAnswer:
    """An event of a ticket."""
    return EventAnswer(
        id=row.id,
        type=row.type,
        time=row.time,
        recorded=row.recorded,
        received=row.received,
        sha256=row.sha256,
        deliveries=row.deliveries,
        body=json.loads(row.body) if row.body else {},
    )
