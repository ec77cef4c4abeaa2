"""Where tickets go: routes, owners, posts, who is told, and what lies outside."""

import pytest

from central.routing.deciding import Duty, Plan, duty_of, route_ticket
from central.routing.matching import Facts, lying
from central.routing.telling import walk_lines
from tests.unit.central.plans import CALENDAR, TWO, china, settings
from tests.unit.central.town import CELL, FAR, NOON, asked, town


@pytest.fixture(scope="module")
def plan() -> Plan:
    return town()


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


def test_who_holds_the_post_and_until_when(plan: Plan) -> None:
    night = asked(plan, Facts("illegal_parking"), "2026-03-07 23:00").duty  # a Saturday
    assert (night.post, night.accounts, night.until) == ("patrol", ("jj-2",), china("2026-03-08 07:00"))
    own = asked(plan, Facts("illegal_parking"), "2026-03-04 23:00").duty
    assert (own.post, own.accounts, own.own) == ("police", (), True)
    assert asked(plan, Facts("x")).duty.accounts == ("desk",)


def grid_duty(plan: Plan, area: str, at: float) -> Duty | None:
    """Of the grid workers' posts, that of the smallest area; one that somebody holds now comes first."""
    posts = [post for post in plan.posts.by_name.values() if post.department is None]
    codes = [area[:digits] for digits in (15, 12, 9, 6) if digits <= len(area)]
    duties = [duty_of(plan, post, at) for code in codes for post in posts if code in post.areas]
    return next((duty for duty in duties if duty.manned), duties[0] if duties else None)


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
