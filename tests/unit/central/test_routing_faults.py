"""The text for everything that a configuration of routing may not say."""

import pytest

from broker.settings import SettingsError
from tests.unit.central.plans import TWO, a_post, a_test, settings, some_routes

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
            some_routes(root="name: r, department: a, match: {kinds: [k]}"),
            "routes.match: the root takes everything; match in the routes below it",
        ),
        (some_routes("{name: x, department: b}"), "routes.routes[0].department: 'b' is no department"),
        (
            some_routes("{name: x, tell: [a, b]}"),
            "routes.routes[0].tell: 'b' is no department; known are a, south",
        ),
        (some_routes("{name: x, post: p}"), "routes.routes[0].post: 'p' is no post; none is known"),
        (
            some_routes("{name: x, match: {kinds: [k]}}", "{name: x}"),
            "routes.routes[0].name: 'x' is the name of two routes below r; give them different ones",
        ),
        (
            some_routes("{name: x, match: {kinds: [Kind]}}"),
            "routes.routes[0].match.kinds[0]: is written with 1 to 48",
        ),
        (
            some_routes("{name: x, match: {codes: ['09**']}}"),
            'routes.routes[0].match.codes[0]: is no code; one is written "09009", all that begin so "09*"',
        ),
        (
            some_routes("{name: x, match: {severities: [grave]}}"),
            "routes.routes[0].match.severities[0]: Input should be 'low', 'normal' or 'high'",
        ),
        (
            some_routes("{name: x, match: {origins: [satellite]}}"),
            "routes.routes[0].match.origins[0]: Input should be 'camera', 'drone', 'gate', 'sensor',",
        ),
        (
            some_routes("{name: x, match: {times: [{hours: 7-21}]}}"),
            f"routes.routes[0].match.times[0].hours: {SPAN}",
        ),
        (
            some_routes("{name: x, match: {times: [{hours: '07:00-07:00'}]}}"),
            'routes.routes[0].match.times[0].hours: begins when it ends; the whole day is "00:00-24:00"',
        ),
        (
            some_routes("{name: x, match: {times: [{days: [monday]}]}}"),
            "routes.routes[0].match.times[0].days[0]: Input",
        ),
        (
            some_routes("{name: x, first: me}"),
            "routes.routes[0].first: Input should be 'matter', 'owner' or 'place'",
        ),
        # What is never reached.
        (
            some_routes("{name: x, match: {severities: [low, normal, high]}}", "{name: y}"),
            "routes.routes[1]: is never reached: x, which comes before it, takes everything that y would",
        ),
        (
            some_routes(
                "{name: x, match: {kinds: [k, l]}}", "{name: y, match: {kinds: [k], severities: [low]}}"
            ),
            "routes.routes[1]: is never reached: x, which comes before it, takes everything that y would",
        ),
        (
            some_routes("{name: x, department: south}", "{name: y, match: {areas: ['131002001001']}}"),
            "routes.routes[1]: is never reached: x, which comes before it, takes everything that y would",
        ),
        (
            some_routes("{name: x, match: {kinds: [k]}, routes: [{name: y, match: {kinds: [l]}}]}"),
            "routes.routes[0].routes[0]: is never reached: nothing that x takes can match y",
        ),
        (
            some_routes(
                "{name: x, match: {kinds: [k]}, routes: [{name: y}, {name: z, match: {codes: ['1']}}]}"
            ),
            "routes.routes[0].routes[1]: is never reached: y, which comes before it, takes everything that z",
        ),
        (
            some_routes("{name: x, match: {areas: ['131002002']}, department: south}"),
            "routes.routes[0]: is never reached: nothing that r takes can match x",
        ),
        (
            some_routes(
                "{name: x, match: {times: [{days: [workdays]}, {days: [daysoff], hours: '06:00-24:00'}]}}",
                "{name: y, match: {times: [{days: [sun], hours: '08:00-09:00'}]}}",
            ),
            "routes.routes[1]: is never reached: x, which comes before it, takes everything that y",
        ),
        # Posts and rosters.
        (a_post("department: b"), "posts.p.department: 'b' is no department; known are a, south"),
        (
            a_post("accounts: [x]"),
            "posts.p: needs a department (a duty post), or areas (a grid worker's post)",
        ),
        (
            a_post("department: a, accounts: [x], roster: { weekly: [{ accounts: [x] }] }"),
            "posts.p: has accounts and a roster; accounts hold a post always, or a roster says when",
        ),
        (
            a_post("department: a, roster: { weekly: [] }"),
            "posts.p.roster.weekly: List should have at least 1 item",
        ),
        (
            a_post("department: a, roster: { weekly: [{}] }"),
            "posts.p.roster.weekly[0].accounts: is missing",
        ),
        (
            a_post(
                "department: a, roster: { weekly: [{accounts: [x]}],"
                " exceptions: [{date: 2026-10-01}, {date: 2026-10-01}] }"
            ),
            "posts.p.roster: exceptions: 2026-10-01 is there twice",
        ),
        (
            a_post(
                "department: a, roster: { weekly: [{accounts: [x]}],"
                " exceptions: [{date: 2026-10-02, to: 2026-10-01}] }"
            ),
            "posts.p.roster.exceptions[0]: `to` is not within 60 days after `date`",
        ),
        (
            a_post("department: a, roster: { weekly: [{accounts: [x]}], exceptions: [{date: 5}] }"),
            "posts.p.roster.exceptions[0].date: is no day; a date is, such as 2026-10-01 (given: 5)",
        ),
        (
            TWO + "posts: { a: { zh: p, en: p, department: a } }",
            "posts.a: 'a' is a department, whose own post has that name; a post needs another",
        ),
        (
            a_post("areas: ['131002']") + "routes: { name: r, department: a, post: p }",
            "routes.post: 'p' is a post of the grid, and the route is for a",
        ),
        (
            a_post("department: south") + "routes: { name: r, department: [a, south], post: p }",
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
        (a_test("ticket: {kind: k}, department: b"), "tests[0].department: 'b' is no department"),
        (a_test("ticket: {kind: k}, department: a, told: b"), "tests[0].told: 'b' is no department"),
        (
            a_test("ticket: {kind: k}, department: a, post: p"),
            "tests[0].post: 'p' is no post; known are a, south",
        ),
        (
            a_test("ticket: {kind: k, code: '09*'}, department: a"),
            "tests[0].ticket.code: a ticket has one code, without *",
        ),
        (
            a_test("ticket: {kind: k}, department: a, at: noon"),
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
            some_routes("\n  {name: x, department: b}", "\n  {name: y}", "\n  {name: z, match: {kinds: [k]}}")
        )
    assert str(error.value).startswith("c.yaml:3:13: routes.routes[0].department: 'b' is no department")
    with pytest.raises(SettingsError) as error:
        settings(some_routes("\n  {name: y}", "\n  {name: z, match: {kinds: [k]}}"))
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
        settings(
            some_routes(*(f"{{name: x{n}, match: {{kinds: [k{n}]}}}}" for n in range(500)), "{name: last}")
        )


def test_a_failing_test_refuses_the_configuration_and_shows_the_walk() -> None:
    text = some_routes("{name: x, match: {kinds: [k]}, tell: south}") + (
        "tests:\n- {name: well, ticket: {kind: l}, department: a, told: []}\n"
        "- {name: ill, ticket: {kind: k}, department: south, post: south, told: []}\n"
    )
    with pytest.raises(SettingsError) as error:
        settings(text)
    assert str(error.value).splitlines() == [
        "c.yaml:5:3: tests[1]: the test 'ill' fails: expected the department south, got a; "
        "expected the post south, got a; "
        "expected that nobody hears of it, got south; the walk:",
        "    + r: it takes everything",
        "      + x: kind k",
        "    = its place comes first: it is an event",
        "    = a has no other post for it; its own gets it",
        "    = the route r/x: it goes to a, post a; told: south",
    ]
