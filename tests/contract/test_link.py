"""The link against both real brokers: what it promises, it promises of both."""

import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from pydantic import ValidationError

from broker import refusals
from broker.embedded import EmbeddedBroker
from broker.link import Delivery, Link, LinkSettings, Will
from broker.topics import TABLE, Address, everyones
from tests.brokers import Mosquitto
from tests.ports import free_port

Broker = Mosquitto | EmbeddedBroker
NODE = Address("131002", "north-gate")
EVENT = NODE.topic("event")


def until(done: Callable[[], object], seconds: float = 60.0) -> None:
    """Wait for something that must come."""
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, "it did not come in time"
        time.sleep(0.01)


@contextmanager
def linked(url: str | LinkSettings, client_id: str, **options: Any) -> Iterator[Link]:
    """A connected link, stopped at the end."""
    subscriptions = options.pop("subscribe", ())
    settings = url if isinstance(url, LinkSettings) else LinkSettings(url=url)
    link = Link(settings, client_id=client_id, **options)
    for topic_filter in subscriptions:
        link.subscribe(topic_filter)
    link.start()
    try:
        assert link.wait(20), "no connection"
        yield link
    finally:
        link.stop()


def send(link: Link, topic: str, body: bytes, channel: str = "event") -> None:
    """Publish as an outbox would: again until taken."""
    until(lambda: link.publish(topic, body, TABLE[channel]))


def test_qos_1_carries_every_message_in_order(any_broker: Broker) -> None:
    got: list[bytes] = []
    with (
        linked(any_broker.url, "in", on_message=lambda d: got.append(d.body), subscribe=[EVENT]),
        linked(any_broker.url, "out") as out,
    ):
        sent = [b"%d" % number for number in range(2500)]
        for body in sent:
            send(out, EVENT, body)
        until(lambda: len(got) >= len(sent))
    assert got == sent


def test_a_slow_subscriber_gets_more_than_a_thousand_waiting_messages(any_broker: Broker) -> None:
    got: list[bytes] = []
    gate = threading.Event()

    def slow(delivery: Delivery) -> None:
        gate.wait(30)
        got.append(delivery.body)

    with (
        linked(any_broker.url, "in", on_message=slow, subscribe=[EVENT], receive_maximum=8),
        linked(any_broker.url, "out") as out,
    ):
        for number in range(1500):
            send(out, EVENT, b"%d" % number + b" " * 2000)
        gate.set()
        until(lambda: len(got) == 1500, 40)
    assert [int(body) for body in got] == list(range(1500))


def test_a_message_of_256_kilobytes_travels_whole(any_broker: Broker) -> None:
    got: list[bytes] = []
    body = bytes(range(256)) * 1024
    with (
        linked(any_broker.url, "in", on_message=lambda d: got.append(d.body), subscribe=[EVENT]),
        linked(any_broker.url, "out") as out,
    ):
        send(out, EVENT, body)
        until(lambda: got)
    assert got == [body]


def test_retained_messages_meet_who_comes_later(any_broker: Broker) -> None:
    got: list[Delivery] = []
    with linked(any_broker.url, "out") as out:
        send(out, NODE.topic("about"), b"old", "about")
        send(out, NODE.topic("about"), b"new", "about")
        send(out, EVENT, b"an event is never retained")
    with linked(any_broker.url, "in", on_message=got.append, subscribe=["gewu/v1/#"]):
        until(lambda: got)
    assert [(d.topic, d.body, d.retained) for d in got] == [(NODE.topic("about"), b"new", True)]


def test_the_will_speaks_for_a_node_that_vanishes_and_not_for_one_that_leaves(any_broker: Broker) -> None:
    got: list[bytes] = []
    topic = NODE.topic("state")
    will = Will(topic, b"offline", TABLE["state"])
    with linked(any_broker.url, "in", on_message=lambda d: got.append(d.body), subscribe=[topic]):
        with linked(any_broker.url, "node", will=will) as node:
            send(node, topic, b"online", "state")
            send(node, topic, b"leaving", "state")
        until(lambda: b"leaving" in got)
        with linked(any_broker.url, "node", will=will) as node:
            send(node, topic, b"online again", "state")
            until(lambda: b"online again" in got)
            with linked(any_broker.url, "node"):  # taking the name over breaks the first one's connection
                until(lambda: b"offline" in got)
    assert got == [b"online", b"leaving", b"online again", b"offline"]


def test_workers_share_a_subscription(any_broker: Broker) -> None:
    got: dict[str, list[bytes]] = {"one": [], "two": []}
    shared = everyones("event", share="ingest")

    def into(name: str) -> dict[str, Any]:
        return {"on_message": lambda d: got[name].append(d.body), "subscribe": [shared]}

    with (
        linked(any_broker.url, "one", **into("one")),
        linked(any_broker.url, "two", **into("two")),
        linked(any_broker.url, "out") as out,
    ):
        for number in range(200):
            send(out, EVENT, b"%d" % number)
        until(lambda: len(got["one"]) + len(got["two"]) >= 200)
    assert sorted(int(body) for body in got["one"] + got["two"]) == list(range(200))
    assert got["one"]
    assert got["two"]


def test_subscriptions_are_renewed_after_the_broker_was_away(any_broker: Broker) -> None:
    got: list[bytes] = []
    said: list[tuple[bool, str]] = []
    with (
        linked(any_broker.url, "in", on_message=lambda d: got.append(d.body), subscribe=[EVENT]) as inward,
        linked(any_broker.url, "out", on_connection=lambda *x: said.append(x)) as out,
    ):
        any_broker.stop()
        until(lambda: not out.connected and not inward.connected)
        assert not out.publish(EVENT, b"nobody keeps this", TABLE["event"])
        until(lambda: any("nothing listens" in why for _, why in said))
        any_broker.start()
        assert out.wait(30)
        assert inward.wait(30)
        send(out, EVENT, b"after")
        until(lambda: got)
    assert got == [b"after"]
    assert said[0][0] is True
    assert said[-1] == (False, "stopped")
    assert all(before != after for before, after in pairwise(said))


def _picky(got: list[bytes]) -> Callable[[Delivery], None]:
    def take(delivery: Delivery) -> None:
        got.append(delivery.body)
        if delivery.body.startswith(b"bad") and got.count(delivery.body) == 1:
            raise RuntimeError("cannot take this")
        delivery.ack()

    return take


def test_a_listener_that_raises_does_not_end_the_link(any_broker: Broker) -> None:
    got: list[bytes] = []
    sent = [b"bad %d" % number for number in range(20)] + [b"good"]
    with (
        linked(any_broker.url, "in", on_message=_picky(got), subscribe=[EVENT], receive_maximum=4) as inward,
        linked(any_broker.url, "out") as out,
    ):
        for body in sent:
            send(out, EVENT, body)
        until(lambda: b"good" in got)
        assert inward.connected
    assert got == sent


def test_what_is_published_while_the_connection_ends_stays_with_the_caller(
    embedded_broker: EmbeddedBroker,
) -> None:
    with linked(embedded_broker.url, "node") as link:
        assert link._live is not None
        waker = link._live.client._sockpairW
        assert waker is not None
        waker.close()  # the link's own thread does so when a connection ends, whoever publishes just then
        assert link.publish(EVENT, b"1", TABLE["event"]) is False


def test_under_manual_acknowledgement_what_raised_comes_again(any_broker: Broker) -> None:
    got: list[bytes] = []
    shared = everyones("event", share="ingest")
    with (
        linked(any_broker.url, "in", on_message=_picky(got), subscribe=[shared], manual_ack=True) as inward,
        linked(any_broker.url, "other", on_message=_picky(got), subscribe=[shared], manual_ack=True),
        linked(any_broker.url, "out") as out,
    ):
        for number in range(4):
            send(out, EVENT, b"%d" % number)
        send(out, EVENT, b"bad")
        until(lambda: b"bad" in got)
        until(lambda: (send(out, EVENT, b"bad"), got.count(b"bad") > 1)[1])
        assert inward.wait(20)
    assert set(got) >= {b"0", b"1", b"2", b"3", b"bad"}


def test_acknowledgements_given_out_of_order_are_put_in_order(any_broker: Broker) -> None:
    held: list[Delivery] = []
    options = {"manual_ack": True, "receive_maximum": 10, "subscribe": [EVENT]}
    with (
        linked(any_broker.url, "in", on_message=held.append, **options) as inward,
        linked(any_broker.url, "out") as out,
    ):
        for number in range(30):
            send(out, EVENT, b"%d" % number)
        until(lambda: len(held) >= 10)
        for delivery in reversed(held[:]):
            delivery.ack()
            delivery.ack()
        # How many come at once is the broker's affair: what has come is acknowledged, the last first.
        until(lambda: ([each.ack() for each in reversed(held[:])], len(held) == 30)[1])
        send(out, EVENT, b"30")  # a broker that found the order broken would have hung up by now
        until(lambda: len(held) == 31)
        assert inward.connected
    assert [int(d.body) for d in held] == list(range(31))


def test_without_acknowledgement_no_more_than_the_window_comes(mosquitto_broker: Mosquitto) -> None:
    # Not so with the development broker, which goes by its own window: docs/contract.md says so.
    held: list[Delivery] = []
    options = {"manual_ack": True, "receive_maximum": 10, "subscribe": [EVENT]}
    with (
        linked(mosquitto_broker.url, "in", on_message=held.append, **options),
        linked(mosquitto_broker.url, "out") as out,
    ):
        for number in range(60):
            send(out, EVENT, b"%d" % number)
        until(lambda: len(held) >= 10)
        time.sleep(0.3)
        assert len(held) == 10
        until(lambda: ([d.ack() for d in held], len(held) >= 60)[1])
    assert sorted({int(d.body) for d in held}) == list(range(60))


def test_stop_twice_and_before_start(any_broker: Broker) -> None:
    link = Link(LinkSettings(url=any_broker.url), client_id="x")
    link.stop()
    with linked(any_broker.url, "y") as other:
        other.stop()
        other.stop()
        assert not other.connected


def _first_message(port: int, topic_filter: str) -> tuple[list[Any], Client]:
    got: list[Any] = []
    watcher = Client(CallbackAPIVersion.VERSION2, "watcher", protocol=MQTTProtocolVersion.MQTTv5)
    watcher.on_message = lambda *arguments: got.append(arguments[-1])
    watcher.connect("127.0.0.1", port)
    watcher.subscribe(topic_filter, qos=1)
    return got, watcher


def test_properties_reach_the_subscriber(any_broker: Broker) -> None:
    got, watcher = _first_message(any_broker.port, "gewu/v1/+/+/receipt")
    with linked(any_broker.url, "out") as out:
        until(lambda: (watcher.loop(0.05), send(out, NODE.topic("receipt"), b"{}", "receipt"), got)[-1])
    watcher.reinitialise()
    assert (got[0].qos, got[0].retain) == (1, False)
    assert got[0].properties.ContentType == "application/json"
    assert 86_000 <= got[0].properties.MessageExpiryInterval <= 86_400


def test_a_broker_that_takes_fewer_messages_at_once_is_respected(mosquitto_broker: Mosquitto) -> None:
    mosquitto_broker.stop()
    text = mosquitto_broker.config.read_text().replace("max_inflight_messages 512", "max_inflight_messages 3")
    mosquitto_broker.config.write_text(text)
    mosquitto_broker.start()
    got: list[bytes] = []
    with (
        linked(mosquitto_broker.url, "in", on_message=lambda d: got.append(d.body), subscribe=[EVENT]),
        linked(mosquitto_broker.url, "out") as out,
    ):
        for number in range(300):
            send(out, EVENT, b"%d" % number)
        until(lambda: len(got) == 300)


def _reasons(settings: LinkSettings) -> tuple[Link, list[str]]:
    said: list[str] = []
    link = Link(settings, client_id="x", on_connection=lambda up, why: said.append(why))
    link.start()
    return link, said


def test_wrong_password_is_said_and_tried_again(guarded_mosquitto: Mosquitto) -> None:
    settings = guarded_mosquitto.account("131002/north-gate")
    guarded_mosquitto.start()
    assert settings.password_file is not None
    right = settings.password_file.read_text()
    settings.password_file.write_text("hunter2\n")
    link, said = _reasons(settings)
    until(lambda: said)
    assert said[0].startswith("refused: ")
    assert "password_file" in said[0]
    assert "hunter2" not in said[0]
    settings.password_file.write_text(right)
    assert link.wait(30), "it does not try again"
    link.stop()


def test_no_account_at_all_is_refused(guarded_mosquitto: Mosquitto) -> None:
    guarded_mosquitto.account("centre")
    guarded_mosquitto.start()
    link, said = _reasons(LinkSettings(url=guarded_mosquitto.url))
    until(lambda: said)
    link.stop()
    assert "not authorised" in said[0]


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("mqtt://127.0.0.1:{free}", "connection refused: nothing listens at 127.0.0.1:"),
        ("mqtt://no-such-host.invalid", "host 'no-such-host.invalid' is unknown"),
    ],
)
def test_unreachable_brokers_are_told_apart(url: str, words: str) -> None:
    link, said = _reasons(LinkSettings(url=url.format(free=free_port())))
    until(lambda: said)
    link.stop()
    assert words in said[0]
    assert said[-1] == "stopped"


def test_a_password_file_that_is_missing_is_named(tmp_path: Path) -> None:
    settings = LinkSettings(url="mqtt://127.0.0.1", username="a", password_file=tmp_path / "none")
    link, said = _reasons(settings)
    until(lambda: said)
    link.stop()
    assert str(tmp_path / "none") in said[0]


def test_something_that_is_no_broker_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("broker.link.ANSWER_S", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        link, said = _reasons(LinkSettings(url=f"mqtt://127.0.0.1:{port}"))
        connection, _ = server.accept()
        with connection:
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            until(lambda: said)
            link.stop()
    assert "said nothing of MQTT" in said[0]


def _certificates(folder: Path) -> tuple[Path, Path]:
    key, certificate = folder / "server.key", folder / "server.crt"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"),
            *("-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    return key, certificate


# The client library leaves a socket whose handshake failed to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_tls_with_the_right_authority_and_with_a_strange_one(mosquitto_broker: Mosquitto) -> None:
    mosquitto_broker.stop()
    key, certificate = _certificates(mosquitto_broker.folder)
    mosquitto_broker.add(f"certfile {certificate}")
    mosquitto_broker.add(f"keyfile {key}")
    mosquitto_broker.start()
    url = mosquitto_broker.url.replace("mqtt:", "mqtts:")
    with linked(LinkSettings(url=url, ca_file=certificate), "x") as link:
        assert link.connected
    strange, said = _reasons(LinkSettings(url=url))
    until(lambda: said)
    strange.stop()
    assert "TLS" in said[0]
    assert "ca_file" in said[0]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"url": "http://broker"}, "mqtt://host"),
        ({"url": "mqtt://"}, "mqtt://host"),
        ({"url": "mqtt://host:0"}, "1 to 65535"),
        ({"url": "mqtt://host:99999"}, "ort"),
        ({"url": "mqtt://me:hunter2@host"}, "password_file"),
        ({"url": "mqtt://host", "ca_file": "ca.crt"}, "mqtts://"),
        ({"url": "mqtts://host", "cert_file": "a.crt"}, "together"),
        ({"url": "mqtt://host", "password_file": "p"}, "username"),
        ({"url": "mqtt://host", "keepalive": "1s"}, "5"),
    ],
)
def test_settings_that_cannot_work_are_refused(settings: dict[str, str], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        LinkSettings.model_validate(settings)


@settings(deadline=None)
@given(st.integers(0, 255))
def test_every_code_has_words(code: int) -> None:
    assert refusals.refused(code, "Name").startswith("refused: the broker ")
    assert refusals.lost(code, "Name")
