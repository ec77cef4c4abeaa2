"""Every kind of simulated thing says what the product's decoder of that make reads."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from broker.settings import kinds
from edge import decoders, simulated
from edge.pollers import modbus
from edge.simulation.script import Actor, AnyThing, actor_of  # noqa: F401 - AnyThing: all of them fit together
from edge.simulation.thing import Saying, ThingSettings
from tests.ports import free_port
from tests.sidecars import reader

KINDS, DECODERS = dict(kinds(simulated)), dict(kinds(decoders))
T0 = 1_772_352_000.0
LORA = {"codecs": [{"codec": {"kind": "milesight", "model": "em400-mud"}}]}
DOOR = {"codecs": [{"devices": ["*"], "codec": {"kind": "dragino", "model": "lds02"}}]}
# What it is, how it is read, and what is read: device, quantity, value, channel, and whether its time is.
CASES: list[tuple[dict[str, Any], dict[str, Any], tuple[str, str, Any, str | None, bool]]] = [
    ({"kind": "zigbee2mqtt", "fields": {"contact": False}}, {}, ("thing", "contact", False, None, False)),
    (
        {"kind": "tasmota", "fields": {"POWER": "ON"}},
        {"timezone": "UTC"},
        ("thing", "switch", True, None, True),
    ),
    (
        {"kind": "tasmota", "fields": {"Power": 2600}, "timezone": "Asia/Shanghai"},
        {"timezone": "Asia/Shanghai"},
        ("thing", "power", 2600.0, None, True),
    ),
    (
        {"kind": "chirpstack", "model": "em400-mud", "fields": {"distance": 290}},
        LORA | {"named": "name"},
        ("thing", "distance", 0.29, None, True),
    ),
    (
        {"kind": "milesight", "model": "em400-mud", "eui": "24e124141c000001", "fields": {"battery": 88}},
        LORA,
        ("24e124141c000001", "battery", 88.0, None, True),
    ),
    (
        {"kind": "the_things_stack", "fields": {"DOOR_OPEN_STATUS": 0, "MOD": 1}},
        DOOR,
        ("thing", "contact", True, None, True),
    ),
    (
        {"kind": "hikvision", "fields": {"active": True}},
        {"device": "gate", "inputs": {"1": "barrier_held_open"}},
        ("gate", "barrier", "held_open", None, True),
    ),
    (
        {"kind": "axis", "fields": {"tampered": True}},
        {"device": "gate"},
        ("gate", "tamper", True, "case", True),
    ),
    (
        {"kind": "axis", "fields": {"active": True}, "port": 2},
        {"device": "gate", "inputs": {"2": "vehicle_standing"}},
        ("gate", "vehicle_standing", True, "2", True),
    ),
    ({"kind": "homeassistant", "fields": {"wet": True}}, {}, ("thing", "water", True, "wet", False)),
    (
        {"kind": "plain", "fields": {"occupied": True}, "topic": "loops/{name}"},
        {
            "device": {"path": "id"},
            "time": {"path": "at", "format": "ms"},
            "readings": [{"quantity": "occupied", "path": "occupied"}],
        },
        ("thing", "occupied", True, None, True),
    ),
]


def thing(settings: dict[str, Any]) -> Actor:
    made: ThingSettings = KINDS[settings["kind"]].Settings.model_validate(
        {"id": "thing", "way": "way"} | settings
    )
    return actor_of(made)


def sayings(settings: dict[str, Any]) -> list[Saying]:
    actor = thing(settings)
    return actor.thing.say(actor.settings.fields, T0)


@pytest.mark.parametrize(("settings", "how", "told"), CASES, ids=lambda case: str(case)[:40])
def test_it_is_read_as_it_is_meant(settings: dict[str, Any], how: dict[str, Any], told: Any) -> None:
    module = DECODERS[settings["kind"]]
    decoder = module.build(module.Settings.model_validate({"kind": settings["kind"]} | how))
    readings = [
        (one.device, one.quantity, one.value, one.channel, one.at is not None)
        for saying in sayings(settings)
        for one in decoder.decode(saying.topic, saying.body).readings
    ]
    assert told in readings


def test_every_kind_but_these_is_tried_above() -> None:
    assert KINDS.keys() - {case[0]["kind"] for case in CASES} == {"frigate", "modbus", "flight"}


def test_stamps_are_those_of_the_street() -> None:
    module = DECODERS["plain"]
    how = next(how for settings, how, _ in CASES if settings["kind"] == "plain")
    decoder = module.build(module.Settings.model_validate({"kind": "plain"} | how))
    (saying,) = sayings({"kind": "plain", "fields": {"occupied": True}})
    assert [one.at for one in decoder.decode("", saying.body).readings] == [T0]


def test_a_vehicle_that_frigate_sees_is_one_track_until_it_leaves() -> None:
    settings = {"kind": "frigate", "camera": "front", "fields": {"there": False}}
    actor = thing(settings)
    decoder = DECODERS["frigate"].build(DECODERS["frigate"].Settings(kind="frigate"))
    seen = []
    for word in ("leaves", "comes", "stands", "stands", "leaves", "comes"):
        for saying in actor.thing.say(actor.words[word], T0):
            seen += [(one.phase, one.track) for one in decoder.decode(saying.topic, saying.body).seen]
    assert [phase for phase, _ in seen] == ["new", "update", "update", "end", "new"]
    assert len({track for _, track in seen[:4]}) == 1
    assert seen[4][1] != seen[0][1]


def test_a_modbus_server_answers_with_what_is_so() -> None:
    port = free_port()
    actor = thing(
        {
            "kind": "modbus",
            "port": port,
            "unit": 7,
            "registers": {"kilowatts": {"address": 2, "steps": 10}},
            "fields": {"kilowatts": 4.2},
        }
    )
    reading = {"quantity": "power", "address": 2, "scale": 100}
    line = {"id": "line", "kind": "modbus", "host": "127.0.0.1", "port": port}
    asked = modbus.Settings.model_validate(
        line | {"devices": [{"name": "board", "unit": 7, "readings": [reading]}]}
    )
    actor.thing.start()
    poller = modbus.build(asked)
    try:
        for kilowatts in (4.2, 23.0):
            assert actor.thing.say({"kilowatts": kilowatts}, T0) == []
            assert [one.value for one in poller.poll(T0).readings] == [kilowatts * 1000]
        busy = thing({"kind": "modbus", "port": port, "registers": {}})
        with pytest.raises(OSError, match=f"nothing can listen at port {port}"):
            busy.thing.start()
        busy.thing.stop()
    finally:
        poller.close()
        actor.thing.stop()


def test_a_flight_lands_whole_with_the_time_of_the_street(tmp_path: Path) -> None:
    film, folder = tmp_path / "bikes.mp4", tmp_path / "landed"
    settings = {
        "kind": "flight",
        "folder": str(folder),
        "film": str(film),
        "size": [320, 180],
        "timetable": {"01:00": "empty"},
    }
    actor = thing(settings)
    assert actor.thing.say({}, T0) == []
    assert not folder.exists()
    assert actor.thing.say(actor.words["empty"], T0) == []
    assert sorted(path.name for path in folder.iterdir()) == [
        "thing-20260301T080000Z.SRT",
        "thing-20260301T080000Z.mp4",
    ]
    poses = reader(utc_offset="+00:00").read((folder / "thing-20260301T080000Z.SRT").read_bytes()).poses
    assert poses[0].utc == T0
    with pytest.raises(FileNotFoundError):
        actor.thing.say(actor.words["car"], T0)
    with pytest.raises(ValueError, match="a flight has no 'bus'"):
        actor.thing.check({"bus": True})


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"kind": "chirpstack", "model": "em999", "fields": {}}, "'em999' is not simulated"),
        ({"kind": "chirpstack", "model": "em400-mud", "fields": {"depth": 3}}, "has no number 'depth'"),
        ({"kind": "milesight", "model": "ws301", "fields": {"battery": 300}}, "cannot be 300"),
        ({"kind": "homeassistant", "fields": {"noise": 3}}, "has no 'noise'"),
        ({"kind": "modbus", "port": 1, "registers": {}, "fields": {"volts": 3}}, "no register for 'volts'"),
        (
            {"kind": "modbus", "port": 1, "registers": {"a": {"address": 0}}, "fields": {"a": 70000}},
            "cannot be 70000",
        ),
    ],
)
def test_what_it_cannot_say_is_refused(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        sayings(settings)


def test_a_broken_setting_names_itself() -> None:
    with pytest.raises(ValidationError, match="eui"):
        thing({"kind": "chirpstack", "model": "ws301", "eui": "xyz"})
