"""A Frigate box on a real broker, a real node without a camera, a real centre: one car, one ticket."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from broker.link import Link, LinkSettings
from broker.topics import TABLE
from tests.analysed import ASSET, settings, written
from tests.brokers import Mosquitto
from tests.centre import Centre
from tests.nodes import Node, until

EVENT, STATE = TABLE["event"], TABLE["state"]  # as Frigate sends: events not retained, `available` retained


class Box:
    """What Frigate publishes."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def available(self, word: str) -> None:
        """It begins, or ends."""
        assert self._link.publish("frigate/available", word.encode(), STATE)

    def car(self, track: str, phase: str = "update") -> bool:
        """The car at the kerb, as the track that it is now, with names that are nobody's business."""
        after = {
            "id": track,
            "camera": "kerb_7",
            "frame_time": 1772323200.0,
            "label": "car",
            "sub_label": ["Marta Quell", 0.9],
            "recognized_license_plate": "KA51MX2290",
            "score": 0.83,
            "false_positive": False,
            "box": [512, 324, 640, 432],
            "stationary": True,
        }
        body = json.dumps({"type": phase, "before": after, "after": after}).encode()
        return self._link.publish("frigate/events", body, EVENT)


@contextmanager
def frigate(url: str) -> Iterator[Box]:
    """A box that is connected."""
    link = Link(LinkSettings(url=url), client_id="frigate")
    link.start()
    try:
        assert link.wait(30)
        yield Box(link)
    finally:
        link.stop()


def configuration(folder: Path, url: str) -> Path:
    """With the shortest of times."""
    what: dict[str, Any] = settings(folder, settle="1s", broker={"url": url})
    what["broker"] = {"url": url}
    camera = what["analytics"][0]["cameras"][0]
    camera["zones"][0]["rules"][0] |= {"dwell": "1s", "queue": "ignore"}
    return written(folder, what)


def test_one_car_under_three_tracks_and_a_restart_of_the_box_is_one_ticket(
    mosquitto_broker: Mosquitto, make_centre: Callable[..., Centre], tmp_path: Path
) -> None:
    url = mosquitto_broker.url
    centre = make_centre(url)
    centre.start()
    with frigate(url) as box, Node(configuration(tmp_path, url)) as node:
        box.available("online")
        until(lambda: "connected to" in node.text and box.car("1772323200.1-aaa111", "new"))
        until(lambda: box.car("1772323200.1-aaa111") and "incident opened" in node.text)
        until(centre.tickets)
        box.car("1772323200.1-aaa111", "end")
        box.car("1772323210.1-bbb222", "new")
        box.available("offline")
        until(lambda: "signal_loss raised" in node.text)
        box.available("online")
        box.car("1772323290.1-ccc333", "new")
        until(lambda: box.car("1772323290.1-ccc333") and "signal_loss cleared" in node.text)
        assert node.stop() == 0
        said = node.text
    (ticket,) = centre.tickets()
    assert (ticket["kind"]["word"], ticket["scene"]) == ("illegal_parking", "present")
    assert (ticket["source"]["id"], ticket["source"]["asset"]) == ("kerb-7", ASSET)
    for value in ("Marta", "KA51MX2290", "aaa111"):
        assert value not in said + json.dumps(centre.get(f"/api/tickets/{ticket['id']}")) + centre.said()
    centre.stop()
