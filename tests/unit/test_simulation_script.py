"""Scripts: what is refused and in which words, when a street begins, and many streets from one."""

from pathlib import Path

import pytest
import yaml

from broker.settings import SettingsError, loads
from edge.config import load as load_node
from edge.configured import EdgeSettings
from edge.simulation.outlets import BrokerOutlet, NoOutlet, PostOutlet, outlets
from edge.simulation.script import ScriptSettings, actors, read
from edge.simulation.streets import streets_of, with_films

STREET = Path(__file__).parents[2] / "configs/simulation/street.yaml"
NODE = STREET.with_name("edge.yaml")
NOW = 1_772_352_000.0  # 2026-03-01T08:00:00Z
COVER = "- { id: cover-1, kind: zigbee2mqtt, way: zigbee, fields: { contact: true }"


def script(things: str = COVER + " }", head: str = "") -> ScriptSettings:
    return loads(f"lasts: 1h\n{head}\nthings:\n{things}\n", ScriptSettings, name="s.yaml")


@pytest.mark.parametrize(
    ("things", "words"),
    [
        (COVER + ', timetable: { "08:10": ajar } }', r"things\[0\]: cover-1: 'ajar' is no word"),
        (COVER + ', timetable: { "ten": open } }', r"'ten' is no moment"),
        (COVER + " }\n" + COVER + " }", r"things\[1\]: 'cover-1' is there already"),
        ("- { id: bin-1, kind: chirpstack, way: w, model: em9 }", "'em9' is not simulated"),
        ("- { id: x, kind: zigbee, way: w }", "kind 'zigbee' is not known"),
        ("- { id: x, like: y }", r"like 'y': no thing before it has that id"),
        (COVER + ", every: 0s }", "every"),
        (COVER + ", faults: [{ kind: slow }] }", "kind"),
    ],
)
def test_what_is_wrong_with_a_script_is_said(tmp_path: Path, things: str, words: str) -> None:
    path = tmp_path / "street.yaml"
    path.write_text(f"lasts: 1h\nthings:\n{things}\n")
    with pytest.raises(SettingsError, match=words):
        read(path)


def test_a_thing_like_another_has_all_but_what_it_says_itself() -> None:
    more = COVER + ", every: 9m }\n- { id: cover-2, like: cover-1 }\n- { id: c-3, like: cover-2, every: 5m }"
    things = script(more).things
    assert [(each.id, each.every, each.fields) for each in things] == [
        ("cover-1", 540.0, {"contact": True}),
        ("cover-2", 540.0, {"contact": True}),
        ("c-3", 300.0, {"contact": True}),
    ]


def test_a_street_begins_so_that_all_of_it_is_past() -> None:
    assert script().begins(NOW) == NOW - 3600
    assert script(head="begin: 2026-03-01T06:00:00Z").begins(NOW) == NOW - 7200
    midnight = script(head="midnight: Asia/Shanghai").begins(NOW)
    assert midnight == NOW - 16 * 3600  # 00:00 of the same day there
    with pytest.raises(ValueError, match="begin it earlier"):
        script(head="begin: 2026-03-01T07:30:00Z").begins(NOW)
    with pytest.raises(SettingsError, match="begin and midnight say the same"):
        script(head="begin: 2026-03-01T06:00:00Z\nmidnight: UTC")


def test_the_street_that_is_shipped_has_many_things_of_many_makes() -> None:
    street = read(STREET)
    assert len(street.things) >= 40
    assert len({each.kind for each in street.things}) >= 8
    settings = load_node(NODE).settings
    known = {name for device in settings.devices.items for name in device.names}
    assert all(known & set(each.names) for each in street.things)
    assert set(outlets(street, settings)) == {each.way for each in street.things if each.way}


def test_many_streets_have_their_own_devices_and_those_that_are_single_once() -> None:
    street, settings = read(STREET), load_node(NODE).settings
    whole = streets_of(settings, street.things, 20)
    cast = actors(street, 20)
    single = [each for each in street.things if each.single]
    assert len(whole.devices.items) == len(cast) == 20 * len(street.things) - 19 * len(single) > 800
    assert len({actor.settings.called for actor in cast}) == len(cast)
    known = {name for device in whole.devices.items for name in device.names}
    assert all(known & set(actor.settings.names) for actor in cast)


def test_ways_lead_to_the_node_unless_the_script_has_its_own() -> None:
    node = load_node(NODE).settings
    ways = outlets(script(), node)
    assert isinstance(ways["zigbee"], BrokerOutlet)
    own = script(head="ways: { zigbee: { post: 'http://127.0.0.1:9/x' } }")
    assert isinstance(outlets(own, None)["zigbee"], PostOutlet)
    with pytest.raises(NoOutlet, match="'zigbee' is neither among the script's ways nor an intake"):
        outlets(script(), None)
    with pytest.raises(SettingsError, match="http:// or https://"):
        script(head="ways: { zigbee: { post: 'ftp://x' } }")


def test_a_live_camera_keeps_its_own_time_and_is_refused(tmp_path: Path) -> None:
    node = yaml.safe_load(NODE.read_text())
    sources = [{"id": "c", "kind": "rtsp", "url": "rtsp://127.0.0.1/x", "zones": []}]
    live = EdgeSettings.model_validate(node | {"sources": sources})
    with pytest.raises(ValueError, match="source c is a live camera"):
        with_films(live, cameras=True)
    assert with_films(live, cameras=False).sources == []
    film = [{"id": "c", "kind": "file", "path": str(tmp_path / "a.mp4"), "pace": "fast", "zones": []}]
    played = with_films(EdgeSettings.model_validate(node | {"sources": film}), cameras=True)
    assert getattr(played.sources[0], "pace") == "realtime"  # noqa: B009 - of this kind only
