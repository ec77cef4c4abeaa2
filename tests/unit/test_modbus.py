"""Polling Modbus: a real server answers, over TCP and with RTU frames, and also refuses and falls silent."""

import socket
import threading
from typing import Any

import pytest
from pydantic import ValidationError
from pymodbus import FramerType

from edge.decoding import Decoded
from edge.poller import Unreachable
from edge.pollers.modbus import Modbus, Settings, spans
from tests.unit.lines import on_a_line, serving

NOW = 1772352000.0


def settings(port: int, *readings: dict[str, Any], unit: int = 7, **more: Any) -> Settings:
    device = {"name": "kiosk", "unit": unit, "readings": list(readings)}
    base = {
        "kind": "modbus",
        "id": "line-1",
        "host": "127.0.0.1",
        "port": port,
        "timeout": "300ms",
        "devices": [device],
    }
    return Settings.model_validate(base | more)


def polled(asked: Settings) -> Decoded:
    poller = Modbus(asked)
    try:
        return poller.poll(NOW)
    finally:
        poller.close()
        poller.close()


def told(decoded: Decoded) -> list[tuple[Any, ...]]:
    return [(one.quantity, one.value, one.channel) for one in decoded.readings]


ROWS: list[dict[str, Any]] = [
    {"quantity": "current", "address": 0, "scale": 0.01},
    {"quantity": "temperature", "address": 1, "type": "int16", "scale": 0.1},
    {"quantity": "energy", "address": 2, "type": "uint32", "scale": 0.001},
    {"quantity": "humidity", "address": 4, "type": "float32"},
    {"quantity": "tamper", "address": 6, "bit": 2},
    {"quantity": "input", "address": 6, "bit": 1},
    {"quantity": "barrier", "address": 7, "words": {"0": "closed", "3": "held_open"}},
    {"quantity": "switch", "table": "coil", "address": 0},
    {"quantity": "contact", "table": "discrete", "address": 0, "words": {"true": True, "false": False}},
    {"quantity": "voltage", "table": "input", "address": 100, "scale": 0.1, "channel": "l1"},
]
EXPECTED = [
    ("switch", True, None),
    ("contact", False, None),
    ("current", 5.0, None),
    ("temperature", -1.0, None),
    ("energy", 123.456, None),
    ("humidity", 25.0, None),
    ("tamper", True, None),
    ("input", False, None),
    ("barrier", "held_open", None),
    ("voltage", 230.5, "l1"),
]


@pytest.mark.parametrize(("frames", "framer"), [("tcp", FramerType.SOCKET), ("rtu", FramerType.RTU)])
def test_registers_and_coils_are_read_by_the_map(free_port: int, frames: str, framer: FramerType) -> None:
    with serving(free_port, framer):
        found = polled(settings(free_port, *ROWS, frames=frames))
    assert told(found) == EXPECTED
    assert found.left == ()
    assert {(one.device, one.at) for one in found.readings} == {("kiosk", None)}


def test_a_serial_line_is_read_in_the_same_way() -> None:
    with on_a_line() as port:
        found = polled(on_line(port, *ROWS))
    assert told(found) == EXPECTED
    assert found.left == ()


def test_a_serial_line_that_is_not_there() -> None:
    with pytest.raises(Unreachable, match="no connection to /dev/ttyNONE"):
        polled(on_line("/dev/ttyNONE", *ROWS))


def on_line(port: str, *readings: dict[str, Any]) -> Settings:
    """A poller of a serial line."""
    device = {"name": "kiosk", "unit": 7, "readings": list(readings)}
    line = {"device": port, "baud": 19200, "parity": "none"}
    return Settings.model_validate(
        {"kind": "modbus", "id": "line-1", "serial": line, "timeout": "1s", "devices": [device]}
    )


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({}, "either a host or a serial line"),
        ({"host": "a", "serial": {"device": "/dev/ttyS0"}}, "either a host or a serial line"),
        ({"serial": {"device": "/dev/ttyS0"}, "port": 502}, "port and frames are of a host"),
        ({"serial": {"device": "ttyS0"}}, "pattern"),
    ],
)
def test_what_is_no_line(more: dict[str, Any], says: str) -> None:
    device = {"name": "kiosk", "readings": ROWS[:1]}
    with pytest.raises(ValidationError, match=says):
        Settings.model_validate({"kind": "modbus", "id": "line-1", "devices": [device]} | more)


def test_adjoining_addresses_are_asked_for_at_once() -> None:
    rows = settings(502, *ROWS).devices[0].readings
    assert [(each.table, each.address, each.size, len(each.rows)) for each in spans(rows)] == [
        ("coil", 0, 1, 1),
        ("discrete", 0, 1, 1),
        ("holding", 0, 8, 7),
        ("input", 100, 1, 1),
    ]
    many = settings(502, *({"quantity": "fill", "address": n} for n in range(300))).devices[0].readings
    assert [(each.address, each.size) for each in spans(many)] == [(0, 120), (120, 120), (240, 60)]


def test_what_a_device_refuses_is_left_with_its_reason(free_port: int) -> None:
    rows = ({"quantity": "fill", "address": 900}, {"quantity": "current", "address": 0, "scale": 0.01})
    with serving(free_port, FramerType.SOCKET):
        found = polled(settings(free_port, *rows))
    assert told(found) == [("current", 5.0, None)]
    assert [(why.code, why.text) for why in found.left] == [
        ("refused", "unit 7 refuses holding 900 with exception 2")
    ]


def test_what_is_no_number_is_left(free_port: int) -> None:
    rows = ({"quantity": "power", "table": "input", "address": 101, "type": "float32"},)
    with serving(free_port, FramerType.SOCKET):
        found = polled(settings(free_port, *rows))
    assert (told(found), [why.code for why in found.left]) == ([], ["not_a_value"])


def test_a_silent_device_is_asked_once_and_the_line_is_said_to_be_dead(free_port: int) -> None:
    with socket.create_server(("127.0.0.1", free_port)) as server:  # it accepts and says nothing
        found = polled(settings(free_port, ROWS[0], ROWS[9]))
        assert (told(found), [why.code for why in found.left]) == ([], ["no_answer"])
        server.accept()[0].close()
        server.settimeout(0)
        with pytest.raises(BlockingIOError):  # each question would have been a connection of its own
            server.accept()
    with pytest.raises(Unreachable, match=f"no connection to the host, port {free_port}"):
        polled(settings(free_port, ROWS[0]))


def test_a_host_that_is_written_like_an_address_of_a_card_is_only_unreachable(free_port: int) -> None:
    with pytest.raises(Unreachable) as unreachable:
        polled(settings(free_port, ROWS[0], host="::1234:5678:9abc"))
    assert unreachable.value.reason.code == "unreachable"


def test_nonsense_for_an_answer_is_no_answer(free_port: int) -> None:
    def babble(server: socket.socket) -> None:
        line, _ = server.accept()
        with line:
            line.recv(100)
            line.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n" * 20)
            line.recv(100)

    with socket.create_server(("127.0.0.1", free_port)) as server:
        thread = threading.Thread(target=babble, args=(server,), daemon=True)
        thread.start()
        found = polled(settings(free_port, ROWS[0]))
        thread.join(5)
    assert (told(found), [why.code for why in found.left]) == ([], ["no_answer"])


def test_a_line_that_comes_back_is_used_again(free_port: int) -> None:
    poller = Modbus(settings(free_port, ROWS[0]))
    with pytest.raises(Unreachable):
        poller.poll(NOW)
    with serving(free_port, FramerType.SOCKET):
        assert told(poller.poll(NOW)) == [("current", 5.0, None)]
        poller.close()
        assert told(poller.poll(NOW)) == [("current", 5.0, None)]
        poller.close()


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ({"quantity": "fill", "address": 65535, "type": "uint32"}, "reaches beyond the last address"),
        ({"quantity": "switch", "table": "coil", "address": 0, "bit": 1}, "is one bit"),
        ({"quantity": "fill", "address": 0, "path": "a"}, "an address and no path"),
        ({"quantity": "input", "address": 0, "bit": 1, "type": "int16"}, "a bit is one of a uint16"),
        ({"quantity": "full", "address": 0}, "is no quantity"),
    ],
)
def test_settings_say_what_is_wrong(row: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValidationError, match=fault):
        settings(502, row)
