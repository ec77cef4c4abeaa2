"""A real centre that is killed while it sends: nothing is lost, and the same is the same."""

import base64
import json
from collections.abc import Callable
from pathlib import Path

from broker.embedded import EmbeddedBroker
from tests.centre import PATIENCE_S, Centre, Wire, until
from tests.receivers import receiving
from tests.unit.central.makers import NODE, event

SECRET = f"whsec_{base64.b64encode(b'k' * 32).decode()}"
TOKEN = "s3cr3t-T0ken-9f2"  # noqa: S105


def test_a_centre_that_is_killed_while_it_sends_sends_the_same_again(
    embedded_broker: EmbeddedBroker,
    make_centre: Callable[..., Centre],
    make_wire: Callable[..., Wire],
    tmp_path: Path,
) -> None:
    (tmp_path / "secret").write_text(SECRET)
    with receiving() as receiver:
        target = {
            "kind": "webhook",
            "url": f"{receiver.url}?key={TOKEN}",
            "secret_file": str(tmp_path / "secret"),
        }
        exports = {"inside": ["127.0.0.0/8"], "targets": {"platform": target}}
        centre = make_centre(embedded_broker.url, exports=exports)
        centre.start()
        wire = make_wire(embedded_broker.url, NODE)
        receiver.free.clear()
        opened = event("opened", 0)
        wire.insist(opened.encode(), opened.id)
        assert receiver.asked.wait(PATIENCE_S)
        centre.kill()
        receiver.free.set()
        other = event("opened", 0, subject="sit-2", sequence=1)
        centre.start()
        wire.insist(other.encode(), other.id)
        until(lambda: len(set(receiver.ids)) == 2, "both tickets were sent")
        first = receiver.ids[0]
        assert receiver.ids.count(first) == 2
        bodies = [json.loads(got.body) for got in receiver.got if got.headers["webhook-id"] == first]
        assert bodies[0] == bodies[1]
        assert bodies[0]["data"]["ticket"]["number"] == "T-000001"
        receiver.answers = [500]
        more = event("opened", 0, subject="sit-3", sequence=2)
        wire.insist(more.encode(), more.id)
        until(lambda: "platform: HTTP 500" in centre.said(), "the failure is in the log")
        assert centre.stop() == 0
    for word in (TOKEN, SECRET, SECRET.removeprefix("whsec_")):
        assert word not in centre.said()
