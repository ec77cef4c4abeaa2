"""The book of a drone's flights: looks in; situations, answers and what a flight came to out. Pure.

Things are told apart within a flight by metres, and over flights by what both flights may err. A place is
cleared only by a look at all of it: never because nobody looked.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from broker.events import Reason
from edge.flight import words
from edge.flight.asks import Asks
from edge.flight.atlas import Atlas
from edge.flight.ending import summary_of
from edge.flight.found import Begun, Ended, FlightAnswer, FlightAsk, FlightFinding, FlightZone, Nothing, Told
from edge.flight.judging import Opens, near_zones, opens, why_not
from edge.flight.look import Look
from edge.flight.looking import Looking, target_of_ask
from edge.flight.matching import match, shift_of
from edge.flight.pairs import Shift
from edge.flight.places import GroundPlace, place_id
from edge.flight.rows import answer_row, finding_row
from edge.flight.settings import BookSettings
from edge.flight.tracks import LEAST_LOOKS, Track
from edge.flight.underway import Underway
from edge.ground.spot import radius95

VERSION: Final = 1
MOST_ENDED: Final = 1024
_DEFAULT: Final = BookSettings()


class FlightBook:
    """One source's. Looks go to the flight that has begun; without one they are left out.

    A look that the detector did not see is given with `refused`, as one without a pose is.
    """

    def __init__(self, source: str, zones: Sequence[FlightZone], settings: BookSettings = _DEFAULT) -> None:
        self.source = source
        self._zones = tuple(zones)
        self._settings = settings
        self._atlas = Atlas(settings.forget)
        self._asks = Asks(self._zones)
        self._flight: Underway | None = None
        self._ended: dict[str, float] = {}
        self._due: list[FlightFinding] = []

    def __len__(self) -> int:
        return len(self._atlas) + len(self._asks)

    @property
    def flight(self) -> str | None:
        """The flight that is under way."""
        return None if self._flight is None else self._flight.id

    def begin(self, flight: str, t: float, utc: float) -> Begun:
        """A flight begins, or the one that was under way at a restart goes on."""
        if self._flight is not None and self._flight.id == flight:
            self._flight.time(t, utc)
            return Begun()
        cut = self.end(t, utc, words.plain("cut_short"))
        if flight in self._ended:
            return Begun(cut, words.plain("flown_before"))
        self._flight = Underway(flight, self._settings, utc, utc - t)
        return Begun(cut)

    def step(self, look: Look) -> Told:
        """One picture, in order of time. One that came before is left out."""
        flight = self._flight
        if flight is None:
            return Told()
        now = flight.time(look.t, look.utc)
        dt = flight.turn(now)
        if dt is None:
            return Told()
        why = _unplaced(look)
        if why is not None or look.aim is None:
            flight.blind(why or words.plain("no_ground"), dt)
            return Told()
        seen = flight.see(look, look.aim, now, dt)
        self._match(flight, now)
        seen = replace(seen, linked=self._linked(flight))
        findings = [each for track in seen.tracks for each in self._judge(flight, track, now, dt)]
        seen = replace(seen, linked=self._linked(flight))
        looking = Looking(flight, look.aim, seen, now, dt)
        findings += self._clear(flight, looking)
        return self._told(flight, findings, list(self._answer(flight, looking)))

    def _match(self, flight: Underway, now: float) -> None:
        """Which of the things that stand are places that were known before."""
        for track in flight.tracks:
            if track.place is not None and track.moving:
                track.place = None
        held = {track.place for track in flight.tracks if track.place is not None}
        standing = [track for track in flight.tracks if track.place is None and track.stands]
        known = [flight.known(p) for p in self._atlas if p.id not in held and _stands_at(p, now)]
        flight.matching = match(standing, known)
        for track in standing:
            if flight.matching.pairs.get(track.number) in flight.own:
                track.place = flight.matching.pairs[track.number]

    def _linked(self, flight: Underway) -> dict[int, str]:
        own = {track.number: track.place for track in flight.tracks if track.place is not None}
        return {**flight.matching.pairs, **own}

    def _judge(self, flight: Underway, track: Track, now: float, dt: float) -> Iterator[FlightFinding]:
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
            place, given_up = self._found(flight, track, now)
            yield from given_up
        told = place.opens(opened.zone, opened.rule.settings)
        told.flight = flight.id
        self._atlas.name(place)
        shown = flight.shown(track)
        yield place.finding(told, "opened", opened.reasons, flight=flight.id, at=now, shown=shown)

    def _found(self, flight: Underway, track: Track, now: float) -> tuple[GroundPlace, list[FlightFinding]]:
        """A new place of this flight."""
        place = GroundPlace(
            id=place_id(self.source, flight.id, flight.next_place()),
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
        return place, self._atlas.add(place, now)

    def _clear(self, flight: Underway, looking: Looking) -> Iterator[FlightFinding]:
        """What was seen empty for long enough."""
        for place in self._atlas:
            if place.cleared is not None or looking.now <= place.last:
                continue
            watch = looking.at(f"place|{place.id}", flight.target(place, looking.aim), self._most_s)
            if watch is None or not watch.enough(self._needed_s(watch.stood_s)):
                continue
            radius = flight.target(place, looking.aim).radius_m
            why = words.empty(watch.clean_s, watch.looks, self._needed_s(watch.stood_s), radius)
            reasons = (why, *_shifted(flight.matching.shift))
            yield from self._cleared(flight, place, reasons, looking)

    def _cleared(
        self, flight: Underway, place: GroundPlace, reasons: tuple[Reason, ...], looking: Looking
    ) -> Iterator[FlightFinding]:
        for number, name in self._linked(flight).items():
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
        return self._settings.clear / 2.0

    def _needed_s(self, stood_s: float) -> float:
        """What was seen to stand there in this very flight has to be gone for as long as it was seen."""
        return max(self._settings.clear, min(stood_s, 40.0))

    def _answer(self, flight: Underway, looking: Looking) -> Iterator[FlightAnswer]:
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
                reasons = (found.reason, *_shifted(flight.matching.shift if target.relative else None))
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

    def end(self, t: float, utc: float, cut: Reason | None = None) -> Ended | None:
        """The flight is over; None where none was under way. cut: why before its end, if so."""
        flight, self._flight = self._flight, None
        if flight is None:
            return None
        now = max(flight.time(t, utc) if cut is None else flight.last or utc, flight.last or 0.0)
        findings = [each for track in flight.tracks for each in self._settle(flight, track, now)]
        nothing = [each for track in flight.tracks if (each := self._nothing(flight, track)) is not None]
        told = self._told(flight, findings, list(self._not_seen(flight)))
        self._improve(flight)
        self._ended[flight.id] = now
        while len(self._ended) > MOST_ENDED:
            del self._ended[next(iter(self._ended))]
        return Ended(told, summary_of(flight, self._zones, nothing, now, cut))

    def _settle(self, flight: Underway, track: Track, now: float) -> Iterator[FlightFinding]:
        """At the end: what waited for a known place that never came, and what may become something later."""
        linked = track.place or flight.matching.pairs.get(track.number)
        if linked is not None or not track.stands:
            return
        spot = flight.spot(track)
        if track.number in flight.matching.held:
            for opened in opens(self._zones, track, spot, None, track.last):
                yield from self._open(flight, track, self._atlas.get(track.place), opened, now)
        if track.place is None and near_zones(self._zones, track.group, spot):
            yield from self._found(flight, track, now)[1]

    def _nothing(self, flight: Underway, track: Track) -> Nothing | None:
        """Why a thing that stood, or may have, is no situation."""
        place = self._atlas.get(track.place or flight.matching.pairs.get(track.number))
        if track.looks < LEAST_LOOKS or (place is not None and place.open):
            return None
        spot = flight.spot(track)
        reasons = why_not(self._zones, track, spot, place)
        if place is not None and place.cleared is not None:
            reasons = (words.plain("cleared_since"), *reasons)
        times = (track.since, track.last, track.stood_s, track.spell)
        return Nothing(track.group, track.label, spot, *times, reasons)

    def _not_seen(self, flight: Underway) -> Iterator[FlightAnswer]:
        for one in self._asks:
            watch = flight.watches.get(one.key)
            if watch is not None and watch.tried:
                why = watch.why_not(self._needed_s(watch.stood_s))
                yield self._asks.answer(one, "not_seen", why, flight=flight.id, seen=watch.seen)

    def _improve(self, flight: Underway) -> None:
        """A flight that knows a place better says where it is."""
        for number, name in flight.matching.pairs.items():
            place, track = self._atlas.get(name), flight.tracks.all.get(number)
            if place is not None and track is not None and name not in flight.own:
                spot = flight.spot(track)
                place.spot = spot if spot.accuracy_m < place.spot.accuracy_m else place.spot

    def _told(
        self, flight: Underway, findings: Sequence[FlightFinding], answers: Sequence[FlightAnswer]
    ) -> Told:
        flight.note("findings", [finding_row(each) for each in findings])
        flight.note("answers", [answer_row(each) for each in answers])
        return Told(tuple(findings), tuple(answers))

    def ask(self, ask: FlightAsk, utc: float) -> Told:
        """Look for this from now on; its answer, where that needs no look."""
        place = self._atlas.of(ask.situation)
        kinds = [] if place is None else [t.kind for t in place.situations.values() if t.id == ask.situation]
        kind, group = (kinds[0] if kinds else ""), (None if place is None else place.group)
        given = self._asks.take(ask, None if place is None else place.id, kind, group)
        overdue = given is None and ask.until <= utc
        return self.overdue(utc) if overdue else Told(answers=() if given is None else (given,))

    def overdue(self, utc: float) -> Told:
        """Call it now and then: asks whose time is over, places given up, and what a restart ended."""
        found, self._due = self._due + self._atlas.overdue(utc), []
        return Told(tuple(found), tuple(self._late(utc)))

    def _late(self, utc: float) -> Iterator[FlightAnswer]:
        flight = self._flight
        for one in self._asks:
            if one.ask.until > utc:
                continue
            watch = None if flight is None else flight.watches.pop(one.key, None)
            if flight is None or watch is None or not watch.tried:
                yield self._asks.answer(one, "not_in_view", (words.plain("never_in_view"),))
                continue
            why = watch.why_not(self._needed_s(watch.stood_s))
            yield self._asks.answer(one, "not_seen", why, flight=flight.id, seen=watch.seen)

    def dump(self) -> dict[str, Any]:
        """All of it, JSON-able, also in the middle of a flight."""
        flight = None if self._flight is None else self._flight.dump()
        return {
            "version": VERSION,
            "places": self._atlas.dump(),
            "asks": self._asks.dump(),
            "ended": dict(self._ended),
            "flight": flight,
        }

    def restore(self, data: dict[str, Any], utc: float) -> list[str]:
        """Take up a dump in a new book; what was wrong with it. Raises ValueError for what is no dump."""
        try:
            version, places, asks = data["version"], list(data["places"]), list(data["asks"])
            self._ended = {str(flight): float(at) for flight, at in data["ended"].items()}
            under_way = data["flight"]
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ValueError(f"this is no book of flights: {error!r}") from error
        if version != VERSION:
            raise ValueError(f"this is version {version!r} of the book of flights, not {VERSION}")
        faults = self._atlas.restore(places)
        try:
            self._asks.restore(asks)
            self._flight = None if under_way is None else Underway.restore(under_way, self._settings)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            faults.append(f"the flight under way was left out: {error!r}"[:240])
        self._due = self._atlas.hold_against(self._zones, utc)
        return faults


def _unplaced(look: Look) -> Reason | None:
    """Why a look proves nothing, if so."""
    if look.refused is not None:
        return look.refused
    return None if look.trusted else words.plain("untrusted")


def _stands_at(place: GroundPlace, now: float) -> bool:
    """As far as is known: what a later flight saw empty was not empty yet."""
    return place.cleared is None or place.cleared > now


def _again(flight: Underway, place: GroundPlace, track: Track) -> tuple[Reason, ...]:
    shift = flight.matching.shift
    known = shift_of(flight.known(place), shift)
    away = ((known.point[0] - track.point[0]) ** 2 + (known.point[1] - track.point[1]) ** 2) ** 0.5
    mine = (0.0, 0.0, 0.0) if shift is not None else track.covariance
    ee, en, nn = (a + b for a, b in zip(known.covariance, mine, strict=True))
    return (words.seen_again(away, radius95((ee, en, nn)), shift), *_shifted(shift))


def _shifted(shift: Shift | None) -> tuple[Reason, ...]:
    return () if shift is None else (words.shifted(shift),)
