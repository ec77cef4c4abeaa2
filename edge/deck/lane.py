"""All of a node's drones as the node runs them: a thread each, one detector, and the centre's questions."""

import logging
import threading
from collections.abc import Mapping, Sequence
from typing import Final

from broker.messages import SourceAbout, SourceReport
from edge.deck import telling
from edge.deck.deck import Deck
from edge.deck.eyes import FlightEyes, Turns
from edge.deck.films import FilmDrone
from edge.deck.settings import FlightSettings
from edge.deck.shelf import Shelf
from edge.deck.streams import StreamDrone
from edge.evidence import EvidenceMaker
from edge.filming import FilmSettings
from edge.footage import stream
from edge.wing import Surroundings, Wanted

log = logging.getLogger(__name__)

JOIN_S: Final = 15.0
# Of the time, that the detector's looks of flights may take on a node with cameras.
BESIDE_CAMERAS: Final = 0.5


class FlightLane:
    """A wing of the node. keep_s: how often state is kept that goes with no event."""

    name = "flights"

    def __init__(
        self, flights: Sequence[FlightSettings], around: Surroundings, *, cameras: bool, keep_s: float
    ) -> None:
        if around.eyes is None:
            raise ValueError("drones need a model that looks")
        self._looks = around.eyes
        self._stop = threading.Event()
        self._decks: dict[str, Deck] = {}
        self._around, self._flights = around, flights
        shelf = Shelf(around.eyes.folder / "flights")
        for settings in flights:
            self._decks[settings.id] = Deck(settings, around.made_by, around.put, around.clock, shelf, keep_s)
        models = around.eyes.models
        turns = Turns(BESIDE_CAMERAS if cameras else 1.0)
        self._eyes = {each.id: FlightEyes(models.main, models.score, turns) for each in flights}
        self._drones: list[FilmDrone | StreamDrone] = []
        self._threads: list[threading.Thread] = []

    def start(self, saved: Mapping[str, bytes]) -> None:
        """Go on where an earlier process stopped. saved: the outbox's snapshots."""
        for settings in self._flights:
            deck = self._decks[settings.id]
            deck.resume(saved.get(deck.key))
            drone = self._drone(settings, deck)
            self._drones.append(drone)
            name = f"drone {settings.id}"
            self._threads.append(threading.Thread(target=drone.run, name=name, daemon=True))
        for thread in self._threads:
            thread.start()

    def _drone(self, settings: FlightSettings, deck: Deck) -> FilmDrone | StreamDrone:
        around, eyes, footage = self._around, self._eyes[settings.id], settings.footage
        camera = EvidenceMaker(self._looks.models.masker), self._looks.store
        if isinstance(footage, FilmSettings):
            return FilmDrone(settings, footage, deck, eyes, camera, around.clock, self._stop)
        if isinstance(footage, stream.Settings):
            return StreamDrone(settings, footage, deck, eyes, camera, around.clock, self._stop)
        raise TypeError(f"no drone is made for footage {footage.kind}")

    def stop(self) -> None:
        """Take nothing more, and keep all of the state. May be called twice."""
        first = not self._stop.is_set()
        self._stop.set()
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(JOIN_S)
        if not first:
            return
        for deck, thread in zip(self._decks.values(), self._threads, strict=False):
            if not thread.is_alive():
                deck.keep()

    @property
    def over(self) -> bool:
        """Whether each of them had one film, and all were flown through."""
        return bool(self._drones) and all(drone.over for drone in self._drones)

    def about(self) -> list[SourceAbout]:
        """The drones with their zones."""
        return [telling.about(settings) for settings in self._flights]

    def report(self) -> list[SourceReport]:
        """How each of them fares."""
        return [deck.report() for deck in self._decks.values()]

    @property
    def trouble(self) -> str | None:
        """What is wrong with the films, the streams and their telemetry."""
        told = [f"{name}: {deck.troubles}" for name, deck in self._decks.items() if deck.troubles]
        return "; ".join(told) or None

    def verify(self, wanted: Wanted) -> bool:
        """A drone's own situation is its own; what others found is looked for by the drone that is named."""
        return any(deck.want(wanted) for deck in self._asked(wanted))

    def _asked(self, wanted: Wanted) -> list[Deck]:
        """Who may answer; without a name, the first."""
        names = (wanted.asked.source, wanted.known.source if wanted.known is not None else None)
        for name in names:
            if name is not None and name in self._decks:
                return [self._decks[name]]
        return list(self._decks.values())[:1] if wanted.asked.source is None else []
