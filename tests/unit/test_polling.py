"""Pollers at work in a node's lane of devices: a meter on a real line becomes a situation."""

import threading
import time

import pytest

from broker.events import Audit, Clock, Incident, parse
from edge.devices.lane import DeviceLane
from edge.devices.settings import DevicesSettings
from edge.drafts import Stamped
from edge.frames import SourceClock, Trouble
from edge.intake import Clocks, Intake
from edge.pollers import lilin
from edge.pollers.modbus import Settings
from edge.polling import REFUSED_S, Polled
from edge.wing import Surroundings
from tests.ports import free_port as another_port
from tests.unit.gates.devices import Streaming, device, within
from tests.unit.lines import serving
from tests.unit.outboxes import Open, open_it

__all__ = ["open_it"]
CLOCK = SourceClock(time.monotonic, time.time)
AUDIT = Audit(software="gewu-0.0.1", configuration="0" * 64, clock=Clock(quality="unknown"))
LOAD = {
    "kind": "threshold",
    "incident": "illegal_power",
    "quantity": "current",
    "above": 4,
    "clear_after": "0s",
}


def line(name: str, port: int) -> Settings:
    """A line with one meter that is asked for its current five times a second."""
    readings = [{"quantity": "current", "address": 0, "scale": 0.01}]
    return Settings.model_validate(
        {
            "kind": "modbus",
            "id": name,
            "host": "127.0.0.1",
            "port": port,
            "every": "200ms",
            "timeout": "300ms",
            "devices": [{"name": "kiosk", "unit": 7, "readings": readings}],
        }
    )


def lane(lines: list[Settings], open_it: Open, stamped: list[Stamped]) -> DeviceLane:
    """As a node makes it, over a real outbox."""
    devices = DevicesSettings.model_validate(
        {"late": "0s", "items": [{"id": "kiosk-3", "match": {"names": ["kiosk"]}, "rules": [LOAD]}]}
    )
    outbox = open_it(time.time())
    intake = Intake(outbox, Clocks(time.monotonic, time.time), stamped.extend)
    return DeviceLane(devices, [], lines, Surroundings(AUDIT, CLOCK, intake.put))


def test_a_fault_of_ours_is_told_and_the_next_poll_is_made(caplog: pytest.LogCaptureFixture) -> None:
    given = {"kind": "lilin", "id": "north", "host": "127.0.0.1", "port": 9, "every": "1s"}
    gate = lilin.Settings.model_validate(given)
    broken = lilin.Lilin(gate)
    del broken._settings
    rounds: list[float] = []

    def wait(event: threading.Event, seconds: float) -> bool:
        rounds.append(seconds)
        if len(rounds) == 2:
            polled.close()
        return event.is_set()

    polled = Polled(gate, broken, SourceClock(time.monotonic, time.time, wait))
    (trouble,) = polled.readings()
    assert isinstance(trouble, Trouble)
    assert (trouble.state, trouble.what) == ("lost", "a fault of ours; the log says more")
    assert caplog.text.count("could not be asked") == 2


def test_who_is_refused_does_not_ask_again_soon() -> None:
    waits: list[float] = []

    def wait(event: threading.Event, seconds: float) -> bool:
        waits.append(seconds)
        polled.close()
        return event.is_set()

    def refuse(stream: Streaming) -> None:
        stream.send_error(403)

    with device(refuse, digest=False) as server:
        given = {
            "kind": "lilin",
            "id": "north",
            "host": "127.0.0.1",
            "port": server.server_port,
            "every": "1s",
        }
        gate = lilin.Settings.model_validate(given)
        polled = Polled(gate, lilin.build(gate), SourceClock(time.monotonic, time.time, wait))
        (trouble,) = polled.readings()
    assert isinstance(trouble, Trouble)
    assert (trouble.state, trouble.what) == ("lost", "the device does not allow this user to hear its events")
    assert waits == [REFUSED_S]


def test_a_meter_on_a_line_becomes_a_situation_whatever_is_wrong_with_other_lines(
    free_port: int, open_it: Open
) -> None:
    stamped: list[Stamped] = []
    dead = another_port()
    node = lane([line("cellar", dead), line("market", free_port)], open_it, stamped)
    node.start({})
    try:
        assert within(5, lambda: str(node.trouble).count("no connection to the host") == 2)
        with serving(free_port):
            assert within(10, lambda: len(stamped) == 1)
            assert node.trouble == f"cellar: no connection to the host, port {dead}"
        told = f"market: no connection to the host, port {free_port}"
        assert within(10, lambda: told in str(node.trouble))
        with serving(free_port):
            assert within(10, lambda: told not in str(node.trouble))
    finally:
        node.stop()
    incident = parse(stamped[0].body).data
    assert isinstance(incident, Incident)
    assert (incident.kind, incident.source.id) == ("illegal_power", "kiosk-3")
    assert incident.reasons[0].text == "current is 5 A, above 4 A"
