"""Drones as real nodes run them, with a real broker and a real centre: one ticket, through kills, until it is seen
empty."""

import json
import time
from collections.abc import Callable
from pathlib import Path

from broker.events import FlightReported, Incident
from broker.fields import utc
from broker.topics import Address
from tests.brokers import Mosquitto
from tests.centre import Centre, Wire
from tests.flights import PLACE, configuration, drone, fly, zone
from tests.nodes import Centre as Listener
from tests.nodes import Node, until
from tests.unit.central.makers import event

OTHER = Address("131002", "edge-02")


def camera_saw(at: float, kind: str = "opened", sequence: int = 0) -> bytes:
    """What another node's camera tells of the same car, known to be within 15 m."""
    latitude, longitude = PLACE
    location = {
        "geometry": {"type": "Point", "coordinates": [longitude + 0.00002, latitude]},
        "accuracy_m": 15.0,
        "method": "calibrated",
    }
    raise NotImplementedError


def test_a_parked_car_is_one_ticket_through_a_kill_until_a_later_flight_sees_its_place_empty(
    mosquitto_broker: Mosquitto, make_centre: Callable[..., Centre], tmp_path: Path
) -> None:
    centre = make_centre(mosquitto_broker.url)
    centre.start()
    films = tmp_path / "films"
    now = time.time()
    fly(films, "first", now - 3600, car=True)
    config = configuration(tmp_path, mosquitto_broker.url, drone(films), central={"url": centre.url})
    with Node(config, failpoint="after_publish") as node:  # dies in mid-flight, by its first event
        assert node.ended() == -9
    with Node(config) as node:
        until(lambda: "nothing" and "21 pictures looked at" in node.text)
        until(centre.tickets)
        fly(films, "second", now - 1800, car=False, seed=2)
        until(lambda: centre.tickets()[0]["scene"] == "clear")
        assert node.stop() == 0
    (ticket,) = centre.tickets()
    print(json.dumps(ticket, indent=1))
    print(node.text)
    assert 0
