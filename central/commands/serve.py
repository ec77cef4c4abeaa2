"""`gewu-central serve`."""

import argparse

from central.app import serve
from central.lines import speak
from central.settings import CentralSettings

HELP = "take events, serve the console and the API"


def arguments(command: argparse.ArgumentParser) -> None:
    """Its options."""
    command.add_argument("--log", choices=("text", "json"), default="text", help="form of the log lines")


def run(settings: CentralSettings, asked: argparse.Namespace) -> int:
    """Run until told to stop."""
    speak(asked.log)
    serve(settings)
    return 0
