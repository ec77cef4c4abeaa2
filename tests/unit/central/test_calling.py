"""Where calls may go, what answers mean, and what an alert is at a context broker."""

import json
import socket
from collections.abc import Iterator
from datetime import datetime, timezone
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from broker.outside import Network
from broker.pki.authority import Authority, init
from central.calling import Caller, Request, judged
from central.exports import fiware, webhook
from central.exports.fiware import Settings, linked, version_2
from central.target_settings import TargetSettings
from tests.receivers import Receiver, receiving
from tests.unit.central.casework import clear, do
from tests.unit.central.exporting import Exports, exports, migrated, store

__all__ = ["exports", "migrated", "store"]

LOOPBACK: list[Network] = [ip_network("127.0.0.0/8")]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


def post(caller: Caller, url: str) -> tuple[str, str]:
    try:
        outcome = caller.post(Request(url, {}, b"{}"))
    finally:
        caller.close()
    return outcome.what, outcome.reason.code


@pytest.mark.parametrize("url", ["https://10.0.0.1/", "http://169.254.169.254/latest/", "https://0x7f.1/x"])
def test_what_is_inside_is_not_called(url: str) -> None:
    assert post(Caller(LOOPBACK, timeout_s=5), url) == ("later", "not_allowed")


def test_the_address_that_was_looked_at_is_called_and_hears_the_name(receiver: Receiver) -> None:
    asked = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.9.9.9"]  # a name server that changes its mind

    caller = Caller(LOOPBACK, timeout_s=5, resolve=resolve)
    assert post(caller, f"http://hooks.example:{receiver.port}/a?b=c") == ("sent", "taken")
    assert (receiver.got[0].path, receiver.got[0].headers["host"]) == (
        "/a?b=c",
        f"hooks.example:{receiver.port}",
    )
    assert asked == ["hooks.example"]
    assert post(caller, f"http://hooks.example:{receiver.port}/") == ("later", "not_allowed")


def test_of_several_addresses_the_first_that_is_there_is_called(receiver: Receiver) -> None:
    caller = Caller(LOOPBACK, timeout_s=5, resolve=lambda *_: ["127.0.0.2", "127.0.0.1"])
    assert post(caller, f"http://hooks.example:{receiver.port}/") == ("sent", "taken")


def test_without_tls_only_what_is_inside_is_called() -> None:
    caller = Caller(LOOPBACK, timeout_s=5, resolve=lambda *_: ["93.184.216.34"])
    outcome = caller.post(Request("http://hooks.example/", {}, b""))
    assert outcome.reason.text.startswith("hooks.example is outside; https:// is needed")


def test_a_redirection_is_not_followed(receiver: Receiver) -> None:
    receiver.answers, receiver.headers = [307], {"Location": "http://127.0.0.1:1/"}
    assert post(Caller(LOOPBACK, timeout_s=5), receiver.url) == ("later", "http_307")
    assert len(receiver.got) == 1


def test_one_that_speaks_no_tls_and_one_that_is_not_there(receiver: Receiver, tmp_path: Path) -> None:
    url = receiver.url.replace("http:", "https:")
    assert post(Caller(LOOPBACK, timeout_s=5), url) == ("later", "no_connection")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert post(Caller(LOOPBACK, timeout_s=5), f"http://127.0.0.1:{port}/") == ("later", "no_connection")
    caller = Caller(LOOPBACK, timeout_s=5, ca_file=tmp_path / "none.pem")
    assert post(caller, receiver.url) == ("later", "no_file")


def test_tls_goes_by_the_name_and_not_by_the_address(tmp_path: Path) -> None:
    now = datetime.now(timezone.utc)
    init(tmp_path / "authority", now=now)
    made = Authority.open(tmp_path / "authority").server("hooks", ["hooks.example"], now=now)
    (tmp_path / "tls.pem").write_bytes(made.issued.chain_pem)
    (tmp_path / "tls.key").write_bytes(made.key_pem)
    trusted = tmp_path / "authority" / "root.pem"
    said: Any = {"resolve": lambda *_: ["127.0.0.1"], "timeout_s": 5}
    with receiving(tls=(tmp_path / "tls.pem", tmp_path / "tls.key")) as receiver:
        url = f"https://hooks.example:{receiver.port}/"
        assert post(Caller(LOOPBACK, ca_file=trusted, **said), url) == ("sent", "taken")
        other = url.replace("hooks", "other")
        assert post(Caller(LOOPBACK, ca_file=trusted, **said), other) == ("later", "no_connection")
        assert post(Caller(LOOPBACK, **said), url) == ("later", "no_connection")
    assert len(receiver.got) == 1


@pytest.mark.parametrize(
    ("status", "retry_after", "what", "code", "after_s"),
    [
        (200, None, "sent", "taken", None),
        (204, None, "sent", "taken", None),
        (207, None, "later", "http_207", None),
        (301, None, "later", "http_301", None),
        (400, None, "never", "http_400", None),
        (401, None, "later", "http_401", None),
        (404, None, "later", "http_404", None),
        (410, None, "gone", "gone", None),
        (422, None, "never", "http_422", None),
        (429, "120", "later", "http_429", 120.0),
        (503, "Wed, 21 Oct 2026 07:28:00 GMT", "later", "http_503", None),
        (503, "-5", "later", "http_503", None),
    ],
)
def test_what_an_answer_means(
    status: int, retry_after: str | None, what: str, code: str, after_s: float | None
) -> None:
    outcome = judged(status, retry_after)
    assert (outcome.what, outcome.reason.code, outcome.after_s) == (what, code, after_s)


def test_what_a_receiver_says_is_told_in_one_short_line() -> None:
    assert judged(400, None, b'{"error":\n "BadRequest"}').reason.text == 'HTTP 400: {"error": "BadRequest"}'
    assert judged(500, None, b"\x1b[2J").reason.text == "HTTP 500"
    assert len(judged(500, None, b"x" * 9000).reason.text) == 240


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "holds 0 secrets"),
        ("hello", "holds no secret; whsec_ and base64 of 24 to 64 bytes"),
        ("whsec_c2hvcnQ=", "holds no secret"),
        ("whsec_" + "QUJD" * 8 + "\n" + "whsec_!!!", "holds no secret"),
    ],
)
def test_a_secret_that_is_none_is_said_and_not_shown(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "secret"
    path.write_text(text)
    with pytest.raises(ValueError, match=words) as error:
        webhook.secrets_in(path)
    assert "hello" not in str(error.value)
    export = webhook.Export(webhook.Settings(url="https://a.example", secret_file=path), ())
    assert export.send({}, "id", 0.0).reason.code == "no_secret"


def test_the_signature_is_that_of_the_standard() -> None:
    # the example of the reference libraries
    secret = webhook.base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    request = webhook.signed(
        "u", b'{"test": 2432232314}', "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330.9, [secret]
    )
    assert request.headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert request.headers["webhook-timestamp"] == "1614265330"


def test_with_two_secrets_both_sign(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text("whsec_" + "QUJD" * 8 + "\nwhsec_" + "QUJE" * 8 + "\n")
    request = webhook.signed("u", b"{}", "m", 1.0, webhook.secrets_in(path))
    assert len(set(request.headers["webhook-signature"].split(" "))) == 2


ALERT = {"kind": "fiware", "url": "https://orion.example"}


def test_an_alert_is_what_the_model_says(exports: Any) -> None:
    made: Exports = exports(exports={"targets": {"city": ALERT}}, people={"public_url": "https://t.example"})
    told = made.told("city")
    assert told["id"].startswith("urn:ngsi-ld:Alert:gewu-")
    assert (told["category"], told["subCategory"], told["severity"]) == ("traffic", "carStopped", "medium")
    assert told["alertSource"] == "gewu://131002/yard-7/cam-1"
    assert told["description"] == "Illegal parking of motor vehicles, Shoe Street, at the crossing"
    assert (told["validTo"], told["seeAlso"]) == (None, ["https://t.example/tickets/T-000001"])
    do(made.store, "olga", "reject")
    assert made.told("city")["validTo"] is not None


def test_an_alert_that_is_for_the_broker_no_more_ends(exports: Any, receiver: Receiver) -> None:
    target = {"kind": "fiware", "url": receiver.url, "states": ["accepted"]}
    made: Exports = exports(exports={"targets": {"city": target}})
    for n, action in enumerate(("accept", "dispatch", "extend"), 1):
        given: dict[str, Any] = {"amount_s": 60.0} if action == "extend" else {}
        do(made.store, "sun" if action == "extend" else "olga", action, **given)  # type: ignore[arg-type]
        made.follow()
        made.sent(min(n, 2))
    ends = [json.loads(got.body)[0].get("validTo") is not None for got in receiver.got]
    assert ends == [False, True]


def test_the_kind_of_an_alert_can_be_said_otherwise(exports: Any) -> None:
    other = {"illegal_parking": {"category": "security"}}
    made: Exports = exports(exports={"targets": {"city": {**ALERT, "alerts": other}}})
    assert (made.told("city")["category"], made.told("city")["subCategory"]) == ("security", None)


BODY = {
    "id": "urn:ngsi-ld:Alert:gewu-1",
    "type": "Alert",
    "category": "traffic",
    "subCategory": None,
    "location": {"type": "Point", "coordinates": [116.7, 39.5]},
    "dateIssued": "2026-03-01T08:00:00.000Z",
    "validTo": None,
    "description": "a (very) <b>\"odd\"</b> = 'one';",
    "data": {"state": "(x)", "version": 3, "post": None},
}


def test_as_ngsi_ld_it_is_replaced_as_a_whole() -> None:
    request = linked("https://orion.example/", BODY, "https://c.example/context.jsonld", "city")
    assert request.url == "https://orion.example/ngsi-ld/v1/entityOperations/upsert"
    assert request.headers == {"Content-Type": "application/ld+json", "NGSILD-Tenant": "city"}
    (entity,) = json.loads(request.content)
    assert entity["@context"] == ["https://c.example/context.jsonld", fiware.CORE]
    assert entity["location"] == {"type": "GeoProperty", "value": BODY["location"]}
    assert entity["dateIssued"]["value"] == {"@type": "DateTime", "@value": "2026-03-01T08:00:00.000Z"}
    assert entity["description"] == {"type": "Property", "value": BODY["description"]}
    assert entity["data"]["value"] == {"state": "(x)", "version": 3}
    assert {"validTo", "subCategory"} & entity.keys() == set()


def test_as_ngsi_v2_every_attribute_is_said_and_no_sign_that_orion_refuses() -> None:
    request = version_2("https://orion.example", BODY, "city", "/north")
    assert request.url == "https://orion.example/v2/entities?options=upsert"
    assert request.headers["Fiware-Service"] == "city"
    assert request.headers["Fiware-ServicePath"] == "/north"
    entity = json.loads(request.content)
    assert entity["validTo"] == entity["subCategory"] == {"type": "None", "value": None}
    assert entity["location"] == {"type": "geo:json", "value": BODY["location"]}
    assert entity["dateIssued"]["type"] == "DateTime"
    texts = json.dumps([entity["description"]["value"], entity["data"]["value"]["state"]], ensure_ascii=False)
    assert set(texts.strip("[]").replace('"', "")) & set("<>\"'=;()") == set()
    assert entity["data"]["value"]["version"] == 3


@pytest.mark.parametrize("api", ["ngsi-ld", "ngsi-v2"])
def test_a_broker_is_told_of_the_beginning_and_the_end(
    exports: Any, receiver: Receiver, api: str, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text("abc\n")
    target = {"kind": "fiware", "url": receiver.url, "api": api, "token_file": str(tmp_path / "token")}
    made: Exports = exports(exports={"targets": {"city": target}})
    do(made.store, "olga", "accept")
    made.follow()
    made.sent(1)
    clear(made.store)
    made.follow()
    made.sent(2)
    bodies = [json.loads(got.body) for got in receiver.got]
    first, last = (body[0] if isinstance(body, list) else body for body in bodies)
    assert first["id"] == last["id"]
    assert (first.get("validTo") or {}).get("value") is None
    assert last["validTo"]["value"]
    assert {got.headers["x-auth-token"] for got in receiver.got} == {"abc"}


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"url": "ftp://a"}, "is no URL to send to"),
        ({"url": "https://u:p@a.example/"}, "without credentials"),
        ({"url": "https://a.example", "service": "a\r\nX: y"}, "String should match pattern"),
        ({"url": "https://a.example", "states": ["gone"]}, "Input should be 'reported'"),
        ({"url": "https://a.example", "kinds": ["Bin"]}, "is no pattern of kinds"),
        ({"url": "https://a.example", "areas": ["12"]}, "areas"),
        ({"url": "https://a.example", "person": "x"}, "Extra inputs are not permitted"),
    ],
)
def test_faults_of_a_target(said: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        Settings(**said)
    assert issubclass(Settings, TargetSettings)
