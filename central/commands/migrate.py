"""`gewu-central migrate`."""

import argparse

from central.lines import speak
from central.opening import open_store
from central.settings import CentralSettings

HELP = "bring the database to the schema of this version"


def arguments(_command: argparse.ArgumentParser) -> None:
    """None of its own."""


def run(settings: CentralSettings, _asked: argparse.Namespace) -> int:
    """Open the database once; that migrates it."""
    speak("text")
    open_store(settings).close()
    print("the database is at the schema of this version")
    return 0
