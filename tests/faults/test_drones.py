"""Drones as a real node runs them, with a real broker and a real centre: one ticket, through a kill."""

import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from broker.events import Location, Point, SourceRef, ZoneRef
from broker.fields import utc
from broker.topics import Address
from tests.brokers import Mosquitto
from tests.centre import MAIN, Centre, Wire
from tests.drones import PLACE, configuration, drone, fly
from tests.nodes import Node, until
from tests.unit.central.makers import event

OTHER = Address("131002", "edge-02")
KILLED = -9


def camera_saw(at: float, phase: str = "opened", revision: int = 0) -> Any:
    """What another node's camera tells of the same car; its place is known to 12 m."""
    latitude, longitude = PLACE
    began = utc(at)
    here = Point(type="Point", coordinates=(longitude + 0.00003, latitude))
    return event(
        phase,
        revision,
        node=OTHER,
        subject="cam-sit-1",
        kind="fire_lane_occupied",
        since=began,
        last_seen=began + timedelta(seconds=30),
        source=SourceRef(id="cam-7", kind="camera"),
        zone=ZoneRef(id="kerb", version="v1"),
        location=Location(geometry=here, accuracy_m=12.0, method="calibrated"),
    )


def test_flight_and_camera_are_one_ticket_through_a_kill_until_a_later_flight_sees_the_place_empty(
    mosquitto_broker: Mosquitto,
    make_centre: Callable[..., Centre],
    make_wire: Callable[..., Wire],
    tmp_path: Path,
) -> None:
    centre = make_centre(mosquitto_broker.url)
    centre.start()
    films, began = tmp_path / "films", time.time() - 3600
    fly(films, "first", began, car=True)
    config = configuration(tmp_path, mosquitto_broker.url, drone(films), central={"url": centre.url})
    with Node(config, failpoint="after_publish") as node:  # its first event: in mid-flight
        assert node.ended() == KILLED
        assert "pictures" not in node.text
    wire = make_wire(mosquitto_broker.url, OTHER)
    with Node(config) as node:
        until(lambda: [flight["found"] for flight in centre.get("/api/flights")["items"]] == [1])
        seen = camera_saw(began + 60)
        wire.insist(seen.encode(), seen.id)
        until(lambda: full(centre)["situations"] == 2)
        sweep(centre, full(centre))
        until(lambda: "the centre asks to look at" in node.text)
        fly(films, "second", began + 1800, car=False, seed=2)
        until(lambda: centre.get("/api/sweeps")["items"][0]["outcomes"] == {"clear": 1})
        until(lambda: len([e for e in full(centre)["evidence"] if e["here"]]) == 3)
        until(lambda: len(centre.get("/api/flights")["items"]) == 2)
        assert node.stop() == 0
    ticket = full(centre)
    assert {member["origin"]: member["cleared_at"] is None for member in ticket["members"]} == {
        "camera": True,
        "drone": False,
    }
    assert "clear_but_seen" in [row["reason"]["code"] for row in ticket["log"]]
    left = camera_saw(began + 60, "cleared", 1)
    wire.insist(left.encode(), left.id)
    until(lambda: full(centre)["scene"] == "clear")
    found, cleared = (centre.get("/api/flights")["items"][n] for n in (1, 0))
    assert [(one["found"], one["cleared"], one["not_placed"]) for one in (found, cleared)] == [
        (1, 0, 0),
        (0, 1, 0),
    ]
    shelf = sorted(path.name for path in (tmp_path / "data" / "flights").iterdir())
    assert shelf == sorted(
        f"{one['flight']}.{end}" for one in (found, cleared) for end in ("json", "geojson")
    )


def full(centre: Centre) -> dict[str, Any]:
    """The one ticket."""
    (ticket,) = centre.tickets()
    told: dict[str, Any] = centre.get(f"/api/tickets/{ticket['id']}")
    return told


def sweep(centre: Centre, ticket: dict[str, Any]) -> None:
    """Ask the drone to look at it on its next flight."""
    wanted = ["--node", "131002/edge-01", "--source", "drone-1", "--tickets", ticket["number"]]
    wanted += ["--reason", "a sweep of the yard"]
    command = [sys.executable, "-c", MAIN, "sweep", str(centre.config), *wanted]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
