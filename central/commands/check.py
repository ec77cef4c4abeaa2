"""`gewu-central check`."""

import argparse

from broker.codes import table
from broker.settings import dotted
from central import export_notes
from central.casework_settings import profile_of
from central.indicators.settings import evaluation_of
from central.routing.checking import notes
from central.settings import CentralSettings

HELP = "read the configuration and name every fault as file:line:col"


def arguments(_command: argparse.ArgumentParser) -> None:
    """None of its own."""


def run(settings: CentralSettings, asked: argparse.Namespace) -> int:
    """Reading it was the check, as is reading the files that it names; what may not be meant is told."""
    profile_of(settings.casework)
    evaluation_of(settings.indicators)
    for note in notes(settings.routing.plan()):
        print(f"{asked.config}: note: {dotted(('routing', *note.way))}: {note.text}")
    for kind in sorted(settings.retention.kinds.keys() - table().keys()):
        print(
            f"{asked.config}: note: retention.kinds.{kind}: is no kind of the table; is it one of your own?"
        )
    for where, text in export_notes.notes(settings):
        print(f"{asked.config}: note: {where}: {text}")
    print(f"{asked.config}: no faults")
    return 0
