"""`gewu-models`: one command a file of `models/commands`.

Exit codes: 0 all done; 1 something could not be done (the rest was); 2 wrong command line.
"""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from models import commands
from models.errors import ModelError
from models.runtime import default_directory

ABOUT = "Model files: what there is, fetch, hand on, measure, make smaller."
EXITS = "Exit codes: 0 all done, 1 something could not be done (the rest was), 2 wrong command line."


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    argv = sys.argv[1:] if argv is None else argv
    asked = command_line(argv[:1]).parse_args(argv)
    folder: Path = asked.dir or default_directory()
    try:
        return int(asked.run(asked, folder))
    except ModelError as error:
        print(error, file=sys.stderr)
        return 1


def command_line(wanted: Sequence[str] = ()) -> argparse.ArgumentParser:
    """The wanted command and its options; every command, where there is no such one."""
    parser = argparse.ArgumentParser(prog="gewu-models", description=ABOUT, epilog=EXITS)
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")
    names = sorted(found.name for found in iter_modules(commands.__path__))
    for name in [name for name in names if name in wanted] or names:
        module = import_module(f"{commands.__name__}.{name}")
        command = subparsers.add_parser(name, help=module.HELP, description=module.HELP, epilog=EXITS)
        command.add_argument(
            "--dir", type=Path, help="folder of model files (default $GEWU_MODELS or the user's cache)"
        )
        module.arguments(command)
        command.set_defaults(run=module.run)
    return parser
