"""Routing to test with: plans from a few lines of YAML, and trees that chance makes."""

from datetime import date, datetime, timedelta
from random import Random
from typing import TypeVar
from zoneinfo import ZoneInfo

from broker.settings import loads
from broker.timetext import DAY_MINUTES
from central.routing.deciding import Department, Owner, Plan, Post, Posts
from central.routing.matching import ORIGINS, SEVERITIES, Facts, Match
from central.routing.moments import WEEK, Span, When, Worked
from central.routing.settings import RoutingSettings
from central.routing.tree import Route

CHINA = ZoneInfo("Asia/Shanghai")
T = TypeVar("T")
KINDS = ("illegal_parking", "bin_full", "lamp_out")
CODES = ("", "0101", "09009", "0902")
AREAS = ("131002", "131002001", "131002001001", "131002001001001", "131002002", "131002002001003")
DEPARTMENTS = ("a", "b", "c", "d")
FREE = {date(2026, 10, 1), date(2026, 10, 2)}  # a Thursday and a Friday
WORKED = {date(2026, 10, 10)}  # a Saturday


def settings(text: str) -> RoutingSettings:
    return loads(text, RoutingSettings, name="c.yaml")


TWO = "departments: { a: { zh: a, en: a }, south: { zh: s, en: s, areas: ['131002001'] } }\n"


def some_routes(*lines: str, root: str = "name: r, department: a") -> str:
    """Two departments, and these routes below the root."""
    return f"{TWO}routes: {{{root}, routes: [{', '.join(lines)}]}}\n"


def a_post(text: str) -> str:
    """Two departments and a post."""
    return f"{TWO}posts: {{ p: {{ zh: p, en: p, {text} }} }}\n"


def a_test(text: str) -> str:
    """Two departments and a test."""
    return f"{TWO}tests: [{{ name: t, {text} }}]\n"


def worked_day(day: date) -> bool:
    return day in WORKED or (day.weekday() < 5 and day not in FREE)


def working_time(at: float) -> bool:
    local = datetime.fromtimestamp(at, CHINA)
    return worked_day(local.date()) and 9 <= local.hour < 17


CALENDAR = Worked(worked_day, working_time)


def china(text: str) -> float:
    """2026-03-04 10:00 as people there say it."""
    return datetime.fromisoformat(text).replace(tzinfo=CHINA).timestamp()


def chances(seed: int) -> Random:
    """The same ones for the same number."""
    return Random(seed)  # noqa: S311 - nothing here is a secret


def few(chance: Random, values: tuple[T, ...]) -> tuple[T, ...]:
    """Mostly none or one of them."""
    return tuple(chance.sample(values, chance.choice((0, 0, 1, 1, 2))))


def some_span(chance: Random) -> Span:
    """Hours of a few days, also past midnight."""
    begins = chance.randrange(DAY_MINUTES)
    days = chance.sample((*WEEK, "workdays", "daysoff", "daily", "daily"), chance.choice((1, 2)))
    return Span(tuple(days), begins, begins + chance.randint(1, DAY_MINUTES))


def some_time(chance: Random) -> When:
    """Often any."""
    if chance.random() < 0.6:
        return When()
    spans = tuple(some_span(chance) for _ in range(chance.choice((0, 1, 2))))
    return When(spans, chance.choice((None, None, True, False)))


def some_match(chance: Random, served: tuple[str, ...] = ()) -> Match:
    """What a route asks."""
    return Match(
        few(chance, KINDS),
        few(chance, (*CODES[1:], "09*", "01*")),
        few(chance, AREAS),
        served,
        few(chance, SEVERITIES),
        few(chance, ORIGINS) if chance.random() < 0.3 else (),
        chance.choice((None, None, None, "part", "event")),
        some_time(chance),
    )


def some_facts(chance: Random) -> Facts:
    """A ticket."""
    return Facts(
        chance.choice(KINDS),
        chance.choice(CODES),
        chance.choice(("", *AREAS)),
        chance.random() < 0.1,
        chance.choice(SEVERITIES),
        chance.choice(ORIGINS),
        chance.choice((None, None, None, "b", "works", "nobody")),
    )


def some_instant(chance: Random) -> float:
    """A minute of eight weeks with a holiday in them."""
    first = datetime(2026, 9, 1, tzinfo=CHINA)
    return (first + timedelta(minutes=chance.randrange(8 * 7 * DAY_MINUTES))).timestamp()


def some_plan(chance: Random, *, depth: int = 2) -> Plan:
    """A whole routing."""
    areas = {name: few(chance, AREAS) if name != "a" else () for name in DEPARTMENTS}
    below = tuple(_some_route(chance, areas, depth, f"r{n}") for n in range(4))
    owners = (
        Owner("works", chance.choice(DEPARTMENTS), ("0101",), few(chance, AREAS)),
        Owner("signs", chance.choice(DEPARTMENTS), ("01*", "0902"), few(chance, AREAS)),
    )
    departments = {name: Department(name, name, name, areas[name]) for name in DEPARTMENTS}
    posts = Posts([Post("pb", "", "", "b"), Post("pc", "", "", "c", few(chance, AREAS))])
    return Plan(
        CHINA, CALENDAR, Route("root", departments=("a",), routes=below), "a", departments, posts, owners
    )


def _some_route(chance: Random, areas: dict[str, tuple[str, ...]], depth: int, name: str) -> Route:
    """A branch. A route whose departments all work in areas takes what lies in these."""
    departments = few(chance, DEPARTMENTS)
    everywhere = not all(areas[each] for each in departments)
    served = () if everywhere else tuple(area for each in departments for area in areas[each])
    return Route(
        name,
        some_match(chance, served),
        departments,
        None,
        chance.choice((None, None, "owner", "place", "matter")),
        few(chance, DEPARTMENTS),
        tuple(_some_route(chance, areas, depth - 1, f"{name}{n}") for n in range(chance.randint(0, depth))),
    )
