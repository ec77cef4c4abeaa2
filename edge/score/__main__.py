"""`python -m edge.score SUITE`, the same as `gewu-edge score SUITE`."""

import argparse
import logging
import sys

from broker.settings import SettingsError
from edge.score.command import BAD_SUITE, HELP, arguments, score
from models.errors import ModelError

CANNOT_START = 3


def main() -> int:
    """Run it; returns its exit code."""
    parser = argparse.ArgumentParser(prog="gewu-edge score", description=HELP)
    arguments(parser)
    try:
        return score(parser.parse_args())
    except SettingsError as error:
        print(error, file=sys.stderr)  # noqa: T201 - a command line prints
        return BAD_SUITE
    except (ModelError, OSError) as error:
        logging.getLogger(__name__).error("%s", error)
        return CANNOT_START


if __name__ == "__main__":
    sys.exit(main())
