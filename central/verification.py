"""What a look at a handled place means for its ticket. Pure.

Only a source that could see says anything: one that is dark, covered, moved or away answers that it could
not, and then people look. Of several situations of one ticket one that is still there is enough.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from broker.events import Reason
from central.casework.machine import Action, State

Outcome = Literal["clear", "occupied", "not_in_view", "not_seen"]
# Of several answers the first of these that was given counts.
ORDER: tuple[Outcome, ...] = ("occupied", "not_seen", "not_in_view", "clear")
WAITS: State = "fed_back"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What follows for the ticket. action None: people have to look."""

    action: Action | None
    reason: Reason


ACTIONS: Mapping[Outcome, Action] = MappingProxyType({"clear": "verify", "occupied": "rework"})
_WORDS: Mapping[Outcome, str] = MappingProxyType(
    {
        "clear": "looked again and saw the place clear",
        "occupied": "looked again, and it is still there",
        "not_in_view": "cannot see the place; people have to look",
        "not_seen": "could not see well enough to tell; people have to look",
    }
)


def together(outcomes: Iterable[Outcome]) -> Outcome:
    """What several answers of one look amount to; without any nothing was seen."""
    given = set(outcomes)
    return next((each for each in ORDER if each in given), "not_seen")


def judged(state: State, outcome: Outcome, source: str) -> Verdict:
    """What an answer means for a ticket in this state."""
    if state != WAITS:
        text = f"{source} {_WORDS[outcome]}; the ticket does not wait for that any more"
        return Verdict(None, Reason(code="waits_no_more", text=text[:240]))
    text = f"{source} {_WORDS[outcome]}"
    return Verdict(ACTIONS.get(outcome), Reason(code=f"looked_{outcome}", text=text[:240]))


def by_the_scene(state: State, *, clear: bool, seen_again: bool) -> Verdict | None:
    """What the sources say by themselves of a handled place; None: nothing that decides."""
    if state != WAITS:
        return None
    if clear:
        text = "every source that saw it has seen the place clear"
        return Verdict("verify", Reason(code="scene_clear", text=text))
    if seen_again:
        text = "it was found there again after it was said to be handled"
        return Verdict("rework", Reason(code="scene_occupied", text=text))
    return None
