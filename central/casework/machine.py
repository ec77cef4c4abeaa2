"""The closed loop of a ticket, as a table. Pure.

Theory of operation. A ticket goes reported -> accepted -> dispatched -> handling -> fed_back -> verified ->
closed -> evaluated. Everything else is a way off this line and back: whom it was dispatched to sends it back
(to accepted), verification fails (to handling), the thing comes back (from closed to accepted). Deferred and
parked tickets remember where they were, and `resume` leads there; what went by itself does so too, and
`come_back` leads there. Who handled a ticket in this round never verifies it. The table says what is
possible; who may ask for it is a matter of roles, and a city's profile says which steps the centre takes by
itself and what they are called.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

from broker.events import Reason

State = Literal[
    "reported", "accepted", "dispatched", "handling", "fed_back", "verified", "closed", "evaluated",
    "deferred", "parked", "merged", "false_alarm", "withdrawn", "self_cleared",
]  # fmt: skip
Action = Literal[
    "accept", "dispatch", "send_back", "take", "feed_back", "verify", "rework", "close", "evaluate",
    "defer", "park", "resume", "extend", "escalate", "reject", "withdraw", "merge", "clear_itself",
    "come_back", "reopen",
]  # fmt: skip
Before = Literal["before"]  # where it was before it was deferred or parked, or went by itself
STATES: tuple[State, ...] = get_args(State)
ACTIONS: tuple[Action, ...] = get_args(Action)

MAIN_LINE: tuple[State, ...] = STATES[:8]
AT_WORK: tuple[State, ...] = ("accepted", "dispatched", "handling")
HELD: tuple[State, ...] = ("deferred", "parked")
OPEN: tuple[State, ...] = ("reported", *AT_WORK, "fed_back", "verified", *HELD)
DONE: tuple[State, ...] = tuple(state for state in STATES if state not in OPEN)

Group = Literal["open", "at_work", "held", "done"]
GROUPS: Mapping[Group, tuple[State, ...]] = MappingProxyType(
    {"open": OPEN, "at_work": AT_WORK, "held": HELD, "done": DONE}
)


@dataclass(frozen=True, slots=True)
class Rule:
    """From which states an action leads where. counts: what it adds one to, for the indicators."""

    of: tuple[State, ...]
    to: State | Before | None  # None: the state stays
    counts: str | None = None


TABLE: Mapping[Action, Rule] = MappingProxyType(
    {
        "accept": Rule(("reported",), "accepted"),
        "dispatch": Rule(("accepted", "dispatched"), "dispatched", "dispatches"),
        "send_back": Rule(("dispatched", "handling"), "accepted", "returns"),
        "take": Rule(("dispatched",), "handling"),
        "feed_back": Rule(("dispatched", "handling"), "fed_back"),
        "verify": Rule(("fed_back",), "verified"),
        "rework": Rule(("fed_back", "verified"), "handling", "reworks"),
        "close": Rule(("verified",), "closed"),
        "evaluate": Rule(("closed",), "evaluated"),
        "defer": Rule(("dispatched", "handling"), "deferred", "deferrals"),
        "park": Rule(AT_WORK, "parked", "parkings"),
        "resume": Rule(HELD, "before"),
        "extend": Rule(("dispatched", "handling"), None, "extensions"),
        "escalate": Rule(("reported", *AT_WORK, "fed_back"), None),
        "reject": Rule(("reported", *AT_WORK, "fed_back", *HELD), "false_alarm"),
        "withdraw": Rule(("reported", "accepted"), "withdrawn"),
        "merge": Rule((*OPEN, "self_cleared"), "merged"),
        "clear_itself": Rule(("reported", "accepted", "dispatched", *HELD), "self_cleared"),
        "come_back": Rule(("self_cleared",), "before"),
        "reopen": Rule(("closed", "evaluated", "self_cleared"), "accepted", "reopenings"),
    }
)
BY_SCENE: frozenset[Action] = frozenset({"clear_itself", "come_back"})  # nobody may ask for these
HANDLES: frozenset[Action] = frozenset({"take", "feed_back"})
VERIFIES: frozenset[Action] = frozenset({"verify", "rework"})


class IllegalAction(ValueError):
    """An action that the state does not allow; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Step:
    """Where an action leads. counts: the counter that it adds one to."""

    state: State
    counts: str | None = None


_WHERE_ELSE: Mapping[State, State] = {
    "deferred": "accepted",
    "parked": "accepted",
    "self_cleared": "reported",
}


def step(state: State, action: Action, *, before: State | None = None) -> Step:
    """The next state. before: where one was that goes back. Raises IllegalAction, which says what may be."""
    rule = TABLE[action]
    if state not in rule.of:
        may = ", ".join(allowed(state)) or "nothing"
        raise IllegalAction(f"{action} is not allowed in the state {state}; allowed: {may}")
    if rule.to == "before":
        return Step(before or _WHERE_ELSE[state], rule.counts)
    return Step(rule.to or state, rule.counts)


def allowed(state: State) -> list[Action]:
    """What the table allows in a state."""
    return [action for action, rule in TABLE.items() if state in rule.of]


def unfit(action: Action, who: str, handled_by: Collection[str]) -> Reason | None:
    """Why somebody may not do this although the state allows it. handled_by: in this round."""
    if action in VERIFIES and who in handled_by:
        text = "who handled a ticket never verifies it; somebody else has to look"
        return Reason(code="handled_it", text=text)
    return None


def diagram() -> str:
    """The main line and the ways off it, as Mermaid draws them; of ways back that to the usual place."""
    lines = ["stateDiagram-v2", "    [*] --> reported"]
    for action, rule in TABLE.items():
        if rule.to == "before":
            shown = dict.fromkeys(HELD, "handling") | {"self_cleared": "reported"}
            lines += [f"    {state} --> {shown[state]}: {action}" for state in rule.of]
        elif rule.to is not None:
            lines += [f"    {state} --> {rule.to}: {action}" for state in rule.of]
    lines += [f"    {state} --> [*]" for state in DONE]
    return "\n".join(lines)
