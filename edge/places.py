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
    never moves while the place is open. observed_s: seconds of since..last_seen really observed; coverage:
    the share. label: the majority label of the group, for display only. score: median of the last seconds.
    reasons: why it is a place, then why it is in this state. episode: how often it was taken again after it
    had been cleared; each is another situation.
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
    episode: int = 0


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule says about a place in a zone now.

    situation: the same for every phase of one thing. share: of the footprint, inside the zone. revision:
    counts the findings of one situation from 0, so that a reader can tell the newest. objects: what a group
    consists of, as label, count and median score; empty for the one thing of the place. None is a person.
    """

    situation: str
    phase: Literal["opened", "updated", "cleared"]
    place: Place
    share: float
    reasons: tuple[Reason, ...]
    revision: int = 0
    objects: tuple[tuple[str, int, float], ...] = ()
