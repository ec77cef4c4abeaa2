"""The store, continued: what is not an incident. On SQLite and PostgreSQL alike."""

import secrets

import pytest

from broker.events import DeviceReadings, Reading, ReadingForwarded, SourceRef
from broker.messages import NodeState, Receipt
from broker.topics import Address
from central.letters import Letter, Refusal, Word, refusal
from central.store import aside, queries
from central.store.aside import quarantined
from central.store.database import Store, StoreRefuses
from central.store.pictures import Arrival, arrived
from central.store.schema import quarantine, receipts, ticket_log, tickets
from central.store.taking import take as take_items
from tests.unit.central.makers import AUDIT, NODE, at, event, evidence, health, letter
from tests.unit.central.test_store import receipts_of, rows, take


def test_quarantine_keeps_bytes_up_to_a_bound_and_counts_repetitions(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aside, "KEPT_BYTES", 10)
    monkeypatch.setattr(aside, "KEPT_ROWS", 3)
    for _ in range(2):
        quarantined(store, letter(b"x" * 50), refusal(letter(b"x" * 50), "not_understood", "why"))
    (kept,) = rows(store, quarantine)
    assert (kept.raw, kept.size, kept.deliveries, kept.reason) == (b"x" * 10, 50, 2, "why")
    for number in range(5):
        quarantined(store, letter(b"%d" % number), Refusal("not_understood", "why", None))
    assert [row.raw for row in rows(store, quarantine)] == [b"2", b"3", b"4"]
    assert rows(store, receipts) == []


def test_one_node_does_not_push_out_what_the_others_sent(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aside, "KEPT_OF_ONE", 2)
    other = Address("131002", "yard-8")
    quarantined(store, letter(b"other", node=other), Refusal("not_understood", "why", None))
    for number in range(5):
        quarantined(store, letter(b"%d" % number), Refusal("not_understood", "why", None))
    assert [row.raw for row in rows(store, quarantine)] == [b"other", b"3", b"4"]


def test_a_repetition_pushes_out_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aside, "KEPT_ROWS", 3)
    for body in (b"kept", *5 * [b"again"], b"last"):
        quarantined(store, letter(body), Refusal("not_understood", "why", None))
    assert [row.raw for row in rows(store, quarantine)] == [b"kept", b"again", b"last"]


def test_quarantine_does_not_keep_bytes_that_hold_a_plate(store: Store) -> None:
    bad = letter('{"id": "odd-1", "place": "粤B12345"}'.encode())
    quarantined(store, bad, refusal(bad, "not_understood", "why"))
    (kept,) = rows(store, quarantine)
    assert (kept.raw, kept.size, kept.sha256) == (b"", len(bad.body), bad.sha256)


def test_a_rejection_is_sent_when_an_id_could_be_read(store: Store) -> None:
    bad = letter(b'{"id": "odd-1"}')
    quarantined(store, bad, refusal(bad, "not_understood", "type: Field required"))
    assert receipts_of(store) == [
        Receipt(id="odd-1", status="rejected", sha256=bad.sha256, reason="type: Field required")
    ]


def test_pictures_join_their_ticket_before_or_after_the_event(store: Store) -> None:
    early, late = evidence(b"early"), evidence(b"late", "after")
    assert arrived(store, Arrival(early.sha256, early.size, early.media_type, at(1)))
    take(store, event("opened", 0, evidence=[early]), event("updated", 1, evidence=[late]))
    (ticket,) = queries.list_tickets(store, queries.Wanted(), limit=9).tickets
    assert {(p.role, p.here) for p in ticket.pictures} == {("scene", True), ("after", False)}
    before = queries.newest_change(store)
    assert arrived(store, Arrival(late.sha256, late.size, late.media_type, at(2)))
    assert not arrived(store, Arrival(late.sha256, late.size, late.media_type, at(3)))
    (change,) = queries.changes_after(store, before)
    assert (change.effect, all(p.here for p in change.ticket.pictures)) == ("evidence", True)


def test_a_picture_nobody_named_is_kept_without_a_word(store: Store) -> None:
    assert arrived(store, Arrival("0" * 64, 5, "image/png", at(0)))
    assert rows(store, ticket_log) == []


def test_health_events_keep_the_conditions_that_stand(store: Store) -> None:
    outcomes = take(store, health("raised", 1), health("cleared", 3), health("raised", 2))
    assert [o.effect for o in outcomes] == ["raised", "recovered", "stale"]
    assert queries.known_nodes(store)[1] == []
    take(store, health("raised", 4, condition="frozen"))
    assert [r.condition for r in queries.known_nodes(store)[1]] == ["frozen"]
    assert rows(store, tickets) == []


def test_other_events_are_kept(store: Store) -> None:
    reading = Reading(quantity="tilt", value=3.0, at=at(0))
    data = DeviceReadings(source=SourceRef(id="lid-1", kind="sensor"), readings=[reading], audit=AUDIT)
    forwarded = ReadingForwarded(
        id="r-1",
        source=NODE.source,
        subject="lid-1",
        time=at(0),
        recordedtime=at(0),
        epoch="boot-1",
        sequence="000000000009",
        data=data,
    )
    assert [o.effect for o in take(store, forwarded)] == ["kept"]
    assert len(receipts_of(store)) == 1


def test_what_a_node_says_last_stands(store: Store) -> None:
    for online in (True, False):
        words = NodeState(online=online)
        take_items(store, [Word(letter(words.encode()), "state", words)])
    (row,) = queries.known_nodes(store)[0]
    assert row.node == NODE.source
    assert '"online":false' in row.state


def test_words_that_a_database_chokes_on_do_not_hold_the_line(store: Store) -> None:
    odd = refusal(letter(b"{}"), "not_understood", "data.values.\x00\ud800: no")
    quarantined(store, letter(b"{}"), odd)
    assert [row.reason for row in rows(store, quarantine)] == ["data.values.??: no"]


def test_an_event_with_a_nul_in_its_text_is_taken(store: Store) -> None:
    (outcome,) = take(store, event(place="a\x00b"))
    assert outcome.effect == "opened"
    (ticket,) = queries.list_tickets(store, queries.Wanted(), limit=2).tickets
    assert ticket.incident.place == "a\x00b"


def test_a_question_the_database_refuses_is_not_taken_for_its_absence(store: Store) -> None:
    """PostgreSQL takes no NUL in a text; SQLite does, and finds nothing."""
    wanted = queries.Wanted(kind="a\x00b")
    if store.sqlite:
        assert queries.list_tickets(store, wanted, limit=2).tickets == []
    else:
        with pytest.raises(StoreRefuses, match="NUL"):
            queries.list_tickets(store, wanted, limit=2)


@pytest.mark.parametrize(
    "beyond",
    [
        "CREATE TEMPORARY TABLE meanwhile (name text PRIMARY KEY);"
        " INSERT INTO meanwhile SELECT string_agg(md5(n::text), '') FROM generate_series(1, 1000) n",
        "SELECT (repeat('[', 1000000) || repeat(']', 1000000))::jsonb",
    ],
)
def test_what_is_beyond_the_database_s_limits_is_not_waited_for(postgres_url: str, beyond: str) -> None:
    """An index row that is too long, and a text nested too deep: it will never take them."""
    store = Store(postgres_url)
    try:
        with pytest.raises(StoreRefuses), store.write() as connection:
            connection.exec_driver_sql(beyond)
    finally:
        store.close()


def test_a_topic_that_is_no_node_s_and_endless_is_quarantined_all_the_same(store: Store) -> None:
    odd = Letter("", f"gewu/v1/{secrets.token_urlsafe(20_000)}/x/event", b"{}", at(0))
    quarantined(store, odd, refusal(odd, "foreign_topic", "why"))
    quarantined(store, odd, refusal(odd, "foreign_topic", "why"))
    (kept,) = rows(store, quarantine)
    assert (kept.topic, kept.deliveries) == (odd.topic[: aside.LONGEST_TOPIC], 2)
