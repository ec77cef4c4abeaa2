"""What the map draws: the very tickets of the list, sources, cells with their load, flights, the base map."""

import gzip
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import Request
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy import update

from broker.events import SourceRef
from broker.messages import SourceAbout
from central.api.guard import now
from central.api.packed import packed
from central.api.service import CSP, make_app
from central.api.service_parts import Parts
from central.app import CannotStart, assemble
from central.map_settings import BaseSettings, MapSettings
from central.people.asker import COMMAND_LINE
from central.settings import CentralSettings
from central.store.grids import import_cut
from central.store.queries import newest_change
from central.store.schema import tickets
from tests.cities import city
from tests.unit.central.desk import Desk, desk  # noqa: F401 - a fixture
from tests.unit.central.makers import at
from tests.unit.central.pilots import ROOF, about, flight, here, told_about, zone
from tests.unit.central.test_flights import tell
from tests.unit.central.test_scale_store import CELL, placed, told

APP = make_app(Parts(None, None, None, None, None))  # type: ignore[arg-type]
FILTERS = (
    "", "open=true", "open=false", "state=self_cleared", "kind=bin_full", "kind=nothing", "scene=clear",
    "group=done", "overdue=true", "open=true&overdue=true", "area=131002", f"area={CELL}", "q=T-000003",
    "q=shoe", "q=nowhere", "source=cam-1", "source=cam-9", "department=sanitation", "level=grid",

    "since=2026-03-01T08:00:05Z", "since=2026-03-02T00:00:00Z", "until=2026-03-01T08:00:05Z",
    "folded=false", "folded=true", "step=accept", "node=gewu://131002/yard-7&kind=illegal_parking",
)  # fmt: skip


@pytest.fixture(scope="module")
def stocked(desk: Desk) -> Desk:  # noqa: F811
    told(desk.store, *(placed(n) for n in range(30)), placed(30, location=None))
    told(desk.store, *(placed(n, "cleared", 1) for n in range(7)))
    with desk.store.write() as connection:
        late = tickets.c.number.in_([9, 11, 14])
        connection.execute(update(tickets).where(late).values(department="sanitation", due_at=at(0)))
    return desk


def get(desk: Desk, path: str, role: str = "operator", **headers: str) -> httpx.Response:  # noqa: F811
    return desk.ask("GET", path, headers=desk.as_role(role) | headers)


def listed(desk: Desk, asked: str) -> list[int]:  # noqa: F811
    found = get(desk, f"/api/tickets?limit=200&{asked}").json()
    return [int(each["number"].removeprefix("T-")) for each in found["items"]]


@pytest.mark.parametrize("asked", FILTERS)
def test_list_and_map_always_agree(stocked: Desk, asked: str) -> None:
    answer = get(stocked, f"/api/map/tickets?{asked}")
    wanted = get(stocked, f"/api/tickets?limit=200&{asked}")
    assert answer.status_code == wanted.status_code
    if answer.status_code == 200:
        found = answer.json()
        assert found["columns"]["number"] == listed(stocked, asked)
        assert found["total"] == len(found["columns"]["number"])
        shown = get(stocked, f"/api/map/tickets?format=geojson&{asked}").json()["features"]
        places = zip(found["columns"]["number"], found["columns"]["longitude"], strict=True)
        assert [each["id"] for each in shown] == [number for number, place in places if place is not None]


def test_list_and_map_take_the_same_filters() -> None:
    paths = APP.openapi()["paths"]
    names = [
        {each["name"] for each in paths[path]["get"]["parameters"]}
        for path in ("/api/tickets", "/api/map/tickets")
    ]
    assert names[0] - {"limit", "cursor"} == names[1] - {"format"}


def test_a_ticket_is_told_in_columns(stocked: Desk) -> None:
    found = get(stocked, "/api/map/tickets?q=T-000009").json()
    column = found["columns"]
    assert {name: values[0] for name, values in column.items()} == {
        "number": 9, "longitude": 116.76, "latitude": 39.45, "opened": at(5).timestamp(),
        "due": at(0).timestamp(), "state": 0, "kind": 0, "severity": 0, "origin": 0, "department": 0,
        "cell": None, "place": 0, "parent": None, "version": 1,
    }  # fmt: skip
    assert (found["states"], found["departments"], found["cells"]) == (["reported"], ["sanitation"], [])
    assert found["kinds"][0]["word"] == "illegal_parking"
    assert (found["open"], found["places"]) == (["reported"], ["Shoe Street, at the crossing"])
    assert found["seq"] == newest_change(stocked.store) > 0
    placeless = get(stocked, "/api/map/tickets?q=T-000025").json()["columns"]
    assert (placeless["longitude"], placeless["cell"]) == ([None], [None])


def test_it_is_packed_and_sent_once(stocked: Desk) -> None:
    whole = get(stocked, "/api/map/tickets", **{"Accept-Encoding": "identity"})
    small = get(stocked, "/api/map/tickets", **{"Accept-Encoding": "gzip, br"})
    assert whole.headers.get("content-encoding") is None
    assert (small.headers["content-encoding"], small.headers["vary"]) == ("gzip", "Accept-Encoding")
    assert int(small.headers["content-length"]) < len(whole.content) / 2
    assert small.json() == whole.json()
    again = get(stocked, "/api/map/tickets", **{"If-None-Match": f'W/{small.headers["etag"]}, "x"'})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("said", "takes"),
    [
        ("gzip", True),
        ("*", True),
        ("gzip;q=0", False),
        ("gzip; q=0.0", False),
        ("gzip;q=0.5", True),
        ("br", False),
    ],
)
def test_who_does_not_take_gzip_gets_none(said: str, takes: bool) -> None:
    asked = Request({"type": "http", "headers": [(b"accept-encoding", said.encode())]})
    body = b"[" + b"1," * 2000 + b"1]"
    answer = packed(asked, body)
    assert (answer.headers.get("content-encoding") == "gzip") is takes
    assert (gzip.decompress(bytes(answer.body)) if takes else answer.body) == body


@given(st.binary(max_size=60).map(lambda b: b.decode("latin-1")))
def test_no_header_breaks_it(said: str) -> None:
    headers = [(b"accept-encoding", said.encode("latin-1")), (b"if-none-match", said.encode("latin-1"))]
    assert packed(Request({"type": "http", "headers": headers}), b"1" * 2000).status_code in (200, 304)


@pytest.fixture(scope="module")
def mapped(stocked: Desk) -> Desk:
    areas = city(40)
    import_cut(
        stocked.store, areas, valid_from=at(0), imported=at(0), by=COMMAND_LINE, title="t", sha256="0" * 64
    )
    return stocked


def test_cells_are_drawn_once_and_their_loads_are_asked_anew(mapped: Desk) -> None:
    answer = get(mapped, "/api/map/cells")
    assert answer.headers["content-type"] == "application/geo+json"
    cells = answer.json()["features"]
    assert len(cells) == 40
    assert {each["geometry"]["type"] for each in cells} <= {"Polygon", "MultiPolygon"}
    assert len(cells[0]["properties"]["code"]) == 15
    assert get(mapped, "/api/map/cells", **{"If-None-Match": answer.headers["etag"]}).status_code == 304
    assert len(get(mapped, "/api/map/cells?level=street").json()["features"]) == 3
    with mapped.store.read() as connection:
        in_cell = connection.execute(tickets.select().where(tickets.c.cell == CELL)).all()
    still = [row for row in in_cell if row.state != "self_cleared"]
    found = get(mapped, "/api/map/cells/load").json()["items"]
    assert found == [{"area": CELL, "open": len(still), "overdue": 1}]
    assert get(mapped, "/api/map/cells/load?level=district").json()["items"][0]["area"] == "131002"
    assert get(mapped, "/api/map/cells?level=planet").status_code == 422


def test_sources_are_told_with_their_place_and_state(mapped: Desk) -> None:
    told_about(mapped.store, about(zone()))
    known = {each["source"]: each for each in get(mapped, "/api/map/sources").json()["items"]}
    drone = known["drone-1"]
    assert (drone["node"], drone["kind"], drone["state"]) == (ROOF.source, "drone", "unknown")
    assert (drone["longitude"], drone["conditions"]) == (None, [])
    placed_one = about(zone()).model_copy(
        update={
            "sources": [
                SourceAbout(source=SourceRef(id="cam-9", kind="camera"), location=here(), place="the gate")
            ]
        }
    )
    told_about(mapped.store, placed_one, seconds=9)
    known = {each["source"]: each for each in get(mapped, "/api/map/sources").json()["items"]}
    assert (known["cam-9"]["longitude"], known["cam-9"]["latitude"], known["cam-9"]["place"]) == (
        116.7,
        39.5,
        "the gate",
    )


def test_flights_are_lines(mapped: Desk) -> None:
    lately = now() - timedelta(hours=2)
    tell(mapped.store, flight("f-1"), flight("f-2", number=1, began=lately, ended=lately))
    (line,) = features = get(mapped, "/api/map/flights").json()["features"]
    assert line["geometry"] == {"type": "LineString", "coordinates": [[116.7, 39.5], [116.701, 39.5]]}
    assert len(get(mapped, "/api/map/flights?since=2020-01-01T00:00:00Z").json()["features"]) == 2
    number = features[0]["properties"]["flight"]
    assert get(mapped, f"/api/flights/{number}").status_code == 200
    assert get(mapped, "/api/map/flights?since=2099-01-01T00:00:00Z").json()["features"] == []


def test_without_settings_nothing_lies_under_the_map(mapped: Desk) -> None:
    assert get(mapped, "/api/map/settings").json() == {
        "center": None,
        "zoom": None,
        "base": {"kind": "none", "url": None, "attribution": "", "datum": "wgs84"},
        "cells": True,
    }
    assert get(mapped, "/api/map/base.pmtiles").status_code == 404
    assert "tiles" not in get(mapped, "/").headers[CSP]


TILES = "https://tiles.example:8443/{z}/{x}/{y}.png"


def test_pages_may_load_tiles_from_the_one_server_that_is_named(mapped: Desk) -> None:
    base = BaseSettings(kind="raster", tiles=TILES, attribution="© somebody", datum="gcj02")
    settings = MapSettings(center=(116.7, 39.5), zoom=12, base=base)
    other = Desk.__new__(Desk)
    other.__dict__ |= mapped.__dict__ | {"app": make_app(replace(mapped.parts, map=settings))}
    said = get(other, "/api/map/settings")
    assert said.json()["base"]["url"] == TILES
    policy = said.headers[CSP]
    parts = {name: hosts for name, _, hosts in (each.strip().partition(" ") for each in policy.split(";"))}
    assert len(parts) == len(policy.split(";")), "of a directive that is given twice only the first counts"
    assert parts["img-src"] == "'self' https://tiles.example:8443 data: blob:"
    assert parts["connect-src"] == "'self' https://tiles.example:8443"
    assert parts["default-src"] == "'self'"


def test_an_archive_of_our_own_is_served_by_parts(mapped: Desk, tmp_path: Path) -> None:
    archive = tmp_path / "city.pmtiles"
    archive.write_bytes(b"PMTiles\x03" + bytes(range(200)))
    settings = MapSettings(base=BaseSettings(kind="pmtiles", path=archive))
    other = Desk.__new__(Desk)
    other.__dict__ |= mapped.__dict__ | {"app": make_app(replace(mapped.parts, map=settings))}
    assert get(other, "/api/map/settings").json()["base"]["url"] == "/api/map/base.pmtiles"
    part = get(other, "/api/map/base.pmtiles", Range="bytes=8-11")
    assert (part.status_code, part.content) == (206, bytes(range(4)))
    assert part.headers["content-range"] == "bytes 8-11/208"
    beyond = get(other, "/api/map/base.pmtiles", Range="bytes=900-")
    assert (beyond.status_code, beyond.headers["content-type"]) == (416, "application/problem+json")
    archive.unlink()
    assert get(other, "/api/map/base.pmtiles").status_code == 404


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"kind": "raster"}, "tiles belongs to"),
        ({"tiles": TILES}, "tiles belongs to"),
        ({"kind": "pmtiles"}, "path belongs to"),
        ({"kind": "raster", "tiles": "https://tiles.example/{z}/{x}.png"}, "missing: {y}"),
        ({"kind": "raster", "tiles": "ftp://tiles.example/{z}/{x}/{y}"}, "https://HOST"),
        ({"kind": "raster", "tiles": "https://u:p@tiles.example/{z}/{x}/{y}"}, "without a name"),
        ({"kind": "raster", "tiles": "https://*.example/{z}/{x}/{y}"}, "written out"),
        ({"kind": "raster", "tiles": "https://a.example;/{z}/{x}/{y}"}, "written out"),
        ({"kind": "bing"}, "'none', 'raster' or 'pmtiles'"),
    ],
)
def test_a_base_map_that_cannot_be_is_refused(said: Any, why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        BaseSettings(**said)


@pytest.mark.parametrize("content", [None, b"no archive"])
def test_an_archive_that_is_none_is_said_at_the_start(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "city.pmtiles"
    if content is not None:
        path.write_bytes(content)
    said: Any = {"broker": {"url": "mqtt://127.0.0.1"}, "storage": {"directory": tmp_path}}
    said["map"] = {"base": {"kind": "pmtiles", "path": path}}
    with pytest.raises(CannotStart, match=r"city\.pmtiles"):
        assemble(CentralSettings.model_validate(said))
