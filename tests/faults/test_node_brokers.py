"""A broker that is away, or goes: the node goes on seeing, and tells everything once it is back."""

from pathlib import Path

from broker.embedded import EmbeddedBroker
from tests.nodes import Centre, Node, until
from tests.ports import HOST, free_port
from tests.street import configuration, film


def test_a_node_that_starts_without_a_broker_tells_all_once_there_is_one(tmp_path: Path) -> None:
    broker = EmbeddedBroker(HOST, free_port())
    config = configuration(tmp_path, url=broker.url, path=film(tmp_path / "s.avi", 20, car=(0, 20)))
    with Node(config) as node:
        until(lambda: "incident opened" in node.text)
        broker.start()
        try:
            with Centre(broker.url) as centre:
                until(lambda: centre.of("opened.v1"))
                assert node.stop() == 0
                until(lambda: not centre.said["state"][-1]["online"])
        finally:
            broker.stop()
    assert "broker: " in node.text
    assert '"pending": 0' in node.lines[-1]


def test_events_that_were_pending_outlive_broker_and_node(tmp_path: Path) -> None:
    broker = EmbeddedBroker(HOST, free_port())
    config = configuration(tmp_path, url=broker.url, path=film(tmp_path / "s.avi", 6, car=(0, 6)))
    broker.start()
    try:
        with Node(config) as node:
            until(lambda: "broker: connected" in node.text)
            broker.stop()
            until(lambda: "incident opened" in node.text)
            assert node.stop() == 0
        assert '"pending": 0' not in node.lines[-1]
        broker.start()
        with Centre(broker.url) as centre, Node(config) as node:
            until(lambda: centre.of("opened.v1"))
            assert node.ended() == 0
            assert len(centre.of("opened.v1")) == 1
        assert '"pending": 0' in node.lines[-1]
    finally:
        broker.stop()


def test_a_broker_that_restarts_with_no_memory_gets_what_has_no_receipt_again(tmp_path: Path) -> None:
    broker = EmbeddedBroker(HOST, free_port())
    config = configuration(tmp_path, url=broker.url, path=film(tmp_path / "s.avi", 20, car=(0, 20)))
    broker.start()
    try:
        with Node(config) as node:
            with Centre(broker.url, answers=False) as centre:
                until(lambda: centre.of("opened.v1"))
                first = centre.of("opened.v1")[0].id
            broker.stop()
            broker.start()
            with Centre(broker.url) as centre:
                until(lambda: centre.of("opened.v1"))
                assert [event.id for event in centre.of("opened.v1")] == [first]
                until(lambda: "about" in centre.said)  # what is retained is said anew, too
                assert node.stop() == 0
    finally:
        broker.stop()
