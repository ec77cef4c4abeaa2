"""Where tickets go, and why: turns, owners, posts, who is told, and what lies outside."""

import pytest

from central.routing.deciding import Plan, Routed, grid_duty, route_ticket
from central.routing.matching import Facts, lying
from central.routing.telling import tree_lines, walk_lines
from tests.unit.central.plans import CALENDAR, TWO, china, settings

CITY = """
departments:
  city: { zh: 城管, en: City, accounts: [desk] }
  police: { zh: 交警, en: Police }
  south: { zh: 南街, en: South, areas: ["131002001"] }
  orchard: { zh: 果园, en: Orchard, areas: ["131002001001"] }
  power: { zh: 供电, en: Power, areas: ["131002001"] }
posts:
  patrol:
    zh: 巡逻
    en: Patrol
    department: police
    roster:
      weekly:
        - { hours: "07:00-19:00", accounts: [jj-1] }
        - { days: [sat], hours: "19:00-07:00", accounts: [jj-2] }
  orchard_post: { zh: 果园, en: Orchard, department: police, areas: ["131002001001"], accounts: [jj-3] }
  grid_east:
    zh: 东
    en: East
    areas: ["131002001001001"]
    roster: { weekly: [{ hours: "08:00-18:00", accounts: [wg-1] }] }
  grid_street: { zh: 街, en: Street, areas: ["131002001"], accounts: [wg-2] }
owners:
  - { name: lamps, codes: ["0106*"], department: power }
  - { name: yard, codes: ["0106*", "03*"], areas: ["131002002"], department: city }
routes:
  name: root
  department: city
  routes:
    - name: parking
      match: { kinds: [illegal_parking] }
      department: police
      tell: city
      routes:
        - name: severe
          match: { severities: [high] }
          post: patrol
          tell: [south, police]
          routes:
            - { name: again, match: { origins: [citizen] } }
            - { name: yard, match: { origins: [drone] }, department: orchard }
        - { name: by_area, match: { areas: ["131002001001"] }, tell: orchard }
    - { name: rubbish, match: { kinds: [bin_full], codes: ["06*"] }, department: [city, south, orchard] }
    - { name: signs, match: { codes: ["02*"] }, first: place, department: south }
    - name: by_night
      match: { kinds: [lamp_flickers], times: [{ days: [workdays], hours: "22:00-06:00" }] }
      department: police
    - { name: bought, match: { kinds: [shop_overflow] }, first: owner, department: police }
"""
CELL, FAR = "131002001001001", "131002002001001"
NOON = "2026-03-04 12:00"
ASKED = "asked were city, south, orchard"
SERVED = "131002001, where its department works"
LAMPS = "lamps owns parts of the code 01061 here"
QUEUE = "it lies outside the grid, near no community; city gets all such"


@pytest.fixture(scope="module")
def plan() -> Plan:
    return settings(CITY).plan(CALENDAR)


def asked(plan: Plan, facts: Facts, at: str = NOON) -> Routed:
    return route_ticket(plan, facts, china(at))


@pytest.mark.parametrize(
    ("facts", "department", "post", "told", "path"),
    [
        (Facts("unknown"), "city", "city", (), "root"),
        (Facts("illegal_parking"), "police", "patrol", ("city",), "root/parking"),
        (
            Facts("illegal_parking", area=CELL),
            "police",
            "orchard_post",
            ("city", "orchard"),
            "root/parking/by_area",
        ),
        # The first that matches, although the second would too.
        (
            Facts("illegal_parking", area=CELL, severity="high"),
            "police",
            "patrol",
            ("city", "south"),
            "root/parking/severe",
        ),
        # A post holds for the routes below, unless they have a department of their own, or an owner has it.
        (
            Facts("illegal_parking", area=CELL, severity="high", origin="citizen"),
            "police",
            "patrol",
            ("city", "south"),
            "root/parking/severe/again",
        ),
        (
            Facts("illegal_parking", area=CELL, severity="high", origin="drone"),
            "orchard",
            "orchard",
            ("city", "south", "police"),
            "root/parking/severe/yard",
        ),
        (
            Facts("illegal_parking", area=CELL, severity="high", owner="power"),
            "power",
            "power",
            ("city", "south", "police"),
            "root/parking/severe",
        ),
        # Of several departments the one of the smallest area; the kind's code is known without being said.
        (Facts("bin_full", area=CELL), "orchard", "orchard", (), "root/rubbish"),
        (Facts("bin_full", area="131002001002001"), "south", "south", (), "root/rubbish"),
        (Facts("bin_full", area="131002"), "city", "city", (), "root/rubbish"),
        (Facts("bin_full", code="07001"), "city", "city", (), "root"),
        # A route whose department does not work there is passed.
        (Facts("x", code="02011", area=CELL), "south", "south", (), "root/signs"),
        (Facts("x", code="02011", area=FAR), "city", "city", (), "root"),
        # Parts go to their owner first, and whom the place has hears of it.
        (Facts("x", code="01061", area=CELL), "power", "power", ("city",), "root"),
        (Facts("x", code="01061", area=FAR), "city", "city", (), "root"),  # power does not work there
        (Facts("x", code="03001", area=FAR, owner="yard"), "city", "city", (), "root"),
        (Facts("x", owner="police"), "police", "patrol", ("city",), "root"),
        (Facts("x", owner="somebody"), "city", "city", (), "root"),
        (Facts("x", code="02011", area=CELL, owner="power"), "south", "south", (), "root/signs"),
        (Facts("shop_overflow", owner="power", area=CELL), "power", "power", ("police",), "root/bought"),
        (Facts("shop_overflow", area=CELL), "police", "orchard_post", (), "root/bought"),
        (Facts("illegal_parking", area="", outside=True), "city", "city", (), ""),
    ],
)
def test_where_it_goes(
    plan: Plan, facts: Facts, department: str, post: str, told: tuple[str, ...], path: str
) -> None:
    routed = asked(plan, facts)
    assert (routed.department, routed.post, routed.told) == (department, post, told)
    assert "/".join(routed.path) == path


@pytest.mark.parametrize(
    ("at", "path"),
    [
        ("2026-09-30 22:00", "root/by_night"),
        ("2026-09-30 21:59", "root"),
        ("2026-10-01 06:00", "root"),
        ("2026-10-01 05:59", "root/by_night"),  # a holiday; the night began on a working day
        ("2026-10-01 23:00", "root"),
        ("2026-10-10 23:00", "root/by_night"),  # a Saturday that is worked
    ],
)
def test_a_night_belongs_to_the_day_on_which_it_begins(plan: Plan, at: str, path: str) -> None:
    assert "/".join(asked(plan, Facts("lamp_flickers"), at).path) == path


def test_every_turn_taken_and_not_taken_is_told(plan: Plan) -> None:
    routed = asked(plan, Facts("illegal_parking", area=CELL))
    assert list(walk_lines(routed)) == [
        "+ root: it takes everything",
        "  + parking: kind illegal_parking",
        "    - severe: severity normal is not high",
        "    + by_area: it lies in 131002001001",
        "= its place comes first: it is an event",
        "= the post orchard_post is on duty",
        "= the route root/parking/by_area: it goes to police, post orchard_post; told: city, orchard",
    ]
    assert routed.duty.accounts == ("jj-3",)


@pytest.mark.parametrize(
    ("facts", "at", "lines"),
    [
        (
            Facts("bin_full", area=CELL),
            NOON,
            [
                "  - parking: kind bin_full is not illegal_parking",
                "  + rubbish: kind bin_full; code 06042",
                f"= orchard works in 131002001001; {ASKED}",
            ],
        ),
        (Facts("bin_full"), NOON, [f"= city works everywhere, and no other works here alone; {ASKED}"]),
        (Facts("x", code="02011"), NOON, [f"  - signs: its area is not known to be {SERVED}"]),
        (
            Facts("x", code="02011", area=CELL),
            NOON,
            ["= its place comes first: the route root/signs says so"],
        ),
        (Facts("x", code="02011", area=FAR), NOON, [f"  - signs: it lies in {FAR}, not in {SERVED}"]),
        (Facts("x"), NOON, ["  - signs: code (none) is not 02*"]),
        (
            Facts("lamp_flickers"),
            NOON,
            ["  - by_night: Wed 12:00 of a working day is not in workdays 22:00-06:00"],
        ),
        (Facts("x", code="01061", area=CELL), NOON, [f"= {LAMPS}; owners come first"]),
        (
            Facts("x", code="01061", area=FAR),
            NOON,
            [f"= {LAMPS}, but power does not work there; its place decides"],
        ),
        (
            Facts("x", code="05001"),
            NOON,
            ["= nobody is said to own parts of the code 05001 here; its place decides"],
        ),
        (
            Facts("x", owner="somebody"),
            NOON,
            ["= its owner 'somebody' is no owner and no department here; its place decides"],
        ),
        (Facts("x", owner="power", area=CELL), NOON, ["= power owns it, the ticket says; owners come first"]),
        (Facts("x"), NOON, ["= city has no other post for it; its own gets it"]),
        (
            Facts("illegal_parking"),
            "2026-03-04 20:00",
            [
                "= nobody is on duty at the post patrol before Thu 05 Mar 07:00",
                "= so the own post of police gets it",
                "= the route root/parking: it goes to police, post police; told: city",
            ],
        ),
        (Facts("x", outside=True), NOON, [f"= {QUEUE}"]),
    ],
)
def test_what_followed_is_told(plan: Plan, facts: Facts, at: str, lines: list[str]) -> None:
    assert set(lines) <= set(walk_lines(asked(plan, facts, at)))


def test_who_holds_the_post_and_until_when(plan: Plan) -> None:
    night = asked(plan, Facts("illegal_parking"), "2026-03-07 23:00").duty  # a Saturday
    assert (night.post, night.accounts, night.until) == ("patrol", ("jj-2",), china("2026-03-08 07:00"))
    own = asked(plan, Facts("illegal_parking"), "2026-03-04 23:00").duty
    assert (own.post, own.accounts, own.own) == ("police", (), True)
    assert asked(plan, Facts("x")).duty.accounts == ("desk",)


def test_the_grid_worker_of_the_smallest_area_who_is_there(plan: Plan) -> None:
    noon, night = china(NOON), china("2026-03-04 23:00")
    by_day = grid_duty(plan, CELL, noon)
    assert by_day is not None
    assert (by_day.post, by_day.accounts) == ("grid_east", ("wg-1",))
    for area, at in ((CELL, night), ("131002001002", noon)):
        found = grid_duty(plan, area, at)
        assert found is not None
        assert found.accounts == ("wg-2",)
    assert grid_duty(plan, FAR, noon) is None
    assert grid_duty(plan, "", noon) is None


def test_what_may_never_be_written_is_not_told(plan: Plan) -> None:
    """Whatever a ticket's facts hold; it is routed all the same."""
    routed = asked(plan, Facts("x", owner="冀A12345"))
    assert routed.department == "city"
    assert not any("12345" in reason.text for reason in routed.reasons)


def test_the_tree_is_listed(plan: Plan) -> None:
    lines = list(tree_lines(plan))
    assert lines[:6] == [
        "root  -> city",
        "  parking  kind illegal_parking  -> police  told: city",
        "    severe  severity high  post patrol  told: south, police",
        "      again  origin citizen",
        "      yard  origin drone  -> orchard",
        "    by_area  in 131002001001  told: orchard",
    ]
    assert "  by_night  kind lamp_flickers  workdays 22:00-06:00  -> police" in lines
    assert "  signs  code 02*  -> south  place first" in lines
    assert lines[-1] == "outside the grid -> city"


def test_working_time_is_asked_of_the_calendar() -> None:
    text = """
        departments: { a: { zh: a, en: a }, b: { zh: b, en: b }, c: { zh: c, en: c } }
        routes:
          name: r
          department: a
          routes:
            - { name: open, match: { working_time: true }, department: b }
            - { name: closed, match: { working_time: false }, department: c }
    """
    plan = settings(text).plan(CALENDAR)
    at = {"2026-09-30 12:00": "b", "2026-09-30 20:00": "c", "2026-10-01 12:00": "c", "2026-10-10 12:00": "b"}
    for when, department in at.items():
        assert asked(plan, Facts("x"), when).department == department
    opened = list(walk_lines(asked(plan, Facts("x"), "2026-09-30 12:00")))
    assert "  + open: Wed 12:00 of a working day is working time" in opened
    closed = list(walk_lines(asked(plan, Facts("x"), "2026-10-01 12:00")))
    assert "  - open: Thu 12:00 of a day off is not working time" in closed
    assert "  + closed: Thu 12:00 of a day off is not working time" in closed
    without = settings(text).plan()
    assert asked(without, Facts("x"), "2026-10-01 12:00").department == "b"  # no calendar: a Thursday


def test_nothing_configured_goes_to_city_management() -> None:
    plan = settings("{}").plan()
    for facts in (Facts("illegal_parking"), Facts("x", code="01061"), Facts("x", outside=True)):
        routed = route_ticket(plan, facts, 0.0)
        assert (routed.department, routed.post, routed.told) == ("city_management", "city_management", ())
    assert plan.departments["city_management"].zh == "城市管理"


@pytest.mark.parametrize(
    ("told", "area", "outside"),
    [
        ((CELL, CELL[:12], 1), CELL, False),
        ((None, CELL[:12], 1), CELL[:12], False),
        ((None, None, 1, "131002"), "", True),
        ((None, None, None, "131002"), "131002", False),  # a camera whose places are not known
        ((None, None, None), "", False),
    ],
)
def test_what_the_grid_says_of_a_place(told: tuple[str | None, ...], area: str, outside: bool) -> None:
    assert lying(*told) == (area, outside)  # type: ignore[arg-type]


def test_what_lies_outside_has_a_queue_of_its_own() -> None:
    several = settings(f"{TWO}routes: {{name: r, department: [south, a]}}").plan()
    assert route_ticket(several, Facts("x", outside=True), 0.0).department == "a"
    text = "departments: {a: {zh: a, en: a}, b: {zh: b, en: b}}\ncatch_all: b\n"
    plan = settings(text).plan()
    assert route_ticket(plan, Facts("x"), 0.0).department == "a"
    assert route_ticket(plan, Facts("x", outside=True), 0.0).department == "b"
