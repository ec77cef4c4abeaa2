"""What the things of a flight come to: known places, new situations, or nothing. Pure."""

from collections.abc import Iterator, Sequence

from broker.events import Reason
from edge.flight import words
from edge.flight.atlas import Atlas
from edge.flight.found import FlightFinding, FlightZone, Nothing
from edge.flight.judging import Opens, near_zones, opens, why_not
from edge.flight.matching import Matching, match, shift_of
from edge.flight.places import GroundPlace, place_id
from edge.flight.tracks import LEAST_LOOKS, Track
from edge.flight.underway import Underway
from edge.ground.spot import radius95


class Things:
    """Of one source's flights, over its zones and known places."""

    def __init__(self, source: str, zones: Sequence[FlightZone], atlas: Atlas) -> None:
        self._source, self._zones, self._atlas = source, zones, atlas

    def match(self, flight: Underway, now: float) -> None:
        """Which of the things that stand are places that were known before."""
        for track in flight.tracks:
            if track.place is not None and track.moving:
                track.place = None
        held = {track.place for track in flight.tracks if track.place is not None}
        standing = [track for track in flight.tracks if track.place is None and track.stands]
        if not standing:
            flight.matching = Matching()
            return
        free = [p for p in self._atlas if p.id not in held and _stands_at(p, now)]
        known = [flight.known(place) for place in flight.near(free, _bounds(standing))]
        flight.matching = match(standing, known, flight.bend, flight.turn_sd)
        for track in standing:
            if flight.matching.pairs.get(track.number) in flight.own:
                track.place = flight.matching.pairs[track.number]

    def judge(self, flight: Underway, track: Track, now: float, dt: float) -> Iterator[FlightFinding]:
        """What a thing that is seen now comes to."""
        if not track.stands:
            return
        place = self._atlas.get(track.place or flight.matching.pairs.get(track.number))
        if place is not None:
            if place.cleared is not None:
                return
            yield from self._follow(flight, place, track, now, dt)
        elif track.number in flight.matching.held:
            return
        spot = flight.spot(track) if place is None else place.spot
        for opened in opens(self._zones, track, spot, place, now):
            place = self._atlas.get(track.place) or place
            yield from self._open(flight, track, place, opened, now)

    def _follow(
        self, flight: Underway, place: GroundPlace, track: Track, now: float, dt: float
    ) -> Iterator[FlightFinding]:
        """It is known; told once a flight."""
        place.last, place.since = max(place.last, track.last), min(place.since, track.since)
        place.observed_s += dt
        if place.id in flight.own:
            place.spot = flight.spot(track)
        if place.flight != flight.id:
            place.flight, place.flights = flight.id, place.flights + 1
        for told in place.situations.values():
            if told.flight != flight.id:
                told.flight = flight.id
                reasons = _again(flight, place, track)
                shown = flight.shown(track)
                yield place.finding(told, "updated", reasons, flight=flight.id, at=now, shown=shown)

    def _open(
        self, flight: Underway, track: Track, place: GroundPlace | None, opened: Opens, now: float
    ) -> Iterator[FlightFinding]:
        if place is None:
            given_up = self._atlas.room(flight.id, now)
            if given_up is None:
                return
            yield from given_up
            place = self._found(flight, track)
        told = place.opens(opened.zone, opened.rule.settings)
        told.flight = flight.id
        self._atlas.name(place)
        shown = flight.shown(track)
        yield place.finding(told, "opened", opened.reasons, flight=flight.id, at=now, shown=shown)

    def _found(self, flight: Underway, track: Track) -> GroundPlace:
        """A new place of this flight."""
        place = GroundPlace(
            id=place_id(self._source, flight.id, flight.next_place()),
            group=track.group,
            label=track.label,
            score=track.score,
            spot=flight.spot(track),
            since=track.since,
            last=track.last,
            flight=flight.id,
            observed_s=track.stood_s,
        )
        track.place = place.id
        flight.own.add(place.id)
        self._atlas.add(place)
        return place

    def settle(self, flight: Underway, track: Track, now: float) -> Iterator[FlightFinding]:
        """At the end: what waited for a known place that never came, and what may become something later."""
        linked = track.place or flight.matching.pairs.get(track.number)
        if linked is not None or not track.stands:
            return
        spot = flight.spot(track)
        if track.number in flight.matching.held:
            for opened in opens(self._zones, track, spot, None, track.last):
                yield from self._open(flight, track, self._atlas.get(track.place), opened, now)
        if track.place is None and not self._atlas.full and near_zones(self._zones, track.group, spot):
            self._found(flight, track)

    def nothing(self, flight: Underway, track: Track) -> Nothing | None:
        """Why a thing that stood, or may have, is no situation."""
        place = self._atlas.get(track.place or flight.matching.pairs.get(track.number))
        if track.looks < LEAST_LOOKS or (place is not None and place.open):
            return None
        spot = flight.spot(track)
        reasons = why_not(self._zones, track, spot, place)
        if place is None and self._atlas.full:
            reasons = (*reasons, words.plain("too_many_places"))
        if place is not None and place.cleared is not None:
            reasons = (words.plain("cleared_since"), *reasons)
        times = (track.since, track.last, track.stood_s, track.spell)
        return Nothing(track.group, track.label, spot, *times, reasons)

    def improve(self, flight: Underway) -> None:
        """A flight that knows a place better says where it is."""
        for number, name in flight.matching.pairs.items():
            place, track = self._atlas.get(name), flight.tracks.all.get(number)
            if place is not None and track is not None and name not in flight.own:
                spot = flight.spot(track)
                place.spot = spot if spot.accuracy_m < place.spot.accuracy_m else place.spot


def _bounds(tracks: Sequence[Track]) -> tuple[float, float, float, float]:
    """Of all of them: west, south, east, north."""
    easts, norths = zip(*(track.point for track in tracks), strict=True)
    return min(easts), min(norths), max(easts), max(norths)


def _stands_at(place: GroundPlace, now: float) -> bool:
    """As far as is known: what a later flight saw empty was not empty yet."""
    return place.cleared is None or place.cleared > now


def _again(flight: Underway, place: GroundPlace, track: Track) -> tuple[Reason, ...]:
    shift = flight.matching.shift
    known = shift_of(flight.known(place), shift, flight.bend)
    away = ((known.point[0] - track.point[0]) ** 2 + (known.point[1] - track.point[1]) ** 2) ** 0.5
    mine = (0.0, 0.0, 0.0) if shift is not None else track.covariance
    ee, en, nn = (a + b for a, b in zip(known.covariance, mine, strict=True))
    return (words.seen_again(away, radius95((ee, en, nn)), shift), *words.shifted(shift))
