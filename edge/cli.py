"""The commands of `gewu-edge`; each loads what it needs when it is called."""

import argparse
import logging
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Final

from broker.settings import SettingsError
from broker.tracing import TracingMissing
from edge.alive import asking as living
from edge.bundling import words as bundle
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
from edge.simulation import words as playing
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


@dataclass(frozen=True, slots=True)
class Command:
    """One of them: how it is called, and where it is done (`module:function`)."""

    name: str
    help: str
    codes: str
    arguments: Callable[[argparse.ArgumentParser], None]
    done: str


def _run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seconds", type=float, metavar="N", help="stop after this long")
    text = "how to speak on standard error"
    parser.add_argument("--log", choices=("text", "json"), default="text", help=text)
    _config(parser)


def _replay(parser: argparse.ArgumentParser) -> None:
    text = "a film in place of the configured source"
    parser.add_argument("--source", type=Path, metavar="FILE", help=text)
    parser.add_argument("--camera", metavar="ID", help="only this source")
    parser.add_argument("--out", type=Path, metavar="EVENTS.jsonl", required=True, help="one event a line")
    parser.add_argument("--evidence", type=Path, metavar="DIR", help="keep masked pictures there")
    text = "decide again on what a node observed"
    parser.add_argument("--journal", type=Path, metavar="DIR", help=text)
    for option, what in (("--from", "the first"), ("--until", "the last")):
        parser.add_argument(option, metavar="TIME", help=f"{what} moment of a journal, 2026-03-01T08:00:00Z")
    _config(parser)


def _config(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("config", type=Path, metavar="CONFIG", help="the YAML file")


COMMANDS: Final = (
    Command("run", "watch the sources and send what they show", CODES, _run, "edge.commands:run"),
    Command(
        "check", "check a configuration: every fault, then a summary", CODES, _config, "edge.commands:check"
    ),
    Command(
        "replay", "recordings to events, without broker and network", CODES, _replay, "edge.commands:replay"
    ),
    Command("alive", living.HELP, living.CODES, living.arguments, "edge.alive.asking:alive"),
    Command("doctor", examining.HELP, examining.CODES, examining.arguments, "edge.examining.command:doctor"),
    Command("diagnostics", bundle.HELP, bundle.CODES, bundle.arguments, "edge.bundling.command:diagnostics"),
    Command("enroll", enrolling.HELP, enrolling.CODES, enrolling.arguments, "edge.enrolment.command:enroll"),
    Command("score", scoring.HELP, SCORE_CODES, scoring.arguments, "edge.score.command:score"),
    Command("flight", flying.HELP, CODES, flying.arguments, "edge.deck.command:flight"),
    Command(
        "simulate",
        playing.HELP,
        playing.CODES,
        playing.arguments,
        "edge.simulation.command:simulate",
    ),
    Command("mask", masking.HELP, masking.CODES, masking.arguments, "edge.masking.command:mask"),
    Command("onvif", asking.HELP, asking.CODES, asking.arguments, "edge.onvif.command:onvif"),
    Command("trial", trying.TRIAL, trying.CODES, trying.trial, "edge.trial.command:trial"),
    Command("status", watching.HELP, watching.CODES, watching.arguments, "edge.onsite.command:status"),
    Command("why", trying.WHY, trying.CODES, trying.why, "edge.trial.command:why"),
    Command("shadow", shadowing.HELP, shadowing.CODES, shadowing.arguments, "edge.shadow.command:shadow"),
)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="gewu-edge", description="What watches, on the box", epilog=CODES)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in COMMANDS:
        one = commands.add_parser(command.name, help=command.help, epilog=command.codes)
        command.arguments(one)
        one.set_defaults(command=_later(command.done))
    return parser


def _later(done: str) -> Callable[[argparse.Namespace], int]:
    """A function of a module that is loaded when it is called: pictures and models take a second to load."""
    module, _, name = done.partition(":")

    def call(args: argparse.Namespace) -> int:
        found: Callable[[argparse.Namespace], int] = getattr(import_module(module), name)
        return found(args)

    return call
