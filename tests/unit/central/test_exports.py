"""Tickets that are sent to others: once each, in order, again where that fails, and never lost silently."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from central.casework.machine import Action
from central.exported import Message
from central.store import deliveries, exporting
from central.store.database import Store, StoreAway
from tests.receivers import Receiver, receiving
from tests.unit.central.casework import BOX, clear, do, report
from tests.unit.central.exporting import (
    PATIENCE_S,
    SECRET,
    Exports,
    accept,
    either,
    exports,
    migrated,
    receiver,
    store,
    until,
    webhook,
)
from tests.unit.central.makers import at

__all__ = ["either", "exports", "migrated", "receiver", "store"]


def test_a_ticket_is_sent_with_its_changes_and_proves_whose_it_is(
    exports: Callable[..., Exports], receiver: Receiver
) -> None:
    made = exports(exports=webhook(receiver))
    accept(made.store)
    do(made.store, "olga", "dispatch")
    made.follow()
    (row,) = made.sent(1)
    (got,) = receiver.got
    about = f"{row.id}.{got.headers['webhook-timestamp']}.".encode() + got.body
    proof = base64.b64encode(hmac.digest(SECRET, about, hashlib.sha256)).decode()
    assert got.headers["webhook-signature"] == f"v1,{proof}"
    assert got.headers["webhook-id"] == row.id
    told = Message.model_validate_json(got.body)
    assert (told.data.ticket.number, told.data.ticket.state) == ("T-000001", "dispatched")
    assert [change.action for change in told.data.changes] == ["accept", "dispatch"]
    assert (row.state, row.tries, row.body, row.reason["code"]) == ("sent", 1, None, "taken")
    made.follow()
    made.restart()
    made.follow()
    assert len(made.rows()) == 1


def test_what_people_wrote_is_left_out_unless_it_is_asked_for(
    exports: Callable[..., Exports], receiver: Receiver
) -> None:
    targets = {
        name: {"kind": "webhook", "url": receiver.url.replace("hook", name), "words": name == "words"}
        for name in ("plain", "words")
    }
    made = exports(exports={"targets": targets})
    do(made.store, "olga", "reject", reason="nothing there")
    made.follow()
    made.sent(2)
    said = {got.path: json.loads(got.body)["data"]["changes"][-1]["text"] for got in receiver.got}
    assert said == {"/plain": None, "/words": "nothing there"}
    assert "olga" not in "".join(got.body.decode() for got in receiver.got)


def test_only_what_the_target_wants_is_sent_and_nothing_from_before_it_was_there(
    exports: Callable[..., Exports], receiver: Receiver
) -> None:
    made = exports(exports=webhook(receiver, kinds=["bin_*"], severities=["normal", "low"]))
    accept(made.store)
    report(made.store, "sit-2", kind="bin_full")
    made.follow()
    made.sent(1)
    assert [json.loads(got.body)["data"]["ticket"]["number"] for got in receiver.got] == ["T-000002"]


def test_one_that_is_for_the_target_no_more_is_told_once_more(
    exports: Callable[..., Exports], receiver: Receiver
) -> None:
    made = exports(exports=webhook(receiver, departments=["Sanitation"]))
    accept(made.store)
    made.follow()
    steps: list[tuple[str, Action, dict[str, Any]]] = [
        ("olga", "dispatch", {}),
        ("olga", "dispatch", {"department": "Parks"}),
        ("olga", "dispatch", {"department": "Roads"}),
        ("olga", "dispatch", {}),
        ("olga", "reject", {}),
    ]
    for who, action, given in steps:
        do(made.store, who, action, **given)
        made.follow()
    made.sent(4)
    told = [Message.model_validate_json(got.body).data for got in receiver.got]
    assert [(each.ticket.department, each.ticket.state, each.left) for each in told] == [
        ("Sanitation", "dispatched", False),
        ("Parks", "dispatched", True),
        ("Sanitation", "dispatched", False),
        ("Sanitation", "false_alarm", False),
    ]
    place = exporting.places(made.store)["platform"]
    assert exporting.portion(made.store, replace(place, seq=0), at_most=99).told == frozenset()


def test_one_that_fails_is_tried_again_under_the_same_id(
    exports: Callable[..., Exports], receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("central.notices.retries.DELAYS_S", (0.01,))
    monkeypatch.setattr("central.notices.retries.LONGEST_PAUSE_S", 0.01)
    receiver.answers = [500, 503, 200]
    made = exports(exports=webhook(receiver))
    accept(made.store)
    (row,) = until(lambda: made.follow() or made.rows("sent"))
    assert receiver.ids == [row.id] * 3
    assert row.tries == 3


def test_a_ticket_is_told_in_order_and_others_do_not_wait_for_it(
    exports: Callable[..., Exports], receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("central.notices.retries.LONGEST_PAUSE_S", 0.01)
    receiver.answers = [500, 200]
    made = exports(exports=webhook(receiver))
    accept(made.store)
    made.follow()
    until(lambda: made.rows()[0].tries == 1)
    do(made.store, "olga", "dispatch")
    report(made.store, "sit-2")
    made.follow()
    other = made.sent(1)[0]
    assert (other.ticket, [row.state for row in made.rows()]) == (2, ["waiting", "waiting", "sent"])
    deliveries.retry(made.store, datetime.now(timezone.utc), numbers=[1])
    made.follow()
    made.sent(3)
    assert receiver.ids[-2:] == [row.id for row in made.rows() if row.ticket == 1]


def test_what_is_refused_is_given_up_with_the_reason_and_can_be_sent_again(
    exports: Callable[..., Exports], receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    receiver.answers = [422]
    made = exports(exports=webhook(receiver))
    accept(made.store)
    made.follow()
    row = until(lambda: made.rows("given_up"))[0]
    assert (row.tries, row.reason["code"]) == (1, "http_422")
    assert "platform: delivery 1 is given up: HTTP 422" in caplog.text
    receiver.answers = [204]
    assert deliveries.retry(made.store, datetime.now(timezone.utc), numbers=[1]) == 1
    made.follow()
    made.sent(1)
    assert receiver.ids == [row.id] * 2


def test_one_that_wants_no_more_is_stopped_until_somebody_says_so(
    exports: Callable[..., Exports], receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("central.notices.retries.LONGEST_PAUSE_S", 0.01)
    receiver.answers = [410]
    made = exports(exports=webhook(receiver))
    accept(made.store)
    made.follow()
    until(lambda: exporting.places(made.store)["platform"].stopped)
    do(made.store, "olga", "dispatch")
    for _ in range(3):
        made.follow()
    assert len(receiver.got) == 1
    assert [row.state for row in made.rows()] == ["waiting"]
    receiver.answers = [200]
    deliveries.retry(made.store, datetime.now(timezone.utc), target="platform")
    made.follow()
    made.sent(2)
    states = [json.loads(got.body)["data"]["ticket"]["state"] for got in receiver.got]
    assert states == ["accepted", "accepted", "dispatched"]


def test_one_that_is_down_loses_nothing_and_is_read_for_no_further_than_its_bound(
    exports: Callable[..., Exports], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("central.notices.retries.DELAYS_S", (0.01,))
    monkeypatch.setattr("central.notices.retries.LONGEST_PAUSE_S", 0.01)
    with receiving() as gone:
        url, port = gone.url, gone.port
    target = {"kind": "webhook", "url": url}
    made = exports(exports={"targets": {"platform": target}, "waiting": 2})
    for n in range(2, 7):
        report(made.store, f"sit-{n}")
    made.follow()
    made.follow()
    assert [row.state for row in made.rows()] == ["waiting", "waiting"]
    assert caplog.text.count("2 deliveries wait; it reads on when some of them have gone") == 1
    row = until(lambda: [row for row in made.rows() if row.tries])[0]
    assert row.reason["code"] == "no_connection"
    assert url not in row.reason["text"]
    with receiving(port) as back:
        until(lambda: made.follow() or len(made.rows("sent")) == 5)
        numbers = [json.loads(got.body)["data"]["ticket"]["number"] for got in back.got]
    assert sorted(numbers) == [f"T-00000{n}" for n in range(2, 7)]


def test_a_slow_one_keeps_no_other_waiting_and_a_restart_sends_the_same_id_again(
    exports: Callable[..., Exports], receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("central.notices.retries.DELAYS_S", (0.01,))
    with receiving() as slow:
        slow.free.clear()
        targets = {
            "quick": {"kind": "webhook", "url": receiver.url},
            "slow": {"kind": "webhook", "url": slow.url, "timeout": "1s"},
        }
        made = exports(exports={"targets": targets})
        accept(made.store)
        made.follow()
        assert slow.asked.wait(PATIENCE_S)
        assert made.sent(1)[0].target == "quick"
        made.restart()  # it had the request and did not answer
        late = next(row for row in made.rows() if row.target == "slow")
        assert (late.state, late.tries, late.reason["code"]) == ("waiting", 1, "timeout")
        slow.free.set()
        made.follow()
        made.sent(2)
        assert slow.ids == [late.id] * 2


def test_a_process_that_dies_between_sending_and_writing_it_down_sends_the_same_again(
    exports: Callable[..., Exports], receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = exports(exports=webhook(receiver))
    accept(made.store)
    with monkeypatch.context() as dying:
        dying.setattr(deliveries, "tried", away)
        made.follow()
        until(lambda: receiver.got)
        made.follower.close()
    assert [row.state for row in made.rows()] == ["waiting"]
    made.restart()
    made.follow()
    (row,) = made.sent(1)
    assert set(receiver.ids) == {row.id}
    assert {got.body for got in receiver.got} == {receiver.got[0].body}


def away(*_: Any, **__: Any) -> bool:
    raise StoreAway("gone")


def test_two_processes_that_both_think_they_lead_make_one_delivery(either: Store, tmp_path: Path) -> None:
    with receiving() as receiver:
        several = [Exports(either, tmp_path, exports=webhook(receiver)) for _ in range(2)]
        several[0].follow()
        places = exporting.places(either)
        accept(either)
        portion = exporting.portion(either, places["platform"], at_most=10)
        outlet = several[0].follower._outlets["platform"]
        now = datetime.now(timezone.utc)
        step = outlet.step(places["platform"], portion, now, [])
        assert [exporting.step(either, places["platform"], step, now) for _ in range(2)] == [True, False]
        for each in several:
            each.follow()
        several[0].sent(1)
        for each in several:
            each.follower.close()
        assert len(several[0].rows()) == 1
        assert set(receiver.ids) == {several[0].rows()[0].id}


def test_the_end_of_a_ticket_is_told_too(exports: Callable[..., Exports], receiver: Receiver) -> None:
    made = exports(exports=webhook(receiver))
    clear(made.store, box=BOX, since=at(0))
    made.follow()
    made.sent(1)
    told = Message.model_validate_json(receiver.got[-1].body).data.ticket
    assert (told.open, told.state, told.scene) == (False, "self_cleared", "clear")


def test_what_was_sent_and_what_was_given_up_goes_after_a_time(
    exports: Callable[..., Exports], receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver.answers = [200, 200, 400]
    made = exports(exports=webhook(receiver))
    actions: list[Action] = ["accept", "dispatch"]
    for n, action in enumerate(actions, 1):
        do(made.store, "olga", action)
        made.follow()
        made.sent(n)
    do(made.store, "dai", "take")
    made.follow()
    until(lambda: made.rows("given_up"))
    now = datetime.now(timezone.utc)
    assert deliveries.fold(made.store, now, timedelta(days=7)) == 0
    assert len(made.rows()) == 3
    monkeypatch.setattr(deliveries, "MOST_SENT", 1)
    deliveries.fold(made.store, now, timedelta(days=7))
    assert [row.number for row in made.rows()] == [2, 3]
    assert deliveries.fold(made.store, now + timedelta(days=91), timedelta(days=7)) == 1
    assert made.rows() == []


def test_a_target_that_is_inside_is_called_only_where_the_settings_say_so(
    exports: Callable[..., Exports], receiver: Receiver
) -> None:
    made = exports(exports={**webhook(receiver), "inside": []})
    accept(made.store)
    made.follow()
    row = until(lambda: [row for row in made.rows() if row.tries])[0]
    assert row.reason["code"] == "not_allowed"
    assert "127.0.0.1 leads to 127.0.0.1, which is inside" in row.reason["text"]
    assert receiver.got == []


def test_a_target_that_stumbles_over_a_ticket_keeps_no_other_from_it(
    exports: Callable[..., Exports],
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    targets = {name: {"kind": "webhook", "url": receiver.url} for name in ("a", "b")}
    made = exports(exports={"targets": targets})
    accept(made.store)
    with monkeypatch.context() as broken:
        broken.setattr(made.follower._outlets["a"], "step", None)
        made.follow()
    assert made.sent(1)[0].target == "b"
    assert "exports: a stumbled; it goes on in 60 s" in caplog.text
    made.restart()
    made.follow()
    assert {row.target for row in made.sent(2)} == {"a", "b"}


def test_where_nothing_is_configured_nothing_is_written(exports: Callable[..., Exports]) -> None:
    made = exports()
    accept(made.store)
    made.follow()
    assert (made.rows(), exporting.places(made.store)) == ([], {})
