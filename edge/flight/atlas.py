"""The places that the flights of one source know, over flights and restarts. Pure; bounded."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from broker.events import Reason
from edge.flight import words
from edge.flight.found import FlightFinding, FlightZone
from edge.flight.judging import as_spot
from edge.flight.places import MOST_PLACES, GroundPlace, key_of


class Atlas:
    """Open places, those that may become it, and for some days those that were seen empty."""

    def __init__(self, forget_s: float) -> None:
        self._forget_s = forget_s
        self._places: dict[str, GroundPlace] = {}
        self._names: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self._places)

    def __iter__(self) -> Iterator[GroundPlace]:
        return iter(list(self._places.values()))

    def get(self, place: str | None) -> GroundPlace | None:
        """By its id."""
        return None if place is None else self._places.get(place)

    def of(self, situation: str) -> GroundPlace | None:
        """The place of a situation, also of one that has ended not long ago."""
        return self.get(self._names.get(situation))

    @property
    def full(self) -> bool:
        """Whether something has to go before anything can come."""
        return len(self._places) >= MOST_PLACES

    def room(self, flight: str, at: float) -> list[FlightFinding] | None:
        """Make room for a new place; what is given up for it. First what was empty, then the oldest.

        None: all that is kept was seen by this flight itself.
        """
        if not self.full:
            return []
        oldest = min(self._places.values(), key=_worth)
        if oldest.open and oldest.flight == flight:
            return None
        given_up = self.give_up(oldest, words.plain("given_up_for_another"), at)
        self.drop(oldest)
        return given_up

    def add(self, place: GroundPlace) -> None:
        """A new place, once there is room."""
        self._places[place.id] = place
        self.name(place)

    def name(self, place: GroundPlace) -> None:
        """Its situations can be asked for."""
        for told in place.situations.values():
            self._names[told.id] = place.id

    def drop(self, place: GroundPlace) -> None:
        """It is forgotten."""
        for name in (*place.ended, *(told.id for told in place.situations.values())):
            self._names.pop(name, None)
        self._places.pop(place.id, None)

    def give_up(self, place: GroundPlace, why: Reason, at: float) -> list[FlightFinding]:
        """All of its situations end."""
        ended = [place.ends(key) for key in list(place.situations)]
        return [place.finding(told, "cleared", (why,), flight=None, at=at) for told in ended]

    def overdue(self, at: float) -> list[FlightFinding]:
        """Give up what no flight has seen for long, and forget what was empty for as long."""
        found: list[FlightFinding] = []
        for place in self:
            since = place.last if place.cleared is None else place.cleared
            if at - since > self._forget_s:
                found += self.give_up(place, words.given_up((at - since) / 86_400.0), at)
                self.drop(place)
        return found

    def hold_against(self, zones: Sequence[FlightZone], at: float) -> list[FlightFinding]:
        """After a restart: end what no rule watches any more, and what lies outside a zone drawn anew."""
        known = {zone.id: zone for zone in zones}
        rules = {key_of(zone.id, rule.settings.name): zone for zone in zones for rule in zone.rules}
        found = []
        for place in self:
            for key, told in list(place.situations.items()):
                zone = known.get(told.zone.id)
                why = words.plain("rule_gone") if key not in rules or zone is None else _outside(zone, place)
                if why is not None:
                    found.append(place.finding(place.ends(key), "cleared", (why,), flight=None, at=at))
                elif zone is not None:
                    told.zone = told.zone.model_copy(update={"version": zone.version})
        return found

    def dump(self) -> list[dict[str, Any]]:
        """JSON-able."""
        return [place.dump() for place in self]

    def restore(self, data: Iterable[Mapping[str, Any]]) -> list[str]:
        """Take up places; what was wrong with them, one text each."""
        faults = []
        for each in data:
            try:
                place = GroundPlace.restore(each)
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                faults.append(f"a place was left out: {error!r}"[:240])
                continue
            if len(self._places) < MOST_PLACES:
                self._places[place.id] = place
                self._names.update(dict.fromkeys(place.ended, place.id))
                self.name(place)
        return faults


def _worth(place: GroundPlace) -> tuple[bool, bool, float]:
    return place.cleared is None, place.open, place.last


def _outside(zone: FlightZone, place: GroundPlace) -> Reason | None:
    stands = zone.ground.stands(as_spot(place.spot))
    return stands.reason if stands.where == "outside" else None
