"""A full disk, a damaged outbox, a folder that is taken: said clearly, and nothing seen is lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.brokers import Mosquitto
from tests.disks import fill, small_disk_of
from tests.nodes import Centre, Node, until
from tests.street import configuration, film


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one megabyte."""
    with small_disk_of("1m", tmp_path / "small") as folder:
        yield folder


def stored_at(config: Path, place: Path) -> None:
    settings = yaml.safe_load(config.read_text())
    settings["storage"]["directory"] = str(place)
    config.write_text(yaml.safe_dump(settings))


def test_what_is_seen_while_the_disk_is_full_is_told_when_there_is_room(
    embedded_broker: Mosquitto,
    small_disk: Path,
    tmp_path: Path,
) -> None:
    config = configuration(tmp_path, url=embedded_broker.url, path=film(tmp_path / "s.avi", 25, car=(3, 25)))
    stored_at(config, small_disk)
    with Centre(embedded_broker.url) as centre, Node(config) as node:
        until(lambda: "broker: connected" in node.text)
        ballast = small_disk / "ballast"
        fill(ballast)
        until(lambda: "outbox: cannot commit" in node.text)
        until(lambda: "incident opened" in node.text)
        until(lambda: "outbox_blocked" in str(centre.said.get("health", [])))
        assert not centre.of("opened.v1")  # only in memory, so not said yet
        ballast.unlink()
        until(lambda: centre.of("opened.v1"))
        until(lambda: "commits work again" in node.text)  # said after it was sent
        (opened,) = centre.of("opened.v1")
        assert "picture_not_stored" in opened.encode().decode()
        assert node.stop() == 0


def test_a_damaged_outbox_is_moved_aside_and_health_says_so(
    embedded_broker: Mosquitto,
    tmp_path: Path,
) -> None:
    config = configuration(tmp_path, url=embedded_broker.url, path=film(tmp_path / "s.avi", 6, car=(0, 6)))
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "outbox.sqlite").write_bytes(b"\xff" * 50_000)
    with Centre(embedded_broker.url) as centre, Node(config) as node:
        until(lambda: "outbox_damaged" in str(centre.said.get("health", [])))
        until(lambda: centre.of("opened.v1"))
        assert node.ended() == 0
    assert "the outbox was damaged" in node.text
    assert len(list((tmp_path / "data").glob("outbox.damaged-*.sqlite"))) == 1


def test_two_nodes_do_not_share_a_folder(
    embedded_broker: Mosquitto,
    tmp_path: Path,
) -> None:
    config = configuration(tmp_path, url=embedded_broker.url, path=film(tmp_path / "s.avi", 20))
    with Node(config) as first:
        until(lambda: "broker: connected" in first.text)
        with Node(config) as second:
            assert second.ended() == 3
            assert "another node is running in this folder" in second.text
        assert first.stop() == 0
