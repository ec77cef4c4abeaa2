"""The route tree: from what a ticket is to the departments that may handle it. Pure.

Like Alertmanager's: a ticket walks down from the root; at every route the first child that matches takes it,
and the route that was reached last decides. What a route does not say, the one above it says. Every route
that was taken, and every one that was passed, has its reason.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from broker.events import Reason
from central.letters import tellable
from central.routing.matching import Facts, Match, Taken, lies_within, meet, taken
from central.routing.moments import Moment

First = Literal["matter", "owner", "place"]
LONGEST = 240
REMEMBERED = 4096
Way = tuple[int, ...]  # from the root: which child, and which child of that


ANYTHING: Final = Match()


@dataclass(frozen=True, slots=True)
class Route:
    """One branch. Of several departments the one that works where the ticket lies handles it.

    No departments, no `first`: as the route above says. tell: who else hears of it, besides those of the
    routes above. post: of its department, who gets it.
    """

    name: str
    match: Match = ANYTHING
    departments: tuple[str, ...] = ()
    post: str | None = None
    first: First | None = None
    tell: tuple[str, ...] = ()
    routes: tuple["Route", ...] = ()


@dataclass(frozen=True, slots=True)
class Walk:
    """The routes that a ticket came through, the root first, and every turn with its reason."""

    path: tuple[Route, ...]
    reasons: tuple[Reason, ...]

    @property
    def departments(self) -> tuple[str, ...]:
        """Those of the last route that names some."""
        return next((route.departments for route in reversed(self.path) if route.departments), ())

    @property
    def post(self) -> str | None:
        """That of the last route that names one, unless one below it names a department and no post."""
        said = (route for route in reversed(self.path) if route.post or route.departments)
        return next((route.post for route in said), None)

    @property
    def first(self) -> First:
        """Whether the owner or the place comes first."""
        return next((route.first for route in reversed(self.path) if route.first), "matter")

    @property
    def tell(self) -> tuple[str, ...]:
        """Those of all routes, each once."""
        return tuple(dict.fromkeys(name for route in self.path for name in route.tell))

    @property
    def name(self) -> str:
        """city/parking/night."""
        return "/".join(route.name for route in self.path)


def walk(root: Route, facts: Facts, moment: Moment) -> Walk:
    """The way of a ticket. The root takes everything."""
    path, reasons = (
        [root],
        [told("route_taken", f"{root.name}: it takes everything", depth=0, route=root.name)],
    )
    while (child := _down(path[-1], facts, moment, len(path), reasons)) is not None:
        path.append(child)
    return Walk(tuple(path), tuple(reasons))


def _down(here: Route, facts: Facts, moment: Moment, depth: int, reasons: list[Reason]) -> Route | None:
    """The first child that matches."""
    for child in here.routes:
        fits, text = child.match.tried(facts, moment)
        code = "route_taken" if fits else "route_passed"
        reasons.append(told(code, f"{child.name}: {text}", depth=depth, route=child.name))
        if fits:
            return child
    return None


@lru_cache(maxsize=REMEMBERED)  # most tickets come the same ways
def told(
    code: str, text: str, *, depth: int | None = None, until: float | None = None, **words: str
) -> Reason:
    """A reason. depth: how far below the root the turn is. until: when it changes, seconds since 1970."""
    figures = {"depth": depth, "until": until}
    values = {name: float(value) for name, value in figures.items() if value is not None}
    said = {name: tellable(word[:LONGEST]) for name, word in words.items() if word}
    return Reason(code=code, text=tellable(text[:LONGEST]), values=values or None, words=said or None)


def all_routes(root: Route, way: Way = ()) -> Iterator[tuple[Way, Route]]:
    """Every route with its way from the root, the root first."""
    yield way, root
    for number, child in enumerate(root.routes):
        yield from all_routes(child, (*way, number))


@dataclass(frozen=True, slots=True)
class Unreachable:
    """A route that no ticket comes to, and why."""

    way: Way
    text: str


def unreachable(root: Route) -> list[Unreachable]:
    """Routes that no ticket comes to: one above or one before it leaves nothing. What is told is certain."""
    return list(_unreachable(root, taken(root.match), ()))


def _unreachable(here: Route, comes: Taken, way: Way) -> Iterator[Unreachable]:
    before: list[tuple[Route, Taken]] = []
    for number, child in enumerate(here.routes):
        own = taken(child.match)
        left = meet(comes, own)
        if (text := _why_never(here, child, left, before)) is not None:
            yield Unreachable((*way, number), text)
        else:
            yield from _unreachable(child, left, (*way, number))
        before.append((child, own))


def _why_never(here: Route, child: Route, left: Taken, before: Sequence[tuple[Route, Taken]]) -> str | None:
    if left.nothing:
        return f"nothing that {here.name} takes can match {child.name}"
    for earlier, wide in before:
        if lies_within(left, wide):
            return f"{earlier.name}, which comes before it, takes everything that {child.name} would take"
    return None
