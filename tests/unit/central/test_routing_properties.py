"""Of any tree and any ticket: one department, the same as by a slow walk; what is never reached never is."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.timetext import DAY_MINUTES
from central.routing.deciding import Plan, Posts, Routed, route_ticket
from central.routing.matching import Facts, lies_within, meet, taken
from central.routing.moments import Moment, minutes_of
from central.routing.tree import Route, all_routes, unreachable
from tests.unit.central import slow_routing
from tests.unit.central.plans import (
    CALENDAR,
    CHINA,
    chances,
    settings,
    some_facts,
    some_instant,
    some_match,
    some_plan,
    some_time,
)

TREES = 150


def trees(each: int) -> Iterator[tuple[int, Plan, list[tuple[Facts, float]]]]:
    """A number to find it again, a plan, and tickets."""
    for seed in range(TREES):
        chance = chances(seed)
        plan = some_plan(chance)
        yield seed, plan, [(some_facts(chance), some_instant(chance)) for _ in range(each)]


def test_every_ticket_has_one_department_and_the_same_by_the_slow_walk() -> None:
    reached = set()
    for seed, plan, asked in trees(20):
        for facts, at in asked:
            routed = route_ticket(plan, facts, at)
            assert routed.department == slow_routing.department(plan, facts, at), seed
            assert routed.department not in routed.told, seed
            assert routed.reasons[-1] == routed.why, seed
            if not facts.outside:
                path = [route.name for route in slow_routing.path(plan, facts, at)]
                assert list(routed.path) == path, seed
                assert _turns(routed) == _turns_expected(plan, routed), seed
            reached.add((routed.department, len(routed.path)))
            reached |= {(reason.code, 0) for reason in routed.reasons}
    assert len({depth for _, depth in reached}) == 5  # the chance makes trees of which every depth is reached
    assert {"owner_first", "owner_elsewhere", "no_owner", "by_place", "on_duty"} <= {
        code for code, _ in reached
    }


def _turns(routed: Routed) -> list[tuple[str, str]]:
    turns = [r for r in routed.reasons if r.code in ("route_taken", "route_passed")]
    return [(reason.code, reason.text.split(":")[0]) for reason in turns]


def _turns_expected(plan: Plan, routed: Routed) -> list[tuple[str, str]]:
    """On every level all routes up to the one that was taken, or all of them."""
    found, here = [("route_taken", plan.root.name)], plan.root
    for name in (*routed.path[1:], ""):
        for child in here.routes:
            found.append(("route_taken" if child.name == name else "route_passed", child.name))
            if child.name == name:
                here = child
                break
    return found


def test_a_route_that_is_called_unreachable_never_is_reached() -> None:
    told = 0
    for seed, plan, asked in trees(40):
        by_way = dict(all_routes(plan.root))
        never = {by_way[each.way].name for each in unreachable(plan.root)}
        told += len(never)
        for facts, at in asked:
            path = slow_routing.path(plan, facts, at)
            assert not never & {route.name for route in path}, seed
    assert told > TREES / 3


def test_a_copy_of_a_route_after_it_is_unreachable() -> None:
    """So is one that asks for more besides."""
    for _, plan, _ in trees(0):
        wide = plan.root.routes[0]
        if taken(wide.match).nothing:
            continue
        narrow = replace(wide, name="narrow", match=replace(wide.match, kinds=(*wide.match.kinds[:1],)))
        root = Route("root", departments=("a",), routes=(wide, narrow, replace(wide, name="again")))
        assert {(1,), (2,)} <= {each.way for each in unreachable(root)}


def test_what_two_take_and_what_lies_within_holds_of_tickets() -> None:
    plan = Plan(CHINA, CALENDAR, Route("root"), "a", {}, Posts())
    apart = inside = 0
    for seed in range(4 * TREES):
        chance = chances(seed)
        one, other = some_match(chance), some_match(chance)
        if seed % 2:
            other = replace(one, kinds=(), areas=one.areas[:1], when=chance.choice((one.when, other.when)))
        nothing, within = meet(taken(one), taken(other)).nothing, lies_within(taken(one), taken(other))
        apart, inside = apart + nothing, inside + within
        for _ in range(20):
            facts, at = some_facts(chance), some_instant(chance)
            first, second = (slow_routing.fits(plan, match, facts, at) for match in (one, other))
            assert not (nothing and first and second), seed
            assert not (within and first and not second), seed
    assert min(apart, inside) > TREES / 3


def test_the_minutes_of_a_week_are_those_that_hold() -> None:
    for seed in range(TREES):
        chance = chances(seed)
        when, weekday = some_time(chance), chance.randrange(7)
        worked, before, working = (chance.random() < 0.5 for _ in range(3))
        day = minutes_of(when) >> ((((weekday * 2 + worked) * 2 + before) * 2 + working) * DAY_MINUTES)
        midnight = datetime(2026, 6, 1, tzinfo=CHINA) + timedelta(days=weekday)
        edges = {each % DAY_MINUTES for span in when.spans for each in (span.begins, span.ends)}
        for minute in {*range(0, DAY_MINUTES, 7), *edges, *(edge - 1 for edge in edges if edge)}:
            moment = Moment(midnight + timedelta(minutes=minute), worked, before, working)
            assert when.holds(moment) == bool(day >> minute & 1), seed


@pytest.mark.parametrize("at", [-1e300, 1e300, float("nan"), float("inf"), -float("inf")])
def test_there_is_an_answer_at_any_time(at: float) -> None:
    plan = settings(
        "posts: {p: {zh: p, en: p, department: city_management, roster: {weekly: [{accounts: [x]}]}}}"
    )
    assert route_ticket(plan.plan(), Facts("illegal_parking"), at).department == "city_management"


@given(st.text(), st.text(), st.text(), st.none() | st.text())
def test_there_is_an_answer_to_any_facts(kind: str, code: str, area: str, owner: str | None) -> None:
    text = """
        departments: {a: {zh: a, en: a}}
        routes:
          name: r
          department: a
          first: owner
          routes: [{name: s, match: {codes: ["0*"], kinds: [k]}}]
    """
    routed = route_ticket(settings(text).plan(), Facts(kind, code, area, owner=owner), 0.0)
    assert routed.department == "a"
