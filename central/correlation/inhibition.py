"""What follows from something else makes no ticket of its own while that stands. Pure.

A camera that is covered, moved or out of focus can say nothing of its street; without power in a cell every
lamp and every device there is silent. Such a thing is suppressed from when it was found for as long as its
cause stands; if it is still there afterwards, it becomes a ticket then. All of it is a matter of intervals,
so it does not depend on which was heard of first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from broker.events import Reason
from central.correlation.sightings import Sighting

Scope = Literal["source", "cell"]


@dataclass(frozen=True, slots=True)
class Standing:
    """Something that stands, or stood. what: a condition of a source or a kind. name: as people call it."""

    what: str
    name: str
    eye: str | None
    cell: str | None
    since: float
    until: float | None = None


@dataclass(frozen=True, slots=True)
class Inhibition:
    """While one of `when` stands in the scope, what is of `kinds` there follows from it. No kinds: all.

    settles_s: what comes back takes this long until its word counts again.
    """

    name: str
    when: frozenset[str]
    kinds: frozenset[str]
    scope: Scope
    settles_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """From when a sighting counts; None: never, or not while its cause stands. reason: of what held it."""

    counts_from: float | None
    reason: Reason | None = None


def judged(
    sighting: Sighting, cell: str | None, standing: Iterable[Standing], rules: Sequence[Inhibition]
) -> Verdict:
    """Whether and from when a sighting counts."""
    causes = sorted(_causes(sighting, cell, standing, rules), key=lambda cause: (cause[0], cause[3].code))
    counts, held = sighting.at, None
    for since, until, _, reason in causes:
        if since > counts:
            continue  # what comes afterwards is no cause of it
        if until is None:
            return Verdict(None, reason)
        if until > counts:
            counts, held = until, reason
    gone = sighting.until is not None and sighting.until <= counts and held is not None
    return Verdict(None if gone else counts, held)


def _causes(
    sighting: Sighting, cell: str | None, standing: Iterable[Standing], rules: Sequence[Inhibition]
) -> Iterable[tuple[float, float | None, str, Reason]]:
    for cause in standing:
        for rule in rules:
            if _follows(sighting, cell, cause, rule):
                until = None if cause.until is None else cause.until + rule.settles_s
                text = f"{cause.name} stood when it was found, and {rule.name} says that it follows from that"
                yield cause.since, until, rule.name, Reason(code="suppressed", text=text)


def _follows(sighting: Sighting, cell: str | None, cause: Standing, rule: Inhibition) -> bool:
    if cause.what not in rule.when or (rule.kinds and sighting.kind not in rule.kinds):
        return False
    if rule.scope == "source":
        return cause.eye == sighting.eye
    return cell is not None and cause.cell == cell and sighting.kind not in rule.when
