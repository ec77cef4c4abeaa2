"""What an action makes of a ticket: its fields, counters and moments. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from broker.events import Reason
from broker.parts import EvidenceRole
from central.casework.facts import Facts, Handler, Level
from central.casework.machine import HANDLES, Action, State, step


@dataclass(frozen=True, slots=True)
class Given:
    """What the asker says to an action.

    amount_s: working time that `extend` adds. into: another ticket. pictures: the sha256 of uploaded ones.
    """

    reason: str = ""
    department: str | None = None
    post: str | None = None
    until: datetime | None = None
    amount_s: float | None = None
    into: int | None = None
    level: Level | None = None
    pictures: tuple[str, ...] = ()


# Who was there may show what was to be seen, and as what; with other actions, or with words, it is the scene.
SHOWING: Mapping[Action, EvidenceRole] = MappingProxyType(
    {"send_back": "scene", "feed_back": "after", "verify": "after", "rework": "after", "reject": "scene"}
)
# What must be given, and what may be besides; a reason always may.
NEEDED: Mapping[Action, tuple[str, ...]] = MappingProxyType(
    {
        "dispatch": ("department",),
        "send_back": ("reason",),
        "rework": ("reason",),
        "defer": ("until", "reason"),
        "park": ("until", "reason"),
        "extend": ("amount_s", "reason"),
        "escalate": ("level",),
        "reject": ("reason",),
        "withdraw": ("reason",),
        "merge": ("into",),
        "reopen": ("reason",),
    }
)
BESIDES: Mapping[Action, tuple[str, ...]] = MappingProxyType(
    {"dispatch": ("post",), **dict.fromkeys(SHOWING, ("pictures",))}
)


@dataclass(frozen=True, slots=True)
class Done:
    """What becomes of a ticket. values: of its columns, those that change."""

    action: Action
    facts: Facts
    values: Mapping[str, Any]

    @property
    def state(self) -> State:
        """The state after it."""
        return self.facts.state


def fields_of(action: Action) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What must and what may be given."""
    needed = NEEDED.get(action, ())
    more = (*BESIDES.get(action, ()), *(() if "reason" in needed else ("reason",)))
    return needed, more


def misgiven(facts: Facts, action: Action, given: Given, at: datetime) -> Reason | None:
    """What is wrong with what was given."""
    needed, more = fields_of(action)
    said = {name for name, value in asdict(given).items() if value not in (None, "", ())}
    for name in needed:
        if name not in said:
            return Reason(code=f"missing_{called(name)}", text=f"{action} needs {called(name)}")
    for name in sorted(said - {*needed, *more}):
        takes = ", ".join(map(called, (*needed, *more)))
        return Reason(
            code=f"unused_{called(name)}", text=f"{action} takes no {called(name)}; it takes {takes}"
        )
    if given.until is not None and given.until <= at:
        return Reason(code="past_until", text="until lies in the past")
    if given.into == facts.number:
        return Reason(code="own_into", text="a ticket cannot be merged into itself")
    return None


def called(name: str) -> str:
    """What askers call a field."""
    return name.removesuffix("_s")


Changes = dict[str, Any]


def done(
    facts: Facts, action: Action, at: datetime, given: Given | None = None, by: Handler | None = None
) -> Done:
    """The ticket after an action. by: None for the centre itself. Raises IllegalAction."""
    found = step(facts.state, action, before=facts.goes_back_to)
    changes: Changes = {"state": found.state, "version": facts.version + 1}
    if found.counts is not None:
        changes[found.counts] = getattr(facts, found.counts) + 1
    if found.state != facts.state:
        changes["entered_at"] = at
    if by is not None:
        changes["deeds"] = facts.deeds + 1
        if action in HANDLES and by not in facts.handlers:
            changes["handlers"] = (*facts.handlers, by)
    if (more := _MORE.get(action)) is not None:
        changes |= more(facts, given or Given(), at)
    changes = {name: value for name, value in changes.items() if value != getattr(facts, name)}
    after = replace(facts, **changes)
    if "handlers" in changes:
        changes["handlers"] = [asdict(each) for each in after.handlers] or None
    return Done(action, after, changes)


def _accepted(facts: Facts, _given: Given, at: datetime) -> Changes:
    return {"accepted_at": facts.accepted_at or at}


def _dispatched(facts: Facts, given: Given, at: datetime) -> Changes:
    """A new round: nobody has handled it in this one."""
    where = {"department": given.department, "post": given.post}
    return where | {"dispatched_at": facts.dispatched_at or at, "round_at": at, "handlers": ()}


def _sent_back(_facts: Facts, _given: Given, _at: datetime) -> Changes:
    return {"department": None, "post": None}


def _fed_back(facts: Facts, _given: Given, at: datetime) -> Changes:
    return {"fed_back_at": facts.fed_back_at or at}


def _verified(_facts: Facts, _given: Given, at: datetime) -> Changes:
    return {"verified_at": at}


def _reworked(_facts: Facts, _given: Given, _at: datetime) -> Changes:
    return {"verified_at": None}


def _closed(_facts: Facts, _given: Given, at: datetime) -> Changes:
    return {"closed_at": at}


def _held(facts: Facts, given: Given, _at: datetime) -> Changes:
    return {"held_from": facts.state, "hold_until": given.until}


def _released(_facts: Facts, _given: Given, _at: datetime) -> Changes:
    return {"held_from": None, "hold_until": None}


def _extended(facts: Facts, given: Given, _at: datetime) -> Changes:
    return {"extended_s": facts.extended_s + (given.amount_s or 0.0)}


def _escalated(facts: Facts, given: Given, _at: datetime) -> Changes:
    return {"level": given.level or facts.level}


def _merged(_facts: Facts, given: Given, _at: datetime) -> Changes:
    return {"merged_into": given.into, "before": None, "held_from": None, "hold_until": None}


def _went(facts: Facts, _given: Given, _at: datetime) -> Changes:
    """A held one stays held while it is gone: it may come back before its time."""
    return {"before": facts.state}


def _came_back(_facts: Facts, _given: Given, _at: datetime) -> Changes:
    return {"before": None}


def _reopened(_facts: Facts, _given: Given, _at: datetime) -> Changes:
    gone = ("before", "held_from", "hold_until", "verified_at", "closed_at", "department", "post")
    return {"handlers": (), **dict.fromkeys(gone)}


_MORE: Mapping[Action, Callable[[Facts, Given, datetime], Changes]] = MappingProxyType(
    {
        "accept": _accepted,
        "dispatch": _dispatched,
        "send_back": _sent_back,
        "feed_back": _fed_back,
        "verify": _verified,
        "rework": _reworked,
        "close": _closed,
        "defer": _held,
        "park": _held,
        "resume": _released,
        "extend": _extended,
        "escalate": _escalated,
        "reject": _released,
        "merge": _merged,
        "clear_itself": _went,
        "come_back": _came_back,
        "reopen": _reopened,
    }
)
