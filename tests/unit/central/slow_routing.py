"""Routing again, slowly and in another way: all ways through the tree are tried, and the first taken."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from math import inf

from central.routing.deciding import Plan
from central.routing.matching import Facts, Match
from central.routing.moments import WEEK, Span
from central.routing.tree import Route

Way = tuple[int, ...]


def department(plan: Plan, facts: Facts, at: float) -> str:
    """Who handles it."""
    if facts.outside:
        return plan.catch_all
    walked = path(plan, facts, at)
    places = next(route.departments for route in reversed(walked) if route.departments)
    by_place = min(places, key=lambda name: (-_depth(plan, name, facts.area), places.index(name)))
    first = next((route.first for route in reversed(walked) if route.first), "matter")
    if first == "place" or (first == "matter" and not is_part(facts)):
        return by_place
    owner = owner_of(plan, facts)
    return owner if owner is not None and _depth(plan, owner, facts.area) >= 0 else by_place


def path(plan: Plan, facts: Facts, at: float) -> list[Route]:
    """The routes it comes through."""
    ways = [way for way, routes in _ways(plan.root) if all(fits(plan, r.match, facts, at) for r in routes)]
    best = min(ways, key=lambda way: (*way, *[inf] * (9 - len(way))))
    return next(routes for way, routes in _ways(plan.root) if way == best)


def _ways(route: Route, way: Way = (), above: tuple[Route, ...] = ()) -> Iterator[tuple[Way, list[Route]]]:
    yield way, [*above, route]
    for number, child in enumerate(route.routes):
        yield from _ways(child, (*way, number), (*above, route))


def fits(plan: Plan, match: Match, facts: Facts, at: float) -> bool:
    """Whether all that a route asks is so."""
    local = datetime.fromtimestamp(at, plan.zone)
    asked = (
        (match.kinds, [facts.kind]),
        (match.codes, [facts.code, *(f"{facts.code[:n]}*" for n in range(len(facts.code) + 1))]),
        (match.areas, [facts.area[:n] for n in range(len(facts.area) + 1)]),
        (match.served, [facts.area[:n] for n in range(len(facts.area) + 1)]),
        (match.severities, [facts.severity]),
        (match.origins, [facts.origin]),
        ((match.matter,) if match.matter else (), ["part" if is_part(facts) else "event"]),
        (match.when.spans, [span for span in match.when.spans if within(plan, span, local)]),
        (() if match.when.working is None else (match.when.working,), [plan.worked.time(at)]),
    )
    return all(not wanted or set(wanted) & set(given) for wanted, given in asked)  # type: ignore[call-overload]


def within(plan: Plan, span: Span, local: datetime) -> bool:
    """Whether it lies in one of the hours that begin today or yesterday, by the hands of the clock."""
    for back in (0, 1):
        day = local.date() - timedelta(days=back)
        words = {"daily", WEEK[day.weekday()], "workdays" if plan.worked.day(day) else "daysoff"}
        midnight = datetime.combine(day, time())
        begins, ends = (midnight + timedelta(minutes=m) for m in (span.begins, span.ends))
        if words & set(span.days) and begins <= local.replace(tzinfo=None, second=0, microsecond=0) < ends:
            return True
    return False


def is_part(facts: Facts) -> bool:
    """Whether somebody owns it."""
    return facts.owner is not None or facts.code.startswith(("01", "02", "03", "04", "05"))


def owner_of(plan: Plan, facts: Facts) -> str | None:
    """The department of whoever owns it."""
    if facts.owner is not None:
        named = [owner.department for owner in plan.owners if owner.name == facts.owner]
        return named[0] if named else facts.owner if facts.owner in plan.departments else None
    for owner in plan.owners:
        if fits(plan, Match(codes=owner.codes, areas=owner.areas), facts, 0.0):
            return owner.department
    return None


def _depth(plan: Plan, name: str, area: str) -> int:
    areas = plan.departments[name].areas
    return max((len(each) for each in areas if area.startswith(each)), default=-1 if areas else 0)
