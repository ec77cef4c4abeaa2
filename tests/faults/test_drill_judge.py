"""The drill's judge: a good end is good, and every way to be wrong is seen and named."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from broker.events import parse
from broker.fields import LARGEST
from edge.drafts import Batch
from edge.outbox import Outbox
from tests.drill.books import Books
from tests.drill.judge import Verdict, judge
from tests.drill.script import draft, script, tickets
from tests.drill.sender import PLACE, Part

EVENTS = 40
TABLES = """
CREATE TABLE inbox (source, id, sha256, type, epoch, sequence, deliveries, body);
CREATE TABLE ticket_log (source, event, effect);
CREATE TABLE tickets (number INTEGER PRIMARY KEY, node, open_key, state);
CREATE TABLE situations (source, subject, ticket, newest_revision);
CREATE TABLE quarantine (topic, sha256);
INSERT INTO quarantine VALUES ('t', 'p');
"""
POISON = {("t", "p")}
GONE = "DELETE FROM inbox WHERE rowid = (SELECT MAX(rowid) FROM inbox)"


@pytest.fixture
def part(tmp_path: Path) -> Part:
    """A sender that has committed its whole script, and got its receipts."""
    part = Part(str(tmp_path), "", "sender-0", "", 3, 0, EVENTS)
    outbox = Outbox(tmp_path / "outbox.sqlite", part.address)
    outbox.open(1000.0, "0000")
    for place, step in enumerate(script(3, 0, EVENTS), 1):
        drafts = tuple(draft(told, 1000.0) for told in step)
        outbox.commit(Batch(drafts, snapshots={PLACE: str(place).encode()}), 1000.0)
    outbox.close()
    with closing(sqlite3.connect(tmp_path / "outbox.sqlite")) as file, file:
        file.execute("UPDATE events SET receipted = 1001")
    return part


@pytest.fixture
def books(part: Part, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """The database of a centre that did everything right."""
    with closing(sqlite3.connect(tmp_path / "central.db")) as central:
        central.executescript(TABLES)
        with closing(sqlite3.connect(tmp_path / "outbox.sqlite")) as outbox:
            for sha256, body in outbox.execute("SELECT sha256, body FROM events"):
                event = parse(body)
                row = (
                    event.source,
                    event.id,
                    sha256,
                    event.type,
                    event.epoch,
                    int(event.sequence),
                    2,
                    body.decode(),
                )
                central.execute("INSERT INTO inbox VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
                central.execute("INSERT INTO ticket_log VALUES (?, ?, 'opened')", row[:2])
        source = part.address.source
        expected = tickets(told for step in script(3, 0, EVENTS) for told in step)
        for number, (subject, (state, revision)) in enumerate(expected.items()):
            central.execute(
                "INSERT INTO tickets VALUES (?, ?, ?, ?)", (number, source, f"{source}#{subject}", state)
            )
            central.execute("INSERT INTO situations VALUES (?, ?, ?, ?)", (source, subject, number, revision))
        central.commit()
        yield central


def verdict(part: Part, tmp_path: Path) -> Verdict:
    return judge(Books(str(tmp_path / "central.db")), [part], POISON)


def test_a_good_end_is_good(part: Part, books: sqlite3.Connection, tmp_path: Path) -> None:
    found = verdict(part, tmp_path)
    assert found.good, found
    assert (found.committed, found.duplicates_absorbed, found.quarantined) == (EVENTS, EVENTS, 1)


TWICE = "INSERT INTO inbox SELECT source, 'again', sha256, type, epoch, 99, 1, body FROM inbox LIMIT 1"
REOPENED = """UPDATE tickets SET state = 'reported'
    WHERE number = (SELECT MAX(number) FROM tickets WHERE state = 'self_cleared')"""


@pytest.mark.parametrize(
    ("harm", "figure"),
    [
        (GONE, "lost"),
        (GONE.replace("DELETE FROM inbox", "UPDATE inbox SET sha256 = 'other'"), "lost"),
        (TWICE, "doubled"),
        ("INSERT INTO ticket_log SELECT * FROM ticket_log LIMIT 1", "doubled"),
        ("DELETE FROM situations WHERE ticket = 0", "missing_tickets"),
        ("INSERT INTO tickets SELECT 1000, node, open_key, state FROM tickets LIMIT 1", "doubled_tickets"),
        (REOPENED, "wrong_tickets"),
        ("UPDATE situations SET newest_revision = 77 WHERE ticket = 0", "wrong_tickets"),
        ("DELETE FROM quarantine", "poison_unaccounted"),
    ],
)
def test_every_harm_is_seen(
    harm: str, figure: str, part: Part, books: sqlite3.Connection, tmp_path: Path
) -> None:
    books.execute(harm)
    books.commit()
    found = verdict(part, tmp_path)
    assert not found.good
    assert getattr(found, figure) == 1, found
    assert found.wrong or figure == "doubled_tickets"


def test_what_was_given_up_aloud_is_not_lost(part: Part, books: sqlite3.Connection, tmp_path: Path) -> None:
    epoch, sequence = books.execute("SELECT epoch, sequence FROM inbox ORDER BY rowid DESC").fetchone()
    told = {"data": {"ranges": [{"epoch": epoch, "first": sequence, "last": sequence}]}}
    books.execute(GONE)
    row = (part.address.source, "d", "s", "gewu.delivery.dropped.v1", epoch, EVENTS, 1, json.dumps(told))
    books.execute("INSERT INTO inbox VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
    books.commit()
    found = verdict(part, tmp_path)
    assert (found.lost, found.given_up) == (0, 1), found


def test_the_end_of_an_epoch_gives_up_nothing(part: Part, books: sqlite3.Connection, tmp_path: Path) -> None:
    """Asked for what comes after the last, a node says that it holds none of it: no event is lost by that."""
    end = {"data": {"ranges": [{"epoch": "over", "first": 0, "last": LARGEST}]}}
    row = (part.address.source, "d", "s", "gewu.delivery.dropped.v1", "next", EVENTS, 1, json.dumps(end))
    books.execute("INSERT INTO inbox VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
    books.execute(GONE.replace("MAX(rowid)", "MIN(rowid)"))
    books.commit()
    found = verdict(part, tmp_path)
    assert (found.lost, found.given_up) == (1, 0), found


def test_events_without_an_answer_are_seen(part: Part, books: sqlite3.Connection, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "outbox.sqlite")) as file, file:
        file.execute("UPDATE events SET receipted = NULL WHERE n = 1")
    found = verdict(part, tmp_path)
    assert not found.good
    assert found.unanswered == 1
