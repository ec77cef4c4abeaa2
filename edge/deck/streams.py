"""A drone whose pictures come while it flies: a flight begins with them and ends when none come any more."""

import logging
import threading
from functools import partial
from typing import Final

from broker.events import Reason
from edge.carrier import Downlink, LiveCarrier
from edge.deck.album import StreamAlbum
from edge.deck.deck import Deck
from edge.deck.eyes import FlightEyes
from edge.deck.flightlog import FlightLog
from edge.deck.photos import FlightPhotos
from edge.deck.settings import FlightSettings
from edge.deck.viewer import Viewer
from edge.evidence import EvidenceMaker, EvidenceStore
from edge.filming import live_id
from edge.footage import stream
from edge.frames import Frame, SourceClock, Trouble
from edge.sources.rtsp import open_source
from edge.streams.reader import LiveReader

log = logging.getLogger(__name__)

TAKE_S: Final = 0.2
LATE_S: Final = 1.5  # so long a picture waits for the telemetry of its moment
STEP_S: Final = 0.05


class StreamDrone:
    """`run` on a thread of its own until `stop` is set."""

    over = False

    def __init__(
        self,
        settings: FlightSettings,
        footage: stream.Settings,
        deck: Deck,
        eyes: FlightEyes,
        camera: tuple[EvidenceMaker, EvidenceStore],
        clock: SourceClock,
        stop: threading.Event,
    ) -> None:
        self._settings, self._footage, self._deck, self._eyes = settings, footage, deck, eyes
        self._clock, self._stop = clock, stop
        self._log = FlightLog(settings)
        self._viewer = Viewer(settings.ground, self._log, eyes)
        self._album = StreamAlbum(settings.id)
        self._photos = FlightPhotos(*camera, self._album, self._viewer.stand)
        self._flying = False
        self._last: tuple[float, float] | None = None
        self._come = clock.monotonic()

    def run(self) -> None:
        """Pictures as they come."""
        way = self._settings.way
        downlink = way.build(self._settings.id, self._clock) if isinstance(way, LiveCarrier) else None
        source = self._footage.source(self._settings.id, self._settings.sample)
        reader = LiveReader(self._settings.id, partial(open_source, source, self._clock), self._clock)
        reader.want(1.0 / self._settings.sample)
        listening = threading.Thread(target=self._listen, args=(downlink,), daemon=True)
        listening.start()
        reader.start()
        try:
            while not self._stop.is_set():
                self._turn(reader)
        finally:
            reader.close()
            if downlink is not None:
                downlink.close()

    def _turn(self, reader: LiveReader) -> None:
        item = reader.take(TAKE_S)
        try:
            self._deck.serve()
            if isinstance(item, Frame):
                self._one(item)
            elif isinstance(item, Trouble):
                self._heard(item)
            self._over()
        except Exception:  # whatever it is, it is this picture's; the flight goes on
            log.exception("drone %s: this was not expected; it goes on", self._settings.id)

    def _heard(self, trouble: Trouble) -> None:
        log.info("drone %s: %s", self._settings.id, trouble.what)
        self._deck.trouble = None if trouble.state == "recovered" else trouble.what
        if trouble.state in ("lost", "stalled", "failed"):
            self._deck.state = "lost"

    def _one(self, frame: Frame) -> None:
        self._come = self._clock.monotonic()
        if not self._flying:
            self._begin(frame)
        self._flying, self._last = True, (frame.t, frame.utc)
        self._wait(frame)
        self._album.add(frame)
        viewed = self._viewer.view(frame)
        self._deck.look(viewed.look, viewed.unplaced)
        if viewed.detected:
            self._clock.wait(self._stop, self._eyes.rest_s())

    def _begin(self, frame: Frame) -> None:
        """A flight that was under way when the process ended goes on, if it was not long ago."""
        at, name = self._deck.at, live_id(self._settings.id, frame.utc)
        if at is not None and abs(frame.utc - at[2]) < self._footage.silence:
            name = at[0]
        self._deck.begin(name, frame.t, frame.utc, None, self._log, self._photos)

    def _wait(self, frame: Frame) -> None:
        """Telemetry often comes a little later than the picture."""
        until = self._clock.monotonic() + LATE_S
        while len(self._log) and isinstance(self._log.at(frame.t, frame.utc), Reason):
            if self._clock.monotonic() >= until or self._clock.wait(self._stop, STEP_S):
                return

    def _over(self) -> None:
        """No picture came for long: the flight has ended."""
        silent = self._clock.monotonic() - self._come >= self._footage.silence
        if silent and self._deck.at is not None:
            self._deck.end(*(self._last or self._deck.at[1:]))
            self._flying = False

    def _listen(self, downlink: Downlink | None) -> None:
        if downlink is None:
            return
        for item in downlink.messages():
            if isinstance(item, Trouble):
                log.info("drone %s: telemetry: %s", self._settings.id, item.what)
                up = item.state == "recovered"
                self._deck.mute = None if up else f"telemetry: {item.what}"
            else:
                self._log.take(item)
