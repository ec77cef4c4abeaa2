"""One drone without its node, for tests: what it commits, and what the next process takes up."""

import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from broker.events import Incident, Location, Point
from edge import assembly
from edge.config import Configuration, load
from edge.deck.deck import Deck
from edge.deck.eyes import FlightEyes, Turns
from edge.deck.films import FilmDrone
from edge.deck.shelf import Shelf
from edge.drafts import Batch, Draft
from edge.evidence import EvidenceMaker, EvidenceStore
from edge.filming import FilmSettings
from edge.frames import SourceClock
from edge.wing import Wanted
from tests.drones import PLACE, configuration, drone

CLOCK = SourceClock(time.monotonic, time.time)


@dataclass
class Rig:
    """One drone without its node. puts: every batch that was committed."""

    folder: Path
    configuration: Configuration
    puts: list[Batch] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)
    saved: bytes | None = None
    after: int | None = None  # so many batches, then it is stopped
    deck: Deck | None = None

    def fly(self, *asked: Wanted) -> Deck:
        """What is there now, by a process that takes up the state of the one before."""
        models = assembly.open_models(self.configuration.settings)
        (settings,) = self.configuration.settings.flights
        assert isinstance(settings.footage, FilmSettings)
        deck = self.deck = Deck(
            settings,
            assembly.audit(self.configuration, models),
            self.put,
            CLOCK,
            Shelf(self.folder / "flights", most=2),
            keep_s=0.0,
        )
        deck.resume(self.saved)
        assert all(deck.want(one) for one in asked)
        store = EvidenceStore(self.folder / "evidence", max_bytes=10**9)
        eyes = FlightEyes(models.main, models.score, Turns(1.0))
        camera = EvidenceMaker(models.masker), store
        self.stop.clear()
        made = FilmDrone(settings, settings.footage, deck, eyes, camera, CLOCK, self.stop)
        made.once()
        time.sleep(0.21)  # the films have not changed for long enough
        made.once()
        return deck

    def put(self, batch: Batch) -> None:
        self.puts.append(batch)
        for key, body in batch.snapshots.items():
            assert key == "flight/drone-1"
            self.saved = body
        if self.after is not None and len(self.puts) >= self.after:
            self.stop.set()

    @property
    def drafts(self) -> list[Draft]:
        return [draft for batch in self.puts for draft in batch.drafts]

    def of(self, kind: type) -> list[Any]:
        return [draft.data for draft in self.drafts if isinstance(draft.data, kind)]

    def phases(self) -> list[tuple[str, str]]:
        return [
            (draft.subject, draft.data.state) for draft in self.drafts if isinstance(draft.data, Incident)
        ]


def make(own: Path, films: Path, **more: Any) -> Rig:
    """Of the films of a folder, with a folder of its own."""
    own.mkdir()
    return Rig(own, load(configuration(own, "mqtt://127.0.0.1", drone(films, **more))))


def place(east: float = 0.0) -> Location:
    latitude, longitude = PLACE
    here = Point(type="Point", coordinates=(longitude + east, latitude))
    return Location(geometry=here, accuracy_m=4.0, method="surveyed")
