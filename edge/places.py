"""A place where something stands, and a rule's finding about it. Plain values, shared by ledger and rules."""

from dataclasses import dataclass
from typing import Literal

from broker.events import Reason
from edge.observation import Box

PlaceState = Literal["candidate", "confirmed", "occluded", "cleared"]


@dataclass(frozen=True, slots=True)
class Place:
    """A snapshot of one entry of the place ledger.

    id: stable for the life of the situation, over restarts too. since / last_seen: monotonic seconds; since
    never moves once confirmed. observed_s: seconds of since..last_seen really observed; coverage: the share.
    label: the majority label of the group, for display only.
    """

    id: str
    group: str
    label: str
    score: float
    box: Box
    state: PlaceState
    since: float
    last_seen: float
    observed_s: float
    coverage: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule says about a place in a zone now. `situation` is the same for every phase of one thing."""

    situation: str
    phase: Literal["opened", "updated", "cleared"]
    place: Place
    share: float
    reasons: tuple[Reason, ...]
