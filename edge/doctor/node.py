"""Whether a node runs in the storage folder, whether it is this one, and what waits in its outbox."""

import sqlite3
import time
from collections.abc import Iterable
from contextlib import closing

from edge.diagnosis import node as told
from edge.diagnosis.sign import Finding
from edge.examining.case import Case
from edge.examining.probing import reading

TITLE = "node"
BOX, ALONE = False, False
WAITING = "SELECT COUNT(*), MIN(created) FROM events WHERE receipted IS NULL"


def limit_s(case: Case) -> float:  # noqa: ARG001 - as every examination has it
    """A large outbox takes a while to look through."""
    return 20.0


def examine(case: Case) -> Iterable[Finding]:
    """Who has the folder, and the outbox as it lies there."""
    folder = case.settings.storage.directory
    outbox = folder / "outbox.sqlite"
    found = [told.judge(str(folder), case.holder)]
    if outbox.exists():
        waiting, oldest, damaged = None, None, None
        try:
            with closing(reading(outbox)) as db:
                waiting, oldest = db.execute(WAITING).fetchone()
        except sqlite3.OperationalError:
            pass  # the node has it, or its log cannot be made beside it: nothing is said of it
        except sqlite3.DatabaseError as error:
            damaged = str(error)
        age = None if oldest is None else max(0.0, time.time() - oldest)
        found += told.outbox(str(outbox), waiting, age, damaged)
    return found
