"""Where a roll-out stands, as a table. Pure.

Theory of operation. A stage is applied to its nodes, then they are watched for a while (soaking); when all
fare as well as before, the next stage is applied. A node that refuses the change, gives it up, goes away or
fares worse stops the roll-out: what was done to the nodes of that stage is taken back, and people decide
whether it goes on. What earlier stages got stays, unless people take that back too.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

State = Literal["applying", "soaking", "stopped", "done", "aborted"]
Step = Literal["soak", "next_stage", "finish", "stop", "resume", "abort"]
STATES: tuple[State, ...] = get_args(State)
RUNNING: tuple[State, ...] = ("applying", "soaking")
DONE: tuple[State, ...] = ("done", "aborted")
BY_PEOPLE: tuple[Step, ...] = ("stop", "resume", "abort")


@dataclass(frozen=True, slots=True)
class Rule:
    """From which states a step leads where."""

    of: tuple[State, ...]
    to: State


TABLE: Mapping[Step, Rule] = MappingProxyType(
    {
        "soak": Rule(("applying",), "soaking"),
        "next_stage": Rule(("soaking",), "applying"),
        "finish": Rule(("soaking",), "done"),
        "stop": Rule(RUNNING, "stopped"),
        "resume": Rule(("stopped",), "applying"),
        "abort": Rule((*RUNNING, "stopped"), "aborted"),
    }
)


class IllegalStep(ValueError):
    """A step that the state does not allow; nothing was changed."""


def after(state: State, step: Step) -> State:
    """The next state. Raises IllegalStep, which says what may be."""
    rule = TABLE[step]
    if state not in rule.of:
        may = ", ".join(name for name, each in TABLE.items() if state in each.of) or "nothing"
        raise IllegalStep(f"{step} is not allowed in the state {state}; allowed: {may}")
    return rule.to


def diagram() -> str:
    """As Mermaid draws it."""
    lines = ["stateDiagram-v2", "    [*] --> applying"]
    lines += [f"    {state} --> {rule.to}: {step}" for step, rule in TABLE.items() for state in rule.of]
    return "\n".join([*lines, *(f"    {state} --> [*]" for state in DONE)])
