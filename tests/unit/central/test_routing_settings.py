"""What a configuration of routing may say, the text for everything it may not, and its own tests."""

from pathlib import Path

import pytest

from broker.settings import SettingsError, dotted, load
from central.cli import main
from central.routing.checking import notes, unfit_accounts
from central.routing.settings import RoutingSettings
from central.settings import CentralSettings
from tests.conftest import ROOT
from tests.unit.central.plans import settings

TWO = "departments: { a: { zh: a, en: a }, south: { zh: s, en: s, areas: ['131002001'] } }\n"
CITY = ROOT / "configs" / "routing.example.yaml"


def routes(*lines: str, root: str = "name: r, department: a") -> str:
    return f"{TWO}routes: {{{root}, routes: [{', '.join(lines)}]}}\n"


def post(text: str) -> str:
    return f"{TWO}posts: {{ p: {{ zh: p, en: p, {text} }} }}\n"


def test(text: str) -> str:
    return f"{TWO}tests: [{{ name: t, {text} }}]\n"


test.__test__ = False  # type: ignore[attr-defined]
SPAN = 'is no span of hours; "07:00-21:00" is, or past midnight "22:00-06:00"'
LEVELS = "6 for a district, 9 for a street, 12 for a community, 15 for a cell"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (
            "timezone: China",
            "timezone: is no time zone; a name of the IANA table is, such as Asia/Shanghai",
        ),
        ("departments: {}", "departments: Dictionary should have at least 1 item"),
        ("departments: { A: {zh: a, en: a} }", "departments.A"),
        ("departments: { a: {zh: a} }", "departments.a.en: is missing"),
        ("departments: { a: {zh: a, en: a, phone: '1'} }", "departments.a.phone: is not a known key"),
        (
            "departments: { a: {zh: a, en: a, areas: ['1310']} }",
            f"departments.a.areas[0]: '1310' is no code: so many digits are expected: {LEVELS}",
        ),
        (
            "departments: { a: {zh: a, en: a, areas: [131002]} }",
            "departments.a.areas[0]: must be text; put it in",
        ),
        (
            "departments: { a: {zh: a, en: a, accounts: [Li]} }",
            "departments.a.accounts[0]: is no login name: small letters a-z, digits and . _ @ - are",
        ),
        (TWO + "catch_all: b", "catch_all: 'b' is no department; known are a, south"),
        (TWO + "catch_all: sout", "catch_all: 'sout' is no department; 'south' is near it"),
        (
            TWO + "catch_all: south",
            "catch_all: 'south' works in its areas only, and what lies outside the grid is in none",
        ),
        # The tree.
        (
            TWO + "routes: { name: r }",
            "routes: the root must name a department: it gets what no route takes",
        ),
        (
            TWO + "routes: { name: r, department: b }",
            "routes.department: 'b' is no department; known are a, south",
        ),
        (
            TWO + "routes: { name: r, department: south }",
            "routes.department: of the root's departments one must work everywhere (without areas)",
        ),
        (
            routes(root="name: r, department: a, match: {kinds: [k]}"),
            "routes.match: the root takes everything; match in the routes below it",
        ),
        (routes("{name: x, department: b}"), "routes.routes[0].department: 'b' is no department"),
        (
            routes("{name: x, tell: [a, b]}"),
            "routes.routes[0].tell: 'b' is no department; known are a, south",
        ),
        (routes("{name: x, post: p}"), "routes.routes[0].post: 'p' is no post; none is known"),
        (
            routes("{name: x, match: {kinds: [k]}}", "{name: x}"),
            "routes.routes[0].name: 'x' is the name of two routes below r; give them different ones",
        ),
        (
            routes("{name: x, match: {kinds: [Kind]}}"),
            "routes.routes[0].match.kinds[0]: is written with 1 to 48",
        ),
        (
            routes("{name: x, match: {codes: ['09**']}}"),
            'routes.routes[0].match.codes[0]: is no code; one is written "09009", all that begin so "09*"',
        ),
        (
            routes("{name: x, match: {severities: [grave]}}"),
            "routes.routes[0].match.severities[0]: Input should be 'low', 'normal' or 'high'",
        ),
        (
            routes("{name: x, match: {origins: [satellite]}}"),
            "routes.routes[0].match.origins[0]: Input should be 'camera', 'drone', 'gate', 'sensor',",
        ),
        (
            routes("{name: x, match: {times: [{hours: 7-21}]}}"),
            f"routes.routes[0].match.times[0].hours: {SPAN}",
        ),
        (
            routes("{name: x, match: {times: [{hours: '07:00-07:00'}]}}"),
            'routes.routes[0].match.times[0].hours: begins when it ends; the whole day is "00:00-24:00"',
        ),
        (
            routes("{name: x, match: {times: [{days: [monday]}]}}"),
            "routes.routes[0].match.times[0].days[0]: Input",
        ),
        (
            routes("{name: x, first: me}"),
            "routes.routes[0].first: Input should be 'matter', 'owner' or 'place'",
        ),
        # What is never reached.
        (
            routes("{name: x, match: {kinds: [k, l]}}", "{name: y, match: {kinds: [k], severities: [low]}}"),
            "routes.routes[1]: is never reached: x, which comes before it, takes everything that y would",
        ),
        (
            routes("{name: x, department: south}", "{name: y, match: {areas: ['131002001001']}}"),
            "routes.routes[1]: is never reached: x, which comes before it, takes everything that y would",
        ),
        (
            routes("{name: x, match: {kinds: [k]}, routes: [{name: y, match: {kinds: [l]}}]}"),
            "routes.routes[0].routes[0]: is never reached: nothing that x takes can match y",
        ),
        (
            routes("{name: x, match: {kinds: [k]}, routes: [{name: y}, {name: z, match: {codes: ['1']}}]}"),
            "routes.routes[0].routes[1]: is never reached: y, which comes before it, takes everything that z",
        ),
        (
            routes("{name: x, match: {areas: ['131002002']}, department: south}"),
            "routes.routes[0]: is never reached: nothing that r takes can match x",
        ),
        (
            routes(
                "{name: x, match: {times: [{days: [workdays]}, {days: [daysoff], hours: '06:00-24:00'}]}}",
                "{name: y, match: {times: [{days: [sun], hours: '08:00-09:00'}]}}",
            ),
            "routes.routes[1]: is never reached: x, which comes before it, takes everything that y",
        ),
        # Posts and rosters.
        (post("department: b"), "posts.p.department: 'b' is no department; known are a, south"),
        (
            post("accounts: [x]"),
            "posts.p: needs a department (a duty post), or areas (a grid worker's post)",
        ),
        (
            post("department: a, accounts: [x], roster: { weekly: [{ accounts: [x] }] }"),
            "posts.p: has accounts and a roster; accounts hold a post always, or a roster says when",
        ),
        (
            post("department: a, roster: { weekly: [] }"),
            "posts.p.roster.weekly: List should have at least 1 item",
        ),
        (
            post("department: a, roster: { weekly: [{}] }"),
            "posts.p.roster.weekly[0].accounts: is missing",
        ),
        (
            post(
                "department: a, roster: { weekly: [{accounts: [x]}],"
                " exceptions: [{date: 2026-10-01}, {date: 2026-10-01}] }"
            ),
            "posts.p.roster: exceptions: 2026-10-01 is there twice",
        ),
        (
            post(
                "department: a, roster: { weekly: [{accounts: [x]}],"
                " exceptions: [{date: 2026-10-02, to: 2026-10-01}] }"
            ),
            "posts.p.roster.exceptions[0]: `to` is not within 60 days after `date`",
        ),
        (
            post("department: a, roster: { weekly: [{accounts: [x]}], exceptions: [{date: 5}] }"),
            "posts.p.roster.exceptions[0].date: is no day; a date is, such as 2026-10-01 (given: 5)",
        ),
        (
            TWO + "posts: { a: { zh: p, en: p, department: a } }",
            "posts.a: 'a' is a department, whose own post has that name; a post needs another",
        ),
        (
            post("areas: ['131002']") + "routes: { name: r, department: a, post: p }",
            "routes.post: 'p' is a post of the grid, and the route is for a",
        ),
        (
            post("department: south") + "routes: { name: r, department: [a, south], post: p }",
            "routes.post: 'p' is a post of the department south, and the route is for a or south",
        ),
        # Owners.
        (
            TWO + "owners: [{ name: o, codes: ['01*'], department: b }]",
            "owners[0].department: 'b' is no department",
        ),
        (
            TWO + "owners: [{ name: o, codes: [], department: a }]",
            "owners[0].codes: List should have at least 1",
        ),
        (
            TWO
            + "owners: [{ name: o, codes: ['1'], department: a }, { name: o, codes: ['2'], department: a }]",
            "owners[0].name: 'o' is there twice; names are unique",
        ),
        # Tests.
        (test("ticket: {kind: k}, department: b"), "tests[0].department: 'b' is no department"),
        (test("ticket: {kind: k}, department: a, told: b"), "tests[0].told: 'b' is no department"),
        (
            test("ticket: {kind: k}, department: a, post: p"),
            "tests[0].post: 'p' is no post; known are a, south",
        ),
        (
            test("ticket: {kind: k, code: '09*'}, department: a"),
            "tests[0].ticket.code: a ticket has one code, without *",
        ),
        (
            test("ticket: {kind: k}, department: a, at: noon"),
            "tests[0].at: is no time; 2026-03-04T10:00 is, or 2026-03-04T10:00:00+08:00 (given: 'noon')",
        ),
    ],
)
def test_what_is_wrong_is_said_where_it_is(text: str, fault: str) -> None:
    with pytest.raises(SettingsError) as error:
        settings(text)
    told = [f"{each.where}: {each.what}" for each in error.value.faults]
    assert any(line.startswith(fault) for line in told), told


def test_a_fault_stands_where_it_is_in_the_file() -> None:
    with pytest.raises(SettingsError) as error:
        settings(
            routes("\n  {name: x, department: b}", "\n  {name: y}", "\n  {name: z, match: {kinds: [k]}}")
        )
    assert str(error.value).startswith("c.yaml:3:13: routes.routes[0].department: 'b' is no department")
    with pytest.raises(SettingsError) as error:
        settings(routes("\n  {name: y}", "\n  {name: z, match: {kinds: [k]}}"))
    assert str(error.value).startswith("c.yaml:4:3: routes.routes[1]: is never reached: y, which comes")


def test_all_names_that_are_wrong_are_told_at_once() -> None:
    with pytest.raises(SettingsError) as error:
        settings(
            TWO
            + "catch_all: x\nroutes: {name: r, department: y}\n"
            + "tests: [{name: t, ticket: {kind: k}, department: z}]"
        )
    assert [fault.where for fault in error.value.faults] == [
        "catch_all",
        "routes.department",
        "tests[0].department",
    ]


def test_there_is_a_bound_to_the_routes() -> None:
    with pytest.raises(SettingsError, match="there are 502 routes; 500 are allowed"):
        settings(routes(*(f"{{name: x{n}, match: {{kinds: [k{n}]}}}}" for n in range(500)), "{name: last}"))


def test_a_failing_test_refuses_the_configuration_and_shows_the_walk() -> None:
    text = routes("{name: x, match: {kinds: [k]}, tell: south}") + (
        "tests:\n- {name: well, ticket: {kind: l}, department: a, told: []}\n"
        "- {name: ill, ticket: {kind: k}, department: south, post: a, told: []}\n"
    )
    with pytest.raises(SettingsError) as error:
        settings(text)
    assert str(error.value).splitlines() == [
        "c.yaml:5:3: tests[1]: the test 'ill' fails: expected the department south, got a; "
        "expected that nobody hears of it, got south; the walk:",
        "    + r: it takes everything",
        "      + x: kind k",
        "    = its place comes first: it is an event",
        "    = a has no other post for it; its own gets it",
        "    = the route r/x: it goes to a, post a; told: south",
    ]


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
        (routes("{name: x, department: south}"), []),
        (routes("{name: x, tell: south}"), []),
        (
            routes("{name: x, match: {kinds: [illegal_parkin, lamp_out, bin_full]}, department: south}"),
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
            post("department: a, roster: { weekly: [{ hours: '08:00-20:00', accounts: [x] }] }")
            + "catch_all: a\nroutes: {name: r, department: a, tell: south}",
            ["posts.p.roster: nobody is on duty every day 20:00-08:00"],
        ),
    ],
)
def test_what_may_not_be_meant_is_noted(text: str, told: list[str]) -> None:
    assert [f"{dotted(note.way)}: {note.text}" for note in notes(settings(text).plan())] == told


def test_who_holds_a_post_must_be_able_to_act_there() -> None:
    text = post("department: a, roster: { weekly: [{ accounts: [dep, gone] }] }").replace(
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
