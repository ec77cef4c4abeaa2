"""One drone's flights as the node keeps them: the book, its pictures, and results committed with its state.

All of it is called from the drone's own thread; only `want` and `report` from any.
"""

import json
import logging
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Literal

from broker.events import Audit, ClockQuality, Evidence, Flight, Reason
from broker.messages import SourceReport
from edge.deck import reporting, telling
from edge.deck.asking import ask_of, spot_of
from edge.deck.flightlog import FlightLog
from edge.deck.looks import Standpoint
from edge.deck.photos import FlightPhotos
from edge.deck.settings import FlightSettings
from edge.deck.shelf import Shelf
from edge.drafts import Batch, Upload
from edge.evidence import Role
from edge.flight.book import FlightBook
from edge.flight.found import Ended, FlightAnswer, FlightAsk, FlightFinding, FlightSummary, Told
from edge.flight.look import Look
from edge.flight.zoning import zone_of
from edge.frames import SourceClock
from edge.landing import Mark, marks
from edge.steps import Shown
from edge.troubles import fit
from edge.wing import Wanted

log = logging.getLogger(__name__)

PREFIX: Final = "flight/"  # of the snapshots; no source's id holds a slash
VERSION: Final = 1
MOST_WANTED: Final = 2048
FIRST_S: Final = 1e-3  # before its first picture nothing of a flight was looked at
Files = tuple[dict[str, Any], dict[str, Any]]  # a report and its GeoJSON
State = Literal["starting", "ok", "ended", "lost"]


class Deck:
    """begin, look, end in turn; `serve` now and then. put: commits a batch.

    at: the flight under way, and the time of its last look, in the source's time and in UTC. reports, words:
    of the last flight that ended. trouble: of the pictures, in words; mute: of live telemetry.
    """

    def __init__(
        self,
        settings: FlightSettings,
        made_by: Audit,
        put: Callable[[Batch], None],
        clock: SourceClock,
        shelf: Shelf | None,
        keep_s: float = 10.0,
    ) -> None:
        self.at: tuple[str, float, float] | None = None
        self.done: Mapping[str, Mark] = {}
        self.state: State = "starting"
        self.trouble: str | None = None
        self.mute: str | None = None
        self.looks = self.refused = 0
        self.reports: Files | None = None
        self.words: list[str] = []
        self._settings, self._made_by, self._put, self._clock = settings, made_by, put, clock
        self._shelf, self._keep_s = shelf, keep_s
        self._zones = {zone.id: zone_of(zone) for zone in settings.zones}
        self._book = FlightBook(settings.id, list(self._zones.values()), settings.places)
        self._photos: FlightPhotos | None = None
        self._log: FlightLog | None = None
        self._film: str | None = None
        self._unplaced: Counter[str] = Counter()
        self._texts: dict[str, str] = {}
        self._wanted: deque[FlightAsk] = deque()
        self._kept = clock.monotonic()
        self._heard: float | None = None

    @property
    def troubles(self) -> str | None:
        """Both."""
        return "; ".join(filter(None, (self.trouble, self.mute))) or None

    @property
    def key(self) -> str:
        """Under this its state is kept."""
        return f"{PREFIX}{self._settings.id}"

    def resume(self, saved: bytes | None) -> None:
        """Take up what an earlier process kept; what cannot be read costs only itself."""
        if not saved:
            return
        try:
            data = json.loads(saved)
            if data["version"] != VERSION:
                raise ValueError(f"it is of version {data['version']!r}, not {VERSION}")
            faults = self._book.restore(data["book"], self._clock.utc())
            self.done = marks(data["done"])
            at = data["at"]
            self.at = None if at is None else (str(at[0]), float(at[1]), float(at[2]))
            self._unplaced = Counter({str(code): int(count) for code, (count, _) in data["unplaced"].items()})
            self._texts = {str(code): str(text) for code, (_, text) in data["unplaced"].items()}
        except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
            log.error(
                "drone %s: the state before the restart cannot be taken up: %s", self._settings.id, error
            )
            return
        for fault in faults:
            log.error("drone %s: %s", self._settings.id, fault)

    def snapshot(self) -> dict[str, bytes]:
        """All of it."""
        state = {
            "version": VERSION,
            "book": self._book.dump(),
            "done": dict(self.done),
            "at": self.at,
            "unplaced": self._left(),
        }
        return {self.key: json.dumps(state, separators=(",", ":")).encode()}

    def begin(
        self, flight: str, t: float, utc: float, film: str | None, log_: FlightLog, photos: FlightPhotos
    ) -> bool:
        """A flight begins or goes on; False for one that was flown before."""
        begun = self._book.begin(flight, t, utc)
        if begun.cut is not None:
            self._ended(begun.cut)
        if begun.refused is not None:
            log.info("drone %s: %s: %s", self._settings.id, flight, begun.refused.text)
            return False
        self._photos, self._log, self._film = photos, log_, film
        if self.at is None or self.at[0] != flight:
            self._unplaced.clear()
            self._texts.clear()
            self.at = (flight, t - FIRST_S, utc - FIRST_S)
        self.state = "ok"
        return True

    def look(self, look: Look, unplaced: Sequence[Reason]) -> None:
        """One picture."""
        self.looks += 1
        self.refused += look.refused is not None
        self._heard = self._clock.monotonic()
        for reason in unplaced:
            self._unplaced[reason.code] += 1
            self._texts.setdefault(reason.code, reason.text)
        told = self._book.step(look)
        if self.at is not None:
            self.at = (self.at[0], look.t, look.utc)
        self._tell(told, look.clock)

    def end(self, t: float, utc: float, done: Mapping[str, Mark] | None = None) -> None:
        """The flight is over; its report goes with the state. done: films that need not be flown again."""
        if done is not None:
            self.done = dict(done)
        ended = self._book.end(t, utc)
        self.at = None
        self.state = "ended"
        if ended is not None:
            self._ended(ended)
        else:
            self.keep()
        self._photos = self._log = self._film = None

    def want(self, wanted: Wanted) -> bool:
        """Look for this; False for what no flight can find. From any thread."""
        ask = ask_of(wanted)
        own = wanted.known is not None and wanted.known.source == self._settings.id
        if (ask.latitude is None and not own) or len(self._wanted) >= MOST_WANTED:
            return False
        self._wanted.append(ask)
        return True

    @property
    def asked(self) -> bool:
        """Whether somebody waits for `serve`."""
        return bool(self._wanted)

    def serve(self, utc: float | None = None) -> None:
        """What was asked since, and what is over. utc: of the flight under way; a film's may be long ago."""
        now = self._clock.utc() if utc is None else utc
        told = self._book.overdue(now)
        asked = False
        while self._wanted:
            asked = True
            more = self._book.ask(self._wanted.popleft(), now)
            told = Told(told.findings + more.findings, told.answers + more.answers)
        self._tell(told, self._clock.quality(), whole=asked)

    def keep(self) -> None:
        """Commit the state alone."""
        self._kept = self._clock.monotonic()
        self._put(Batch(snapshots=self.snapshot()))

    def report(self) -> SourceReport:
        """How it fares; its frames are the pictures that were looked at."""
        age = None if self._heard is None else round(max(0.0, self._clock.monotonic() - self._heard), 1)
        return SourceReport(
            id=self._settings.id,
            state=self.state,
            frames=self.looks,
            dropped=self.refused,
            age_s=age,
            trouble=None if self.troubles is None else fit(self.troubles),
        )

    def _tell(self, told: Told, quality: ClockQuality, *, whole: bool = False) -> None:
        """Events always go with the state behind them; state alone is kept now and then."""
        if told.findings or told.answers:
            batch = self._events(told, quality)
            self._kept = self._clock.monotonic()
            self._put(batch.then(Batch(snapshots=self.snapshot())))
        elif whole or (self.at is not None and self._clock.monotonic() - self._kept >= self._keep_s):
            self.keep()

    def _ended(self, ended: Ended) -> None:
        """The last findings and the report, in one commit with the state."""
        summary, quality = ended.summary, self._clock.quality()
        batch = self._events(ended.told, quality)
        flight = telling.flight_of(summary.flight, "none" if self._log is None else self._log.comes, None)
        try:
            audit = telling.audited(self._made_by, quality)
            draft = reporting.finished(summary, self._settings, flight, self._left(), audit)
            batch = batch.then(Batch((draft,)))
        except ValueError:
            log.exception("drone %s: the report of %s cannot be sent", self._settings.id, summary.flight)
        self._put(batch.then(Batch(snapshots=self.snapshot())))
        self._kept = self._clock.monotonic()
        try:
            self._written(summary)
        except Exception:  # what counts is committed; the files are for people to read
            log.exception("drone %s: the report of %s cannot be written", self._settings.id, summary.flight)

    def _written(self, summary: FlightSummary) -> None:
        """The report as files and in words. Raises OSError."""
        self.words = reporting.words(summary, self._left())
        for line in self.words:
            log.info("drone %s: %s", self._settings.id, line)
        self.reports = self._whole(summary)
        if self._shelf is not None:
            self._shelf.put(summary.flight, *self.reports)

    def _whole(self, summary: FlightSummary) -> Files:
        """The report, and its GeoJSON."""
        told = reporting.report(summary, self._settings, self._film, self._left(), self._log)
        return told, reporting.geojson(told, self._settings)

    def _left(self) -> dict[str, tuple[int, str]]:
        return {code: (count, self._texts.get(code, code)) for code, count in self._unplaced.items()}

    def _events(self, told: Told, quality: ClockQuality) -> Batch:
        batch = Batch()
        audit = telling.audited(self._made_by, quality)
        for found in told.findings:
            batch = batch.then(self._made(found.situation, lambda one=found: self._found(one, audit)))  # type: ignore[misc]
        for answer in told.answers:
            name = answer.ask.situation
            batch = batch.then(self._made(name, lambda one=answer: self._answer(one, audit)))  # type: ignore[misc]
        return batch

    def _made(self, what: str, make: Callable[[], Batch]) -> Batch:
        try:
            return make()
        except Exception:  # the others of this look must go with the state behind them, or never go
            log.exception(
                "drone %s: an event about %s cannot be made and is left out", self._settings.id, what
            )
            return Batch()

    def _found(self, found: FlightFinding, audit: Audit) -> Batch:
        role: Role = "after" if found.phase == "cleared" else "scene"
        taken: Shown = Shown(None)
        here: Standpoint | None = None
        if self._photos is not None and found.phase != "updated":
            zone = self._zones.get(found.zone.id)
            ground = None if zone is None else zone.ground
            taken, here = self._photos.place(found.shown, found.spot, ground, role)
        flight = self._flight(found.flight, here)
        pictures, more = _evidence(taken)
        draft = telling.incident(found, self._settings, flight, pictures, more, audit)
        return Batch((draft,), _uploads(pictures))

    def _answer(self, answer: FlightAnswer, audit: Audit) -> Batch:
        taken: Shown = Shown(None)
        here: Standpoint | None = None
        if self._photos is not None and answer.shown is not None:
            taken, here = self._photos.place(answer.shown, spot_of(answer.ask), None, "after")
        pictures, more = _evidence(taken)
        flight = self._flight(answer.flight, here)
        now = self._clock.utc()
        return Batch(
            (telling.answered(answer, self._settings, flight, pictures, more, audit, now),),
            _uploads(pictures),
        )

    def _flight(self, name: str | None, here: Standpoint | None) -> Flight | None:
        if name is None:
            return None
        return telling.flight_of(name, "none" if self._log is None else self._log.comes, here)


def _evidence(taken: Shown) -> tuple[list[Evidence], list[Reason]]:
    return ([taken.evidence] if taken.evidence else []), ([taken.reason] if taken.reason else [])


def _uploads(pictures: Sequence[Evidence]) -> tuple[Upload, ...]:
    return tuple(Upload(one.sha256, one.size, one.media_type) for one in pictures)
