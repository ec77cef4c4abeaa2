"""What `gewu-edge diagnostics` does: the bundle that the centre would get, made beside the node."""

# ruff: noqa: T201 - a command line prints

import argparse
import time
from functools import partial
from pathlib import Path
from typing import Any

from broker.wholefile import write_whole
from edge.asked.examined import examined
from edge.assembly import SOFTWARE
from edge.bundling.gathering import Known, bundle
from edge.config import Configuration, load
from edge.desired.running import as_run
from edge.exits import FINE
from edge.lastrun import left
from edge.onsite.asking import asked
from edge.ringlog import kept
from edge.stocktaking import taken

PATIENCE_S = 180.0  # of the doctor


def diagnostics(args: argparse.Namespace) -> int:
    """Write it; what the node alone knows is left out: its threads, its health where it has no page."""
    configuration = as_run(load(args.config))
    folder = configuration.settings.storage.directory
    known = Known(
        configuration,
        folder,
        SOFTWARE,
        "gewu-edge diagnostics",
        lines=partial(kept, folder),
        findings=partial(examined, args.config, (), args.seconds, PATIENCE_S),
        more={
            "health.json": partial(_status, configuration),
            "inventory.json": partial(_inventory, configuration, folder),
        },
    )
    body = bundle(known, time.time())
    write_whole(args.out, body, mode=0o600)
    print(f"{args.out}: {len(body)} bytes; no secrets and no pictures are in it; look before you send it")
    return FINE


def _status(configuration: Configuration) -> Any:
    settings = configuration.settings
    found = asked(settings.storage.directory, settings.onsite, settings.address)
    return (
        found.model_dump(mode="json") if hasattr(found, "model_dump") else {"not_told": type(found).__name__}
    )


def _inventory(configuration: Configuration, folder: Path) -> Any:
    last, labels = left(folder), configuration.settings.node.labels
    began = last.run.began if last else time.time()
    return taken(folder, last, began, labels, supervised=False).model_dump(mode="json")
