"""What a flight proves: places that were seen empty, and answers to what was asked. Pure."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from broker.events import Reason
from edge.flight import words
from edge.flight.asks import Asks
from edge.flight.atlas import Atlas
from edge.flight.found import FlightAnswer, FlightFinding
from edge.flight.looking import Looking, target_of_ask
from edge.flight.places import GroundPlace
from edge.flight.underway import Underway

MOST_CLEAR_S: Final = 40.0  # that something seen to stand in this very flight has to be gone


class Proving:
    """clear_s: how long a place has to be seen empty."""

    def __init__(self, atlas: Atlas, asks: Asks, clear_s: float) -> None:
        self._atlas, self._asks, self._clear_s = atlas, asks, clear_s

    def clear(self, flight: Underway, looking: Looking) -> Iterator[FlightFinding]:
        """What was seen empty for long enough."""
        standing = [p for p in self._atlas if p.cleared is None and looking.now > p.last]
        for place in flight.near(standing, looking.bounds):
            watch = looking.at(f"place|{place.id}", flight.target(place, looking.aim), self._most_s)
            if watch is None or not watch.enough(self._needed_s(watch.stood_s)):
                continue
            radius = flight.target(place, looking.aim).radius_m
            why = words.empty(watch.clean_s, watch.looks, self._needed_s(watch.stood_s), radius)
            reasons = (why, *words.shifted(flight.matching.shift))
            yield from self._cleared(flight, place, reasons, looking)

    def _cleared(
        self, flight: Underway, place: GroundPlace, reasons: tuple[Reason, ...], looking: Looking
    ) -> Iterator[FlightFinding]:
        for number, name in flight.linked().items():
            if name == place.id:
                flight.tracks.all.pop(number, None)
        place.cleared = looking.now
        flight.watches.pop(f"place|{place.id}", None)
        if not place.open and not place.ended:
            self._atlas.drop(place)
        for key in list(place.situations):
            told = place.ends(key)
            yield place.finding(
                told, "cleared", reasons, flight=flight.id, at=looking.now, shown=looking.shown()
            )

    @property
    def _most_s(self) -> float:
        return self._clear_s / 2.0

    def _needed_s(self, stood_s: float) -> float:
        """What was seen to stand there in this very flight has to be gone for as long as it was seen."""
        return max(self._clear_s, min(stood_s, MOST_CLEAR_S))

    def answer(self, flight: Underway, looking: Looking) -> Iterator[FlightAnswer]:
        for one in self._asks:
            place = self._atlas.get(one.place)
            if place is None:
                target = target_of_ask(flight, one, looking.aim)
            else:
                target = replace(flight.target(place, looking.aim), groups=one.groups)
            found = looking.sight(target)
            watch = looking.take(one.key, found, self._most_s)
            if watch is None:
                continue
            needed = self._needed_s(watch.stood_s)
            if found.word == "stands" and found.reason is not None and found.track is not None:
                reasons = (found.reason, *words.shifted(flight.matching.shift if target.relative else None))
                shown = flight.shown(found.track)
                yield self._asks.answer(
                    one, "occupied", reasons, flight=flight.id, seen=looking.now, shown=shown
                )
            elif watch.enough(needed):
                why = words.empty(watch.clean_s, watch.looks, needed, target.radius_m, code="seen_empty")
                yield self._asks.answer(
                    one, "clear", (why,), flight=flight.id, seen=looking.now, shown=looking.shown()
                )
            else:
                continue
            del flight.watches[one.key]

    def not_seen(self, flight: Underway) -> Iterator[FlightAnswer]:
        for one in self._asks:
            watch = flight.watches.get(one.key)
            if watch is not None and watch.tried:
                why = watch.why_not(self._needed_s(watch.stood_s))
                yield self._asks.answer(one, "not_seen", why, flight=flight.id, seen=watch.seen)

    def late(self, flight: Underway | None, utc: float) -> Iterator[FlightAnswer]:
        for one in self._asks:
            if one.ask.until > utc:
                continue
            watch = None if flight is None else flight.watches.pop(one.key, None)
            if flight is None or watch is None or not watch.tried:
                yield self._asks.answer(one, "not_in_view", (words.plain("never_in_view"),))
                continue
            why = watch.why_not(self._needed_s(watch.stood_s))
            yield self._asks.answer(one, "not_seen", why, flight=flight.id, seen=watch.seen)
