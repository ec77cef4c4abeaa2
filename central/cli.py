"""gewu-central: one command a file of `central/commands`."""

import argparse
import sys
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from broker.settings import SettingsError, load
from central import commands
from central.opening import CannotStart
from central.settings import CentralSettings
from central.store.database import StoreAway
from central.store.migrate import NewerSchema

CODES = "exit codes: 0 done; 1 cannot be done; 2 the configuration or the command line is wrong"


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 when it went well, 2 for a faulty configuration, 1 for anything else."""
    arguments = sys.argv[1:] if arguments is None else arguments
    asked = _parser(arguments[:1]).parse_args(arguments)
    try:
        settings = load(asked.config, CentralSettings)
        code: int = asked.run(settings, asked)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    except (CannotStart, NewerSchema) as error:
        print(f"gewu-central: {error}", file=sys.stderr)
        return 1
    except StoreAway as error:
        print(f"gewu-central: database: {error} (gewu-central migrate makes its tables)", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    return code


def _parser(wanted: list[str]) -> argparse.ArgumentParser:
    """With the wanted command alone, or with all where it is none: loading them all takes a while."""
    parser = argparse.ArgumentParser(prog="gewu-central", description="The ticket service.", epilog=CODES)
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")
    names = sorted(found.name for found in iter_modules(commands.__path__))
    for name in [name for name in names if name in wanted] or names:
        module = import_module(f"{commands.__name__}.{name}")
        command = subparsers.add_parser(name, help=module.HELP, description=module.HELP, epilog=CODES)
        command.add_argument("config", type=Path, metavar="CONFIG", help="the YAML file")
        module.arguments(command)
        command.set_defaults(run=module.run)
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
