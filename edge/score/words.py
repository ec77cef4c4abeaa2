"""The words of `gewu-edge score`; what it does with them, `edge.score.command` says."""

import argparse
from pathlib import Path

HELP = "play cases whose truth is known, and say what was found, missed and false"


def arguments(parser: argparse.ArgumentParser) -> None:
    """The command's own words."""
    parser.add_argument("suite", type=Path, metavar="SUITE", help="a folder of cases, each with a case.yaml")
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("var/score"),  # as all that a node keeps by default, and no part of a clone
        metavar="DIR",
        help="where report.html and score.json go (default %(default)s)",
    )
    parser.add_argument(
        "--only", action="append", default=[], metavar="TAG|NAME", help="only these cases; may be given again"
    )
    parser.add_argument("--jobs", type=_count, default=1, metavar="N", help="so many cases at once")
    parser.add_argument("--model", metavar="NAME", help="another model than the suite's")
    parser.add_argument("--models", type=Path, metavar="DIR", help="where the models' files are")
    parser.add_argument("--no-stills", action="store_true", help="figures and timelines only: much faster")
    for word, text in (("under", "less"), ("over", "more")):
        parser.add_argument(
            f"--fail-{word}",
            type=_bounds,
            default={},
            metavar="FIGURE=N,...",
            help=f"exit code 1 where a figure is {text}",
        )


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 64:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to 64")
    return int(text)


def _bounds(text: str) -> dict[str, float]:
    """recall=.95,precision=.9"""
    from edge.score.figures import (
        NAMES,  # geometry takes a while to load, and most command lines set no bound
    )

    bounds = {}
    for part in text.split(","):
        name, _, value = part.partition("=")
        if name not in NAMES:
            raise argparse.ArgumentTypeError(f"{name!r} is no figure; known are {', '.join(NAMES)}")
        try:
            bounds[name] = float(value)
        except ValueError:
            raise argparse.ArgumentTypeError(f"{part!r} needs a number, such as {name}=0.95") from None
    return bounds
