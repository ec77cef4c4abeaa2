"""The tests that a configuration of routing carries, what is noted of it, and the example."""

from pathlib import Path

import pytest

from broker.settings import dotted, load
from central.cli import main
from central.routing.checking import notes, unfit_accounts
from central.routing.settings import RoutingSettings
from central.settings import CentralSettings
from tests.conftest import ROOT
from tests.unit.central.plans import TWO, a_post, settings, some_routes

CITY = ROOT / "configs" / "routing.example.yaml"


@pytest.mark.parametrize(
    ("said", "department"),
    [
        ("at: 2026-03-04T12:00", "b"),  # a Wednesday
        ("at: 2026-03-04 12:00:00", "b"),
        ("at: 2026-03-04T12:00:00Z", "a"),  # 20:00 there
        ("at: 2026-03-07T12:00", "a"),
        ("at: 2026-03-04T12:00, worked: false", "a"),
        ("at: 2026-03-07T12:00, working_time: true", "b"),
        ("at: 2026-03-04T12:00, working_time: false", "a"),
        ("worked: true", "b"),
    ],
)
def test_a_test_says_its_time_and_what_its_day_is_taken_for(said: str, department: str) -> None:
    text = (
        "departments: { a: { zh: a, en: a }, b: { zh: b, en: b } }\n"
        "routes: { name: r, department: a,"
        " routes: [{name: w, match: {working_time: true}, department: b}] }\n"
    )
    assert settings(
        f"{text}tests: [{{name: t, ticket: {{kind: k}}, {said}, department: {department}}}]"
    ).tests


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (TWO, ["departments.south: no route, owner or catch-all leads to it"]),
        (some_routes("{name: x, department: south}"), []),
        (some_routes("{name: x, tell: south}"), []),
        (
            some_routes("{name: x, match: {kinds: [illegal_parkin, lamp_out, bin_full]}, department: south}"),
            [
                "routes.routes[0].match.kinds: the kind 'illegal_parkin' is not in the table; "
                "'illegal_parking' is near it",
                "routes.routes[0].match.kinds: the kind 'lamp_out' is not in the table",
            ],
        ),
        (
            TWO
            + "owners: [{name: o, codes: ['01*'], department: south},"
            + " {name: n, codes: ['0101'], department: a}]",
            ["owners[1]: is asked where a ticket names it, else o owns all of that"],
        ),
        (
            TWO
            + "owners: [{name: o, codes: ['01'], department: south},"
            + " {name: n, codes: ['01*'], department: a}]",
            [],
        ),
        (
            TWO
            + "owners: [{name: o, codes: ['01*'], areas: ['131002'], department: south},"
            + " {name: n, codes: ['01*'], department: a}]",
            [],
        ),
        (
            a_post("department: a, roster: { weekly: [{ hours: '08:00-20:00', accounts: [x] }] }")
            + "catch_all: a\nroutes: {name: r, department: a, tell: south}",
            ["posts.p.roster: nobody is on duty every day 20:00-08:00"],
        ),
    ],
)
def test_what_may_not_be_meant_is_noted(text: str, told: list[str]) -> None:
    assert [f"{dotted(note.way)}: {note.text}" for note in notes(settings(text).plan())] == told


def test_who_holds_a_post_must_be_able_to_act_there() -> None:
    text = a_post("department: a, roster: { weekly: [{ accounts: [dep, gone] }] }").replace(
        "} } }\n", "} }, grid: { zh: g, en: g, areas: ['131002'], accounts: [grid, dep] } }\n"
    )
    roles = {"dep": "department", "grid": "grid_worker"}
    told = [f"{dotted(each.way)}: {each.text}" for each in unfit_accounts(settings(text).plan(), roles)]
    assert told == [
        "posts.p: nobody can sign in as gone",
        "posts.grid: dep has the role department; grid_worker is needed here",
    ]


def whole(tmp_path: Path, routing: str) -> Path:
    path = tmp_path / "central.yaml"
    path.write_text(
        f"storage: {{directory: '{tmp_path}/var'}}\nbroker: {{url: 'mqtt://127.0.0.1:1'}}\n{routing}"
    )
    return path


def test_the_example_is_a_city_whose_tests_pass(tmp_path: Path) -> None:
    routing = load(whole(tmp_path, CITY.read_text(encoding="utf-8")), CentralSettings).routing
    assert len(routing.tests) >= 8
    assert {note.way[-1] for note in notes(routing.plan())} <= {"roster", "kinds"}
    sections = RoutingSettings.model_fields.keys() - {"catch_all"}
    assert sections <= routing.model_fields_set | {"timezone"}


def test_check_tells_the_notes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = "\n".join(f"  {line}" for line in TWO.splitlines())
    path = whole(tmp_path, f"routing:\n{lines}\n")
    assert main(["check", str(path)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"{path}: note: routing.departments.south: no route, owner or catch-all leads to it",
        f"{path}: no faults",
    ]
