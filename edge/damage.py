"""An outbox that cannot be read any more is moved aside, and what it still tells is saved."""

import sqlite3
from contextlib import closing
from pathlib import Path

from broker.topics import Address
from edge.database import OutboxDamaged, move_aside, said
from edge.drafts import Stamped
from edge.outbox import Outbox

# NOT INDEXED: the table itself may be readable where its index is not.
WAITING = (
    "SELECT id, epoch, sequence, subject, body, sha256 FROM events NOT INDEXED "
    "WHERE receipted IS NULL ORDER BY n"
)


def open_outbox(path: Path, address: Address, now: float, token: str) -> tuple[Outbox, str | None]:
    """Open the outbox; a damaged file is moved aside, what can be read of it taken over, and that is told.

    Raises OutboxError when the place cannot be used at all.
    """
    outbox = Outbox(path, address)
    try:
        outbox.open(now, token)
        return outbox, None
    except OutboxDamaged as error:
        outbox.close()
        return _renewed(path, address, now, token, str(error))


def _renewed(path: Path, address: Address, now: float, token: str, why: str) -> tuple[Outbox, str]:
    with said(path):
        aside = move_aside(path, f"{int(now)}-{token}")
    rescued, rest = rescue(aside)
    outbox = Outbox(path, address)
    outbox.open(max([now, *(int(event.epoch[:13]) / 1000 + 0.001 for event in rescued)]), token)
    outbox.adopt(rescued, now)
    text = (
        f"the outbox was damaged ({why}) and moved to {aside.name}; {len(rescued)} events were saved from it"
    )
    return outbox, f"{text}, {rest}"


def rescue(path: Path) -> tuple[list[Stamped], str]:
    """The events without receipt that can still be read from a damaged file, and what stopped the reading."""
    found: list[Stamped] = []
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=1)) as db:
            rows = db.execute(WAITING)
            found.extend(Stamped(*row) for row in rows)  # what came before the damage stays found
    except sqlite3.Error as error:
        return found, f"the rest cannot be read ({error})"
    return found, "all that it held"
