"""What the centre asked for and no flight has answered yet. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from broker.events import Reason
from edge.flight import words
from edge.flight.found import FlightAnswer, FlightAsk, FlightZone, Outcome
from edge.flight.pairs import Covariance
from edge.groups import Group

MOST_ASKS: Final = 1024
# What the detector can see of the kinds that cameras tell of, where no zone of the flights says it.
GROUPS: Final[Mapping[str, tuple[Group, ...]]] = {
    "illegal_parking": ("vehicle",),
    "two_wheeler_parking": ("two_wheeler",),
    "fire_lane_occupied": ("vehicle", "two_wheeler"),
    "gate_blocked": ("vehicle",),
    "gate_queue": ("vehicle",),
}
_RADIUS_SD: Final = 2.4477  # deviations that make the 95 % radius of a round error


@dataclass(frozen=True, slots=True)
class Asked:
    """One that waits. place: where the book knows the situation itself; else it is where the ask says."""

    ask: FlightAsk
    groups: tuple[str, ...]
    place: str | None = None

    @property
    def key(self) -> str:
        """Of its watch."""
        return f"ask|{self.ask.command}|{self.ask.situation}"

    @property
    def covariance(self) -> Covariance:
        """Of the place that the ask tells."""
        variance = ((self.ask.accuracy_m or 0.0) / _RADIUS_SD) ** 2
        return variance, 0.0, variance


class Asks:
    """MOST_ASKS at most; each goes when it is answered, or when its time is over."""

    def __init__(self, zones: Sequence[FlightZone]) -> None:
        self._zones = zones
        self._waiting: dict[str, Asked] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def __iter__(self) -> Iterator[Asked]:
        return iter(list(self._waiting.values()))

    def take(self, ask: FlightAsk, place: str | None, kind: str, group: str | None) -> FlightAnswer | None:
        """Wait for a flight; an answer at once where none can answer. kind, group: of a known place."""
        groups = ask.groups or ((group,) if group is not None else self.groups(ask.kind or kind))
        one = Asked(ask, groups, place)
        if one.key in self._waiting:
            return None
        if place is None and (ask.latitude is None or ask.longitude is None):
            return FlightAnswer(ask, "not_in_view", (words.plain("unknown_situation"),))
        if not groups:
            return FlightAnswer(ask, "not_in_view", (words.kind_not_seen(ask.kind or kind),))
        if len(self._waiting) >= MOST_ASKS:
            return FlightAnswer(ask, "not_seen", (words.plain("too_many"),))
        self._waiting[one.key] = one
        return None

    def groups(self, kind: str) -> tuple[str, ...]:
        """Those of the rules that open such a kind, else what is known of it; none: nothing detects it."""
        rules = [rule.settings for zone in self._zones for rule in zone.rules]
        of_rules = sorted({group for rule in rules if rule.incident == kind for group in rule.groups})
        return tuple(of_rules) or GROUPS.get(kind, ())

    def answer(self, one: Asked, outcome: Outcome, reasons: tuple[Reason, ...], **how: Any) -> FlightAnswer:
        """It waits no more."""
        del self._waiting[one.key]
        return FlightAnswer(one.ask, outcome, reasons, **how)

    def dump(self) -> list[dict[str, Any]]:
        """JSON-able."""
        return [asdict(one) for one in self]

    def restore(self, data: Sequence[Mapping[str, Any]]) -> None:
        """Raises KeyError, TypeError or ValueError for what is no dump."""
        for each in data[:MOST_ASKS]:
            ask = FlightAsk(**{**each["ask"], "groups": tuple(each["ask"]["groups"])})
            one = Asked(ask, tuple(each["groups"]), each["place"])
            self._waiting[one.key] = one
