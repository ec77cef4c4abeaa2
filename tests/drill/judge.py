"""What came of it: the books and the outboxes against the script, with no word from the parts themselves.

An event is known again by the sentence that its script gave it, not by its id: one that was committed
twice under two ids is doubled, whoever made the second.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from broker.fields import LARGEST
from tests.drill.books import Books
from tests.drill.script import Told, script, tickets
from tests.drill.sender import PLACE, Part

OF_DELIVERY, DROPPED = "gewu.delivery.", "gewu.delivery.dropped.v1"
EFFECTS = (
    "opened",
    "joined",
    "reopened",
    "updated",
    "cleared",
    "stale",
    "early",
    "raised",
    "recovered",
    "kept",
)
Key = tuple[str, str]  # source, and subject, mark or id
Place = tuple[str, str, int]  # source, epoch, sequence


@dataclass
class Verdict:
    """`wrong`: a few examples, in words."""

    committed: int = 0
    lost: int = 0
    doubled: int = 0
    missing_tickets: int = 0
    doubled_tickets: int = 0
    wrong_tickets: int = 0
    unanswered: int = 0
    refused: int = 0
    given_up: int = 0
    duplicates_absorbed: int = 0
    quarantined: int = 0
    poison_unaccounted: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Nothing lost, nothing doubled, every ticket right, every word answered."""
        figures = asdict(self)
        told = (
            "lost",
            "doubled",
            "missing_tickets",
            "doubled_tickets",
            "wrong_tickets",
            "unanswered",
            "refused",
        )
        return not any(figures[name] for name in (*told, "poison_unaccounted"))

    def note(self, what: str, which: Iterable[Any]) -> int:
        """Keep the first few as examples; how many there are."""
        found = sorted(map(str, which))
        self.wrong += [f"{what}: {each}" for each in found[:3]]
        return len(found)


@dataclass(frozen=True)
class Outbox:
    """What one sender committed and what it still knows of it. `bodies`: id to sha256 and type."""

    source: str
    told: list[Told]
    bodies: dict[str, tuple[str, str]]
    pending: int
    refused: list[str]


def outbox(part: Part) -> Outbox:
    """Read a sender's outbox after its end."""
    with closing(sqlite3.connect(Path(part.folder) / "outbox.sqlite")) as file:
        place = file.execute("SELECT body FROM snapshots WHERE source = ?", (PLACE,)).fetchone()
        bodies = {
            name: (sha256, json.loads(body)["type"])
            for name, sha256, body in file.execute("SELECT id, sha256, body FROM events")
        }
        pending = file.execute("SELECT COUNT(*) FROM events WHERE receipted IS NULL").fetchone()[0]
        refused = [row[0] for row in file.execute("SELECT reason FROM refused")]
    steps = script(part.seed, part.number, part.events)[: int(place[0]) if place else 0]
    return Outbox(part.address.source, [told for step in steps for told in step], bodies, pending, refused)


@dataclass
class Inbox:
    """What the centre took: each event's hash, the marks of scripts, sequences, and those told as dropped."""

    hashes: dict[Key, str] = field(default_factory=dict)
    marks: Counter[Key] = field(default_factory=Counter)
    sequences: set[Place] = field(default_factory=set)
    dropped: set[Place] = field(default_factory=set)
    again: int = 0


def inbox(books: Books) -> Inbox:
    """Read it."""
    found = Inbox()
    for source, name, sha256, kind, epoch, sequence, deliveries, body in books.rows(
        "SELECT source, id, sha256, type, epoch, sequence, deliveries, body FROM inbox"
    ):
        found.again += deliveries - 1
        found.hashes[source, name] = sha256
        found.sequences.add((source, epoch, sequence))
        data = json.loads(body)["data"]
        if not kind.startswith(OF_DELIVERY):
            found.marks[source, data["reasons"][0]["text"]] += 1
        elif kind == DROPPED:
            for part in data["ranges"]:
                if part["last"] >= LARGEST:
                    continue  # the epoch ended before: no event was ever there
                numbers = range(part["first"], part["last"] + 1)
                found.dropped |= {(source, part["epoch"], number) for number in numbers}
    return found


def judge(books: Books, parts: Iterable[Part], poison: set[tuple[str, str]]) -> Verdict:
    """Compare everything with everything."""
    verdict = Verdict()
    outboxes, taken = [outbox(part) for part in parts], inbox(books)
    verdict.committed = sum(len(each.told) for each in outboxes)
    verdict.unanswered = sum(each.pending for each in outboxes)
    verdict.refused = verdict.note("refused", (why for each in outboxes for why in each.refused))
    verdict.duplicates_absorbed = taken.again
    _events(verdict, outboxes, taken)
    verdict.doubled += _doubled_effects(verdict, books)
    _tickets(verdict, books, outboxes, taken)
    held = {(str(topic), str(sha256)) for topic, sha256 in books.rows("SELECT topic, sha256 FROM quarantine")}
    verdict.quarantined = len(held)
    verdict.poison_unaccounted = verdict.note("poison that nobody put aside", poison - held)
    return verdict


def _events(verdict: Verdict, outboxes: list[Outbox], taken: Inbox) -> None:
    """What is absent must have been told as dropped, one for one: what was told and came is not counted."""
    expected = Counter((each.source, told.mark) for each in outboxes for told in each.told)
    absent = expected - taken.marks
    verdict.given_up = len(taken.dropped - taken.sequences)
    silent = max(0, absent.total() - verdict.given_up)
    if silent:
        verdict.note("lost", absent)
    verdict.lost = silent + verdict.note("other bytes", _other_bytes(outboxes, taken.hashes))
    verdict.doubled = verdict.note("twice in the inbox", taken.marks - expected)


def _other_bytes(outboxes: list[Outbox], known: dict[Key, str]) -> Iterator[Key]:
    """Events that the inbox holds with other bytes; those that no script tells also when they are absent."""
    for each in outboxes:
        for name, (sha256, kind) in each.bodies.items():
            there = known.get((each.source, name))
            if there != sha256 and (there is not None or kind.startswith(OF_DELIVERY)):
                yield each.source, name


def _doubled_effects(verdict: Verdict, books: Books) -> int:
    effects = ", ".join(f"'{effect}'" for effect in EFFECTS)
    twice = books.rows(
        f"SELECT source, event, COUNT(*) FROM ticket_log WHERE effect IN ({effects}) "  # noqa: S608 - our own words
        "GROUP BY source, event HAVING COUNT(*) > 1"
    )
    return verdict.note("two effects", twice)


def _tickets(verdict: Verdict, books: Books, outboxes: list[Outbox], taken: Inbox) -> None:
    """What a node gave up is no part of what is expected."""
    came = {each.source: [t for t in each.told if (each.source, t.mark) in taken.marks] for each in outboxes}
    told = came if verdict.given_up else {each.source: each.told for each in outboxes}
    expected = {
        (source, subject): facts
        for source, events in told.items()
        for subject, facts in tickets(events).items()
    }
    found: dict[Key, tuple[str, int]] = {}
    for source, subject, state, revision in books.rows(
        "SELECT s.source, s.subject, t.state, s.newest_revision "
        "FROM situations s JOIN tickets t ON s.ticket = t.number"
    ):
        found[source, subject] = (state, revision)
    made = books.rows("SELECT node, open_key FROM tickets")
    verdict.missing_tickets = verdict.note("no ticket", expected.keys() - found.keys())
    verdict.doubled_tickets = (
        len(made) - len(found) + verdict.note("nobody's ticket", found.keys() - expected.keys())
    )
    wrong = {
        key: (found[key], facts) for key, facts in expected.items() if key in found and found[key] != facts
    }
    verdict.wrong_tickets = verdict.note("another state than it should have", wrong.items())
