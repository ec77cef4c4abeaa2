"""The options of `gewu-edge status`, cheap to import."""

import argparse
from pathlib import Path

HELP = "how the node on this machine is: a live table"
CODES = """\
exit codes: 0 it runs; 1 it runs and is stuck, or cannot be asked (the words say why); 2 the configuration is
wrong; 3 none runs (the words say how the last one ended)"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add them."""
    parser.add_argument("config", type=Path, metavar="CONFIG", help="the node's YAML file")
    parser.add_argument("--json", action="store_true", help="everything, once, as one JSON object")
    parser.add_argument("--once", action="store_true", help="print it once and end")
    parser.add_argument("--every", type=float, default=2.0, metavar="S", help="seconds between two looks (2)")
    parser.add_argument("--lang", choices=("en", "zh"), help="the language; unset, that of the terminal")
