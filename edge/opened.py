"""The outbox's rows of situations that are open now, for who stands before the box and wants to know why."""

import json
import sqlite3
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from broker.events import Incident
from edge.drafts import Draft

MOST: Final = 20_000  # beyond, those that were told longest ago are left out
MOST_REASONS: Final = 4  # of one situation; the first decides
ALL: Final = "SELECT situation, kind, source, zone, since, told, severity, reasons FROM opened"
TYPES: Final = (str, str, str, str, float, float, str, str)
NAMES: Final = ("situation", "kind", "source", "zone", "since", "told", "severity", "reasons")
Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Opened:
    """One that is open. zone: empty where it has none. since, told: UTC seconds. reasons: as the event has
    them, each a code, a text, and figures and words where there are any.
    """

    situation: str
    kind: str
    source: str
    zone: str
    since: float
    told: float
    severity: str
    reasons: list[dict[str, Any]]


def note(db: sqlite3.Connection, draft: Draft, at: float) -> None:
    """In the commit of an event: what it tells of a situation, or that it is over."""
    data = draft.data
    if not isinstance(data, Incident):
        return
    if data.state == "cleared":
        db.execute("DELETE FROM opened WHERE situation = ?", (draft.subject,))
        return
    zone = data.zone.id if data.zone else ""
    reasons = [one.model_dump(mode="json", exclude_none=True) for one in data.reasons[:MOST_REASONS]]
    row = (draft.subject, data.kind, data.source.id, zone, data.since.timestamp(), at, data.severity)
    text = json.dumps(reasons, ensure_ascii=False, separators=(",", ":"))
    db.execute("INSERT OR REPLACE INTO opened VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (*row, text))


def kinds(db: sqlite3.Connection) -> dict[str, int]:
    """How many are open, by kind."""
    return dict(db.execute("SELECT kind, COUNT(*) FROM opened GROUP BY kind ORDER BY kind"))


def newest(db: sqlite3.Connection, most: int) -> list[Opened]:
    """Those that began last, the newest first."""
    rows = db.execute(f"{ALL} ORDER BY since DESC, situation LIMIT ?", (most,))
    return [Opened(**dict(zip(NAMES, row, strict=True)) | {"reasons": _reasons(row[-1])}) for row in rows]


def _reasons(text: str) -> list[dict[str, Any]]:
    try:
        found = json.loads(text)
    except ValueError:
        return []
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def saved(db: sqlite3.Connection) -> list[Row]:
    """As far as a damaged file tells them; none of before there were any."""
    found: list[Row] = []
    with suppress(sqlite3.Error):  # what came before the damage stays found
        found.extend(db.execute(f"{ALL} NOT INDEXED"))
    return [row for row in found if tuple(map(type, row)) == TYPES]


def take_over(db: sqlite3.Connection, rows: list[Row]) -> None:
    """Rows of an earlier file."""
    db.executemany("INSERT OR IGNORE INTO opened VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)


def forget(db: sqlite3.Connection) -> None:
    """Drop what is beyond the bound."""
    db.execute(
        "DELETE FROM opened WHERE rowid IN (SELECT rowid FROM opened ORDER BY told DESC LIMIT -1 OFFSET ?)",
        (MOST,),
    )
