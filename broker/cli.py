"""gewu-broker: one command a file of `broker/commands`."""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from pkgutil import iter_modules

from broker import commands
from broker.embedded import EmbeddedError
from broker.pki.errors import PkiError

ABOUT = "The development broker, the exported contract, production brokers, certificates."


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    argv = sys.argv[1:] if argv is None else argv
    asked = command_line(argv[:1]).parse_args(argv)
    try:
        status: int = asked.run(asked)
    except (EmbeddedError, PkiError, OSError) as error:
        print(f"gewu-broker: {error}", file=sys.stderr)
        return 1
    return status


def command_line(wanted: Sequence[str] = ()) -> argparse.ArgumentParser:
    """The wanted command and its options; every command, where there is no such one."""
    parser = argparse.ArgumentParser(prog="gewu-broker", description=ABOUT)
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")
    names = sorted(found.name for found in iter_modules(commands.__path__))
    for name in [name for name in names if name in wanted] or names:
        module = import_module(f"{commands.__name__}.{name}")
        command = subparsers.add_parser(name, help=module.HELP, description=module.HELP)
        module.arguments(command)
        command.set_defaults(run=module.run)
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
