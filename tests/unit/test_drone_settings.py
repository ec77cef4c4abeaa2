"""How drones are configured: every fault says what, where and what is allowed."""

import json
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from broker.settings import SettingsError, kinds
from edge import carriers, footage
from edge.config import load
from edge.config_notes import notes
from edge.deck.settings import FlightSettings
from tests.drones import configuration, drone, zone

ROOT = Path(__file__).resolve().parents[2]
URL = "mqtt://127.0.0.1"
RULES = [{"kind": "standing", "incident": "x"}]


def loaded(folder: Path, **more: Any) -> FlightSettings:
    (flight,) = load(configuration(folder, URL, drone(folder, **more))).settings.flights
    return flight


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"footage": {"kind": "stream", "url": "http://x/y"}}, "url begins with rtsp://, rtsps://, rtmp://"),
        ({"footage": {"kind": "stream", "url": "rtsp://a:hush@10.0.0.1/x"}}, "username and password_file"),
        ({"footage": {"kind": "disk", "path": "x"}}, "known are 'film', 'folder', 'stream'"),
        ({"carrier": {"kind": "udp"}}, "films have sidecar or data_stream"),
        ({"footage": {"kind": "stream", "url": "rtmp://10.0.0.1/x"}}, "live pictures have mqtt or udp"),
        (
            {"footage": {"kind": "stream", "url": "rtsp://10.0.0.1/x"}, "carrier": {"kind": "sidecar"}},
            "live pictures have mqtt or udp",
        ),
        ({"telemetry": {"kind": "dji_cloud"}}, "carrier is missing"),
        ({"zones": [{"id": "a", "rules": [{"kind": "standing", "incident": "x"}]}]}, "either ground"),
        ({"zones": [{"id": "a", "ground": zone(), "rules": []}]}, "at least one rule"),
        ({"zones": [{"id": "a", "path": "no.geojson", "rules": RULES}]}, "no.geojson: cannot be read"),
        ({"id": "bad id"}, "written with"),
        ({"sample": 100}, "less than or equal to 10"),
    ],
)  # fmt: skip
def test_faults_say_what_is_allowed(tmp_path: Path, more: dict[str, Any], words: str) -> None:
    with pytest.raises(SettingsError) as error:
        loaded(tmp_path, **more)
    assert words in str(error.value)
    assert "flights" in str(error.value)
    assert "hush" not in str(error.value)


def test_ids_are_unique_over_all_sources(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="'drone-1' is the id of"):
        load(configuration(tmp_path, URL, drone(tmp_path), drone(tmp_path)))
    camera = {"id": "drone-1", "kind": "file", "path": "film.mp4"}
    with pytest.raises(SettingsError, match="a source and of a flights entry"):
        load(configuration(tmp_path, URL, drone(tmp_path), sources=[camera]))


@pytest.mark.parametrize("wrapped", [False, True])
def test_a_zones_file_is_part_of_the_configuration(tmp_path: Path, wrapped: bool) -> None:
    area: dict[str, Any] = {"type": "Feature", "properties": {}, "geometry": zone()}
    area = {"type": "FeatureCollection", "features": [area]} if wrapped else area
    (tmp_path / "lane.geojson").write_text(json.dumps(area))
    rules = [{"kind": "standing", "incident": "fire_lane_occupied"}]
    flight = drone(tmp_path, zones=[{"id": "lane", "path": "lane.geojson", "rules": rules}])
    file = configuration(tmp_path, URL, flight)
    first = load(file)
    version = first.settings.flights[0].zones[0].version
    area = json.loads(json.dumps(area).replace("116.7", "116.8"))
    (tmp_path / "lane.geojson").write_text(json.dumps(area))
    second = load(file)
    assert first.sha256 != second.sha256
    assert second.settings.flights[0].zones[0].version != version
    (tmp_path / "lane.geojson").write_text('{"type": "FeatureCollection", "features": []}')
    with pytest.raises(SettingsError, match=r"lane.geojson: holds 0 features; a zone is one"):
        load(file)


@pytest.mark.parametrize(
    ("telemetry", "way"),
    [
        ({"kind": "dji_srt"}, ("sidecar", None)),
        ({"kind": "mavlink"}, ("sidecar", None)),
        ({"kind": "klv"}, ("data_stream", None)),
    ],
)
def test_what_telemetry_usually_comes_in_needs_no_word(
    tmp_path: Path, telemetry: dict[str, Any], way: tuple[str, None]
) -> None:
    assert loaded(tmp_path, telemetry=telemetry).way.kind == way[0]


def test_notes_tell_what_leaves_a_drone_without_a_word_about_the_ground(tmp_path: Path) -> None:
    one = drone(tmp_path, zones=[])
    two = drone(tmp_path, id="drone-2", telemetry={"kind": "mavlink"})
    three = drone(tmp_path, id="drone-3", ground={"nadir": "assume", "camera": {"focal_mm": 24}})
    told = list(notes(load(configuration(tmp_path, URL, one, two, three)).settings))
    assert any("drone-1 has no zones" in note for note in told)
    assert any("drone-1 has nadir: refuse" in note for note in told)
    assert any("drone-2 has no camera.focal_mm" in note for note in told)
    assert not any("drone-3" in note for note in told)


def test_the_example_is_a_good_configuration_without_notes() -> None:
    settings = load(ROOT / "configs" / "drone.example.yaml").settings
    assert list(notes(settings)) == []
    assert [(each.footage.kind, each.way.kind) for each in settings.flights] == [
        ("folder", "sidecar"),
        ("stream", "mqtt"),
    ]


@pytest.mark.parametrize("package", [footage, carriers])
def test_the_page_names_every_kind_and_its_keys(package: ModuleType) -> None:
    named = set(re.findall(r"`([^`\n]+)`", (ROOT / "docs" / "drones.md").read_text("utf-8")))
    for name, module in kinds(package):
        assert name in named
        assert module.Settings.model_fields.keys() - {"kind"} <= named


def test_a_streams_delay_widens_its_places_and_can_be_told(tmp_path: Path) -> None:
    live = {"footage": {"kind": "stream", "url": "rtsp://10.0.0.1/x"}, "carrier": {"kind": "udp"}}
    assert loaded(tmp_path).pace.clock_sd_s == 0.05
    assert loaded(tmp_path, **live).pace.clock_sd_s == 0.5
    assert loaded(tmp_path, **live, clock_sd_s=0.1).pace.clock_sd_s == 0.1
