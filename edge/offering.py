"""Pictures of an event that had to be sent again: a centre that lost the event may have lost them too."""

import sqlite3
from collections.abc import Callable, Sequence

from broker.events import Evidence, SceneVerified, parse
from broker.fields import Message

Holds = Callable[[str], bool]  # whether the picture of this sha256 is still here


def nothing_held(_sha256: str) -> bool:
    """Of a node, or a test, that keeps no pictures."""
    return False


def pictures_of(data: Message) -> Sequence[Evidence]:
    """The pictures that an event's data names."""
    if isinstance(data, SceneVerified):
        return [picture for answer in data.answers for picture in answer.evidence]
    return getattr(data, "evidence", None) or ()


def offer(db: sqlite3.Connection, event_id: str, at: float, holds: Holds) -> None:
    """Have those that are still here uploaded once more; to a centre that has them that changes nothing."""
    body = db.execute("SELECT body FROM events WHERE id = ?", (event_id,)).fetchone()[0]
    db.executemany(
        "INSERT INTO uploads VALUES (?, ?, ?, ?, NULL, NULL) "
        "ON CONFLICT (sha256) DO UPDATE SET uploaded = NULL, given_up = NULL",
        [(one.sha256, one.size, one.media_type, at) for one in _shown(body) if holds(one.sha256)],
    )


def _shown(body: bytes) -> Sequence[Evidence]:
    try:
        return pictures_of(parse(body).data)
    except ValueError:  # another version's; its receipt counts all the same
        return ()
