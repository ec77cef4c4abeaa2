"""Events that will never come, said aloud in events of their own."""

import logging
import sqlite3
from collections.abc import Mapping, Sequence

from broker.events import Dropped, EventsDropped, Reason, SequenceRange, parse
from broker.ranges import joined, ranges_of
from edge import days
from edge.drafts import Draft
from edge.troubles import fit
from edge.wanted import Answer

log = logging.getLogger(__name__)

MOST_RANGES = 1000  # that one event may name
MOST_WORDS = 20  # different words of the centre that get an event of their own
NOT_HELD = "asked for again, but not held any more"


def dropped(node: str, ranges: Sequence[SequenceRange], code: str, text: str, utc: float) -> list[Draft]:
    """What says which events will never come: no event for no ranges, several for very many."""
    reason = Reason(code=code, text=fit(text))
    parts = [list(ranges[first : first + MOST_RANGES]) for first in range(0, len(ranges), MOST_RANGES)]
    told = [Dropped(ranges=part, reasons=[reason]) for part in parts]
    return [Draft(EventsDropped, node, utc, data) for data in told]


def unanswerable(node: str, answer: Answer, utc: float) -> list[Draft]:
    """What the centre has to know of the events it asked for and will not get."""
    drafts = dropped(node, answer.lost, "not_held", NOT_HELD, utc)
    for text, ranges in _by_words(answer.refused).items():
        drafts += dropped(node, ranges, "refused", text, utc)
    return drafts


def _by_words(refused: Mapping[str, list[SequenceRange]]) -> dict[str, list[SequenceRange]]:
    """Ranges by what the centre said of them; beyond so many different words, the rest as one."""
    words = sorted(refused, key=lambda text: -len(refused[text]))
    told = {text: refused[text] for text in words[:MOST_WORDS]}
    if rest := words[MOST_WORDS:]:
        text = f"refused by the centre, in {len(rest)} different words"
        told[text] = joined(part for text in rest for part in refused[text])
    return told


def make_room(db: sqlite3.Connection, node: str, coming: int, bound: int, utc: float) -> list[Draft]:
    """At the bound the oldest tenth is given up, and that is said in an event of its own.

    What an event that is given up said of others, the new one says instead; a day whose digest is given up
    is told again.
    """
    held = int(db.execute("SELECT COUNT(*) FROM events WHERE receipted IS NULL").fetchone()[0])
    if held + coming <= bound:
        return []
    oldest = db.execute(
        "SELECT n, id, epoch, sequence, CASE WHEN subject = ? THEN body END FROM events "
        "WHERE receipted IS NULL ORDER BY n LIMIT ?",
        (node, max(coming, bound // 10)),
    ).fetchall()
    db.executemany("DELETE FROM events WHERE n = ?", [(row[0],) for row in oldest])
    days.untell(db, [row[1] for row in oldest if row[4] is not None])
    log.error("the outbox holds %d events and may hold no more: %d given up", held, len(oldest))
    told = [part for row in oldest if row[4] is not None for part in _told_in(row[4])]
    ranges = joined([*told, *ranges_of((epoch, sequence) for _, _, epoch, sequence, _ in oldest)])
    text = f"the outbox reached its bound of {bound} events; the oldest were given up"
    return dropped(node, ranges, "outbox_full", text, utc)


def never_stored(db: sqlite3.Connection, node: str, epoch: str, lost: int, utc: float) -> list[Draft]:
    """Events that were lost before they had a number get one each, so that they can be told like others."""
    if not lost:
        return []
    first = db.execute("SELECT next FROM epochs WHERE epoch = ?", (epoch,)).fetchone()[0]
    db.execute("UPDATE epochs SET next = next + ? WHERE epoch = ?", (lost, epoch))
    text = "the outbox could not be written for so long that memory was full; the oldest were given up"
    ranges = [SequenceRange(epoch=epoch, first=first, last=first + lost - 1)]
    return dropped(node, ranges, "outbox_blocked", text, utc)


def _told_in(body: bytes) -> list[SequenceRange]:
    try:
        event = parse(body)
    except ValueError:  # another version's; nothing may keep this node from committing
        return []
    return event.data.ranges if isinstance(event, EventsDropped) else []
