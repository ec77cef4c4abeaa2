"""The production configuration in a real Mosquitto: its queues do not drop, its rules keep nodes apart."""

import logging
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from broker import access, production
from broker.link import Delivery, LinkSettings
from broker.topics import ROOT, TABLE, Address, everyones
from tests.brokers import Mosquitto
from tests.contract.test_link import linked, send, until

NODE, OTHER = Address("131002", "north-gate"), Address("131002", "yard-1")


@contextmanager
def persistent(broker: Mosquitto, take: Callable[[bytes], Any]) -> Iterator[Client]:
    """A subscriber whose session outlives its connection, as another platform may have."""
    client = Client(CallbackAPIVersion.VERSION2, "platform", protocol=MQTTProtocolVersion.MQTTv5)
    client.on_message = lambda *arguments: take(arguments[-1].payload)
    lasting = Properties(PacketTypes.CONNECT)
    lasting.SessionExpiryInterval = 3600
    client.connect(broker.host, broker.port, clean_start=False, properties=lasting)
    answered: list[int] = []
    client.on_subscribe = lambda *arguments: answered.append(1)
    client.subscribe(everyones("event"), qos=1)
    client.loop_start()
    until(lambda: answered)
    try:
        yield client
    finally:
        client.disconnect()
        client.loop_stop()
        client.reinitialise()


@pytest.mark.parametrize("restarted", [False, True], ids=["broker stays", "broker restarted"])
def test_thousands_of_messages_wait_for_an_absent_subscriber(
    mosquitto_broker: Mosquitto, restarted: bool
) -> None:
    got: list[bytes] = []
    sent = [b'{"number": %d}' % number for number in range(3000)]
    with persistent(mosquitto_broker, got.append):
        pass
    with linked(mosquitto_broker.url, "node") as node:
        for body in sent:
            send(node, NODE.topic("event"), body)
    if restarted:
        mosquitto_broker.stop()
        mosquitto_broker.start()
    with persistent(mosquitto_broker, got.append):
        until(lambda: len(got) >= len(sent), 40)
    assert got == sent


def test_the_default_would_have_dropped_them(mosquitto_broker: Mosquitto) -> None:
    """What the configuration guards against is real: without its line, messages go missing in silence."""
    mosquitto_broker.stop()
    text = mosquitto_broker.config.read_text().replace("max_queued_messages 0", "max_queued_messages 1000")
    mosquitto_broker.config.write_text(text)
    mosquitto_broker.start()
    got: list[bytes] = []
    with persistent(mosquitto_broker, got.append):
        pass
    with linked(mosquitto_broker.url, "node") as node:
        for number in range(1500):
            send(node, NODE.topic("event"), b"%d" % number)
    with persistent(mosquitto_broker, got.append), linked(mosquitto_broker.url, "node") as node:
        until(lambda: len(got) >= 1000)
        until(lambda: (send(node, NODE.topic("event"), b"last"), b"last" in got)[1])
    assert len({body for body in got if body != b"last"}) < 1500


@pytest.fixture
def accounts(guarded_mosquitto: Mosquitto) -> dict[str, LinkSettings]:
    """A running broker with two nodes, the centre and another platform."""
    names = [f"{NODE.district}/{NODE.node}", f"{OTHER.district}/{OTHER.node}", "centre", "platform"]
    found = {name: guarded_mosquitto.account(name) for name in names}
    guarded_mosquitto.start()
    return found


def forge(settings: LinkSettings, address: Address, channel: str) -> None:
    """Publish what must be refused, and see that it is. Mosquitto 2.0.11 hangs up after its refusal."""
    refused: list[str] = []

    class Watch(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            refused.append(record.getMessage())

    watch = Watch(logging.ERROR)
    logging.getLogger("broker.link").addHandler(watch)
    try:
        with linked(settings, f"forger-{channel.replace('/', '-')}") as forger:
            send(forger, address.topic(channel), b"forged", channel)
            if TABLE[channel].qos:
                until(lambda: any("a message of ours was refused" in line for line in refused))
    finally:
        logging.getLogger("broker.link").removeHandler(watch)


def test_a_node_writes_only_its_own_branch(accounts: dict[str, LinkSettings]) -> None:
    got: list[Delivery] = []
    mine, theirs = accounts["131002/north-gate"], accounts["131002/yard-1"]
    own = {NODE.topic(c.name) for c in TABLE.values() if c.writer == "node"}
    with (
        linked(accounts["centre"], "centre", on_message=got.append, subscribe=[f"{ROOT}/#"]),
        linked(mine, "a") as a,
        linked(theirs, "b") as b,
    ):
        for channel in TABLE:
            forge(mine, OTHER, channel)
            if TABLE[channel].writer == "centre":
                forge(mine, NODE, channel)
            else:
                send(a, NODE.topic(channel), b"of a", channel)
        until(lambda: {d.topic for d in got} >= own)
        send(b, OTHER.topic("event"), b"of b")
        until(lambda: b"of b" in [d.body for d in got])
    assert {d.body for d in got} == {b"of a", b"of b"}
    assert {d.topic for d in got if d.body == b"of a"} == own


def test_a_node_reads_only_what_the_centre_writes_to_it(accounts: dict[str, LinkSettings]) -> None:
    got: list[Delivery] = []
    with (
        linked(accounts["131002/north-gate"], "a", on_message=got.append, subscribe=[f"{ROOT}/#"]),
        linked(accounts["131002/yard-1"], "b") as b,
        linked(accounts["centre"], "centre") as centre,
    ):
        send(b, OTHER.topic("event"), b"not for a")
        for address in (OTHER, NODE):
            for channel in ("receipt", "command", "config"):
                send(centre, address.topic(channel), b"for " + address.node.encode(), channel)
        until(lambda: len(got) >= 3)
    assert {d.topic for d in got} == {NODE.topic(c) for c in ("receipt", "command", "config")}


def test_the_platform_reads_events_and_writes_nothing(accounts: dict[str, LinkSettings]) -> None:
    got: list[Delivery] = []
    with (
        linked(accounts["platform"], "p", on_message=got.append, subscribe=[everyones("event")]),
        linked(accounts["131002/north-gate"], "a") as a,
    ):
        for channel in ("event", "command", "config"):
            forge(accounts["platform"], NODE, channel)
        send(a, NODE.topic("event"), b"real")
        until(lambda: got)
    assert [d.body for d in got] == [b"real"]


def test_the_access_rules_are_those_of_the_topic_table() -> None:
    rules = re.findall(r"^(pattern|topic) (read|write) (\S+)$", access.mosquitto(), re.MULTILINE)
    for channel in TABLE.values():
        node, centre = ("write", "read") if channel.writer == "node" else ("read", "write")
        assert ("pattern", node, f"{ROOT}/%u/{channel.name}") in rules
        assert ("topic", centre, f"{ROOT}/+/+/{channel.name}") in rules
    assert len([rule for rule in rules if rule[0] == "pattern"]) == len(TABLE)


def test_a_message_over_the_limit_is_refused_before_it_is_sent(
    mosquitto_broker: Mosquitto, caplog: pytest.LogCaptureFixture
) -> None:
    got: list[bytes] = []
    with (
        linked(mosquitto_broker.url, "in", on_message=lambda d: got.append(d.body), subscribe=["gewu/#"]),
        linked(mosquitto_broker.url, "out") as out,
    ):
        for _ in range(3):
            assert not out.publish(NODE.topic("event"), b" " * 1_048_576, TABLE["event"])
        largest = b" " * (1_048_576 - 512)
        send(out, NODE.topic("event"), largest)
        until(lambda: got)
        assert out.connected
    assert got == [largest]
    assert caplog.text.count("more than the 1048576 it takes") == 1


def test_the_written_configuration_stays_in_its_folder_and_keeps_accounts(tmp_path: Path) -> None:
    command = [
        str(Path(sys.executable).parent / "gewu-broker"),
        "mosquitto",
        "--out",
        str(tmp_path),
        "--port",
        "18830",
    ]
    for _ in range(2):
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        assert "mosquitto_passwd" in done.stdout
    (tmp_path / "passwords").write_text("centre:x\n")
    config = production.write(tmp_path, port=18830)
    assert (tmp_path / "passwords").read_text() == "centre:x\n"
    text = config.read_text()
    assert "listener 18830 127.0.0.1" in text
    assert not re.search(r"^[a-z_]*(file|location) (?!" + re.escape(str(tmp_path)) + ")", text, re.MULTILINE)


def test_anonymous_clients_and_the_outside_stay_out(accounts: dict[str, LinkSettings]) -> None:
    """The file as it is shipped listens on the loopback alone and lets nobody in without a password."""
    lines = [
        line for line in production.template("mosquitto.conf").splitlines() if line.startswith("listener")
    ]
    assert lines == ["listener 1883 127.0.0.1"]
    with socket.socket() as outside:
        outside.settimeout(1)
        assert outside.connect_ex((_own_address(), accounts["centre"].port)) != 0


def _own_address() -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            pytest.skip("this machine has no other address")
        return str(probe.getsockname()[0])
