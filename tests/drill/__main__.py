"""`python -m tests.drill --faults N --events M --seed S`: the last line is one JSON object."""

import argparse
import json
import logging
import os
import secrets
import shutil
import signal
import sys
import tempfile
from pathlib import Path

from tests.drill.broken import BREAKS
from tests.drill.drill import run
from tests.drill.world import Asked


def main() -> int:
    """One drill; 0 when nothing was lost, doubled or wrong."""
    asked, folder = _asked()
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s: %(message)s", stream=sys.stderr)
    for number in (signal.SIGTERM, signal.SIGHUP):  # end as after Ctrl-C: with everything that was started
        signal.signal(number, signal.default_int_handler)
    kept = folder is not None
    folder = folder or Path(tempfile.mkdtemp(prefix="gewu-drill-"))
    report = run(asked, folder)
    figures = report.figures()
    if not report.good:
        print(f"seed {asked.seed}: not good; everything is kept in {folder}", file=sys.stderr)
        figures["folder"] = str(folder)
    elif not kept:
        shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps(figures))
    return 0 if report.good else 1


def _asked() -> tuple[Asked, Path | None]:
    parser = argparse.ArgumentParser(prog="python -m tests.drill", description=__doc__)
    parser.add_argument("--faults", type=int, default=30)
    parser.add_argument("--events", type=int, default=1500)
    parser.add_argument("--seed", type=int, default=None, help="default: drawn and told")
    parser.add_argument("--store", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--workers", type=int, default=1, help="centres; more than one on PostgreSQL alone")
    parser.add_argument("--broker", choices=("embedded", "mosquitto"), default="embedded")
    parser.add_argument("--senders", type=int, default=3)
    parser.add_argument("--spacing", type=float, default=1.0, help="seconds between faults, in the mean")
    parser.add_argument(
        "--bound", type=int, default=Asked.bound, help="events an outbox may hold without a receipt"
    )
    parser.add_argument(
        "--signed", action="store_true", help="senders are enrolled and sign, and no others may speak"
    )
    parser.add_argument(
        "--folder", type=Path, default=None, help="a new folder for everything, which is kept"
    )
    parser.add_argument(
        "--broken", choices=sorted(BREAKS), default=None, help="a part that breaks the promise"
    )
    given = parser.parse_args()
    if given.workers > 1 and given.store == "sqlite":
        parser.error("--workers: SQLite has one writer; more than one centre needs --store postgresql")
    seed = given.seed if given.seed is not None else secrets.randbelow(1_000_000)
    return (
        Asked(
            faults=given.faults,
            events=given.events,
            seed=seed,
            store=given.store,
            workers=given.workers,
            broker=given.broker,
            senders=given.senders,
            spacing_s=given.spacing,
            signed=given.signed,
            bound=given.bound,
            broken=given.broken,
        ),
        given.folder,
    )


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    sys.exit(main())
