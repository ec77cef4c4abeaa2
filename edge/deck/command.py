"""`gewu-edge flight`: one film through the decisions of a flight, without broker and network."""

# ruff: noqa: T201 - a command line prints

import argparse
import logging
import sys
import tempfile
import threading
import time
from pathlib import Path

from broker.wholefile import write_whole
from edge import assembly
from edge.carriers import sidecar
from edge.config import Configuration, load
from edge.deck.deck import Deck
from edge.deck.eyes import FlightEyes, Turns
from edge.deck.films import FilmDrone
from edge.deck.settings import FlightSettings
from edge.deck.shelf import body
from edge.drafts import Batch
from edge.evidence import EvidenceMaker, EvidenceStore
from edge.exits import BAD_CONFIGURATION, BROKE, FINE
from edge.footage import film as films
from edge.frames import SourceClock

log = logging.getLogger(__name__)


class NoFlight(ValueError):
    """What was asked for cannot be analysed; the text says why."""


def flight(args: argparse.Namespace) -> int:
    """`gewu-edge flight`."""
    try:
        return _analysed(args)
    except NoFlight as error:
        print(error, file=sys.stderr)
        return BAD_CONFIGURATION


def _analysed(args: argparse.Namespace) -> int:
    configuration = load(args.config)
    settings = _of_film(_chosen(configuration, args.flight), args.film, args.telemetry)
    if args.evidence is not None:
        return _flown(args, configuration, settings, args.evidence)
    with tempfile.TemporaryDirectory() as scratch:
        return _flown(args, configuration, settings, Path(scratch))


def _chosen(configuration: Configuration, name: str | None) -> FlightSettings:
    flights = {each.id: each for each in configuration.settings.flights}
    known = ", ".join(flights) or "none"
    if name is None and len(flights) == 1:
        return next(iter(flights.values()))
    if name not in flights:
        what = "needs --flight" if name is None else f"--flight {name}: is not in the configuration"
        raise NoFlight(f"{what}; its flights are: {known}")
    return flights[name]


def _of_film(settings: FlightSettings, film: Path, telemetry: Path | None) -> FlightSettings:
    """The same drone, camera and zones over this film."""
    if not film.is_file():
        raise NoFlight(f"{film}: there is no such film")
    if telemetry is not None and not telemetry.is_file():
        raise NoFlight(f"--telemetry {telemetry}: there is no such file")
    footage = films.Settings(kind="film", path=film.resolve(), decode=settings.footage.decode)
    carrier = settings.carrier
    if telemetry is not None:
        carrier = sidecar.Settings(kind="sidecar", path=telemetry.resolve())
    elif carrier is not None and carrier.live:
        carrier = None
    return settings.model_copy(update={"footage": footage, "carrier": carrier})


def _flown(args: argparse.Namespace, configuration: Configuration, settings: FlightSettings, to: Path) -> int:
    models = assembly.open_models(configuration.settings)
    clock, events = SourceClock(time.monotonic, time.time), list[str]()

    def put(batch: Batch) -> None:
        events.extend(draft.subject for draft in batch.drafts)

    deck = Deck(settings, assembly.audit(configuration, models), put, clock, None)
    eyes = FlightEyes(models.main, models.score, Turns(1.0))
    camera = EvidenceMaker(models.masker), EvidenceStore(to, max_bytes=2**63)
    stop = threading.Event()
    drone = FilmDrone(settings, _footage(settings), deck, eyes, camera, clock, stop)
    began = time.monotonic()
    drone.once()
    for line in deck.words:
        print(line)
    if deck.reports is None:
        print(f"{args.film}: {deck.trouble or 'nothing could be analysed'}", file=sys.stderr)
        return BROKE
    if args.out is not None:
        told, lines = deck.reports
        write_whole(args.out, body(told))
        write_whole(args.out.with_suffix(".geojson"), body(lines))
    took = time.monotonic() - began
    print(f"{deck.looks} pictures in {took:.1f} s, {deck.looks / max(took, 1e-9):.1f} a second")
    return BROKE if deck.trouble else FINE


def _footage(settings: FlightSettings) -> films.Settings:
    if not isinstance(settings.footage, films.Settings):
        raise TypeError("it was made of a film")
    return settings.footage
