"""One situation of one device under one rule: its state, and the seconds that count."""

import hashlib
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from edge.devices.states import SituationState, move
from edge.readings import QUANTITIES, Quality, Value

AGAIN_S: Final = 3600.0  # so long a cleared situation is remembered
LONGEST_SETTLE_S: Final = 3600.0
LEAST_TOLD_S: Final = (
    900.0  # an open situation is told again after 2, 4, 8 ... times this, or what is allowed
)
EPS_S: Final = 1e-3  # UTC seconds are no finer than that

Phase = Literal["opened", "updated", "cleared"]


@dataclass(slots=True)
class Entry:
    """Times are UTC seconds of the device. since: when it began to be wrong. last: known so until then.

    until: up to then seconds were counted. counted: those of this state in which the device's word held.
    observed_s: all those in which it was wrong. settle_s: how long it must be fine to be cleared. level: the
    multiple at which it is told again. again: one was told here not long before. said: the value that decided
    last, of which quantity and when.
    """

    state: SituationState
    since: float
    until: float
    settle_s: float
    last: float
    counted: float = 0.0
    observed_s: float = 0.0
    level: int = 2
    revision: int = 0
    id: str = ""
    again: bool = False
    said: Value | None = None
    quantity: str = ""
    said_at: float = 0.0
    quality: Quality = "good"

    @property
    def wrong(self) -> bool:
        """Whether the last word was that it is wrong."""
        return self.state in ("candidate", "confirmed")

    @property
    def told(self) -> bool:
        """Whether a situation is open."""
        return self.state in ("confirmed", "recovering")

    def count(self, t: float, holds_until: float) -> None:
        """Move on to `t`: seconds count as long as the device's word holds."""
        if t <= self.until or self.state == "cleared":
            return
        seconds = max(0.0, min(t, holds_until) - self.until)
        self.counted += seconds
        if self.wrong and seconds > 0.0:
            self.observed_s += seconds
            self.last = max(self.last, self.until + seconds)
        self.until = t

    def turn(self, verdict: bool, t: float, after_s: float) -> Phase | None:
        """What a verdict at `t` changes; the phase to be told, if any. Seconds up to `t` were counted."""
        if verdict:
            return self._wrong(t, after_s)
        if self.state == "candidate":
            self._to("cleared", t)
        elif self.state == "confirmed":
            self._to("recovering", t)
        return self.ripen(t, after_s)

    def _wrong(self, t: float, after_s: float) -> Phase | None:
        if self.state == "cleared":
            self.since, self.observed_s, self.id, self.revision, self.level = t, 0.0, "", 0, 2
            self._to("candidate", t)
        elif self.state == "recovering":
            self._to("confirmed", t)
        self.last = max(self.last, t)
        return self.ripen(t, after_s)

    def ripen(self, t: float, after_s: float) -> Phase | None:
        """What the time that was counted changes."""
        if self.state == "candidate" and self.counted >= after_s - EPS_S:
            self._to("confirmed", t)
            if self.again:
                self.settle_s = min(max(LONGEST_SETTLE_S, self.settle_s), 2.0 * self.settle_s)
            while self.observed_s >= self._level_s(after_s) - EPS_S:
                self.level *= 2
            return "opened"
        if self.state == "recovering" and self.counted >= self.settle_s - EPS_S:
            self._to("cleared", t)
            self.again = True
            return "cleared"
        if self.state == "confirmed" and self.observed_s >= self._level_s(after_s) - EPS_S:
            self.level *= 2
            return "updated"
        return None

    def due(self, after_s: float, holds_until: float) -> float | None:
        """When time alone changes it; None where the device has to be heard first."""
        if self.state == "cleared":
            return self.until + AGAIN_S
        missing = {
            "candidate": after_s - self.counted,
            "confirmed": self._level_s(after_s) - self.observed_s,
            "recovering": self.settle_s - self.counted,
        }[self.state]
        due = self.until + max(0.0, missing)
        return due if due <= holds_until else None

    def _level_s(self, after_s: float) -> float:
        return self.level * max(after_s, LEAST_TOLD_S)

    def _to(self, state: SituationState, t: float) -> None:
        self.state = move(self.state, state)
        self.counted, self.until = 0.0, max(self.until, t)

    def moved(self, by_s: float) -> None:
        """The clock that stamped it was put forward by so much."""
        self.since += by_s
        self.until += by_s
        self.last += by_s
        self.said_at += by_s

    def dump(self) -> dict[str, Any]:
        """JSON-able."""
        return asdict(self)

    @classmethod
    def restore(cls, data: dict[str, Any], *, deaf_s: float) -> "Entry":
        """What was dumped; time without a listener does not count. Raises KeyError, TypeError, ValueError."""
        entry = cls(**data)
        numbers = (entry.since, entry.until, entry.settle_s, entry.last, entry.counted, entry.observed_s)
        if not all(isinstance(n, (int, float)) and not isinstance(n, bool) for n in numbers):
            raise ValueError("a time of a situation is no number")
        move_known = entry.state in ("candidate", "confirmed", "recovering", "cleared")
        if not move_known or (entry.quantity and entry.quantity not in QUANTITIES):
            raise ValueError("a situation in a state, or of a quantity, that is not known")
        if entry.state != "cleared":
            entry.until += deaf_s
        return entry


def situation_id(device: str, rule: str, incident: str, since: float) -> str:
    """The same device, rule and beginning are the same situation, over restarts too."""
    key = f"{device}|{rule}|{incident}|{round(since * 1000)}"
    return "s-" + hashlib.sha256(key.encode()).hexdigest()[:20]
