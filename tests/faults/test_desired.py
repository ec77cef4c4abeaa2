"""What the centre wants changed, at a node as a real process with a real broker."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from broker.link import Link, LinkSettings
from broker.messages import DesiredConfiguration
from broker.topics import TABLE
from edge.config import OwnFile
from edge.desired.checking import checked, sha256_of
from edge.journal.rerun import Rerun
from edge.journal.segments import segments
from tests.brokers import Mosquitto
from tests.nodes import NODE, Centre, Node, until
from tests.street import CAR, HEIGHT, WIDTH, configuration, film

KERB = [[0.2, 0.3], [0.8, 0.3], [0.8, 0.9], [0.2, 0.9]]  # around the car of the film
ASIDE = [[0.0, 0.0], [0.2, 0.0], [0.2, 0.2], [0.0, 0.2]]
assert CAR[0] / WIDTH > 0.2
assert CAR[3] / HEIGHT < 0.9


def zone(polygon: list[list[float]], *, name: str = "kerb", after: str = "2s") -> dict[str, Any]:
    rule = {"kind": "dwell", "incident": "illegal_parking", "dwell": after, "groups": ["vehicle"]}
    return {"id": name, "polygon": polygon, "rules": [rule]}


class Wants:
    """What a centre publishes, retained, on the node's `config`."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._number = 0

    def __call__(self, **body: Any) -> str:
        self._number += 1
        wanted = DesiredConfiguration(version=f"v{self._number}", sha256=sha256_of(body), body=body)
        self._centre.say("config", wanted)
        return wanted.version

    def nothing(self, url: str) -> None:
        """The retained message is taken away."""
        with_link(url, lambda link: link.publish(NODE.topic("config"), b"", TABLE["config"]))


def with_link(url: str, act: Callable[[Link], object]) -> None:
    link = Link(LinkSettings(url=url), client_id="hand")
    link.start()
    assert link.wait(20)
    until(lambda: act(link))
    link.stop()


def street(folder: Path, url: str, **source: Any) -> Path:
    """A node whose film of a standing car never ends."""
    config = configuration(folder, url=url, path=film(folder / "street.avi", 4, car=(0, 4)))
    settings = yaml.safe_load(config.read_text())
    settings["sources"][0] |= {"repeat": "loop", "zones": [zone(KERB)], **source}
    config.write_text(yaml.safe_dump(settings))
    return config


def told(centre: Centre, version: str) -> dict[str, Any] | None:
    """What became of a version, as it was said last."""
    with_it = [one for one in centre.said.get("config/reported", []) if one["version"] == version]
    return with_it[-1] if with_it else None


def status(centre: Centre, version: str) -> str | None:
    return (told(centre, version) or {}).get("status")


def zones(centre: Centre) -> list[list[str]]:
    """By source, as the node tells of itself now."""
    about = centre.said["about"][-1]
    return [[each["id"] for each in source["zones"]] for source in about["sources"]]


def test_zones_change_under_an_open_situation_and_end_with_a_word(
    mosquitto_broker: Mosquitto, tmp_path: Path
) -> None:
    url = mosquitto_broker.url
    config = street(tmp_path, url)
    with Centre(url) as centre, Node(config) as node:
        wants = Wants(centre)
        until(lambda: centre.of("opened.v1"))
        (opened,) = centre.of("opened.v1")
        before = centre.said["about"][-1]

        wider = [[0.1, 0.2], [0.9, 0.2], [0.9, 0.95], [0.1, 0.95]]
        cam = {"id": "cam-1", "name": "West gate", "zones": [zone(wider), zone(ASIDE, name="aside")]}
        began = time.monotonic()
        first = wants(sources=[cam])
        until(lambda: status(centre, first) == "applied")
        hot_s = time.monotonic() - began
        until(lambda: centre.said["about"][-1] != before)
        assert zones(centre) == [["kerb", "aside"]]
        assert centre.said["about"][-1]["sources"][0]["source"]["name"] == "West gate"
        assert "1 sources told while they run" in node.text

        broken = zone([[0.1, 0.1], [0.9, 0.9], [0.9, 0.1], [0.1, 0.9]])
        second = wants(sources=[{"id": "cam-1", "zones": [zone(wider), {**broken, "id": "z2"}]}])
        until(lambda: status(centre, second) == "refused")
        (why,) = (told(centre, second) or {})["reasons"]
        assert why["where"] == "sources[cam-1].zones[1].polygon"
        assert "crosses" in why["text"]
        third = wants(sources=[{"id": "cam-9", "zones": [zone(wider)]}])
        until(lambda: status(centre, third) == "refused")
        fourth = wants(sources=[cam], trust={"require_signed": False})
        until(lambda: status(centre, fourth) == "refused")
        fifth = wants(sources=[cam], model={"name": "yolox-nano"})  # it is not there, and nowhere to be had
        until(lambda: status(centre, fifth) == "refused")
        assert (told(centre, fifth) or {})["reasons"][0]["where"] == "model.name"
        assert len(centre.of("cleared.v1")) == 0  # the ticket has lived through all of that
        assert len(centre.of("opened.v1")) == 1

        wants(sources=[{"id": "cam-1", "zones": [zone(ASIDE, name="aside")]}])
        last = wants(sources=[{"id": "cam-1", "zones": [zone(ASIDE, name="other")]}])
        until(lambda: status(centre, last) == "applied")
        until(lambda: centre.of("cleared.v1"))
        (cleared,) = centre.of("cleared.v1")
        assert cleared.subject == opened.subject
        assert cleared.data.reasons[0].code == "zone_removed"  # type: ignore[union-attr]
        until(lambda: zones(centre) == [["other"]])

        wants.nothing(url)
        until(lambda: status(centre, "own") == "applied")
        until(lambda: zones(centre) == [["kerb"]])
        until(lambda: len(centre.of("opened.v1")) == 2)  # it stands there still, and is told anew
        assert centre.of("opened.v1")[-1].subject != opened.subject
        assert node.stop() == 0
    assert hot_s < 5.0
    print(json.dumps({"hot_s": round(hot_s, 3)}))


def test_sources_come_and_go_and_what_was_applied_outlives_a_kill_and_an_absent_broker(
    mosquitto_broker: Mosquitto, tmp_path: Path
) -> None:
    url = mosquitto_broker.url
    config = street(tmp_path, url)
    more = {"kind": "file", "path": str(tmp_path / "street.avi"), "repeat": "loop", "sample": 5}
    with Centre(url) as centre:
        wants = Wants(centre)
        with Node(config, failpoint="on_configuration") as node:
            until(lambda: centre.of("opened.v1"))
            first = wants(sources=[{"id": "cam-2", **more, "zones": [zone(KERB)]}])
            assert node.ended() == -9  # it runs, and is neither kept nor told
        with Node(config) as node:
            until(lambda: status(centre, first) == "applied")
            assert "everything turned over" in node.text
            until(lambda: len(centre.of("opened.v1")) == 2)
            assert {event.data.source.id for event in centre.of("opened.v1")} == {"cam-1", "cam-2"}  # type: ignore[union-attr]
            node.process.kill()
        wants.nothing(url)
        with Node(config) as node:
            until(
                lambda: centre.said["state"][-1].get("pending") == 0 and zones(centre) == [["kerb"], ["kerb"]]
            )
            second = wants(sources=[{"id": "cam-2", **more, "zones": [zone(KERB)]}], removed=["cam-1"])
            until(lambda: status(centre, second) == "applied")
            until(lambda: centre.of("cleared.v1"))
            (gone,) = centre.of("cleared.v1")
            assert gone.data.source.id == "cam-1"  # type: ignore[union-attr]
            until(lambda: zones(centre) == [["kerb"]])
            assert node.stop() == 0
        assert len(centre.of("opened.v1")) == 2  # nothing was told twice


def test_the_journal_makes_the_same_events_again_after_a_change(
    mosquitto_broker: Mosquitto, tmp_path: Path
) -> None:
    config = street(tmp_path, mosquitto_broker.url, zones=[zone(KERB, name="first")])
    body = {"sources": [{"id": "cam-1", "zones": [zone(KERB)]}]}
    with Centre(mosquitto_broker.url) as centre:
        with Node(config) as node:
            until(lambda: centre.of("opened.v1"))
            version = Wants(centre)(**body)
            until(lambda: len(centre.of("opened.v1")) == 2)
            assert node.stop() == 0
        events, opened = centre.events(), centre.of("opened.v1")[-1]
    wanted = DesiredConfiguration(version=version, sha256=sha256_of(body), body=body)
    merged = checked(OwnFile.read(config), wanted, tmp_path)
    assert opened.data.audit.configuration == merged.sha256
    journal = tmp_path / "data" / "journal"
    _, since = [segment.start for segment in segments(journal / "cam-1")]
    rerun = Rerun(merged.settings.sources[0], merged, journal, since + 1.0)
    again = [draft for drafts in rerun.drafts() for draft in drafts if draft.subject == opened.subject]
    told = [event.data.encode() for event in events if event.subject == opened.subject]
    assert [draft.data.encode() for draft in again] == told
