"""What people ask a node, at a real process with a real broker: looks, settings, a source that is tried."""

import hashlib
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import yaml

from broker.asks import (
    Answer,
    Ask,
    Backtest,
    Entrust,
    Explain,
    Film,
    Inspect,
    Look,
    Probe,
    Variant,
)
from broker.fields import utc
from tests.analysed import settings as analysed
from tests.analysed import written
from tests.brokers import Mosquitto
from tests.nodes import Centre, Node, until
from tests.street import BLUE, configuration, film, model
from tests.wall import Wall, hung


def soon(seconds: float = 60.0) -> Any:
    return utc(time.time() + seconds)


class Asker:
    """Somebody at the centre."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre

    def ask(self, ask: Ask) -> list[Answer]:
        """Every answer, once it has its end."""
        self._centre.say("command", ask)
        until(lambda: self.heard(ask.id) and self.heard(ask.id)[-1].status in ("done", "refused", "failed"))
        found = self.heard(ask.id)
        assert [answer.number for answer in found] == list(range(len(found)))
        return found

    def heard(self, name: str) -> list[Answer]:
        said = self._centre.said.get("answer", [])
        return [Answer.model_validate(one) for one in said if one["id"] == name]


@pytest.fixture
def wall() -> Iterator[Wall]:
    with hung() as made:
        yield made


def test_a_node_answers_what_people_ask(mosquitto_broker: Mosquitto, wall: Wall, tmp_path: Path) -> None:
    path = film(tmp_path / "street.avi", 4, car=(0, 4), person=True)
    config = configuration(tmp_path, url=mosquitto_broker.url, path=path, central=wall.url)
    settings = yaml.safe_load(config.read_text())
    settings["sources"][0] |= {"repeat": "loop", "idle": "500ms"}
    settings["stills"] = {"every": "2s", "width": 160}
    settings["sources"].append({"id": "over", "kind": "file", "path": str(path), "name": "Over soon"})
    config.write_text(yaml.safe_dump(settings))
    with Centre(mosquitto_broker.url) as centre, Node(config) as node:
        until(lambda: centre.said.get("about"))
        asker = Asker(centre)

        (shown,) = asker.ask(Look(id="a-1", expires=soon(), source="cam-1", width=320))
        _is_masked(shown, wall)
        about = {"source": "cam-1", "node": "131002/edge-01", "ask": "a-1"}
        (said,) = [one for one in wall.about if one.get("ask") == "a-1"]
        assert said == about | {"taken": said["taken"]}

        series = asker.ask(Look(id="a-2", expires=soon(), source="cam-1", width=160, every_s=0.2, for_s=1.5))
        assert len(series) >= 2
        assert {answer.status for answer in series[:-1]} == {"part"}
        assert series[-1].status == "done"
        assert all(answer.still and answer.still.sha256 in wall.stills for answer in series)

        until(lambda: "over: ended" in node.text)
        (ended,) = asker.ask(Look(id="a-3", expires=soon(), source="over", width=320))
        _is_masked(ended, wall)

        (none,) = asker.ask(Look(id="a-4", expires=soon(), source="cam-9"))
        assert (none.status, none.reasons[0].code) == ("refused", "unknown_source")

        (told,) = asker.ask(Inspect(id="a-5", expires=soon(), source="cam-1"))
        assert told.settings is not None
        assert told.settings["zones"] == settings["sources"][0]["zones"]
        assert told.settings["idle"] == "500ms"
        now = centre.said["about"][-1]
        assert told.runs is not None
        assert told.runs.configuration == now["configuration"]
        assert told.runs.zones == {zone["id"]: zone["version"] for zone in now["sources"][0]["zones"]}
        assert "zones" in told.runs.hot

        new = {"id": "new", "kind": "file", "path": str(path)}
        (probed,) = asker.ask(Probe(id="a-6", expires=soon(), source=new))
        assert probed.stream is not None
        assert (probed.stream.width, probed.stream.height, probed.stream.codec) == (320, 240, "mpeg4")
        assert probed.stream.fps == pytest.approx(10.0, abs=1.0)
        _is_masked(probed, wall)
        (bad,) = asker.ask(Probe(id="a-7", expires=soon(), source={"id": "new", "kind": "rtsp"}))
        assert (bad.status, bad.reasons[0].text) == ("refused", "source.url: is missing")

        _past(asker, settings["sources"][0]["zones"])

        (kept,) = asker.ask(Entrust(id="a-8", expires=soon(), name="cam-2", secret="x" * 200))
        assert (kept.status, kept.reasons[0].code) == ("refused", "no_identity")

        centre.say("command", Inspect(id="a-5", expires=soon(), source="cam-1"))  # again
        centre.say("command", Inspect(id="late", expires=soon(-1.0), source="cam-1"))
        until(lambda: "ask a-5 (inspect) came again" in node.text)
        until(lambda: "ask late (inspect) has expired" in node.text)
        until(lambda: len(asker.heard("a-5")) == 2)
        assert asker.heard("a-5")[0] == asker.heard("a-5")[1], "it may have been lost on its way"
        assert asker.heard("late") == []

        until(lambda: {one["source"] for one in wall.about if "ask" not in one} == {"cam-1", "over"})
        wall.status = 500
        (unsent,) = asker.ask(Look(id="a-9", expires=soon(), source="cam-1", width=320))
        assert (unsent.status, unsent.reasons[0].code) == ("failed", "not_sent")
        assert node.stop() == 0


def test_an_analysed_camera_is_shown_by_its_system_and_masked_here(
    mosquitto_broker: Mosquitto, wall: Wall, tmp_path: Path
) -> None:
    api = {"url": wall.url, "timeout": "30s"}
    what: dict[str, Any] = analysed(tmp_path, broker={"url": mosquitto_broker.url}, api=api)
    what |= {"broker": {"url": mosquitto_broker.url}, "central": {"url": wall.url}}
    what |= {"model": model(tmp_path / "models"), "stills": {"every": "0s"}, "node": {"district": "131002"}}
    what["node"]["id"] = "edge-01"
    camera = what["analytics"][0]["cameras"][0]["id"]
    street = np.full((240, 320, 3), 120, np.uint8)
    street[90:150, 40:60] = BLUE[::-1]
    wall.picture = cv2.imencode(".jpg", street)[1].tobytes()
    with Centre(mosquitto_broker.url) as centre, Node(written(tmp_path, what)) as node:
        until(lambda: centre.said.get("about"))
        asker = Asker(centre)
        (shown,) = asker.ask(Look(id="a-1", expires=soon(), source=camera, width=320))
        _is_masked(shown, wall)
        wall.picture = b""
        (none,) = asker.ask(Look(id="a-2", expires=soon(), source=camera))
        assert (none.status, none.reasons[0].text) == ("failed", "its system knows no such camera")
        (told,) = asker.ask(Inspect(id="a-3", expires=soon(), source=camera))
        assert told.settings is not None
        assert told.settings["zones"] == what["analytics"][0]["cameras"][0]["zones"]
        assert told.runs is not None
        assert told.runs.hot == []
        assert node.stop() == 0


def _past(asker: Asker, zones: list[dict[str, Any]]) -> None:
    """What the journal holds: why, what other zones would have told, and the looks."""
    hour: dict[str, Any] = {"source": "cam-1", "since": soon(-3600.0), "until": soon(0.0), "expires": soon()}
    why = asker.ask(Explain(id="e-1", **hour))
    assert [one.outcome for answer in why for one in answer.candidates or []] == ["opened"]
    seen = asker.ask(Film(id="f-1", most=5, **hour))
    assert len([look for answer in seen for look in answer.looks or []]) == 5
    longer = [{**zones[0], "rules": [{**zones[0]["rules"][0], "dwell": "10h"}]}]
    *_, last = asker.ask(Backtest(id="b-1", variants=[Variant(id="longer", zones=longer)], **hour))
    assert last.trial is not None
    assert {one.variant: one.situations for one in last.trial.tried} == {"now": 1, "longer": 0}
    bad = asker.ask(Backtest(id="b-2", variants=[Variant(id="now", zones=longer)], **hour))[-1]
    assert (bad.status, bad.reasons[0].code) == ("refused", "configuration")


def _is_masked(answer: Answer, wall: Wall) -> None:
    """The picture is at the centre, is what the answer says, and shows nobody."""
    still = answer.still
    assert answer.status == "done", answer.reasons
    assert still is not None
    body = wall.stills[still.sha256]
    assert (hashlib.sha256(body).hexdigest(), len(body)) == (still.sha256, still.size)
    picture = cv2.imdecode(np.frombuffer(body, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert picture.shape[:2] == (still.height, still.width)
    assert still.hidden >= 1
    away = np.abs(picture.astype(int) - np.array(BLUE[::-1])).max(axis=2)
    assert away.min() > 60  # whoever was blue is painted over
