"""What the ingest notes of epochs, given-up ranges, refusals and digests; SQLite and PostgreSQL alike."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from broker.events import (
    AnyEvent,
    DayDigest,
    Digest,
    Dropped,
    EventsDropped,
    Reason,
    SequenceRange,
)
from broker.fields import LARGEST
from broker.messages import NodeState
from broker.topics import Address
from central.letters import Letter, Refused, refusal
from central.store import gaps
from central.store.database import Store
from central.store.delivery_tables import digests, epochs, gone, refused, senders
from central.store.gaps import SETTLE, note_events, note_refused, note_state, place_of
from tests.unit.central.makers import NODE, at, event
from tests.unit.central.test_store import rows

HASH = "a" * 64


def span(first: int, last: int, epoch: str = "boot-1") -> SequenceRange:
    return SequenceRange(epoch=epoch, first=first, last=last)


def about(kind: Any, data: Any, number: int, *, name: str, seconds: float = 0.0) -> Any:
    """An event that the node tells of itself."""
    return kind(
        id=name,
        source=NODE.source,
        subject=NODE.node,
        time=at(seconds),
        recordedtime=at(seconds),
        epoch="boot-2",
        sequence=f"{number:012d}",
        data=data,
    )


def dropped(*ranges: SequenceRange, number: int = 0, name: str = "drop-1") -> EventsDropped:
    reason = Reason(code="outbox_full", text="full")
    told: EventsDropped = about(
        EventsDropped, Dropped(ranges=list(ranges), reasons=[reason]), number, name=name
    )
    return told


def digest(*ranges: SequenceRange, events: int = 1, name: str = "dig-1", seconds: float = 0.0) -> DayDigest:
    data = Digest(day="2026-03-01", ranges=list(ranges), events=events, sha256=HASH)
    told: DayDigest = about(DayDigest, data, 1, name=name, seconds=seconds)
    return told


def note(store: Store, *events: AnyEvent, seconds: float = 100.0) -> None:
    with store.write() as connection:
        note_events(connection, events, at(seconds))


def said(store: Store, state: NodeState, seconds: float) -> None:
    with store.write() as connection:
        note_state(connection, NODE.source, state, at(seconds))


def highest(store: Store) -> dict[str, int]:
    return {row.epoch: row.highest for row in rows(store, epochs)}


def test_the_highest_of_each_epoch_is_noted_in_whatever_order(store: Store) -> None:
    note(store, event(sequence=7), event("updated", 1, sequence=3))
    note(store, event(sequence=5), event(sequence=2, node=Address("131002", "yard-8")), seconds=103.0)
    first, second = sorted(rows(store, epochs), key=lambda row: str(row.node))
    assert (first.node, first.highest, first.watermark, first.came) == (NODE.source, 7, -1, at(103.0))
    assert (first.due, first.news, second.highest) == (at(100.0) + SETTLE, 1, 2)


def test_what_is_given_up_is_noted_for_each_epoch_it_names_once(store: Store) -> None:
    story = dropped(span(0, 4), span(9, LARGEST, "boot-0"))
    note(store, story)
    note(store, story, dropped(span(0, 4), name="drop-2", number=1))
    kept = sorted((row.epoch, row.first, row.last, row.code, row.event) for row in rows(store, gone))
    assert kept == [
        ("boot-0", 9, LARGEST, "outbox_full", "drop-1"),
        ("boot-1", 0, 4, "outbox_full", "drop-1"),
    ]
    assert highest(store) == {"boot-0": -1, "boot-1": -1, "boot-2": 1}
    assert {row.due for row in rows(store, epochs)} == {at(100.0) + SETTLE}


def test_a_thousand_epochs_in_one_event_are_no_trouble(store: Store) -> None:
    note(store, *(dropped(*(span(0, 1, f"b-{n}") for n in range(1000)), name=f"d-{m}") for m in range(3)))
    assert len(rows(store, gone)) == 1000


def test_a_node_cannot_fill_the_table_with_names(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gaps, "MOST_EPOCHS", 5)
    note(sqlite_store, dropped(*(span(0, 1, f"b-{n}") for n in range(5))))
    note(sqlite_store, dropped(span(0, 1, "b-3"), span(0, 1, "one-more"), name="drop-2", number=7))
    assert len(rows(sqlite_store, epochs)) == 6
    assert highest(sqlite_store)["boot-2"] == 7, "what really came counts all the same"
    assert {row.news for row in rows(sqlite_store, epochs) if row.epoch == "b-3"} == {1}


def test_a_digest_waits_to_be_judged_once_and_tells_how_far_epochs_reach(store: Store) -> None:
    first, amended = digest(span(3, 9), events=7), digest(span(0, 9), events=10, name="dig-2", seconds=60.0)
    for _ in range(2):
        note(store, first, amended)
    kept = [(r.event, r.day, r.events, r.state, r.due) for r in rows(store, digests)]
    assert kept == [
        ("dig-1", "2026-03-01", 7, "pending", at(103.0)),
        ("dig-2", "2026-03-01", 10, "pending", at(103.0)),
    ]
    assert rows(store, digests)[0].ranges == [span(3, 9).model_dump()]
    assert highest(store) == {"boot-1": 9, "boot-2": 1}


def test_a_state_tells_the_tail_and_whether_the_node_can_be_asked(store: Store) -> None:
    said(store, NodeState(online=True, epoch="boot-1", highest=41), 0.0)
    said(store, NodeState(online=True, epoch="boot-1", highest=42), 5.0)
    (sender,) = rows(store, senders)
    assert (sender.epoch, sender.online, sender.since, sender.heard) == ("boot-1", True, at(0), at(5.0))
    said(store, NodeState(online=False), 9.0)
    (sender,) = rows(store, senders)
    assert (sender.epoch, sender.online, sender.since) == ("boot-1", False, at(9.0))
    assert highest(store) == {"boot-1": 42}


def test_a_node_that_is_back_is_looked_at_again_and_so_is_the_end_of_its_last_epoch(store: Store) -> None:
    said(store, NodeState(online=True, epoch="boot-1", highest=3), 0.0)
    with store.write() as connection:
        connection.execute(epochs.update().values(due=at(3600.0)))
    said(store, NodeState(online=True, epoch="boot-1", highest=3), 5.0)
    with store.write() as connection:
        connection.execute(epochs.update().values(due=at(3600.0)))
    said(store, NodeState(online=False), 6.0)
    assert [row.due for row in rows(store, epochs)] == [at(3600.0)]
    said(store, NodeState(online=True, epoch="boot-2", highest=-1), 10.0)
    assert {row.epoch: row.due for row in rows(store, epochs)} == {
        "boot-1": at(10.0) + SETTLE,
        "boot-2": at(10.0) + SETTLE,
    }


def refused_letter(body: bytes, seconds: float) -> Refused:
    letter = Letter(NODE.source, NODE.topic("event"), body, at(seconds))
    return Refused(letter, refusal(letter, "not_understood", "no such event"))


ODD = b'{"id": "odd-1", "epoch": "boot-1", "sequence": "000000000002", "type": "what"}'


def test_a_refused_event_is_accounted_for_where_its_place_can_be_read(store: Store) -> None:
    note(store, event(sequence=3))
    bodies = (ODD, ODD.replace(b"boot-1", b"never-heard-of"), b"not JSON")
    for _ in range(2):
        with store.write() as connection:
            note_refused(connection, [refused_letter(body, 101.0) for body in bodies])
    (row,) = rows(store, refused)
    assert (row.epoch, row.sequence, row.event, row.at) == ("boot-1", 2, "odd-1", at(101.0))
    assert list(highest(store)) == ["boot-1"]
    assert rows(store, epochs)[0].due == at(100.0) + SETTLE


def test_many_refused_events_are_noted_at_once_and_only_new_ones_are_news(store: Store) -> None:
    note(store, event(sequence=3))
    with store.write() as connection:
        connection.execute(epochs.update().values(due=None, news=0))
    many = [ODD.replace(b"02", f"{n:02d}".encode()) for n in range(40, 99)]
    again = [refused_letter(body, 103.0 - n / 100) for n, body in enumerate((*many, *many))]
    for seconds in (0, 50):
        with store.write() as connection:
            note_refused(connection, [replace(one, letter=later(one.letter, seconds)) for one in again])
    assert [row.sequence for row in rows(store, refused)] == list(range(40, 99))
    (epoch,) = rows(store, epochs)
    assert (epoch.news, epoch.due) == (1, at(103.0 - 58 / 100) + SETTLE)


def later(letter: Letter, seconds: float) -> Letter:
    return replace(letter, received=letter.received + timedelta(seconds=seconds))


@pytest.mark.parametrize(
    "odd",
    [
        [],
        {"epoch": "e"},
        {"epoch": 4, "sequence": 1},
        {"epoch": "e f", "sequence": 1},
        {"epoch": "e", "sequence": True},
        {"epoch": "e", "sequence": -1},
        {"epoch": "e", "sequence": "-1"},
        {"epoch": "e", "sequence": 2**53},
        {"epoch": "e", "sequence": "1" * 13},
        {"epoch": "粤B12345", "sequence": 1},
    ],
)
def test_a_place_that_is_none_is_not_guessed(odd: Any) -> None:
    assert place_of(json.dumps(odd).encode()) is None


@pytest.mark.parametrize("sequence", ["7", "000000000007", 7])
def test_a_place_is_read_leniently(sequence: Any) -> None:
    assert place_of(json.dumps({"epoch": "e", "sequence": sequence}).encode()) == ("e", 7)


def test_nesting_that_no_reader_survives_has_no_place() -> None:
    assert place_of(b"[" * 100_000) is None


def test_settling_is_short() -> None:
    assert timedelta(0) < SETTLE < timedelta(seconds=10)
