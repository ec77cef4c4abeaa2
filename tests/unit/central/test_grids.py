"""Cuts of the grid: the one that counts at a time, kept whole; and the command that brings them in."""

import json
from datetime import datetime, timezone
from pathlib import Path

import pytest
from shapely.geometry import box

from central import cli
from central.grid.areas import Area
from central.people.asker import COMMAND_LINE
from central.store import grids
from central.store.audit import Asked, lines
from central.store.database import Store
from tests.cities import city

EAST, WEST = "131002001001001", "131002001001002"


def day(number: int) -> datetime:
    return datetime(2026, 3, number, tzinfo=timezone.utc)


def bring(store: Store, since: datetime, *areas: Area) -> grids.Cut:
    return grids.import_cut(
        store, areas, valid_from=since, imported=day(1), by=COMMAND_LINE, title="a cut", sha256="0" * 64
    )


def test_who_brought_a_cut_in_is_in_the_audit(store: Store) -> None:
    cut = bring(store, day(2), *city(30))
    (line,) = lines(store, Asked(action="grid.import"), limit=5)
    told = f"{cut.areas} areas from 2026-03-02T00:00:00.000Z on"
    assert (line.about, line.why) == (f"cut {cut.number}", told)


def test_a_cut_comes_back_as_it_was(store: Store) -> None:
    areas = city(30)
    cut = bring(store, day(1), *areas)
    assert cut.areas == len(areas)
    found = grids.areas_of(store, cut.number)
    assert [(a.code, a.name, a.alias) for a in found] == [
        (a.code, a.name, a.alias) for a in sorted(areas, key=lambda area: area.code)
    ]
    shapes = {area.code: area.shape for area in areas}
    assert all(area.shape.equals_exact(shapes[area.code], 1e-12) for area in found)


def test_the_cut_of_its_day_counts(store: Store) -> None:
    """Also when a later cut was brought in first, and of two from one day the later import."""
    assert grids.cut_at(grids.cuts(store), day(1)) is None
    later = bring(store, day(20), Area(EAST, "", box(0, 0, 1, 1)))
    earlier = bring(store, day(10), Area(EAST, "", box(0, 0, 2, 1)))
    again = bring(store, day(20), Area(EAST, "", box(0, 0, 3, 1)))
    found = grids.cuts(store)
    assert [cut.number for cut in found] == [earlier.number, later.number, again.number]
    assert grids.cut_at(found, day(9)) is None
    assert grids.cut_at(found, day(10)) == earlier
    assert grids.cut_at(found, day(19)) == earlier
    assert grids.cut_at(found, day(25)) == again


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "central.yaml"
    path.write_text(f"storage: {{directory: '{tmp_path}/var'}}\nbroker: {{url: 'mqtt://127.0.0.1:1'}}\n")
    return path


def written(path: Path, *areas: Area) -> Path:
    path.write_text(json.dumps(grids.collection(areas)), encoding="utf-8")
    return path


def test_a_grid_is_brought_in_asked_and_given_out(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    street, home = "131002001", "131002001001"
    areas = [
        Area("131002", "Anci", box(116.70, 39.50, 116.72, 39.51)),
        Area(street, "South Street", box(116.70, 39.50, 116.72, 39.51)),
        Area(home, "Orchard", box(116.70, 39.50, 116.72, 39.51)),
        Area(EAST, "East", box(116.71, 39.50, 116.72, 39.51), "Aa001"),
        Area(WEST, "West", box(116.70, 39.50, 116.71, 39.51), "aA001"),
    ]
    file = written(tmp_path / "grid.json", *areas)
    asked = ["grid", str(config)]
    assert cli.main([*asked, "check", str(file)]) == 0
    assert cli.main([*asked, "list"]) == 0
    assert capsys.readouterr().out == ""  # nothing was kept
    assert cli.main([*asked, "import", str(file), "--from", "2026-03-01T00:00:00+08:00"]) == 0
    assert (
        capsys.readouterr().out == "cut 1  from 2026-02-28T16:00:00.000Z  5 areas  grid  (by command line)\n"
    )
    assert cli.main([*asked, "locate", "116.705", "39.505"]) == 0
    told = capsys.readouterr().out
    assert f"it lies in the cell {WEST}" in told
    assert [line.split()[1] for line in told.splitlines()[1:]] == ["131002", street, home, WEST]
    assert told.rstrip().endswith("West  aA001")
    assert cli.main([*asked, "locate", "116.705", "39.505", "--at", "2026-02-01"]) == 1
    assert "no cut is valid" in capsys.readouterr().err
    assert cli.main([*asked, "locate", "117", "39"]) == 1
    assert "no community is within 200 m" in capsys.readouterr().out
    assert cli.main([*asked, "export"]) == 0
    (tmp_path / "again.json").write_text(capsys.readouterr().out, encoding="utf-8")
    assert cli.main([*asked, "check", str(tmp_path / "again.json")]) == 0
    assert cli.main([*asked, "export", "--cut", "7"]) == 1


def test_what_lies_in_no_cell_is_told_with_its_community_once(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = Area("131002001001", "Orchard", box(116.70, 39.50, 116.73, 39.51))
    file = written(tmp_path / "grid.json", home, Area(EAST, "East", box(116.71, 39.50, 116.72, 39.51)))
    assert cli.main(["grid", str(config), "import", str(file), "--anyway"]) == 0
    capsys.readouterr()
    assert cli.main(["grid", str(config), "locate", "116.725", "39.505"]) == 1
    assert capsys.readouterr().out.splitlines()[1:] == ["  community  131002001001     Orchard"]


def test_a_faulty_grid_is_not_kept_unless_somebody_says_so(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    overlap = [
        Area(EAST, "", box(116.70, 39.50, 116.72, 39.51)),
        Area(WEST, "", box(116.69, 39.50, 116.71, 39.51)),
    ]
    file = written(tmp_path / "grid.json", *overlap)
    asked = ["grid", str(config)]
    assert cli.main([*asked, "import", str(file)]) == 1
    told = capsys.readouterr()
    assert told.out.startswith(f"fault  overlap       {EAST} and {WEST}: two areas share ground: ")
    assert told.err == "gewu-central: grid: nothing was kept; --anyway takes gaps and overlaps\n"
    assert cli.main([*asked, "import", str(file), "--anyway", "--json"]) == 0
    fault, kept = capsys.readouterr().out.splitlines()
    assert json.loads(fault)["code"] == "overlap"
    assert kept.startswith("cut 1 ")
    broken = {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 1], [1, 0], [0, 0]]]}
    body = {"type": "FeatureCollection", "features": [{"properties": {"code": EAST}, "geometry": broken}]}
    file.write_text(json.dumps(body))
    assert cli.main([*asked, "import", str(file), "--anyway"]) == 1
    assert "nothing was kept\n" in capsys.readouterr().err
    assert cli.main([*asked, "check", str(tmp_path / "nowhere.json")]) == 1
    assert "No such file" in capsys.readouterr().out
