"""The commands of `gewu-edge`; each loads what it needs when it is called."""

import argparse
import logging
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

from broker.settings import SettingsError
from broker.tracing import TracingMissing
from edge.alive import asking as living
from edge.bundling import words as packing
from edge.database import OutboxError
from edge.deck import words as flying
from edge.enrolment import command as enrolling
from edge.enrolment.folder import IdentityError
from edge.examining import words as examining
from edge.exits import BAD_CONFIGURATION, CANNOT_START
from edge.logs import speak
from edge.masking import words as masking
from edge.onsite import options as watching
from edge.onvif import words as asking
from edge.score import words as scoring
from edge.shadow import words as shadowing
from edge.simulation import words as simulation
from edge.trial import words as trying
from models.errors import ModelError

log = logging.getLogger(__name__)

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
    except (ModelError, OutboxError, IdentityError, TracingMissing, OSError) as error:
        log.error("%s", error)
        return CANNOT_START


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="gewu-edge", description="What watches, on the box", epilog=CODES)
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
    for name, command in (("run", run), ("check", check), ("replay", replay)):
        command.add_argument("config", type=Path, metavar="CONFIG", help="the YAML file")
        command.set_defaults(command=_later("edge.commands", name))
    lives = commands.add_parser("alive", help=living.HELP, epilog=living.CODES)
    living.arguments(lives)
    lives.set_defaults(command=living.alive)
    examines = commands.add_parser("doctor", help=examining.HELP, epilog=examining.CODES)
    examining.arguments(examines)
    examines.set_defaults(command=_later("edge.examining.command", "doctor"))
    packs = commands.add_parser("diagnostics", help=packing.HELP, epilog=packing.CODES)
    packing.arguments(packs)
    packs.set_defaults(command=_later("edge.bundling.command", "diagnostics"))
    enroll = commands.add_parser("enroll", help=enrolling.HELP, epilog=enrolling.CODES)
    enrolling.arguments(enroll)
    enroll.set_defaults(command=enrolling.enroll)
    scores = commands.add_parser("score", help=scoring.HELP, epilog=SCORE_CODES)
    scoring.arguments(scores)
    scores.set_defaults(command=_later("edge.score.command", "score"))
    flights = commands.add_parser("flight", help=flying.HELP, epilog=CODES)
    flying.arguments(flights)
    flights.set_defaults(command=_later("edge.deck.command", "flight"))
    plays = commands.add_parser("simulate", help=simulation.HELP, epilog=simulation.CODES)
    simulation.arguments(plays)
    plays.set_defaults(command=_later("edge.simulation.command", "simulate"))
    masks = commands.add_parser("mask", help=masking.HELP, epilog=masking.CODES)
    masking.arguments(masks)
    masks.set_defaults(command=_later("edge.masking.command", "mask"))
    cameras = commands.add_parser("onvif", help=asking.HELP, epilog=asking.CODES)
    asking.arguments(cameras)
    cameras.set_defaults(command=_later("edge.onvif.command", "onvif"))
    tries = commands.add_parser("trial", help=trying.TRIAL, epilog=trying.CODES)
    trying.trial(tries)
    tries.set_defaults(command=_later("edge.trial.command", "trial"))
    looks = commands.add_parser("status", help=watching.HELP, epilog=watching.CODES)
    watching.arguments(looks)
    looks.set_defaults(command=_later("edge.onsite.command", "status"))
    asks = commands.add_parser("why", help=trying.WHY, epilog=trying.CODES)
    trying.why(asks)
    asks.set_defaults(command=_later("edge.trial.command", "why"))
    beside = commands.add_parser("shadow", help=shadowing.HELP, epilog=shadowing.CODES)
    shadowing.arguments(beside)
    beside.set_defaults(command=_later("edge.shadow.command", "shadow"))
    return parser


def _later(module: str, name: str) -> Callable[[argparse.Namespace], int]:
    """A function of a module that is loaded when it is called: pictures and models take a second to load."""

    def call(args: argparse.Namespace) -> int:
        found: Callable[[argparse.Namespace], int] = getattr(import_module(module), name)
        return found(args)

    return call
