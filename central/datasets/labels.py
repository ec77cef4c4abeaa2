"""What a detector shall learn of a mark: whether the thing is in the picture, and what it is called. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from central.feedback.marks import Mark, Why

Presence = Literal["there", "not_there", "unknown"]
Box = tuple[float, float, float, float]

# What the kinds of incident show, in words that a node's rules know. Any other kind is called as it is.
LABELS: Mapping[str, str] = MappingProxyType(
    {
        "unlicensed_stall": "stall",
        "shop_overflow": "stall",
        "street_occupation": "stall",
        "exposed_garbage": "debris",
        "accumulated_debris": "debris",
        "disorderly_piling": "debris",
        "construction_materials": "debris",
        "illegal_parking": "vehicle",
        "fire_lane_occupied": "vehicle",
        "two_wheeler_parking": "two_wheeler",
    }
)
STALLS_AND_DEBRIS = tuple(kind for kind, label in LABELS.items() if label in ("stall", "debris"))

# Of a false alarm. A stall that is allowed here is a stall all the same: the rule was wrong, not the eye.
BY_REASON: Mapping[Why, Presence] = MappingProxyType(
    {
        "not_the_kind": "not_there",
        "seen_wrongly": "not_there",
        "moving_on": "there",
        "queue": "there",
        "allowed_here": "there",
        "wrong_place": "there",
        "test": "unknown",
        "other": "unknown",
    }
)


@dataclass(frozen=True, slots=True)
class Item:
    """A situation of a fixed camera, or something missed there. since, until: seconds since 1970.

    until: inf while it stands. subject: None of what was missed. mark: None where nobody has said anything.
    """

    node: str
    source: str
    kind: str
    since: float
    until: float
    subject: str | None = None
    ticket: int | None = None
    zone: str | None = None
    mark: Mark | None = None
    why: Why | None = None
    box: Box | None = None

    @property
    def presence(self) -> Presence:
        """Whether the thing that it is about was in the picture while it stood."""
        if self.mark is None:
            return "unknown"
        if self.mark == "false_alarm":
            return BY_REASON[self.why] if self.why is not None else "unknown"
        return "there"

    def stands(self, t: float) -> bool:
        """Whether it was there at that time."""
        return self.since <= t < self.until


def labels_of(kinds: Iterable[str], given: Mapping[str, str]) -> dict[str, str]:
    """The label of each kind, those that were given first."""
    return {kind: given.get(kind, LABELS.get(kind, kind)) for kind in kinds}
