"""What follows from something else waits while that stands. Pure.

A camera that is covered or moved can say nothing of its street; without power in a cell every lamp and every
device there is silent. Such a ticket is made like any other, for nothing may be lost, but nobody is sent for
it: it is inhibited for as long as its cause stands and a little longer, and goes on by itself afterwards if
it is still there. It is a matter of what stands now, so it does not depend on what was heard of first.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

from broker.events import Reason

Scope = Literal["source", "cell"]


@dataclass(frozen=True, slots=True)
class Cause:
    """A condition of a source, or a ticket. what: the condition's or the kind's name. ticket: its number."""

    what: str
    since: float
    until: float | None
    node: str | None = None
    source: str | None = None
    cell: str | None = None
    ticket: int | None = None


@dataclass(frozen=True, slots=True)
class Inhibition:
    """While one of `when` stands in the scope, what is of `kinds` there follows from it. No kinds: all.

    lead_s: what follows may be told of so much earlier than its cause. settles_s: so long after its end.
    """

    name: str
    when: frozenset[str]
    kinds: frozenset[str]
    scope: Scope
    lead_s: float = 60.0
    settles_s: float = 120.0


@dataclass(frozen=True, slots=True)
class Matter:
    """What may follow from something: a ticket."""

    number: int
    kind: str
    opened_at: float
    node: str
    source: str
    cell: str | None


def inhibited(
    matter: Matter, causes: Iterable[Cause], rules: Collection[Inhibition], now: float
) -> Reason | None:
    """Why nobody is sent for it now; None: nothing holds it."""
    for cause in sorted(causes, key=lambda each: (each.since, each.what)):
        for rule in rules:
            if _holds(matter, cause, rule, now):
                where = f"of {cause.source}" if rule.scope == "source" else f"in the cell {cause.cell}"
                text = f"{cause.what} {where} stands, and by the rule {rule.name} this follows from it"
                words = {"cause": f"{cause.what} {where}"[:240], "rule": rule.name}
                return Reason(code="inhibited", text=text[:240], words=words)
    return None


def _holds(matter: Matter, cause: Cause, rule: Inhibition, now: float) -> bool:
    if cause.what not in rule.when or matter.kind in rule.when or cause.ticket == matter.number:
        return False
    if rule.kinds and matter.kind not in rule.kinds:
        return False
    if cause.since > matter.opened_at + rule.lead_s:
        return False  # what comes afterwards is no cause of it
    if cause.until is not None and cause.until + rule.settles_s <= now:
        return False
    if rule.scope == "source":
        return (cause.node, cause.source) == (matter.node, matter.source)
    return cause.cell is not None and cause.cell == matter.cell
