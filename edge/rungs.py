"""Why, and why not: the gates on the way to an incident, as a rule tells of each thing it looks at. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from typing_extensions import TypeIs

from broker.events import Reason
from edge.observation import Box, Observation
from edge.places import Place
from edge.rule import Rule

# Every gate that there is, with what it asks. docs/trial.md shows this table.
GATES: Final[Mapping[str, str]] = {
    "seen": "whether the thing stands there and is seen now",
    "ground": "whether the picture shows something left on the ground, now",
    "size": "whether it is neither too small nor too large",
    "together": "whether enough things stand together",
    "trading": "whether there is more than seats",
    "in_zone": "whether it reaches into the zone at all",
    "footprint": "whether enough of it is in the zone",
    "group": "whether it is what the rule is about",
    "label": "whether the classifier calls it what is wanted",
    "unexplained": "whether nothing known stands on it",
    "dwell": "whether it has stood for longer than is allowed, within the zone's hours",
    "presence": "whether enough of them are seen at a look, on the average",
    "coverage": "whether enough of that time was really seen",
    "queue": "whether it does not wait in a queue or at a signal",
    "schedule": "whether the zone's rules apply at this time",
    "view": "whether the camera's view can be trusted",
    "opened": "whether it was told",
}
# What may still pass by itself while the thing stays where it is.
IN_TIME: Final = frozenset(
    {"seen", "dwell", "coverage", "queue", "schedule", "view", "unexplained", "presence"}
)


@dataclass(frozen=True, slots=True)
class Rung:
    """One gate, whether it is passed now, and why."""

    gate: str
    passed: bool
    reason: Reason


@dataclass(frozen=True, slots=True)
class Climb:
    """One thing on its way. key: of its place, region or group, which a situation made of it is about.

    since: monotonic seconds. gates: all of them in their order, also those behind one that is not passed.
    """

    key: str
    label: str
    since: float
    box: Box
    gates: tuple[Rung, ...]


class Explains(Rule, Protocol):
    """A rule that can say how far everything came that it looks at."""

    def climbs(self, seen: Observation, places: Sequence[Place], told: frozenset[str]) -> Iterator[Climb]:
        """As of its last step, which was at this look; without what lies wholly outside of its zone.

        told: keys that nobody asks about any more.
        """
        ...

    def situations(self) -> Mapping[str, str]:
        """The open ones, by the keys of what they are about."""
        ...


def explains(rule: Rule) -> TypeIs[Explains]:
    """Whether this kind of rule can."""
    return hasattr(rule, "climbs")


def in_order(rungs: Sequence[Rung], order: Sequence[str], given: Mapping[str, Reason]) -> tuple[Rung, ...]:
    """The rungs by the order of their gates. given: why one is passed that the rule says nothing about."""
    known = {rung.gate: rung for rung in rungs}
    wanted = [gate for gate in order if gate in known or gate in given]
    return tuple(known.get(gate) or Rung(gate, True, given[gate]) for gate in wanted)


def of_view(seen: Observation) -> Rung:
    """The last gate before it is told."""
    if seen.trusted:
        return Rung("view", True, Reason(code="view_trusted", text="the camera's view can be trusted"))
    text = seen.view.text[:200] or seen.view.condition
    return Rung("view", False, Reason(code="view_not_trusted", text=f"nothing is decided: {text}"))


WITHIN_HOURS: Final = Reason(code="within_hours", text="the zone's rules apply at this time")
