"""What a case is, before it is built."""

from dataclasses import dataclass
from typing import Any, Final

from tests.composites.backgrounds import Point
from tests.composites.scene import Thing

Looks = float
Spot = tuple[str, Point]
SAMPLES: Final = (5.0, 2.0, 1.0, 0.5)
PATIENCE: Final = 25.0  # seconds after the dwell within which a situation must be told


@dataclass(frozen=True)
class Real:
    """A real situation: these things of the case, from the first's start to the last's end.

    found_by: where that is not the dwell and some patience after the start.
    """

    id: str
    incident: str
    things: tuple[int, ...]
    start: float
    end: float | None
    found_by: float | None = None


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
    """One case before it is built. rule: of the one zone, drawn around the things, or around `spot`."""

    name: str
    view: str
    disturbance: str
    looks: Looks
    things: tuple[Thing, ...]
    rule: dict[str, Any]
    reals: tuple[Real, ...] = ()
    traps: tuple[Trap, ...] = ()
    spot: Point | None = None
    tags: tuple[str, ...] = ()
    seconds: float = 150.0
    gop_s: float = 4.0

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


def looks_of(index: int) -> Looks:
    """Looks a second, by turns."""
    return SAMPLES[index % len(SAMPLES)]
