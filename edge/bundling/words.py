"""How `gewu-edge diagnostics` is called."""

import argparse
from pathlib import Path

HELP = "what is known of this node in one file for who helps: no secrets, no pictures"
CODES = """\
exit codes: 0 written; 2 the configuration or the command line is wrong; 3 the file cannot be written"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("config", type=Path, metavar="CONFIG", help="the YAML file")
    parser.add_argument("--out", type=Path, metavar="FILE.zip", required=True, help="where it is written")
    parser.add_argument(
        "--seconds", type=float, default=3.0, metavar="N", help="how long the doctor watches each source"
    )
