"""From handled to verified as real processes: the camera sends back what is still there, and sees it go."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.brokers import Mosquitto
from tests.centre import Centre
from tests.nodes import Node, until
from tests.street import configuration, film
from tests.workers import Worker


@pytest.fixture
def centre(mosquitto_broker: Mosquitto, tmp_path: Path) -> Iterator[Centre]:
    made = Centre(tmp_path / "central", mosquitto_broker.url)
    made.start()
    yield made
    made.stop()


@contextmanager
def crew(centre: Centre) -> Iterator[tuple[Worker, Worker]]:
    """An operator, and somebody of a department."""
    with ExitStack() as kept:
        pair = Worker(centre, "olga", "operator"), Worker(centre, "dai", "department")
        for each in pair:
            kept.callback(each.close)
        yield pair


def lines(ticket: dict[str, Any]) -> list[tuple[str, str]]:
    return [(line["effect"], line["reason"]["text"]) for line in ticket["log"] if line["who"] is None]


def test_what_is_still_there_is_sent_back_with_a_picture_and_what_is_gone_is_closed(
    mosquitto_broker: Mosquitto, centre: Centre, tmp_path: Path
) -> None:
    path = film(tmp_path / "street.avi", 26, car=(3, 11))
    config = configuration(tmp_path, url=mosquitto_broker.url, path=path, central=centre.url)
    with crew(centre) as (olga, dai), Node(config):
        until(lambda: len(centre.tickets()) == 1)
        olga.does("accept")
        olga.does("dispatch", department="Traffic police")
        dai.does("feed_back", reason="the driver was told to leave")
        until(lambda: olga.ticket()["state"] == "handling")
        sent_back = olga.ticket()
        assert any("looked again, and it is still there" in text for _, text in lines(sent_back))
        until(lambda: any(each["role"] == "after" and each["here"] for each in olga.ticket()["evidence"]))
        until(lambda: olga.ticket()["scene"] == "clear")
        dai.does("feed_back", reason="it was towed away")
        until(lambda: olga.ticket()["state"] == "closed")
        assert any("has seen the place clear" in text for _, text in lines(olga.ticket()))
