"""What a rule is: a pure step from what was seen and where things stand to findings with reasons."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from broker.events import Reason
from edge.hours import ALWAYS, Hours
from edge.observation import Box, Observation
from edge.places import Finding, Place


@dataclass(frozen=True, slots=True)
class Zone:
    """A named polygon in the picture, points as shares of it (0..1). `version` changes with the outline.

    hours: when its rules apply; a rule counts only the seconds within them and opens nothing outside.
    """

    id: str
    name: str
    outline: Sequence[tuple[float, float]]
    version: str
    hours: Hours = ALWAYS


@dataclass(frozen=True, slots=True)
class Held:
    """Ground whose things a rule takes for parts of one thing of its own, which began to come at `since`."""

    box: Box
    since: float


class Rule(Protocol):
    """One rule of one zone at one source; `edge/rules/<kind>.py` has `Settings` and `build` that makes it."""

    def step(self, seen: Observation, places: Sequence[Place]) -> list[Finding]:
        """Called once an observation, in order of time; `places` are the open ones and those just cleared."""
        ...

    def end(self, seen: Observation, why: Reason) -> list[Finding]:
        """The rule is taken away: everything that it holds open ends. seen: when and in which time base."""
        ...

    def dump(self, *, deep: bool = False) -> dict[str, Any]:
        """The state as JSON-able values, its times on UTC: those of the source would not survive a restart.

        Deep: all of it, in the source's time: what takes that up goes on as if it had never stopped.
        """
        ...

    def restore(self, data: dict[str, Any]) -> None:
        """Take up a dumped state, a deep one in its own time base. Called before the first step."""
        ...


@runtime_checkable
class Holder(Rule, Protocol):
    """A rule that tells of many things as one: what it holds is explained for the others in its zone."""

    def held(self) -> Sequence[Held]:
        """What it holds, as of its last step."""
        ...
