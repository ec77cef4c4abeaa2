"""Trying the routing from the shell."""

import json
import re
from datetime import datetime, timezone
from pathlib import Path

import pytest
from shapely.geometry import box

from central.cli import main
from central.grid.areas import Area
from central.people.asker import COMMAND_LINE
from central.store import accounts, grids
from central.store.database import Store, sqlite_url
from tests.conftest import ROOT
from tests.databases import new_sqlite

CITY = ROOT / "configs" / "routing.example.yaml"
PAGE = (ROOT / "docs" / "routing.md").read_text(encoding="utf-8")
NOW = datetime(2026, 3, 1, tzinfo=timezone.utc)
SOUTH_CELL = "131002001002001"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "central.yaml"
    head = f"storage: {{directory: '{tmp_path}/var'}}\nbroker: {{url: 'mqtt://127.0.0.1:1'}}\n"
    path.write_text(head + CITY.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "var").mkdir()
    return path


@pytest.fixture
def store(tmp_path: Path, config: Path) -> Store:
    return Store(sqlite_url(new_sqlite(tmp_path / "var" / "central.db")))


Told = pytest.CaptureFixture[str]


def test_one_ticket_and_the_walk(config: Path, capsys: Told) -> None:
    asked = ["--kind", "exposed_garbage", "--cell", "131002001001002", "--time", "2026-03-04T10:00"]
    assert main(["route", str(config), *asked]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "+ city: it takes everything",
        "  - fire_lanes: kind exposed_garbage is not fire_lane_occupied",
        "  - parking: kind exposed_garbage is not illegal_parking",
        "  + refuse: kind exposed_garbage",
        "    + in_the_orchard: it lies in 131002001001, where its department works",
        "= its place comes first: it is an event",
        "= orchard_property has no other post for it; its own gets it",
        "= the route city/refuse/in_the_orchard: it goes to orchard_property, post orchard_property; "
        "told: south_street",
        "department  orchard_property  果园物业  Orchard property management",
        "post        orchard_property  whoever has the role",
        "told        south_street",
    ]


def test_as_json(config: Path, capsys: Told) -> None:
    asked = ["--kind", "illegal_parking", "--time", "2026-03-04T12:00:00Z", "--json"]
    assert main(["route", str(config), *asked]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["department"] == "traffic_police"
    assert answer["post"] == {
        "name": "police_patrol",
        "accounts": ["jj-night"],
        "until": "2026-03-04T23:00:00.000Z",
        "own": False,
    }
    assert answer["path"] == ["city", "parking"]
    assert answer["told"] == []
    assert answer["reasons"][0]["code"] == "route_taken"
    assert answer["reasons"][-1]["text"] == answer["why"]


@pytest.mark.parametrize(
    ("asked", "department"),
    [
        (["--kind", "unlicensed_stall", "--cell", "131002002", "--worked", "yes"], "north_street"),
        (["--kind", "unlicensed_stall", "--cell", "131002002", "--worked", "no"], "city_management"),
        (["--kind", "x", "--code", "01061"], "power"),
        (["--kind", "x", "--owner", "water_works"], "water"),
        (["--kind", "x", "--origin", "citizen", "--cell", "131002001"], "south_street"),
        (["--kind", "accumulated_debris", "--severity", "high"], "sanitation"),
    ],
)
def test_what_is_said_counts(config: Path, asked: list[str], department: str, capsys: Told) -> None:
    at = ["--time", "2026-03-04T10:00", "--json"]
    assert main(["route", str(config), *asked, *at]) == 0
    assert json.loads(capsys.readouterr().out)["department"] == department


def test_a_point_is_found_on_the_grid(config: Path, store: Store, capsys: Told) -> None:
    areas = [Area(SOUTH_CELL, "South", box(116.70, 39.50, 116.71, 39.51))]
    grids.import_cut(
        store, areas, valid_from=NOW, imported=NOW, by=COMMAND_LINE, title="spring", sha256="0" * 64
    )
    store.close()
    stall = ["route", str(config), "--kind", "unlicensed_stall", "--time", "2026-03-04T10:00", "--at-point"]
    assert main([*stall, "116.705,39.505"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"cut 1 (spring): it lies in the cell {SOUTH_CELL}"
    assert lines[-3].startswith("department  south_street")
    assert main([*stall, "116.7101,39.505"]) == 0  # in no cell, near the community
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith("the community 131002001002 is within 200 m")
    assert lines[-3].startswith("department  south_street")
    assert main([*stall, "117,39"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1] == "= it lies outside the grid, near no community; city_management gets all such"
    assert lines[-3].startswith("department  city_management")
    stall[5] = "2026-02-01T10:00"
    assert main([*stall, "117,39"]) == 1
    said = "no cut of the grid is valid at 2026-02-01T02:00:00.000Z; --cell names the cell"
    assert capsys.readouterr().err == f"gewu-central: route: {said}\n"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["--kind", "Parking"], "a kind is 1 to 48 small letters, digits and '_', a letter first"),
        (["--kind", "k", "--cell", "13"], "'13' is no code: so many digits are expected: 6 for a district"),
        (["--kind", "k", "--at-point", "116.7"], "a point is LON,LAT in degrees, such as 116.70,39.52"),
        (["--kind", "k", "--at-point", "39.5,116.7"], "degrees are expected, longitude first"),
        (["--kind", "k", "--at-point", "nan,1"], "degrees are expected, longitude first"),
        (["--kind", "k", "--cell", "131002", "--at-point", "1,1"], "not allowed with argument --cell"),
        (["--kind", "k", "--time", "noon"], "2026-03-04T10:00 (the place's own hours) or"),
        (["--kind", "k", "--severity", "grave"], "invalid choice: 'grave'"),
        (["--kind", "k", "--test"], "not allowed with argument --kind"),
        ([], "one of the arguments --kind --test --list --accounts is required"),
    ],
)
def test_what_cannot_be_asked_is_told(config: Path, asked: list[str], said: str, capsys: Told) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["route", str(config), *asked])
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


def test_the_configurations_tests_are_run(config: Path, capsys: Told) -> None:
    assert main(["route", str(config), "--test"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "8 tests, 0 failed"
    assert "ok     a car by night goes to the patrol: traffic_police, post police_patrol" in lines
    assert "note   routing.posts.night_patrol.roster: nobody is on duty every day 01:00-17:00" in lines
    config.write_text(
        config.read_text().replace("accounts: [jj-night] }", "accounts: [jj-night], days: [sun] }")
    )
    assert main(["route", str(config), "--test"]) == 2
    assert "expected the post police_patrol, got traffic_police; the walk:" in capsys.readouterr().err


def test_the_tree_is_listed(config: Path, capsys: Told) -> None:
    assert main(["route", str(config), "--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "city  -> city_management"
    assert "    by_street  -> south_street or north_street  told: city_management" in lines


def test_whether_all_who_hold_a_post_can_act_there(config: Path, store: Store, capsys: Told) -> None:
    text = config.read_text(encoding="utf-8")
    logins = {each for listed in re.findall(r"accounts: \[([^\]]+)\]", text) for each in listed.split(", ")}
    with store.write() as connection:
        for login in sorted(logins - {"wg-2"}):
            role = "grid_worker" if login.startswith("wg") else "department"
            accounts.add_account(connection, login=login, name=login, role=role, now=NOW)
    asked = ["route", str(config), "--accounts"]
    assert main(asked) == 1
    told = capsys.readouterr().out
    assert told == "fault  routing.posts.grid_orchard: nobody can sign in as wg-2\n1 faults\n"
    with store.write() as connection:
        accounts.add_account(connection, login="wg-2", name="wg-2", role="grid_worker", now=NOW)
    store.close()
    assert main(asked) == 0


def test_the_page_shows_what_the_command_says(config: Path, capsys: Told) -> None:
    for block in re.findall(r"```\n\$ gewu-central route central\.yaml (.*?)\n(.*?)```", PAGE, re.DOTALL):
        assert main(["route", str(config), *block[0].split()]) == 0
        assert capsys.readouterr().out == block[1]
