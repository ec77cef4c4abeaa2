"""Kill -9 of a real node at the worst places: after a restart the centre has each event once, with one id."""

from pathlib import Path

import pytest

from tests.brokers import Mosquitto
from tests.nodes import Centre, Node, until
from tests.street import configuration, film

KILLED = -9


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        ("after_commit", "embedded_broker"),
        ("after_publish", "embedded_broker"),
        ("after_publish", "mosquitto_broker"),
        ("on_receipt", "embedded_broker"),
    ],
)
def test_a_node_killed_around_its_event_tells_it_exactly_once(
    place: str, kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    url = request.getfixturevalue(kind).url
    config = configuration(tmp_path, url=url, path=film(tmp_path / "street.avi", 5, car=(0, 5)))
    with Centre(url) as centre:
        with Node(config, failpoint=place) as node:
            assert node.ended() == KILLED
        before = {event.id for event in centre.of("opened.v1")}
        if place == "after_commit":
            assert not before  # committed, but not yet sent
        with Node(config) as node:
            until(lambda: "every source has ended" in node.text)
            assert node.ended() == 0
        opened = centre.of("opened.v1")
        assert len(opened) == 1  # the car that still stands there is no second situation
        assert before <= {opened[0].id}
        last = node.text.splitlines()[-1]
    assert '"pending": 0' in last


def test_a_receipt_that_comes_twice_and_late_changes_nothing(
    embedded_broker: Mosquitto,
    tmp_path: Path,
) -> None:
    config = configuration(tmp_path, url=embedded_broker.url, path=film(tmp_path / "s.avi", 12, car=(0, 12)))
    with Centre(embedded_broker.url, answers=False) as centre, Node(config) as node:
        until(lambda: [b for b in centre.bodies.values() if len(b) >= 2])  # sent again without a receipt
        body = centre.bodies[centre.of("opened.v1")[0].id][0]
        centre.receipt(body, sha256="0" * 64)
        until(lambda: "the receipt is for other bytes" in node.text)
        centre.receipt(body)
        centre.receipt(body)
        centre.answers = True
        assert node.ended() == 0
        assert len(centre.of("opened.v1")) == 1
    assert '"pending": 0' in node.lines[-1]


def test_an_event_that_the_centre_rejects_is_set_aside_and_said(
    embedded_broker: Mosquitto,
    tmp_path: Path,
) -> None:
    config = configuration(tmp_path, url=embedded_broker.url, path=film(tmp_path / "s.avi", 6, car=(0, 6)))
    with Centre(embedded_broker.url, answers=False) as centre, Node(config) as node:
        until(lambda: centre.of("opened.v1"))
        centre.receipt(centre.bodies[centre.of("opened.v1")[0].id][0], "rejected", reason="no such zone")
        until(lambda: "was refused by the centre and is set aside: no such zone" in node.text)
        until(lambda: "events_refused" in str(centre.said.get("health", [])))
        centre.answers = True
        for body in [bodies[0] for bodies in centre.bodies.values()]:
            centre.receipt(body)
        assert node.ended() == 0
