"""A ticket as others are told of it: the contract of the exports, version 1. No field holds a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict

from broker.codes import named, table
from broker.events import Location, Reason
from broker.fields import Timestamp
from central.casework.facts import label
from central.casework.machine import OPEN
from central.casework.profile import Profile
from central.store.queries import TicketRow

TYPE: Final = "gewu.ticket.changed.v1"
MOST_CHANGES = 50


class Told(BaseModel):
    """Unknown fields are refused by us; receivers ignore them, for more may come."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class KindTold(Told):
    """What it is: our word, its names, and its number in the national table where it has one."""

    word: str
    zh: str
    en: str
    system: str | None = None
    code: str | None = None


class StepTold(Told):
    """The step of the city's way that it is at."""

    key: str
    zh: str
    en: str


class PictureTold(Told):
    """A masked picture or clip. `url`: where it is; reading it needs a token."""

    role: str
    sha256: str
    media_type: str
    taken: Timestamp
    url: str


class TicketTold(Told):
    """A ticket as it is now. Times are UTC; places WGS84; `cell` and `community` codes of the grid."""

    number: str
    id: str
    version: int
    url: str | None
    kind: KindTold
    severity: str
    origin: str
    state: str
    open: bool
    step: StepTold | None
    scene: str
    level: str
    department: str | None
    post: str | None
    due_at: Timestamp | None
    supervised: bool
    urgings: int
    opened_at: Timestamp
    cleared_at: Timestamp | None
    closed_at: Timestamp | None
    place: str | None
    location: Location | None
    cell: str | None
    community: str | None
    node: str
    source: str
    situations: int
    recurs: int
    merged_into: str | None
    parent: str | None
    pictures: list[PictureTold] | None


class ChangeTold(Told):
    """A line of the ticket's log. `text`: null where people wrote it, unless the target asks for words."""

    seq: int
    at: Timestamp
    effect: str
    action: str | None
    code: str
    text: str | None


class ChangedTold(Told):
    """The last changes, the oldest first; `left_out`: how many came before them. `seq`: of the last one.

    `left`: the ticket is not one that the target asks for any more; nothing comes until it is again.
    """

    ticket: TicketTold
    changes: list[ChangeTold]
    left_out: int
    seq: int
    left: bool


class Message(Told):
    """The body of a delivery."""

    type: Literal["gewu.ticket.changed.v1"]
    timestamp: Timestamp
    data: ChangedTold


@dataclass(frozen=True, slots=True)
class Telling:
    """How tickets are told. base: where people reach the console; empty where nobody said it."""

    profile: Profile
    base: str = ""
    pictures: bool = False
    words: bool = False


def changed(row: TicketRow, lines: Sequence[Any], telling: Telling, *, left: bool = False) -> dict[str, Any]:
    """The body of a delivery that tells of these lines of one ticket's log, as plain values."""
    told = Message(
        type=TYPE,
        timestamp=lines[-1].at,
        data=ChangedTold(
            ticket=ticket(row, telling),
            changes=[_change(line, words=telling.words) for line in lines[-MOST_CHANGES:]],
            left_out=max(0, len(lines) - MOST_CHANGES),
            seq=lines[-1].seq,
            left=left,
        ),
    )
    return told.model_dump(mode="json")


def ticket(row: TicketRow, telling: Telling) -> TicketTold:
    """A ticket as it is now."""
    facts, incident = row.facts, row.incident
    same = ("id", "state", "scene", "cell", "community", "situations", "recurs", "supervised", "urgings")
    own = ("version", "severity", "origin", "level", "department", "post", "due_at", "closed_at")
    return TicketTold(
        number=label(row.number),
        url=f"{telling.base}/tickets/{label(row.number)}" if telling.base else None,
        kind=_kind(facts.kind),
        open=row.state in OPEN,
        step=_step(row, telling.profile),
        opened_at=row.opened_at,
        cleared_at=row.cleared_at,
        place=incident.place,
        location=incident.location,
        node=row.node,
        source=incident.source.id,
        merged_into=label(row.merged_into) if row.merged_into is not None else None,
        parent=label(row.parent) if row.parent is not None else None,
        pictures=_pictures(row, telling.base) if telling.pictures else None,
        **{name: getattr(row, name) for name in same},
        **{name: getattr(facts, name) for name in own},
    )


def _kind(word: str) -> KindTold:
    called, found = named().get(word), table().get(word)
    if called is None:
        return KindTold(word=word, zh=word, en=word.replace("_", " "))
    code = {} if found is None else {"system": found.code.system, "code": found.code.code}
    return KindTold(word=word, zh=called.zh, en=called.en, **code)


def _step(row: TicketRow, profile: Profile) -> StepTold | None:
    step = profile.step_of(row.facts.state, row.facts.held_from or row.facts.before)
    return StepTold(key=step.key, zh=step.zh, en=step.en) if step is not None else None


def _pictures(row: TicketRow, base: str) -> list[PictureTold]:
    return [
        PictureTold(
            role=each.role,
            sha256=each.sha256,
            media_type=each.media_type,
            taken=each.taken,
            url=f"{base}/api/evidence/{each.sha256}",
        )
        for each in row.pictures
        if each.here
    ]


def _change(line: Any, *, words: bool) -> ChangeTold:
    reason = Reason(**line.reason)
    by_people = line.who is not None
    return ChangeTold(
        seq=line.seq,
        at=line.at,
        effect=line.effect,
        action=line.action,
        code=reason.code,
        text=None if by_people and not words else reason.text,
    )
