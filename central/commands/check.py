"""`gewu-central check`."""

import argparse

from central.settings import CentralSettings

HELP = "read the configuration and name every fault as file:line:col"


def arguments(_command: argparse.ArgumentParser) -> None:
    """None of its own."""


def run(_settings: CentralSettings, asked: argparse.Namespace) -> int:
    """Reading it was the check."""
    print(f"{asked.config}: no faults")
    return 0
