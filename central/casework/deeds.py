"""What an action makes of a ticket: its fields, counters and moments. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from broker.events import Reason
from central.casework.facts import Facts, Handler, Level
from central.casework.machine import HANDLES, HELD, Action, State, step


@dataclass(frozen=True, slots=True)
class Given:
    """What the asker says to an action. amount_s: working time that `extend` adds. into: another ticket."""

    reason: str = ""
    department: str | None = None
    post: str | None = None
    until: datetime | None = None
    amount_s: float | None = None
    into: int | None = None
    level: Level | None = None


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
BESIDES: Mapping[Action, tuple[str, ...]] = MappingProxyType({"dispatch": ("post",)})


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
    said = {name for name, value in asdict(given).items() if value not in (None, "")}
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


_NAMES = tuple(field.name for field in fields(Facts))


def done(
    facts: Facts, action: Action, at: datetime, given: Given | None = None, by: Handler | None = None
) -> Done:
    """The ticket after an action. by: None for the centre itself. Raises IllegalAction."""
    found = step(facts.state, action, before=facts.goes_back_to)
    after = replace(facts, state=found.state, version=facts.version + 1)
    if found.counts is not None:
        after = replace(after, **{found.counts: getattr(facts, found.counts) + 1})
    if found.state != facts.state:
        after = replace(after, entered_at=at)
    if by is not None:
        after = replace(after, deeds=facts.deeds + 1)
    if action in HANDLES and by is not None and by not in facts.handlers:
        after = replace(after, handlers=(*facts.handlers, by))
    if (more := _MORE.get(action)) is not None:
        after = more(after, given or Given(), at, facts)
    return Done(action, after, _changes(facts, after))


def _changes(before: Facts, after: Facts) -> dict[str, Any]:
    changed = {name: new for name in _NAMES if (new := getattr(after, name)) != getattr(before, name)}
    if "handlers" in changed:
        changed["handlers"] = [asdict(each) for each in after.handlers] or None
    return changed


def _accepted(after: Facts, _given: Given, at: datetime, _before: Facts) -> Facts:
    return replace(after, accepted_at=after.accepted_at or at)


def _dispatched(after: Facts, given: Given, at: datetime, _before: Facts) -> Facts:
    """A new round: nobody has handled it in this one."""
    where = {"department": given.department, "post": given.post}
    return replace(after, dispatched_at=after.dispatched_at or at, round_at=at, handlers=(), **where)  # type: ignore[arg-type]


def _sent_back(after: Facts, _given: Given, _at: datetime, _before: Facts) -> Facts:
    return replace(after, department=None, post=None)


def _fed_back(after: Facts, _given: Given, at: datetime, _before: Facts) -> Facts:
    return replace(after, fed_back_at=after.fed_back_at or at)


def _verified(after: Facts, _given: Given, at: datetime, _before: Facts) -> Facts:
    return replace(after, verified_at=at)


def _reworked(after: Facts, _given: Given, _at: datetime, _before: Facts) -> Facts:
    return replace(after, verified_at=None)


def _closed(after: Facts, _given: Given, at: datetime, _before: Facts) -> Facts:
    return replace(after, closed_at=at)


def _held(after: Facts, given: Given, _at: datetime, before: Facts) -> Facts:
    return replace(after, held_from=before.state, hold_until=given.until)


def _resumed(after: Facts, _given: Given, _at: datetime, _before: Facts) -> Facts:
    return replace(after, held_from=None, hold_until=None)


def _extended(after: Facts, given: Given, _at: datetime, _before: Facts) -> Facts:
    return replace(after, extended_s=after.extended_s + (given.amount_s or 0.0))


def _escalated(after: Facts, given: Given, _at: datetime, _before: Facts) -> Facts:
    return replace(after, level=given.level or after.level)


def _merged(after: Facts, given: Given, _at: datetime, _before: Facts) -> Facts:
    return replace(after, merged_into=given.into, before=None, held_from=None, hold_until=None)


def _went(after: Facts, _given: Given, _at: datetime, before: Facts) -> Facts:
    """A held one stays held while it is gone: it may come back before its time."""
    return replace(after, before=before.state)


def _came_back(after: Facts, _given: Given, _at: datetime, _before: Facts) -> Facts:
    return replace(after, before=None) if after.state in HELD else replace(after, before=None, held_from=None)


def _reopened(after: Facts, _given: Given, _at: datetime, _before: Facts) -> Facts:
    gone = dict.fromkeys(
        ("before", "held_from", "hold_until", "verified_at", "closed_at", "department", "post")
    )
    return replace(after, handlers=(), **gone)  # type: ignore[arg-type]


_MORE: Mapping[Action, Callable[[Facts, Given, datetime, Facts], Facts]] = MappingProxyType(
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
        "resume": _resumed,
        "extend": _extended,
        "escalate": _escalated,
        "reject": _resumed,
        "merge": _merged,
        "clear_itself": _went,
        "come_back": _came_back,
        "reopen": _reopened,
    }
)
