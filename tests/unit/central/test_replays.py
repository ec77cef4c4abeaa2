"""The quarantine in people's hands: list, show, replay after a fix, drop. SQLite and PostgreSQL alike."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from broker.messages import Receipt
from broker.pki.signing import KEY_PROPERTY, SIGNATURE_PROPERTY
from broker.topics import Address
from central.cli import main
from central.letters import Letter, Refusal, Refused, refusal
from central.store import replays
from central.store.aside import quarantined
from central.store.database import Store
from central.store.delivery_tables import quarantine_log
from central.store.receipts import owed
from central.store.replays import Kept, Replayed, drop, kept, kept_numbers, listed, replay
from central.store.schema import inbox, quarantine, tickets
from central.store.taking import take
from tests.unit.central.makers import NODE, at, event, letter, take_event
from tests.unit.central.test_store import rows

PROOF = {KEY_PROPERTY: "1f", SIGNATURE_PROPERTY: "s" * 86}


def aside(store: Store, given: Letter, code: str = "unknown_type", *, doubted: bool = False) -> Kept:
    why = Refusal(code, "why", None) if doubted else refusal(given, code, "why")
    take(store, [Refused(given, why, doubted=doubted)])
    found = kept(store, kept_numbers(store)[-1])
    assert found is not None
    return found


def believed(_letter: Letter) -> None:
    return None


def once_more(
    store: Store, message: Kept, doubt: Callable[[Letter], Refusal | None] = believed, most: int = 9999
) -> Replayed:
    return replay(store, message, max_bytes=most, doubt=doubt, now=at(500))


def test_what_can_be_taken_after_a_fix_is_taken_as_if_it_came_now(store: Store) -> None:
    opened = event()
    message = aside(store, letter(opened.encode()))
    assert owed(store, at_most=9)[0].receipt.status == "rejected"
    done = once_more(store, message)
    assert (done.done, done.reason.code, done.reason.text[:7]) == ("taken", "taken", "opened:")
    assert rows(store, quarantine) == []
    (row,) = rows(store, inbox)
    assert (row.id, row.received, len(rows(store, tickets))) == (opened.id, at(500), 1)
    sha256 = letter(opened.encode()).sha256
    said = Receipt(id=opened.id, status="committed", sha256=sha256, ticket="T-000001")
    assert [each.receipt for each in owed(store, at_most=9)] == [said]
    (line,) = rows(store, quarantine_log)
    assert (line.number, line.code, line.done, line.at) == (message.number, "unknown_type", "taken", at(500))


def test_what_cannot_be_taken_still_stays_with_its_reason(store: Store) -> None:
    message = aside(store, letter(b'{"id": "odd-1"}'))
    done = once_more(store, message)
    assert (done.done, done.reason.code) == ("refused", "not_understood")
    assert kept(store, message.number) == message
    assert rows(store, quarantine_log) == []


def test_what_is_known_by_now_leaves_the_quarantine(sqlite_store: Store) -> None:
    opened = event()
    message = aside(sqlite_store, letter(opened.encode()))
    take_event(sqlite_store, letter(opened.encode()), opened)
    assert once_more(sqlite_store, message).reason.code == "known_already"
    assert rows(sqlite_store, quarantine) == []


def test_one_id_with_two_contents_stays(sqlite_store: Store) -> None:
    opened = event()
    take_event(sqlite_store, letter(opened.encode()), opened)
    message = aside(sqlite_store, letter(event(severity="high").encode()), "id_reused")
    assert once_more(sqlite_store, message).reason.code == "id_reused"
    assert len(rows(sqlite_store, quarantine)) == 1


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (letter(('{"id": "odd", "place": "粤B12345"}').encode()), "bytes_not_kept"),
        (letter(event().encode() + b" " * 70_000), "bytes_not_kept"),
        (letter(event().encode() + b" " * 9999), "too_large"),
        (Letter("", "somewhere/else", event().encode(), at(0)), "foreign_topic"),
        (Letter(NODE.source, NODE.topic("state"), b"{}", at(0)), "not_an_event"),
        (letter(event(node=Address("131002", "yard-8")).encode()), "foreign_source"),
    ],
)
def test_what_no_replay_can_take_says_why(sqlite_store: Store, given: Letter, code: str) -> None:
    done = once_more(sqlite_store, aside(sqlite_store, given))
    assert (done.done, done.reason.code) == ("refused", code)
    assert rows(sqlite_store, inbox) == []


def test_a_fault_of_ours_is_told_and_nothing_is_lost(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = aside(sqlite_store, letter(event().encode()))

    def stumble(*_: Any) -> None:
        raise KeyError("a fault of ours")

    monkeypatch.setattr(replays, "take", stumble)
    assert once_more(sqlite_store, message).reason.code == "not_processed"
    assert len(rows(sqlite_store, quarantine)) == 1


def test_what_nobody_proved_is_never_taken_blindly(sqlite_store: Store) -> None:
    message = aside(sqlite_store, letter(event().encode()), "not_enrolled", doubted=True)
    done = once_more(sqlite_store, message)
    assert (done.done, done.reason.text) == ("refused", "nothing was kept that proves whose it is")


def test_a_proof_that_was_kept_is_judged_as_of_the_day_it_came(sqlite_store: Store) -> None:
    opened = event()
    signed = Letter(NODE.source, NODE.topic("event"), opened.encode(), at(100), PROOF | {"other": "x"})
    message = aside(sqlite_store, signed, "not_enrolled", doubted=True)
    seen: list[Letter] = []

    def doubt(given: Letter) -> Refusal | None:
        seen.append(given)
        return Refusal("revoked", "is revoked", None) if len(seen) == 1 else None

    assert once_more(sqlite_store, message, doubt).reason.code == "revoked"
    assert once_more(sqlite_store, message, doubt).done == "taken"
    assert [(each.received, each.user) for each in seen] == [(at(100), PROOF)] * 2


def test_a_strangers_copy_does_not_change_what_is_known_of_the_nodes_own_bytes(sqlite_store: Store) -> None:
    body = event().encode()
    aside(sqlite_store, letter(body), "bad_signature", doubted=True)
    own = aside(sqlite_store, Letter(NODE.source, NODE.topic("event"), body, at(1), PROOF))
    again = aside(sqlite_store, letter(body), "unsigned", doubted=True)
    assert (own.code, again.code, again.proof, again.deliveries) == ("unknown_type", "unknown_type", PROOF, 3)


@pytest.mark.parametrize("odd", [{}, {KEY_PROPERTY: "1"}, PROOF | {KEY_PROPERTY: "x" * 999}])
def test_a_proof_that_is_none_is_not_kept(sqlite_store: Store, odd: dict[str, str]) -> None:
    given = Letter(NODE.source, NODE.topic("event"), b"{}", at(1), odd)
    assert aside(sqlite_store, given, "unsigned", doubted=True).proof is None


def test_messages_are_listed_in_pages_and_dropped_with_a_line(store: Store) -> None:
    for n in range(5):
        quarantined(store, letter(b"%d" % n), Refusal("odd" if n % 2 else "even", "why", None))
    first = listed(store, limit=2)
    assert [m.raw for m in (*first, *listed(store, limit=9, after=first[-1].number))] == [
        b"%d" % n for n in range(5)
    ]
    assert [m.code for m in listed(store, limit=9, code="odd")] == ["odd", "odd"]
    assert drop(store, first[0].number, at(9))
    assert not drop(store, first[0].number, at(9))
    assert len(kept_numbers(store)) == 4
    assert [(line.done, line.reason["code"]) for line in rows(store, quarantine_log)] == [
        ("dropped", "by_hand")
    ]


# The command


@pytest.fixture
def config(tmp_path: Path, sqlite_store: Store) -> Path:
    path = tmp_path / "central.yaml"
    path.write_text(
        f"storage: {{directory: '{tmp_path}'}}\nbroker: {{url: 'mqtt://127.0.0.1'}}\n"
        "nodes: {enrolled_only: false}\n"
    )
    return path


def run(config: Path, *words: str) -> int:
    return main(["quarantine", str(config), *words])


def test_the_command_lists_shows_replays_and_drops(
    config: Path, sqlite_store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    aside(sqlite_store, letter(event().encode()))
    aside(sqlite_store, letter(b'{"id": "odd-1"}'), "not_understood")
    assert run(config) == run(config, "list", "--code", "unknown_type") == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert lines[0].startswith("1  unknown_type  gewu/v1/131002/yard-7/event  2026-03-01T08:01:40.000Z  why")
    assert run(config, "list", "--json") == 0
    assert [json.loads(line)["kept"] for line in capsys.readouterr().out.splitlines()] == ["whole"] * 2
    assert run(config, "show", "2") == 0
    assert capsys.readouterr().out.endswith('\n\n{"id": "odd-1"}\n')
    assert run(config, "replay", "1", "2") == 1
    out = capsys.readouterr().out.splitlines()
    assert out[0].startswith("1 taken    taken  opened: ")
    assert out[1].startswith("2 refused  not_understood  type: ")
    assert run(config, "replay", "--code", "not_understood") == 1
    assert run(config, "drop", "2") == 0
    assert run(config, "list") == 0
    assert not kept_numbers(sqlite_store)


def test_the_command_says_what_is_wrong_with_what_it_was_asked(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(config, "show", "7") == run(config, "replay", "7") == run(config, "drop", "7") == 1
    assert capsys.readouterr().err.splitlines() == ["gewu-central: quarantine: no message 7"] * 3
    assert run(config, "replay") == run(config, "replay", "7", "--code", "x") == 2
    assert "numbers or --code, one of the two" in capsys.readouterr().err
