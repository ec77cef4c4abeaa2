"""The development broker and its command line."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from broker import cli, embedded
from broker.embedded import EmbeddedBroker, EmbeddedError
from broker.topics import Address
from tests.contract.test_link import linked, send, until
from tests.ports import HOST, free_port

COMMAND = str(Path(sys.executable).parent / "gewu-broker")
NODE = Address("131002", "north-gate")


@contextmanager
def serving(port: int) -> Iterator["subprocess.Popen[str]"]:
    """`gewu-broker serve`, ready."""
    pytest.importorskip("iotcore", reason="the development broker's package iotcore is not installed")
    command = [COMMAND, "serve", "--port", str(port)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline().startswith(f"ready: MQTT 5 at mqtt://{HOST}:{port}")
            yield process
        finally:
            process.kill()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("whole_group", [False, True], ids=["alone", "as a terminal does"])
def test_it_says_when_it_is_ready_and_leaves_cleanly(number: signal.Signals, whole_group: bool) -> None:
    port = free_port()
    with serving(port) as process:
        with linked(f"mqtt://{HOST}:{port}", "x"):
            pass
        if whole_group:
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)
        assert process.wait(20) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""
    assert not _listens(port)


def test_nothing_is_left_when_it_is_killed() -> None:
    port = free_port()
    with serving(port) as process:
        process.kill()
        process.wait(20)
    until(lambda: not _listens(port))


def test_a_port_in_use_is_said(embedded_broker: EmbeddedBroker) -> None:
    done = subprocess.run(
        [COMMAND, "serve", "--port", str(embedded_broker.port)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert f"port {embedded_broker.port} at 127.0.0.1 cannot be used" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "8.8.8.8"])  # noqa: S104
def test_an_address_others_can_reach_is_refused(host: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["serve", "--host", host]) == 1
    assert "use Mosquitto" in capsys.readouterr().err


def test_a_name_is_no_address(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["serve", "--host", "broker.example"]) == 1
    assert "is no IP address" in capsys.readouterr().err


def test_it_listens_on_the_loopback_alone(embedded_broker: EmbeddedBroker) -> None:
    assert f'listen = "127.0.0.1:{embedded_broker.port}"' in embedded.configuration(
        embedded_broker.host, embedded_broker.port, 1000
    )
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        local, state = line.split()[1], line.split()[3]
        address, port = local.split(":")
        if state == "0A" and int(port, 16) == embedded_broker.port:
            assert address == "0100007F"


def test_a_missing_package_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "iotcore", None)
    with pytest.raises(EmbeddedError, match=r"pip install 'gewu\[broker\]'"):
        EmbeddedBroker(HOST, free_port()).start()


def test_it_can_be_stopped_and_started_again_and_remembers_nothing(embedded_broker: EmbeddedBroker) -> None:
    with linked(embedded_broker.url, "a") as a:
        send(a, NODE.topic("about"), b"kept in memory", "about")
    embedded_broker.stop()
    embedded_broker.stop()
    assert not embedded_broker.running
    embedded_broker.start()
    got: list[bytes] = []
    with (
        linked(embedded_broker.url, "in", on_message=lambda d: got.append(d.body), subscribe=["gewu/#"]),
        linked(embedded_broker.url, "out") as out,
    ):
        send(out, NODE.topic("event"), b"first")
        until(lambda: got)
    assert got == [b"first"]


def test_a_hundred_retained_messages_come_and_no_more(
    embedded_broker: EmbeddedBroker,
) -> None:
    there: set[bytes] = set()
    got: set[bytes] = set()
    about, every = "gewu/v1/+/+/about", {str(number).encode() for number in range(150)}
    with linked(embedded_broker.url, "out", on_message=lambda d: there.add(d.body), subscribe=[about]) as out:
        for number in range(150):
            send(out, Address("131002", f"node-{number}").topic("about"), str(number).encode(), "about")
        until(lambda: there == every)  # what is still on its way would come as fresh news
        with linked(embedded_broker.url, "in", on_message=lambda d: got.add(d.body), subscribe=[about]):
            until(lambda: len(got) >= 100)
            send(out, NODE.topic("about"), b"last", "about")
            until(lambda: b"last" in got)
    assert len(got - {b"last"}) == 100
    assert got - {b"last"} < every
