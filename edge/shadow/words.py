"""The words of `gewu-edge shadow`."""

import argparse
from pathlib import Path
from typing import Final

HELP: Final = "another model beside the one that decides, on a film: what each sees, and would have opened"
CODES: Final = """\
exit codes: 0 done; 2 the configuration or the command line is wrong (every fault is printed); 3 cannot start:
a model is missing or unusable, or a film cannot be read"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `shadow` takes."""
    parser.add_argument("config", type=Path, metavar="CONFIG", help="the YAML file")
    parser.add_argument("--model", metavar="NAME", help="the other model; unset: model.shadow of the file")
    parser.add_argument(
        "--source", type=Path, metavar="FILM", help="a film in place of the configured source"
    )
    parser.add_argument("--camera", metavar="ID", help="only this source")
    parser.add_argument("--score", type=float, metavar="S", help="from which score on the other is believed")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of tables")
