"""What a look at a handled place means for its ticket. Pure.

Only a source that could see says anything: one that is dark, covered, moved or away answers that it could
not, and then people look. Of several situations of one ticket one that is still there is enough.
"""

from collections.abc import Iterable, Mapping, Sequence
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
        "not_in_view": "cannot see the place",
        "not_seen": "could not see well enough to tell",
    }
)
PEOPLE_LOOK = "people have to look"


def together(outcomes: Iterable[Outcome]) -> Outcome:
    """What several answers of one look amount to; without any nothing was seen."""
    given = set(outcomes)
    return next((each for each in ORDER if each in given), "not_seen")


def judged(
    state: State, outcome: Outcome, source: str, *, early: bool = False, awaited: Sequence[str] = ()
) -> Verdict:
    """What an answer means for a ticket in this state.

    early: the place was seen before it was said to be handled. awaited: which drones are still asked.
    """
    if state != WAITS:
        text = f"{source} {_WORDS[outcome]}; the ticket does not wait for that any more"
        return Verdict(None, Reason(code="waits_no_more", text=text[:240], words={"source": source}))
    if early and outcome in ACTIONS:
        text = f"{source} {_WORDS[outcome]}, before it was said to be handled: that does not count"
        text = f"{text}; {who_looks(awaited)}"[:240]
        return Verdict(None, Reason(code="looked_too_early", text=text, words={"source": source}))
    text = f"{source} {_WORDS[outcome]}"
    if outcome not in ACTIONS:
        text = f"{text}; {who_looks(awaited)}"
    reason = Reason(code=f"looked_{outcome}", text=text[:240], words={"source": source})
    return Verdict(ACTIONS.get(outcome), reason)


def who_looks(awaited: Sequence[str]) -> str:
    """Who is to look now: the drones that are still asked, else people."""
    return f"{', '.join(awaited)} will look on the next flight" if awaited else PEOPLE_LOOK


@dataclass(frozen=True, slots=True)
class Standing:
    """A situation of a ticket that nobody has seen clear. who: in words; people: they said it."""

    who: str
    own: bool = False
    people: bool = False


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep's answer means for a ticket that nobody said was handled. ends_reports: people's."""

    reason: Reason
    ends_reports: bool = False


def swept(outcome: Outcome, source: str, standing: Sequence[Standing], *, early: bool = False) -> Swept:
    """A clear place ends what people reported; what another source still sees is not taken from it.

    What the drone itself has found ends by its own word. early: seen before it was last found there.
    """
    words = {"source": source}
    if outcome != "clear":
        text = f"{source} looked, and it is there" if outcome == "occupied" else f"{source} {_WORDS[outcome]}"
        return Swept(Reason(code=f"looked_{outcome}", text=text[:240], words=words))
    clear = f"{source} looked and saw the place clear"
    if early:
        text = f"{clear}, before it was last found there: nothing is changed"
        return Swept(Reason(code="looked_too_early", text=text[:240], words=words))
    if others := sorted({each.who for each in standing if not each.own and not each.people}):
        text = f"{clear}, but {', '.join(others[:3])} still sees it: nothing is changed"
        return Swept(Reason(code="clear_but_seen", text=text[:240], words=words))
    reason = Reason(code="looked_clear", text=clear[:240], words=words)
    return Swept(reason, any(each.people for each in standing))


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
