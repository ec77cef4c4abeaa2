"""`gewu-central serve`."""

import argparse
import gc

from central.lines import speak
from central.settings import CentralSettings

HELP = "take events, serve the console and the API"


def arguments(command: argparse.ArgumentParser) -> None:
    """Its options."""
    command.add_argument("--log", choices=("text", "json"), default="text", help="form of the log lines")
    command.add_argument(
        "--only",
        choices=("api", "ingest"),
        default="all",
        help="a part of the centre: console and API, or taking events (needs PostgreSQL)",
    )


def run(settings: CentralSettings, asked: argparse.Namespace) -> int:
    """Run until told to stop."""
    speak(asked.log)
    gc.disable()  # until it stands: it makes no garbage, and to look for some takes a quarter of the time
    from central.app import serve  # no other command needs what it imports

    try:
        serve(settings, asked.only)
    finally:
        gc.enable()
    return 0
