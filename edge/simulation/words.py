"""The command line of `gewu-edge simulate`; light, for it is loaded with every command."""

import argparse
from pathlib import Path
from typing import Final

HELP: Final = "play a street of sensors, gates and clips from a script, faster than real time"
CODES: Final = """\
exit codes: 0 played, and all came of it that the script expects; 1 something was missed, came too much or got
lost; 2 the script, the configuration or the command line is wrong (every fault is printed); 3 cannot start: a
broker is not reached, a port is taken, a model is missing"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what it takes."""
    parser.add_argument("script", type=Path, metavar="SCRIPT", help="the YAML file with the street")
    parser.add_argument(
        "--config", type=Path, metavar="EDGE.yaml", help="the node that is run, in the street's time"
    )
    parser.add_argument(
        "--only-play",
        action="store_true",
        help="run no node: play to the script's ways, or to the intakes of --config, by real time",
    )
    parser.add_argument(
        "--speed", type=_speed, metavar="N", help="at most N times real time (alone: as fast as it goes)"
    )
    parser.add_argument("--seed", type=int, metavar="N", help="another seed for what is left to chance")
    parser.add_argument(
        "--repeat", type=_count, default=1, metavar="N", help="so many streets, each with its own devices"
    )
    parser.add_argument("--no-cameras", action="store_true", help="leave out the cameras of the node")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep what the node has stored there")


def _speed(text: str) -> float:
    value = float(text)
    if not 1.0 <= value <= 1e6:
        raise argparse.ArgumentTypeError("1 to 1000000")
    return value


def _count(text: str) -> int:
    value = int(text)
    if not 1 <= value <= 1000:
        raise argparse.ArgumentTypeError("1 to 1000")
    return value
