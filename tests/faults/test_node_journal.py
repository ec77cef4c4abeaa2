"""Kill -9 of a real node while a situation is open: what it told before and after is in its journal."""

import time
from collections.abc import Sequence
from pathlib import Path

from broker.events import parse
from edge.config import load
from edge.journal.replaying import JournalReplay, Wanted
from tests.brokers import Mosquitto
from tests.nodes import Centre, Node, until
from tests.street import configuration, film

KILLED = -9


def told(bodies: Sequence[bytes]) -> list[tuple[str, str, str, bytes]]:
    """Type, subject, time and the bytes of the data; what delivery adds is its own."""
    events = [(parse(body), body) for body in bodies]
    return [(e.type, e.subject, str(e.time), body.split(b'"data":', 1)[1]) for e, body in events]


def test_what_a_killed_node_told_is_told_again_by_its_journal(
    embedded_broker: Mosquitto, tmp_path: Path
) -> None:
    path = film(tmp_path / "street.avi", 5, car=(0, 5), person=True)
    config = configuration(tmp_path, url=embedded_broker.url, path=path)
    with Centre(embedded_broker.url) as centre:
        with Node(config) as node:
            until(lambda: centre.of("opened.v1"))
            time.sleep(0.3)  # some more looks, which nothing has committed yet
            node.process.kill()
            assert node.ended() == KILLED
        with Node(config) as node:
            until(lambda: "every source has ended" in node.text)
            assert node.ended() == 0
        live = [bodies[0] for bodies in centre.bodies.values()]
    assert len(centre.of("opened.v1")) == 1
    assert len(centre.of("updated.v1")) >= 1
    assert len(list((tmp_path / "data" / "journal" / "cam-1").iterdir())) == 2

    out = tmp_path / "again.jsonl"
    JournalReplay(load(config), Wanted(tmp_path / "data" / "journal")).run(out)
    assert told(out.read_bytes().splitlines()) == told(live)
