"""A drone that is live: a real camera's stream and telemetry over a real broker, until both are silent."""

import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from broker.events import FlightReported, Incident
from broker.link import Link, LinkSettings
from broker.topics import TABLE
from edge import assembly
from edge.config import load
from edge.deck.deck import Deck
from edge.deck.eyes import FlightEyes, Turns
from edge.deck.streams import StreamDrone
from edge.drafts import Batch
from edge.evidence import EvidenceMaker, EvidenceStore
from edge.footage import stream
from edge.frames import SourceClock
from tests.airborne import osd
from tests.brokers import Mosquitto
from tests.drones import FOCAL_MM, HEIGHT_M, PLACE, configuration, drone, hover
from tests.nodes import until
from tests.rtsp import Camera

CLOCK = SourceClock(time.monotonic, time.time)
TOPIC = "thing/product/sn-1/osd"


def settings(url: str, camera: str) -> dict[str, Any]:
    return drone(
        Path(),
        footage={"kind": "stream", "url": camera, "silence": "1s"},
        telemetry={"kind": "dji_cloud", "payload": "52-0-0"},
        carrier={"kind": "mqtt", "broker": {"url": url}, "topics": ["thing/product/+/osd"]},
        ground={"camera": {"focal_mm": FOCAL_MM}},
        sample=4,
        zones=[
            {
                "id": "lane",
                "ground": drone(Path())["zones"][0]["ground"],
                "rules": [{"kind": "standing", "incident": "fire_lane_occupied", "stands": "1s"}],
            }
        ],
    )


class Aircraft:
    """Tells where it hovers, five times a second, until it is closed."""

    def __init__(self, url: str) -> None:
        self._link = Link(LinkSettings(url=url), client_id="aircraft")
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._fly)

    def __enter__(self) -> "Aircraft":
        self._link.start()
        assert self._link.wait(30)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closed.set()
        self._thread.join()
        self._link.stop()

    def _fly(self) -> None:
        gimbal = {"gimbal_pitch": -90.0, "gimbal_roll": 0.0, "gimbal_yaw": 0.0}
        while not self._closed.wait(0.2):
            where = {"latitude": PLACE[0], "longitude": PLACE[1], "elevation": HEIGHT_M, "attitude_head": 0.0}
            body = osd(**where, **{"52-0-0": gimbal})
            stamp = str(int(time.time() * 1000)).encode()
            self._link.publish(TOPIC, body.replace(b"1714521600250", stamp), TABLE["health"])


def test_a_live_flight_begins_finds_and_ends(
    mosquitto_broker: Mosquitto, rtsp_cameras: Callable[[], Camera], tmp_path: Path
) -> None:
    film = hover(tmp_path / "hover.mp4", seconds=3)
    camera = rtsp_cameras().start("--file", str(film))
    config = load(configuration(tmp_path, "mqtt://127.0.0.1", settings(mosquitto_broker.url, camera.url)))
    (flight,) = config.settings.flights
    models, puts, stop = assembly.open_models(config.settings), list[Batch](), threading.Event()
    deck = Deck(flight, assembly.audit(config, models), puts.append, CLOCK, None)
    eyes = FlightEyes(models.main, models.score, Turns(1.0))
    pictures = EvidenceMaker(models.masker), EvidenceStore(tmp_path / "evidence", max_bytes=10**9)
    assert isinstance(flight.footage, stream.Settings)
    made = StreamDrone(flight, flight.footage, deck, eyes, pictures, CLOCK, stop)
    thread = threading.Thread(target=made.run)

    def of(kind: type) -> list[Any]:
        return [draft.data for batch in puts for draft in batch.drafts if isinstance(draft.data, kind)]

    with Aircraft(mosquitto_broker.url):
        thread.start()
        try:
            until(lambda: of(Incident))
            camera.kill()
            until(lambda: of(FlightReported))
        finally:
            stop.set()
            thread.join(10.0)
    assert not thread.is_alive()
    (found,), (report,) = of(Incident), of(FlightReported)
    assert found.flight.telemetry == report.flight.telemetry == "live"
    assert found.location.geometry.coordinates[1] - PLACE[0] < 3e-5
    assert len(found.evidence) == 1
    assert len(report.found) == 1
    assert deck.report().state in ("ended", "lost")
    shutil.rmtree(tmp_path / "evidence")
