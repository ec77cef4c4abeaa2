"""Messages by Apprise: digested, in their time, and never a word of the URL."""

import io
import json
import logging
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from broker.outside import Network
from central.letters import Told
from central.notifier import Notifier, scrubbed
from central.store import deliveries, exporting
from central.store.taking import take
from central.terms import ground_of
from tests.receivers import Receiver, receiving
from tests.unit.central.casework import do, report
from tests.unit.central.exporting import Exports, exports, migrated, store, until
from tests.unit.central.makers import event, letter

pytest.importorskip("apprise", reason="the extra notify is not installed")
# One of its plugins uses it where Python still has it.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")
__all__ = ["exports", "migrated", "store"]

LOOPBACK: list[Network] = [ip_network("127.0.0.0/8")]
TOKEN, PASSWORD = "s3cr3t-T0ken-9f2", "p4ssw0rd-Xyz"
BODY = {"title": "Gewu: new 1", "text": "T-000001", "urgent": False}


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


@pytest.fixture
def url_file(receiver: Receiver, tmp_path: Path) -> Path:
    path = tmp_path / "desk.url"
    path.write_text(f"json://desk:{PASSWORD}@127.0.0.1:{receiver.port}/hook/{TOKEN}?key={TOKEN}\n")
    return path


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What a log with every word in it holds: pytest's own reads loggers that pass nothing on."""
    text = io.StringIO()
    handler, root = logging.StreamHandler(text), logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield text
    root.setLevel(before)
    root.removeHandler(handler)


def channels(url_file: Path, *happenings: str, **said: Any) -> dict[str, Any]:
    rules = [{"happenings": list(happenings or ["new", "dispatched"]), "to": ["desk"]}]
    manner = {"digest": "0s", "hourly": 100, **said.pop("usual", {})}
    desk = {"desk": {"url_file": url_file, **said}}
    return {"language": "en", "channels": desk, "rules": rules, "usual": manner}


def titles(receiver: Receiver) -> list[str]:
    return [json.loads(got.body)["title"] for got in receiver.got]


def test_a_message_arrives(receiver: Receiver, url_file: Path) -> None:
    outcome = Notifier(url_file, LOOPBACK).send(BODY)
    assert (outcome.what, outcome.reason.text) == ("sent", "JSON took it")
    (got,) = receiver.got
    assert (json.loads(got.body)["title"], json.loads(got.body)["message"]) == ("Gewu: new 1", "T-000001")


@pytest.mark.parametrize("answers", [[500], [403], [302]])
def test_one_that_fails_says_so_without_a_word_of_the_url(
    receiver: Receiver, url_file: Path, answers: list[int], written: io.StringIO
) -> None:
    receiver.answers, receiver.headers = answers, {"Location": f"http://127.0.0.1:1/{TOKEN}"}
    outcome = Notifier(url_file, LOOPBACK).send(BODY)
    assert (outcome.what, outcome.reason.code) == ("later", "failed")
    assert outcome.reason.text.startswith("JSON: ")
    for secret in (TOKEN, PASSWORD, "desk:", str(receiver.port)):
        assert secret not in outcome.reason.text
        assert secret not in written.getvalue()
    assert len(receiver.got) == 1


def test_one_that_is_not_there_says_no_word_of_it_either(tmp_path: Path) -> None:
    with receiving() as gone:
        port = gone.port
    path = tmp_path / "desk.url"
    path.write_text(f"json://127.0.0.1:{port}/{TOKEN}")
    outcome = Notifier(path, LOOPBACK).send(BODY)
    assert outcome.what == "later"
    assert TOKEN not in outcome.reason.text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "bad_url"),
        (f"nothing://{TOKEN}", "bad_url"),
        (f"json://127.0.0.1/{TOKEN}\njson://127.0.0.1/b", "bad_url"),
        (f"discord://{TOKEN}", "bad_url"),
        (f"json://10.0.0.1/{TOKEN}", "not_allowed"),
        (f"ntfy://169.254.169.254/{TOKEN}", "not_allowed"),
        (f"mailto://u:{PASSWORD}@a.example?smtp=10.0.0.1&to=b@a.example&from=b@a.example", "not_allowed"),
    ],
)
def test_a_url_that_is_none_or_leads_inside(tmp_path: Path, text: str, code: str) -> None:
    path = tmp_path / "desk.url"
    path.write_text(text)
    outcome = Notifier(path, LOOPBACK, resolve=lambda *_: ["93.184.216.34"]).send(BODY)
    assert (outcome.what, outcome.reason.code) == ("later", code)
    assert TOKEN not in outcome.reason.text
    assert PASSWORD not in outcome.reason.text


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    outcome = Notifier(tmp_path / "none", ()).send(BODY)
    assert (outcome.reason.code, outcome.reason.text) == ("no_url", "url_file: No such file or directory")


def test_where_apprise_is_not_installed_it_says_how(url_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "apprise", None)
    outcome = Notifier(url_file, LOOPBACK).send(BODY)
    assert (outcome.what, outcome.reason.code) == ("later", "no_apprise")


def test_every_piece_of_a_url_is_taken_out() -> None:
    url = "tgram://123456:AAb_cd%2Fef/chat-77?token=xyzw1&to=abc"
    said = "POST https://api/bot123456:AAb_cd/ef/ to chat-77 xyzw1 failed: tgram"
    assert scrubbed(said, url) == "POST https://api/bot***:***/ef/ to *** *** failed: tgram"


def test_many_tickets_are_one_message(exports: Any, receiver: Receiver, url_file: Path) -> None:
    made: Exports = exports(notify=channels(url_file, lines=2), people={"public_url": "https://t.example"})
    for n in range(2, 6):
        report(made.store, f"sit-{n}")
    do(made.store, "olga", "accept")
    do(made.store, "olga", "dispatch")
    made.follow()
    (row,) = made.sent(1)
    said = json.loads(receiver.got[0].body)
    assert said["title"] == "Gewu: new 4, dispatched 1"
    assert said["message"].splitlines()[2:] == ["and 3 more", "https://t.example"]
    assert said["message"].startswith("T-000002 new · Illegal parking")
    assert (row.target, row.ticket, row.state) == ("notify/desk", None, "sent")


def test_it_gathers_until_its_window_is_over(exports: Any, receiver: Receiver, url_file: Path) -> None:
    made: Exports = exports(notify=channels(url_file, digest="5m"))
    now = datetime.now(timezone.utc) - timedelta(hours=3)
    for n in range(3):
        report(made.store, f"sit-{n + 2}")
        made.follow(now + timedelta(minutes=n))
    assert made.rows() == []
    place = exporting.places(made.store)["notify/desk"]
    made.follow(now + timedelta(minutes=4))
    assert exporting.places(made.store)["notify/desk"] == place  # nothing is written where nothing changes
    made.restart()
    made.follow(now + timedelta(minutes=5))
    assert len(made.rows()) == 1
    until(lambda: titles(receiver) == ["Gewu: new 3"])
    assert exporting.places(made.store)["notify/desk"].gathers is None


def test_what_is_grave_passes_the_quiet_hours(exports: Any, receiver: Receiver, url_file: Path) -> None:
    made: Exports = exports(notify=channels(url_file, quiet=["00:00-24:00"]))
    report(made.store, "sit-2")
    made.follow()
    assert made.rows() == []
    report(made.store, "sit-3", severity="high")
    made.follow()
    made.sent(1)
    assert json.loads(receiver.got[0].body)["message"].startswith("T-000003 new")
    assert titles(receiver) == ["Gewu: new 2"]


def test_no_more_than_so_many_messages_an_hour(exports: Any, receiver: Receiver, url_file: Path) -> None:
    made: Exports = exports(notify=channels(url_file, hourly=2))
    now = datetime.now(timezone.utc) - timedelta(hours=3)
    for n in range(4):
        report(made.store, f"sit-{n + 2}")
        made.follow(now + timedelta(minutes=n))
    assert len(made.rows()) == 2
    made.follow(now + timedelta(minutes=61))
    until(lambda: titles(receiver) == ["Gewu: new 1", "Gewu: new 1", "Gewu: new 2"])


def test_a_department_hears_of_what_is_its_own(exports: Any, receiver: Receiver, tmp_path: Path) -> None:
    departments = {}
    for name in ("sanitation", "parks"):
        (tmp_path / name).write_text(f"json://127.0.0.1:{receiver.port}/{name}")
        departments[name] = {"zh": "环卫", "en": name.title(), "notify_file": tmp_path / name}
    made: Exports = exports(notify={"usual": {"digest": "0s"}}, routing={"departments": departments})
    do(made.store, "olga", "accept")
    do(made.store, "olga", "dispatch", department="sanitation")
    made.follow()
    made.sent(1)
    (got,) = receiver.got
    assert got.path == "/sanitation"
    assert json.loads(got.body)["title"] == "格物: 派遣 1"
    assert "→ 环卫" in json.loads(got.body)["message"]


def test_those_that_the_routing_names_besides_hear_of_it_too(
    exports: Any, receiver: Receiver, tmp_path: Path
) -> None:
    departments = {}
    for name in ("streets", "parks"):
        (tmp_path / name).write_text(f"json://127.0.0.1:{receiver.port}/{name}")
        departments[name] = {"zh": "部门", "en": name, "notify_file": tmp_path / name}
    made: Exports = exports(
        notify={"usual": {"digest": "0s"}},
        routing={
            "departments": departments,
            "routes": {"name": "city", "department": "streets", "tell": "parks"},
        },
        casework={"profile": "langfang"},
    )
    opened = event("opened", 0, subject="sit-2")
    terms = ground_of(made.settings, made.store).terms
    take(made.store, [Told(letter(opened.encode()), opened)], terms=terms)
    made.follow()
    made.sent(2)
    assert sorted(got.path for got in receiver.got) == ["/parks", "/streets"]
    assert {json.loads(got.body)["title"] for got in receiver.got} == {"格物: 派遣 1"}


def test_a_channel_that_fails_is_tried_again(
    exports: Any, receiver: Receiver, url_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("central.notices.retries.DELAYS_S", (0.01,))
    monkeypatch.setattr("central.notices.retries.LONGEST_PAUSE_S", 0.01)
    receiver.answers = [500, 200]
    made: Exports = exports(notify=channels(url_file))
    report(made.store, "sit-2")
    (row,) = until(lambda: made.follow() or made.rows("sent"))
    assert row.tries == 2
    assert deliveries.counts(made.store) == {"notify/desk": {"sent": 1}}
