"""`gewu-central check`."""

import argparse

from central.casework_settings import profile_of
from central.settings import CentralSettings

HELP = "read the configuration and name every fault as file:line:col"


def arguments(_command: argparse.ArgumentParser) -> None:
    """None of its own."""


def run(settings: CentralSettings, asked: argparse.Namespace) -> int:
    """Reading it was the check, and so is reading the profile that it names."""
    profile_of(settings.casework)
    print(f"{asked.config}: no faults")
    return 0
