"""Drones and the centre over a real broker: a pass that verifies, a sweep of many, flights."""

import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import httpx
import pytest

from broker.link import Delivery, Link, LinkSettings
from broker.messages import NodeState, Verify, parse_command
from broker.topics import Address
from tests.brokers import Mosquitto
from tests.centre import Centre, Wire, until
from tests.e2e.test_central_api import JPEG, sha256
from tests.unit.central.makers import NODE, event, evidence
from tests.unit.central.pilots import ROOF, about, flight, flown_answer, here, zone
from tests.workers import Worker

Wires = Callable[..., Wire]


class Pilot:
    """A node with a drone, as the centre hears it and speaks to it."""

    def __init__(self, url: str, address: Address) -> None:
        self.commands: list[Verify] = []
        self._heard = threading.Lock()
        self._link = Link(LinkSettings(url=url), client_id="pilot", on_message=self._take)
        self._link.subscribe(address.topic("command"))
        self._link.start()
        assert self._link.wait(20)

    def asked(self, number: int) -> list[Verify]:
        """The first so many commands, once they have come."""
        until(lambda: len(self.commands) >= number, f"{number} commands")
        with self._heard:
            return list(self.commands)

    def close(self) -> None:
        self._link.stop()

    def _take(self, delivery: Delivery) -> None:
        command = parse_command(delivery.body)
        with self._heard:
            if isinstance(command, Verify):
                self.commands.append(command)


@pytest.fixture
def centre(mosquitto_broker: Mosquitto, tmp_path: Path) -> Iterator[Centre]:
    made = Centre(tmp_path / "central", mosquitto_broker.url)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def pilot(mosquitto_broker: Mosquitto) -> Iterator[Pilot]:
    made = Pilot(mosquitto_broker.url, ROOF)
    yield made
    made.close()


@pytest.fixture
def roof(mosquitto_broker: Mosquitto, make_wire: Wires, centre: Centre) -> Wire:
    """A node with a drone that flies over the usual place."""
    wire = make_wire(mosquitto_broker.url, ROOF, name="roof")
    wire.send(about(zone()).encode(), channel="about")
    wire.send(NodeState(online=True).encode(), channel="state")
    until(lambda: any(each["sources"] for each in centre.get("/api/sources")["nodes"]), "the node is known")
    return wire


def soon(seconds: float = 0.0) -> datetime:
    return datetime.now(timezone.utc) + timedelta(seconds=seconds)


def test_a_later_pass_sends_back_what_is_there_and_verifies_what_is_gone(
    mosquitto_broker: Mosquitto, centre: Centre, make_wire: Wires, roof: Wire, pilot: Pilot
) -> None:
    yard = make_wire(mosquitto_broker.url, NODE)
    opened = event("opened", 0, location=here())
    yard.insist(opened.encode(), opened.id)
    olga, dai = Worker(centre, "olga", "operator"), Worker(centre, "dai", "department")
    try:
        olga.does("accept")
        olga.does("dispatch", department="Traffic police")
        dai.does("feed_back", reason="the driver was told to leave")
        (first,) = pilot.asked(1)
        assert (first.source, first.scenes is not None) == ("drone-1", True)
        told = flown_answer(first, ["occupied"], soon(), evidence=[evidence(JPEG, role="after")])
        roof.insist(told.encode(), told.id)
        until(lambda: olga.ticket()["state"] == "handling", "it is sent back")
        assert httpx.put(f"{centre.url}/api/evidence/{sha256(JPEG)}", content=JPEG).status_code == 201
        until(lambda: any(each["here"] for each in olga.ticket()["evidence"]), "its picture is here")
        trail = olga.client.get("/api/tickets/T-000001/trail").json()["items"]
        assert [line["effect"] for line in trail if line["pictures"]] == ["looked", "evidence"]
        dai.does("feed_back", reason="it was towed away")
        second = pilot.asked(2)[1]
        told = flown_answer(second, ["clear"], soon(), number=1)
        roof.insist(told.encode(), told.id)
        until(lambda: olga.ticket()["state"] == "closed", "it is verified from above")
    finally:
        olga.close()
        dai.close()


def test_three_hundred_tickets_are_swept_and_the_flight_is_listed(
    mosquitto_broker: Mosquitto, centre: Centre, make_wire: Wires, roof: Wire, pilot: Pilot
) -> None:
    yard = make_wire(mosquitto_broker.url, NODE)
    bodies = [
        event("opened", 0, subject=f"sit-{n}", sequence=n, location=here(metres=40.0 * n)) for n in range(300)
    ]
    yard.send(*(each.encode() for each in bodies))
    until(lambda: centre.get("/api/summary")["open"] == 300, "300 tickets")
    olga = Worker(centre, "olga", "operator")
    try:
        wanted = {
            "request": "request-1",
            "node": ROOF.source,
            "kind": "illegal_parking",
            "reason": "market day",
        }
        answer = olga.client.post("/api/sweeps", json=wanted)
        assert answer.status_code == 201, answer.text
        commands = pilot.asked(2)
        assert sorted(len(each.situations) for each in commands) == [44, 256]
        for n, command in enumerate(commands):
            outcomes = ["clear"] + ["occupied"] * 150 + ["not_in_view"] * 200
            told = flown_answer(command, outcomes, soon(), number=n)
            roof.insist(told.encode(), told.id)
        until(lambda: olga.client.get("/api/sweeps/1").json()["states"] == {"acted": 300}, "all is answered")
        assert olga.client.get("/api/sweeps/1").json()["outcomes"] == {
            "clear": 2,
            "occupied": 193,
            "not_in_view": 105,
        }
        assert centre.get("/api/summary")["open"] == 300, "the camera still sees them"
        flown = flight("f-1")
        roof.insist(flown.encode(), flown.id)
        (listed,) = centre.get("/api/flights")["items"]
        assert centre.get(f"/api/flights/{listed['id']}")["properties"]["flight"] == "f-1"
    finally:
        olga.close()
