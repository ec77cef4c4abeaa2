"""A drone whose films lie on the disk: each is one flight, seen as fast as the node has time for it."""

import logging
import threading
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Final

import av
from av.error import FFmpegError

from edge.carrier import FilmCarrier
from edge.deck.album import FilmAlbum
from edge.deck.deck import Deck
from edge.deck.eyes import FlightEyes
from edge.deck.flightlog import FlightLog
from edge.deck.photos import FlightPhotos
from edge.deck.settings import FlightSettings
from edge.deck.viewer import Viewer
from edge.evidence import EvidenceMaker, EvidenceStore
from edge.filming import FilmSettings, flight_id, found_in
from edge.footage import folder
from edge.frames import Frame, SourceClock
from edge.landing import Found, Landing, Mark
from edge.sources import file

log = logging.getLogger(__name__)

LOOK_S: Final = 0.5
MISSING_S: Final = 5.0  # between two tries of a film that is not there
SAME_S: Final = 1e-4


class FilmDrone:
    """`run` on a thread of its own until `stop` is set; `over`: no film comes any more."""

    def __init__(
        self,
        settings: FlightSettings,
        footage: FilmSettings,
        deck: Deck,
        eyes: FlightEyes,
        camera: tuple[EvidenceMaker, EvidenceStore],
        clock: SourceClock,
        stop: threading.Event,
    ) -> None:
        self.over = False
        self._settings, self._deck, self._eyes = settings, deck, eyes
        (self._maker, self._store), self._clock, self._stop = camera, clock, stop
        self._footage = footage
        self._poll, settle, wait = MISSING_S, 0.0, 0.0
        if isinstance(footage, folder.Settings):
            self._poll, settle, wait = footage.poll, footage.settle, footage.wait
        self._landing = Landing(settle, wait, deck.done)

    def run(self) -> None:
        """Film after film."""
        while not self._stop.is_set():
            try:
                flown = self._turn()
            except Exception:  # whatever it is, the drone goes on with what comes next
                log.exception("drone %s: this was not expected; it goes on", self._settings.id)
                flown = False
            if not flown:
                self._rest()

    def _turn(self) -> bool:
        """Whether there was a film."""
        self._deck.serve()
        if self._fly_all():
            return True
        self.over = self._flown()
        return False

    def _rest(self) -> None:
        """Until the next look for films; questions are taken meanwhile."""
        until = self._clock.monotonic() + self._poll
        pause = min(LOOK_S, self._poll)
        while self._clock.monotonic() < until and not self._clock.wait(self._stop, pause):
            if self._deck.asked:
                return

    def once(self) -> None:
        """What is there now, and no more."""
        self._deck.serve()
        self._fly_all()

    def _flown(self) -> bool:
        """Whether the one film was flown, or given up."""
        return not self._footage.waits and bool(self._landing.done)

    def _fly_all(self) -> bool:
        """Every film that is ready; whether there was one."""
        try:
            listed = [(film, self._beside(film)) for film in self._footage.listed()]
        except OSError as error:
            self._deck.state = "lost"
            self._deck.trouble = f"the films cannot be read: {error.strerror}"
            return False
        if self._deck.state == "lost":
            self._deck.state, self._deck.trouble = ("ended" if self._landing.done else "starting"), None
        ready = self._landing.look(listed, self._clock.monotonic())
        for film in ready:
            if self._stop.is_set():
                return True
            self._fly(film)
        return bool(ready)

    def _beside(self, film: Found) -> Mark | None:
        """Of the file of its telemetry; one that is in the film is as the film is."""
        way = self._settings.way
        path = (
            way.beside(film.path, self._settings.telemetry.suffix) if isinstance(way, FilmCarrier) else None
        )
        if path is None:
            return film.size, film.changed
        try:
            found = found_in(path)
        except OSError:
            return None
        return found.size, found.changed

    def _fly(self, film: Found) -> None:
        try:
            self._through(film)
        except Exception as error:  # whatever it is, it is this film's; the others are flown
            log.exception("drone %s: %s: this was not expected", self._settings.id, film.path.name)
            self._give_up(film, f"{film.path.name}: {type(error).__name__}")

    def _through(self, film: Found) -> None:
        name = flight_id(self._settings.id, film.path)
        telemetry = FlightLog(self._settings)
        telemetry.read(film.path)
        for reason in telemetry.faults.values():
            log.warning("drone %s: %s: telemetry: %s", self._settings.id, film.path.name, reason.text)
        zero = telemetry.utc_minus_t if telemetry.utc_minus_t is not None else begin_of(film)
        viewer = Viewer(self._settings.ground, telemetry, self._eyes)
        album = FilmAlbum(film.path, self._settings.id, zero)
        photos = FlightPhotos(self._maker, self._store, album, viewer.stand)
        played = _Played(self._settings, film.path, zero, self._clock)
        last: Frame | None = None
        for frame in played.frames():
            if last is None and not self._deck.begin(
                name, frame.t, frame.utc, film.path.name, telemetry, photos
            ):
                self._landing.flown(film)
                self._deck.done = self._landing.done
                self._deck.keep()
                return
            last = frame
            self._one(frame, viewer, album)
            if self._stop.is_set():
                played.close()
                return
        self._over(film, played.trouble, last)

    def _one(self, frame: Frame, viewer: Viewer, album: FilmAlbum) -> None:
        """A picture, unless it was looked at before a restart."""
        at = self._deck.at
        if at is not None and frame.t <= at[1] + SAME_S:
            return
        album.add(frame)
        viewed = viewer.view(frame)
        self._deck.look(viewed.look, viewed.unplaced)
        self._deck.serve(frame.utc)
        if viewed.detected:
            self._clock.wait(self._stop, self._eyes.rest_s())

    def _over(self, film: Found, trouble: str | None, last: Frame | None) -> None:
        if last is None:
            self._deck.trouble = f"{film.path.name}: {trouble or 'there is no picture in it'}"
            if self._landing.failed(film, self._clock.monotonic()):
                self._give_up(film, self._deck.trouble)
            return
        self._deck.trouble = None if trouble is None else f"{film.path.name}: {trouble}"
        self._landing.flown(film)
        self._deck.end(last.t, last.utc, self._landing.done)

    def _give_up(self, film: Found, why: str) -> None:
        """What was seen of it until here counts."""
        log.error("drone %s: %s: the rest of it is left out", self._settings.id, why)
        self._landing.flown(film)
        self._deck.trouble = why
        self._deck.end(*(self._deck.at or ("", 0.0, 0.0))[1:], self._landing.done)


class _Played:
    """A film's pictures at the drone's pace; `trouble`: what went wrong with it, in words."""

    def __init__(self, settings: FlightSettings, film: Path, zero: float, clock: SourceClock) -> None:
        self.trouble: str | None = None
        wanted = file.Settings(
            kind="file",
            id=settings.id,
            path=film,
            pace="fast",
            start=datetime.fromtimestamp(zero, timezone.utc),
            sample=settings.sample,
            decode=settings.footage.decode,
        )
        self._source = file.open_source(wanted, clock)

    def frames(self) -> Iterator[Frame]:
        """Those that are due."""
        for item in self._source.frames():
            if isinstance(item, Frame):
                yield item
            elif item.state in ("failed", "damaged"):
                self.trouble = item.what
                log.warning("drone film: %s", item.what)

    def close(self) -> None:
        """No more of them."""
        self._source.close()


def begin_of(film: Found) -> float:
    """UTC of a film's first picture as far as its file tells: its own word, or when it was written."""
    seconds = 0.0
    try:
        with av.open(str(film.path), metadata_errors="replace") as container:
            seconds = (container.duration or 0) / av.time_base
            said = container.metadata.get("creation_time")
            if said is not None:
                return (
                    datetime.fromisoformat(said.replace("Z", "+00:00")).astimezone(timezone.utc).timestamp()
                )
    except (FFmpegError, OSError, ValueError, OverflowError):
        log.info("film %s does not say when it was taken; its file's time stands in for it", film.path.name)
    return film.changed / 1e9 - seconds
