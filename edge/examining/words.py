"""The words of `gewu-edge doctor`; what it does with them, `edge.examining.command` says."""

import argparse
from pathlib import Path

from edge.exits import BAD_CONFIGURATION, BROKE, CANNOT_START, FINE, WARNED

HELP = "examine this box and a configuration, before and while the node runs; says what to change"
CODES = f"""\
exit codes: {FINE} fine, or notes alone; {BROKE} something is a fault; {BAD_CONFIGURATION} the configuration
or the command line is wrong (every fault is told, and the box is examined as far as it goes);
{CANNOT_START} something could not be examined, and nothing is a fault; {WARNED} warnings, and no fault"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add them."""
    parser.add_argument("config", type=Path, metavar="CONFIG", nargs="?", help="the YAML file")
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="NAME",
        help="only this examination; may be given again",
    )
    parser.add_argument(
        "--seconds",
        type=_seconds,
        default=5.0,
        metavar="N",
        help="how long a stream is watched and a speed is measured (1 to 120, default 5)",
    )
    parser.add_argument(
        "--lang",
        choices=("en", "zh"),
        help="the language; unset, that of the terminal, and English with --json",
    )
    parser.add_argument("--json", action="store_true", help="one JSON document (docs/doctor.md)")
    parser.add_argument("--schema", action="store_true", help="print the JSON document's schema, and no more")
    parser.add_argument(
        "--list", action="store_true", help="print the examinations that there are, and no more"
    )


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 1.0 <= value <= 120.0:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to 120")
    return value
