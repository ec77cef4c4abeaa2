"""The commands of a node: `gewu-edge run | check | enroll | replay | score`."""

import argparse
import json
import logging
import signal
import sys
import threading
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from types import FrameType

from broker.settings import SettingsError
from edge.clockquality import quality
from edge.config import Configuration, load, notes
from edge.database import OutboxError
from edge.enrolment import command as enrolling
from edge.enrolment.folder import IdentityError
from edge.journal.replaying import JournalReplay, Wanted, moment
from edge.logs import speak
from edge.node import Node
from edge.replay import Replay, ReplayError, chosen
from edge.score import command as scoring
from edge.streams.reader import system_clock
from models.errors import ModelError

log = logging.getLogger(__name__)

FINE, BROKE, BAD_CONFIGURATION, CANNOT_START = 0, 1, 2, 3
CODES = """\
exit codes: 0 done; 1 a recording could not be replayed; 2 the configuration or the command line is wrong
(every fault is printed); 3 cannot start: a model or the storage is missing or unusable"""

SCORE_CODES = """\
exit codes: 0 scored; 1 a case could not be played, or a figure lies beyond its bound; 2 the suite or the
command line is wrong (every fault is printed); 3 cannot start: the model is missing"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    args = _parser().parse_args(argv)
    speak(getattr(args, "log", "text"))
    try:
        return int(args.command(args))
    except SettingsError as error:
        print(error, file=sys.stderr)
        return BAD_CONFIGURATION
    except ReplayError as error:
        print(error, file=sys.stderr)
        return BAD_CONFIGURATION
    except (ModelError, OutboxError, IdentityError, OSError) as error:
        log.error("%s", error)
        return CANNOT_START


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="gewu-edge", description=__doc__, epilog=CODES)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="watch the sources and send what they show", epilog=CODES)
    run.add_argument("--seconds", type=float, metavar="N", help="stop after this long")
    run.add_argument("--log", choices=("text", "json"), default="text", help="how to speak on standard error")
    check = commands.add_parser(
        "check", help="check a configuration: every fault, then a summary", epilog=CODES
    )
    replay = commands.add_parser(
        "replay", help="recordings to events, without broker and network", epilog=CODES
    )
    replay.add_argument(
        "--source", type=Path, metavar="FILE", help="a film in place of the configured source"
    )
    replay.add_argument("--camera", metavar="ID", help="only this source")
    replay.add_argument("--out", type=Path, metavar="EVENTS.jsonl", required=True, help="one event a line")
    replay.add_argument("--evidence", type=Path, metavar="DIR", help="keep masked pictures there")
    replay.add_argument(
        "--journal",
        type=Path,
        metavar="DIR",
        help="decide again on what a node observed",
    )
    for option, what in (("--from", "the first"), ("--until", "the last")):
        replay.add_argument(option, metavar="TIME", help=f"{what} moment of a journal, 2026-03-01T08:00:00Z")
    for command, function in ((run, _run), (check, _check), (replay, _replay)):
        command.add_argument("config", type=Path, metavar="CONFIG", help="the YAML file")
        command.set_defaults(command=function)
    enroll = commands.add_parser("enroll", help=enrolling.HELP, epilog=enrolling.CODES)
    enrolling.arguments(enroll)
    enroll.set_defaults(command=enrolling.enroll)
    scores = commands.add_parser("score", help=scoring.HELP, epilog=SCORE_CODES)
    scoring.arguments(scores)
    scores.set_defaults(command=scoring.score)
    return parser


def _run(args: argparse.Namespace) -> int:
    configuration = load(args.config)
    for note in notes(configuration.settings):
        log.warning("%s", note)
    stop = threading.Event()
    _stop_on_signals(stop)
    summary = Node(configuration, system_clock(quality)).run(stop, args.seconds)
    print(json.dumps(asdict(summary)), flush=True)
    return FINE


def _stop_on_signals(stop: threading.Event) -> None:
    """The first signal asks, the second ends the process at once."""

    def asked(number: int, _frame: FrameType | None) -> None:
        log.info("stopping (%s); what has no receipt stays in the outbox", signal.Signals(number).name)
        stop.set()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, signal.SIG_DFL)

    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, asked)


def _check(args: argparse.Namespace) -> int:
    configuration = load(args.config)
    settings = configuration.settings
    print(f"{args.config}: is fine (sha256 {configuration.sha256})")
    print(f"signed: {_signed(configuration)}")
    print(f"node {settings.node.id} in {settings.node.district}, broker {settings.broker.url}")
    print(f"model {settings.model.name}, provider {settings.model.provider}")
    for source in settings.sources:
        looks = f"every {source.idle:g} s, up to {source.sample:g} a second while something ripens"
        print(f"source {source.id} ({source.kind}), looked at {looks}")
        for zone in source.zones:
            rules = ", ".join(f"{rule.kind} for {rule.incident}" for rule in zone.rules)
            print(f"  zone {zone.id}, {len(zone.polygon)} points: {rules}")
    for note in notes(settings):
        print(f"note: {note}")
    return FINE


def _signed(configuration: Configuration) -> str:
    if (found := configuration.vouched) is None:
        return "no"
    return f"{found.manifest.name} version {found.manifest.version}, by {', '.join(found.signers)}"


def _replay(args: argparse.Namespace) -> int:
    configuration = load(args.config)
    if args.journal is None:
        _without(args, "needs --journal", "from", "until")
        sources = chosen(configuration, args.source, args.camera)
        summary = Replay(configuration, args.evidence).run(sources, args.out)
    else:
        _without(args, "is for films: a journal holds no pictures", "source", "evidence")
        since, until = moment("--from", getattr(args, "from")), moment("--until", args.until)
        bounds = {name: t for name, t in (("since", since), ("until", until)) if t is not None}
        summary = JournalReplay(configuration, Wanted(args.journal, args.camera, **bounds)).run(args.out)
    print(json.dumps(asdict(summary)), flush=True)
    return BROKE if summary.failed else FINE


def _without(args: argparse.Namespace, why: str, *options: str) -> None:
    """Raises ReplayError for an option that means nothing here."""
    for option in options:
        if getattr(args, option) is not None:
            raise ReplayError(f"--{option} {getattr(args, option)}: {why}")
