"""What is told of where a ticket went: every turn, and what followed."""

import pytest

from central.routing.deciding import Plan
from central.routing.matching import Facts
from central.routing.telling import tree_lines, walk_lines
from central.routing.tree import LONGEST
from tests.unit.central.town import CELL, FAR, NOON, asked, town

ASKED = "asked were city, south, orchard"
SERVED = "131002001, where its department works"
LAMPS = "lamps owns parts of the code 01061 here"
QUEUE = "it lies outside the grid, near no community; city gets all such"


@pytest.fixture(scope="module")
def plan() -> Plan:
    return town()


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


def test_what_may_never_be_written_is_not_told(plan: Plan) -> None:
    """Whatever a ticket's facts hold; it is routed all the same."""
    routed = asked(plan, Facts("x", owner="冀A12345"))
    assert routed.department == "city"
    assert not any("12345" in reason.text for reason in routed.reasons)


def test_nor_is_what_looks_so_only_where_a_reason_is_cut_off(plan: Plan) -> None:
    """The whole is no plate, for it goes on."""
    owner = "x" * (LONGEST - len("its owner '") - len("冀A12345")) + "冀A12345678"
    routed = asked(plan, Facts("x", owner=owner))
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
