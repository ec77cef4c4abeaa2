"""Every released sample parses for ever, and says the same after a round trip."""

import json
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from broker import events, exports
from broker.events import Reading
from broker.fields import read
from broker.messages import CARRIED, About, ZoneAbout, parse_command
from tests.contract.node import node
from tests.contract.samples import FOLDER, PATHS, load, model_of, with_strangers

each = pytest.mark.parametrize("path", PATHS, ids=lambda p: p.stem)
of_events = [path for path in PATHS if path.name.startswith("gewu.")]


def test_every_message_has_a_sample() -> None:
    assert {exports.name_of(model_of(path)) for path in PATHS} == set(exports.models())


@each
def test_a_sample_is_what_a_writer_writes(path: Path) -> None:
    canonical = json.dumps(load(path), separators=(",", ":"), ensure_ascii=False).encode()
    model = model_of(path)
    assert model.model_validate_json(canonical).encode() == canonical
    assert read(model, canonical).encode() == canonical


@each
def test_a_sample_fits_its_exported_schema(path: Path) -> None:
    schema = load(exports.HOME / "schema" / f"{exports.name_of(model_of(path))}.json")
    Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(load(path))


@each
def test_readers_ignore_what_a_later_version_adds_and_writers_refuse_it(path: Path) -> None:
    model, sample = model_of(path), path.read_bytes()
    plain = read(model, sample)
    schema = Draft202012Validator(load(exports.HOME / "schema" / f"{exports.name_of(model)}.json"))
    for where, changed in with_strangers(load(path)):
        assert read(model, json.dumps(changed)) == plain, where
        with pytest.raises(ValidationError, match="later_version"):
            model.model_validate(changed)
        assert not schema.is_valid(changed), where


@pytest.mark.parametrize("path", of_events, ids=lambda p: p.stem)
def test_an_event_is_found_by_its_type(path: Path) -> None:
    event = events.parse(path.read_bytes())
    assert type(event) is model_of(path)
    assert event.encode() == events.parse(event.encode()).encode()


@pytest.mark.parametrize("path", of_events, ids=lambda p: p.stem)
def test_attributes_are_named_as_cloudevents_wants(path: Path) -> None:
    for name in load(path):
        assert name.isascii()
        assert name.isalnum()
        assert name.islower()
        assert len(name) <= 20


def test_events_fit_the_official_schema_of_cloudevents() -> None:
    answer = node("cloudevents.mjs", *map(str, of_events))
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert answer.stdout.split() == ["ok"] * len(of_events)


def test_commands_are_told_apart() -> None:
    for path in PATHS:
        if model_of(path) in CARRIED["command"]:
            assert type(parse_command(path.read_bytes())) is model_of(path)
    for body in (b"{}", b'{"id": "x", "expires": "2026-03-01T08:00:00Z"}'):
        with pytest.raises(ValidationError):
            parse_command(body)
    with pytest.raises(ValidationError, match="resend"):
        parse_command(b'{"command": "reboot", "id": "x"}')


def test_an_unknown_type_is_named_with_those_that_are_known() -> None:
    with pytest.raises(events.UnknownEventError, match=r"gewu\.other\.v1.*gewu\.incident\.opened\.v1"):
        events.parse(b'{"type": "gewu.other.v1"}')


def _schema(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = Path(sys.executable).parent / "gewu-broker"
    return subprocess.run([command, "schema", *arguments], check=False, capture_output=True, text=True)


def test_the_command_line_says_whether_the_exports_are_fresh(tmp_path: Path) -> None:
    assert _schema("--check").returncode == 0
    stale = _schema("--check", "--out", str(tmp_path))
    assert stale.returncode == 1
    assert "asyncapi.yaml" in stale.stderr
    assert _schema("--out", str(tmp_path)).returncode == 0
    assert _schema("--check", "--out", str(tmp_path)).returncode == 0


def test_a_zone_lies_in_the_picture_or_on_the_ground() -> None:
    with pytest.raises(ValidationError, match="a polygon in the picture, one on the ground, or both"):
        ZoneAbout(id="market", version="v1", kinds=[])


def test_a_gateway_may_tell_of_ten_thousand_devices() -> None:
    about = load(exports.HOME / "samples" / "v1" / "about.v1.one-camera.json")
    device = {"source": {"id": "bin-1", "kind": "sensor"}}
    assert len(read(About, json.dumps(about | {"sources": [device] * 10_000})).sources) == 10_000


@pytest.mark.parametrize("unit", ["°C", "µg/m³", "\u03bcg/m³", "m/s²", "\u2126", "\u03a9", "%", "kW·h"])
def test_units_are_taken_as_devices_spell_them(unit: str) -> None:
    at = datetime(2026, 3, 1, tzinfo=timezone.utc)
    assert Reading(quantity="level", value=1.0, unit=unit, at=at).unit == unit


FLIGHT = FOLDER / "gewu.flight.reported.v1.pass.json"


def _flown(**changed: object) -> str:
    flight = load(FLIGHT)
    flight["data"] |= changed
    return json.dumps(flight)


def _rings(parts: int, positions: int) -> list[object]:
    ring = [[116.0 + n / 1e4, 39.5] for n in range(positions - 1)]
    return [[[*ring, ring[0]]] for _ in range(parts)]


def test_a_flight_tells_a_bounded_path_and_outline() -> None:
    most = [[116.7 + n / 1e5, 39.5, 90.0] for n in range(2000)]
    events.parse(_flown(path={"type": "LineString", "coordinates": most}).encode())
    with pytest.raises(ValidationError, match=r"data\.path"):
        events.parse(_flown(path={"type": "LineString", "coordinates": [*most, most[0]]}).encode())
    outline = {"type": "MultiPolygon", "coordinates": _rings(8, 500)}
    events.parse(_flown(coverage={"area_m2": 1.0, "geometry": outline}).encode())
    outline = {"type": "MultiPolygon", "coordinates": _rings(9, 500)}
    with pytest.raises(ValidationError, match="at most 4000 positions together"):
        events.parse(_flown(coverage={"area_m2": 1.0, "geometry": outline}).encode())


def test_a_flight_ends_after_it_began() -> None:
    with pytest.raises(ValidationError, match="ended before it began"):
        events.parse(_flown(ended="2026-03-01T08:00:00.000Z").encode())


def test_the_longest_report_of_a_flight_fits_into_a_message() -> None:
    path = [[116.7132001 + n / 1e7, 39.5241001, 120.5] for n in range(2000)]
    ring = [[round(116.7132001 + n / 1e7, 7), 39.5241001] for n in range(499)]
    outline = {"type": "MultiPolygon", "coordinates": [[[*ring, ring[0]]]] * 8}
    ids = {name: [f"s-{n:020x}" for n in range(1000)] for name in ("found", "seen_again", "cleared")}
    told = _flown(
        path={"type": "LineString", "coordinates": [[round(x, 7), y, z] for x, y, z in path]},
        coverage={"area_m2": 1.0, "geometry": outline},
        **ids,
    )
    assert len(events.parse(told.encode()).encode()) < 256 * 1024
