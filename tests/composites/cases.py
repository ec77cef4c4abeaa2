"""What a case is, before it is built."""

from dataclasses import dataclass
from typing import Any, Final

from tests.composites.backgrounds import Point
from tests.composites.scene import Thing

Spot = tuple[str, Point]
PATIENCE: Final = 25.0  # seconds after the dwell within which a situation must be told
FOLLOW: Final = 15.0  # docs/rules.md: it may be one of the queue until so long after its neighbours went


@dataclass(frozen=True)
class Turn:
    """Which case of its kind, in what light. attempt: how many places and crops have been tried before."""

    index: int
    disturbance: str
    attempt: int = 0

    @property
    def place(self) -> int:
        """Which of the kind's places: another one at every attempt."""
        return self.index + self.attempt


@dataclass(frozen=True)
class Real:
    """A real situation: these things of the case, from the first's start to the last's end.

    alone: when the last of the case's own things that stand beside it went on.
    """

    id: str
    incident: str
    things: tuple[int, ...]
    start: float
    end: float | None
    alone: float | None = None

    def told(self, dwell: float) -> float:
        """When the rules allow to tell it, if all is seen well."""
        waits = self.start if self.alone is None else self.alone + FOLLOW
        return max(self.start + dwell, waits)


@dataclass(frozen=True)
class Trap:
    """What must not fire, where (these things, or the spot), and why it is there."""

    id: str
    incident: str
    things: tuple[int, ...]
    start: float
    end: float
    what: str


@dataclass(frozen=True)
class Case:
    """One case before it is built. rule: of the one zone, drawn around the things, or around `spot`.

    looks: a second. also: other rules of the zone, to which it is nothing. whole: it is this situation only
    with every one of its things.
    """

    view: str
    disturbance: str
    things: tuple[Thing, ...]
    rule: dict[str, Any]
    reals: tuple[Real, ...] = ()
    traps: tuple[Trap, ...] = ()
    spot: Point | None = None
    tags: tuple[str, ...] = ()
    seconds: float = 150.0
    gop_s: float = 4.0
    name: str = ""
    looks: float = 1.0
    also: tuple[dict[str, Any], ...] = ()
    whole: bool = False

    @property
    def group(self) -> str | None:
        """As what a detector must see its things for the rule; None where that does not matter."""
        return str(self.rule.get("groups", ["vehicle"])[0]) if self.rule["kind"] == "dwell" else None


def rule(kind: str) -> dict[str, Any]:
    """The rule of a case of that kind."""
    cycles = ["two_wheeler"]
    rules: dict[str, dict[str, Any]] = {
        "parking": {"kind": "dwell", "incident": "illegal_parking", "dwell": "20s"},
        "cycle": {"kind": "dwell", "incident": "two_wheeler_parking", "groups": cycles, "dwell": "20s"},
        "stall": {"kind": "cluster", "incident": "unlicensed_stall", "dwell": "40s"},
        "debris": {"kind": "left", "incident": "accumulated_debris", "dwell": "30s"},
    }
    return rules[kind]
