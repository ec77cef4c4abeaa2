"""The book of a drone's flights: looks in; situations, answers and what a flight came to out. Pure.

Things are told apart within a flight by metres, and over flights by what both flights may err. A place is
cleared only by a look at all of it: never because nobody looked.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from broker.events import Reason
from edge.flight import words
from edge.flight.asks import Asks
from edge.flight.atlas import Atlas
from edge.flight.ending import summary_of
from edge.flight.found import Begun, Ended, FlightAnswer, FlightAsk, FlightFinding, FlightZone, Told
from edge.flight.look import Look
from edge.flight.looking import Looking
from edge.flight.proving import Proving
from edge.flight.rows import answer_row, finding_row
from edge.flight.settings import BookSettings
from edge.flight.things import Things
from edge.flight.underway import Underway

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
        self._things = Things(source, self._zones, self._atlas)
        self._proving = Proving(self._atlas, self._asks, settings.clear)
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
        self._things.match(flight, now)
        findings = [each for track in seen.tracks for each in self._things.judge(flight, track, now, dt)]
        looking = Looking(flight, look.aim, replace(seen, linked=flight.linked()), now, dt, seen.bounds)
        findings += self._proving.clear(flight, looking)
        return self._told(flight, findings, list(self._proving.answer(flight, looking)))

    def end(self, t: float, utc: float, cut: Reason | None = None) -> Ended | None:
        """The flight is over; None where none was under way. cut: why before its end, if so."""
        flight, self._flight = self._flight, None
        if flight is None:
            return None
        now = max(flight.time(t, utc) if cut is None else flight.last or utc, flight.last or 0.0)
        things = self._things
        findings = [each for track in flight.tracks for each in things.settle(flight, track, now)]
        nothing = [each for track in flight.tracks if (each := things.nothing(flight, track)) is not None]
        told = self._told(flight, findings, list(self._proving.not_seen(flight)))
        things.improve(flight)
        self._ended[flight.id] = now
        while len(self._ended) > MOST_ENDED:
            del self._ended[next(iter(self._ended))]
        return Ended(told, summary_of(flight, self._zones, nothing, now, cut))

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
        return Told(tuple(found), tuple(self._proving.late(self._flight, utc)))

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
