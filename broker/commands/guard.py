"""`gewu-broker guard`."""

import argparse
import logging
from datetime import datetime, timezone
from pathlib import Path

from broker.commands.serve import stopped_by_signals
from broker.guard import EVERY_S, Guard
from broker.pki.revocations import Source, from_centre, from_folder

HELP = "keep revoked nodes out of the Mosquitto beside it"


def arguments(command: argparse.ArgumentParser) -> None:
    """Its options."""
    command.add_argument(
        "--mosquitto", type=Path, required=True, metavar="DIR", help="its configuration's folder"
    )
    command.add_argument(
        "--list",
        required=True,
        metavar="URL|DIR",
        help="the centre, or a folder with revoked.json and crl.pem",
    )
    command.add_argument("--every", type=float, default=EVERY_S, help="seconds (default %(default)s)")
    command.add_argument("--once", action="store_true", help="look once and end")


def run(asked: argparse.Namespace) -> int:
    """Look until told to stop."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    guard = Guard(
        asked.mosquitto,
        source(asked.list, asked.mosquitto / "ca.pem"),
        clock=lambda: datetime.now(timezone.utc),
    )
    if asked.once:
        return 0 if guard.look().good else 1
    guard.watch(stopped_by_signals(), asked.every)
    return 0


def source(where: str, ca: Path) -> Source:
    """The centre at a url, or a folder. Raises PkiError and OSError."""
    return from_centre(where, ca.read_bytes()) if "://" in where else from_folder(Path(where))
