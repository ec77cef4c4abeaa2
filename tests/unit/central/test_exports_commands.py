"""`gewu-central exports`, the settings behind it, and that one process of several sends."""

import base64
import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from prometheus_client import generate_latest

from broker.events import Reason
from broker.settings import SettingsError, loads
from central.api.health import _refresh
from central.cli import main
from central.followers.exports import Follower
from central.following import Following
from central.metrics import Metrics
from central.notices.retries import Next, Outcome
from central.settings import CentralSettings
from central.store import deliveries, exporting
from central.store.database import Store
from central.store.exporting import Delivery, Step
from central.terms import ground_of
from tests.receivers import Receiver, receiving
from tests.unit.central.casework import do, either, migrated, store
from tests.unit.central.exporting import until
from tests.unit.central.makers import health, letter, take_event

__all__ = ["either", "migrated", "store"]

LEAST = "storage: { directory: here }\nbroker: { url: 'mqtt://127.0.0.1' }\n"


def now() -> datetime:
    return datetime.now(timezone.utc)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


@pytest.fixture
def config(store: Store, tmp_path: Path, receiver: Receiver) -> Path:
    """A webhook and a channel, with a ticket that was accepted and of which both have read."""
    secret, url_file = tmp_path / "secret", tmp_path / "desk.url"
    secret.write_text(f"whsec_{base64.b64encode(b's' * 32).decode()}\n")
    url_file.write_text("json://127.0.0.1:1/hook/s3cr3t-T0ken\n")
    said = {
        "storage": {"directory": str(tmp_path)},
        "database": {"url": str(store.engine.url)},
        "broker": {"url": "mqtt://127.0.0.1"},
        "exports": {
            "inside": ["127.0.0.0/8"],
            "targets": {
                "platform": {"kind": "webhook", "url": receiver.url, "secret_file": str(secret)},
                "parks": {"kind": "fiware", "url": receiver.url, "departments": ["parks"]},
            },
        },
        "notify": {
            "language": "en",
            "channels": {"desk": {"url_file": str(url_file)}},
            "rules": [{"happenings": ["dispatched"], "to": ["desk"]}],
        },
    }
    path = tmp_path / "central.yaml"
    path.write_text(yaml.safe_dump(said))
    follower = Follower(ground_of(loads(path.read_text(), CentralSettings, name="c"), store))
    follower._read_on(store, now())
    do(store, "olga", "accept")
    do(store, "olga", "dispatch")
    follower._read_on(store, now())
    follower.close()
    return path


def run(capsys: pytest.CaptureFixture[str], config: Path, *words: str) -> tuple[int, str]:
    code = main(["exports", str(config), *words])
    said = capsys.readouterr()
    return code, said.out + said.err


def test_list_says_how_each_fares(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = run(capsys, config, "list")
    assert code == 0
    standing = {line.split()[0]: line for line in said.splitlines()}
    assert "1 wait  0 given up  0 sent  0 lines behind" in standing["platform"]
    assert "0 wait" in standing["parks"]
    assert "1 gathered: gathering, gathers for 5 min" in standing["notify/desk"]
    assert re.search(r"1  waiting   platform  T-000001  0 tries  next \S+  not tried yet", said)
    code, said = run(capsys, config, "list", "--json", "--target", "platform")
    assert [json.loads(line)["target"] for line in said.splitlines()] == ["platform", "platform"]


def test_what_is_configured_no_more_is_said_and_can_be_forgotten(
    config: Path, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    config.write_text(config.read_text().replace("platform:", "other:"))
    _, said = run(capsys, config, "list")
    assert "is configured no more; drop --target platform forgets it" in said
    assert "begins with the next start" in said
    assert run(capsys, config, "drop", "--target", "platform") == (0, "2 drop: done\n")
    assert "platform" not in run(capsys, config, "list")[1]


def test_retry_and_drop(config: Path, store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    (row,) = deliveries.listed(store, limit=9)
    found = Next("given_up", now().timestamp(), Reason(code="http_400", text="HTTP 400"))
    assert deliveries.tried(store, row, found, now())
    assert "given_up  platform  T-000001  1 tries" in run(capsys, config, "list", "--state", "given_up")[1]
    assert run(capsys, config, "retry", "1") == (0, "1 retry: done\n")
    assert [row.state for row in deliveries.listed(store, limit=9)] == ["waiting"]
    code, said = run(capsys, config, "retry", "7")
    assert (code, said.splitlines()[-1]) == (
        1,
        "gewu-central: exports: 1 of them are not there, or were sent",
    )
    assert run(capsys, config, "drop", "1")[0] == 0
    assert run(capsys, config, "drop", "1")[0] == 1
    assert run(capsys, config, "drop")[0] == 2
    assert run(capsys, config, "retry", "1", "--target", "platform")[0] == 2


def test_try_prints_what_would_be_sent_and_sends_it_when_asked(
    config: Path, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = run(capsys, config, "try", "platform", "T-000001")
    assert code == 0
    assert said.startswith(f"POST {receiver.url}\n")
    assert '"state":"dispatched"' in said
    assert receiver.got == []
    code, said = run(capsys, config, "try", "platform", "T-000001", "--send")
    assert (code, said.splitlines()[-1]) == (0, "# sent: the receiver took it (HTTP 200)")
    assert receiver.ids[0].startswith("try_")
    code, said = run(capsys, config, "try", "parks", "T-000001")
    assert "# it would not be sent: departments are parks; this one has Sanitation" in said
    receiver.answers = [500]
    assert run(capsys, config, "try", "parks", "T-000001", "--send")[0] == 1
    code, said = run(capsys, config, "try", "notify/desk", "T-000001")
    assert said.startswith(
        "Gewu: dispatched 1\nT-000001 dispatched · Illegal parking of motor vehicles · Shoe"
    )
    assert "s3cr3t" not in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["try", "none", "T-000001"], "there is no target none; those are parks, platform, notify/desk"),
        (["try", "parks", "T-000009"], "there is no ticket T-000009"),
        (["explain", "T-000009"], "there is no ticket T-000009"),
    ],
)
def test_what_is_not_there_is_said(
    config: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    assert run(capsys, config, *words) == (1, f"gewu-central: exports {words[0]}: {said}\n")


def test_explain_says_what_was_sent_and_why_not(
    config: Path, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = run(capsys, config, "explain", "T-000001")
    assert code == 0
    lines = [line.strip() for line in said.splitlines()]
    assert lines[0] == "T-000001, by the rules of now"
    assert "parks: not sent: departments are parks; this one has Sanitation" in lines
    at = lines.index("platform: sent with every change")
    assert lines[at + 1].startswith("delivery 1 waiting, made ")
    desk = lines[lines.index("notify/desk:") + 1 :]
    assert desk[0].endswith("opened: not told: other_happenings, notify.rules[0] is of dispatched")
    assert ": told as dispatched: notify.rules[0]: it went to Sanitation; gathered" in desk[2]


def test_a_source_in_trouble_is_told_to_those_who_ask(store: Store, tmp_path: Path) -> None:
    (tmp_path / "u").write_text("json://127.0.0.1/x")
    said = {
        "rules": [{"happenings": ["camera_health"], "areas": ["131002"], "to": ["desk"]}],
        "channels": {"desk": {"url_file": tmp_path / "u"}},
    }
    settings = CentralSettings(storage={"directory": tmp_path}, broker={"url": "mqtt://h"}, notify=said)
    follower = Follower(ground_of(settings, store))
    follower._read_on(store, now())
    for n, state in enumerate(("raised", "cleared")):
        event = health(state, n)
        take_event(store, letter(event.encode()), event)
    follower._read_on(store, now())
    gathers = exporting.places(store)["notify/desk"].gathers
    assert gathers is not None
    assert gathers["lines"] == [
        "设备状况: yard-7/cam-1 signal_loss 出现",
        "设备状况: yard-7/cam-1 signal_loss 恢复",
    ]


def test_a_storm_is_told_of_its_first(store: Store, tmp_path: Path) -> None:
    (tmp_path / "u").write_text("json://127.0.0.1/x")
    said = {
        "language": "en",
        "rules": [{"happenings": ["storm"], "to": ["desk"]}],
        "channels": {"desk": {"url_file": tmp_path / "u"}},
    }
    settings = CentralSettings(storage={"directory": tmp_path}, broker={"url": "mqtt://h"}, notify=said)
    follower = Follower(ground_of(settings, store))
    follower._read_on(store, now())
    with store.write() as connection:
        for n in (2, 3):
            report_line = {"effect": "folded", "reason": {"code": "storm", "text": "many"}, "at": now()}
            report_line |= {"ticket": n, "source": "centre", "subject": f"T-00000{n}"}
            _make(connection, n)
            connection.execute(exporting.ticket_log.insert().values(report_line))
    follower._read_on(store, now())
    gathers = exporting.places(store)["notify/desk"].gathers
    assert gathers is not None
    assert gathers["counts"] == {"storm": 2}
    assert [line.split(" · ")[0] for line in gathers["lines"]] == ["T-000001 storm"]


def _make(connection: Any, number: int) -> None:
    """A ticket like the first, folded into it."""
    from sqlalchemy import select

    from central.store.schema import tickets

    row = dict(connection.execute(select(tickets).where(tickets.c.number == 1)).one()._mapping)
    row |= {"number": number, "id": f"copy-{number}", "open_key": f"copy-{number}", "parent": 1}
    connection.execute(tickets.insert().values(row))


def test_only_the_process_that_leads_sends(store: Store, config: Path, receiver: Receiver) -> None:
    settings = loads(config.read_text(), CentralSettings, name="c")
    several = []
    for holder in ("one", "two"):
        follower = Follower(ground_of(settings, store))
        several.append((Following(store, [follower], holder=holder), follower))
    for following, _ in several:
        following.begin()
        following.once()
    until(lambda: receiver.got)
    assert [set(follower._senders) for _, follower in several] == [{"platform"}, set()]
    for _, follower in several:
        follower.close()
    assert len(receiver.got) == 1


def test_what_the_database_knows_of_deliveries(either: Store) -> None:
    at = now()
    exporting.begun(either, ["a", "b"])
    exporting.begun(either, ["a"])
    place = exporting.places(either)["a"]
    made = [Delivery(f"id-{n}", str(n % 2), n % 2, 10 + n, {"n": n}) for n in range(4)]
    assert exporting.step(either, place, Step(20, {"x": None}, made), at)
    assert not exporting.step(either, place, Step(30, None, made), at)
    assert exporting.places(either)["a"].gathers == {"x": None}
    heads = deliveries.due(either, "a", at, limit=9)
    assert [row.id for row in heads] == ["id-0", "id-1"]
    assert deliveries.due(either, "a", at - timedelta(seconds=1), limit=9) == []
    sent = Next("sent", at.timestamp(), Reason(code="taken", text="taken"))
    assert deliveries.tried(either, heads[0], sent, at)
    assert not deliveries.tried(either, heads[0], sent, at)  # somebody else has written it down
    assert [row.id for row in deliveries.due(either, "a", at, limit=9)] == ["id-1", "id-2"]
    gone = Next("waiting", at.timestamp(), Reason(code="gone", text="no more"))
    assert deliveries.tried(either, heads[1], gone, at, stop=True)
    assert deliveries.due(either, "a", at, limit=9) == []
    assert exporting.places(either)["a"].stopped == gone.reason
    assert deliveries.counts(either) == {"a": {"sent": 1, "waiting": 3}}
    assert deliveries.first_from(either, "a", 12).id == "id-2"  # type: ignore[union-attr]
    assert len(exporting.sent_since(either, "a", at - timedelta(hours=1))) == 4
    assert deliveries.retry(either, at, target="a") == 3
    assert [row.tries for row in deliveries.due(either, "a", at, limit=9)] == [0, 0]
    assert deliveries.fold(either, at + timedelta(days=8), timedelta(days=7)) == 0
    assert len(deliveries.listed(either, limit=9)) == 3
    assert deliveries.drop(either, target="a") == 4
    assert set(exporting.places(either)) == {"b"}


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        (
            "exports: { inside: [10.0.0.1/8] }",
            "3:21: exports.inside[0]: is no network; 10.20.0.0/16 is, or fd00:20::/32 (given: '10.0.0.1/8')",
        ),
        (
            "exports: { targets: { a: { kind: post, url: 'https://a' } } }",
            "3:23: exports.targets.a: kind 'post' is not known; known are 'fiware', 'webhook'",
        ),
        (
            "exports: { targets: { a: { kind: webhook, url: 'https://a' } } }",
            "3:23: exports.targets.a.secret_file: is missing",
        ),
        (
            "notify: { rules: [{ happenings: [late], to: [desk] }] }",
            "3:34: notify.rules[0].happenings[0]: Input",
        ),
        (
            "notify: { rules: [{ happenings: [new], to: [desk] }] }",
            "3:1: notify: rules[0].to: desk is no channel; those are department, told",
        ),
        ("notify: { channels: { told: { url_file: a } } }", "3:23: notify.channels.told"),
        (
            "notify: { usual: { quiet: ['22-7'] } }",
            '3:28: notify.usual.quiet[0]: is no span of hours; "22:00-07:00" is',
        ),
        ("notify: { usual: { phone: x } }", "3:20: notify.usual.phone: is not a known key"),
    ],
)
def test_faults_say_where_and_what_is_allowed(lines: str, fault: str) -> None:
    with pytest.raises(SettingsError) as error:
        loads(LEAST + lines, CentralSettings, name="c.yaml")
    assert str(error.value).startswith(f"c.yaml:{fault}")


def test_the_figures_of_deliveries_are_among_the_metrics(store: Store) -> None:
    exporting.begun(store, ["a"])
    place = exporting.places(store)["a"]
    exporting.step(store, place, Step(place.seq, None, [Delivery("id", "", None, 1, {})]), now())
    here = SimpleNamespace(store=store, metrics=Metrics(), vault=SimpleNamespace(free_mb=lambda: 1.0))
    _refresh(here)  # type: ignore[arg-type]
    said = generate_latest(here.metrics.registry).decode()
    assert 'gewu_central_deliveries{state="waiting",target="a"} 1.0' in said


def test_check_notes_names_that_nothing_has(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = yaml.safe_load(config.read_text())
    said["notify"]["channels"]["idle"] = {"url_file": "x", "posts": ["north"]}
    department = {"zh": "环卫", "en": "Sanitation", "notify_file": "x"}
    said["routing"] = {"departments": {"sanitation": department}}
    config.write_text(yaml.safe_dump(said))
    assert main(["check", str(config)]) == 0
    notes = [line.partition(": note: ")[2] for line in capsys.readouterr().out.splitlines()[:-1]]
    assert notes == [
        "exports.targets.parks.departments: the routing knows no parks",
        "notify.channels.idle.posts: the routing knows no north",
        "notify.channels.idle: no rule names it",
        "routing.departments: no rule names department, so nothing goes to a notify_file",
    ]


def test_a_fault_of_our_own_costs_a_delivery_a_try_and_no_more(store: Store) -> None:
    from central.sending import Sender

    class Odd:
        name = "odd"

        def send(self, *_given: Any) -> Outcome:
            raise RuntimeError("with a secret in it")

        def close(self) -> None:
            """Nothing."""

    exporting.begun(store, ["odd"])
    place = exporting.places(store)["odd"]
    exporting.step(store, place, Step(place.seq, None, [Delivery("id", "", None, 1, {})]), now())
    sender = Sender(store, Odd(), give_up_s=60)  # type: ignore[arg-type]
    sender.lead()
    (row,) = until(lambda: [row for row in deliveries.listed(store, limit=9) if row.tries])
    sender.stop()
    assert row.reason == {"code": "stumbled", "text": "it stumbled: RuntimeError"}
