"""What `gewu-edge run`, `check` and `replay` do."""

# ruff: noqa: T201 - a command line prints

import argparse
import json
import logging
import signal
import sys
import threading
from dataclasses import asdict
from types import FrameType

from edge.alive import systemd
from edge.clockquality import quality
from edge.config import Configuration, load
from edge.config_notes import notes
from edge.configured import EdgeSettings
from edge.desired.running import as_run, running
from edge.exits import ANEW, BAD_CONFIGURATION, BROKE, FINE
from edge.journal.replaying import JournalReplay, Wanted, moment
from edge.node import Node
from edge.replay import Replay, ReplayError, chosen
from edge.settings import SourceSettings
from edge.streams.reader import system_clock
from edge.watchdog import Watchdog

log = logging.getLogger(__name__)


def run(args: argparse.Namespace) -> int:
    """`gewu-edge run`."""
    configuration = load(args.config)
    for note in notes(configuration.settings):
        log.warning("%s", note)
    stop = threading.Event()
    stop_on_signals(stop)
    settings = configuration.settings
    node = Node(configuration, system_clock(quality))
    watchdog = Watchdog(node.pulse, settings.storage.directory, rescue=node.rescue, hard=True)
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, lambda *_: node.reread())
    watchdog.start()
    try:
        with systemd.telling(node.pulse, systemd.wanted()):
            summary = node.run(stop, args.seconds)
    finally:
        watchdog.stop()
    print(json.dumps(asdict(summary)), flush=True)
    return ANEW if node.anew else FINE


def stop_on_signals(stop: threading.Event) -> None:
    """The first signal asks, the second ends the process at once."""

    def asked(number: int, _frame: FrameType | None) -> None:
        log.info("stopping (%s); what has no receipt stays in the outbox", signal.Signals(number).name)
        stop.set()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, signal.SIG_DFL)

    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, asked)


def check(args: argparse.Namespace) -> int:
    """`gewu-edge check`."""
    configuration = load(args.config)
    settings = configuration.settings
    print(f"{args.config}: is fine (sha256 {configuration.sha256})")
    print(f"signed: {_signed(configuration)}")
    print(f"node {settings.node.id} in {settings.node.district}, broker {settings.broker.url}")
    if settings.sources:
        print(f"model {settings.model.name}, provider {settings.model.provider}")
    for source in settings.sources:
        looks = f"every {source.idle:g} s, up to {source.sample:g} a second while something ripens"
        print(f"source {source.id} ({source.kind}), looked at {looks}")
        _print_zones(source)
    for box in settings.analytics:
        print(f"analytics {box.id} ({box.kind}), pictures: {box.api.url if box.api else 'none'}")
        for camera, source in zip(box.cameras, box.sources, strict=True):
            print(f"source {source.id} (its camera {camera.camera})")
            _print_zones(source)
    _print_devices(settings)
    _print_flights(settings)
    for note in notes(settings):
        print(f"note: {note}")
    found, wanted = running(configuration)
    if wanted is not None:
        print(f"note: the centre's {wanted.version} is laid over it: the node runs sha256 {found.sha256}")
    return FINE


def _print_devices(settings: EdgeSettings) -> None:
    for intake in settings.intakes:
        print(f"intake {intake.id} ({intake.kind}), read as {intake.decoder.kind}")
    for poller in settings.pollers:
        print(f"poller {poller.id} ({poller.kind}), asked every {poller.every:g} s")
    if settings.devices.items:
        print(f"devices: {len(settings.devices.items)}")


def _print_zones(source: SourceSettings) -> None:
    for zone in source.zones:
        rules = ", ".join(f"{rule.kind} for {rule.incident}" for rule in zone.rules)
        print(f"  zone {zone.id}, {len(zone.polygon)} points: {rules}")


def _print_flights(settings: EdgeSettings) -> None:
    for flight in settings.flights:
        comes = f"{flight.telemetry.kind} by {flight.way.kind}"
        print(
            f"drone {flight.id} ({flight.footage.kind}), telemetry {comes}, {flight.sample:g} looks a second"
        )
        for area in flight.zones:
            told = ", ".join(f"{rule.kind} for {rule.incident}" for rule in area.rules)
            print(f"  zone {area.id} on the ground: {told}")


def _signed(configuration: Configuration) -> str:
    if (found := configuration.vouched) is None:
        return "no"
    return f"{found.manifest.name} version {found.manifest.version}, by {', '.join(found.signers)}"


def replay(args: argparse.Namespace) -> int:
    """`gewu-edge replay`."""
    try:
        return _replayed(args)
    except ReplayError as error:
        print(error, file=sys.stderr)
        return BAD_CONFIGURATION


def _replayed(args: argparse.Namespace) -> int:
    """Raises ReplayError."""
    configuration = load(args.config)
    if args.journal is None:
        _without(args, "needs --journal", "from", "until")
        sources = chosen(configuration, args.source, args.camera)
        summary = Replay(configuration, args.evidence).run(sources, args.out)
    else:
        _without(args, "is for films: a journal holds no pictures", "source", "evidence")
        since, until = moment("--from", getattr(args, "from")), moment("--until", args.until)
        bounds = {name: t for name, t in (("since", since), ("until", until)) if t is not None}
        configuration = as_run(configuration)
        summary = JournalReplay(configuration, Wanted(args.journal, args.camera, **bounds)).run(args.out)
    print(json.dumps(asdict(summary)), flush=True)
    return BROKE if summary.failed else FINE


def _without(args: argparse.Namespace, why: str, *options: str) -> None:
    """Raises ReplayError for an option that means nothing here."""
    for option in options:
        if getattr(args, option) is not None:
            raise ReplayError(f"--{option} {getattr(args, option)}: {why}")
