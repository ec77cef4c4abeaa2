"""The walk of a ticket and the tree of routes, as lines that people read. Pure."""

from collections.abc import Iterator

from central.routing.deciding import Plan, Routed
from central.routing.moments import ALWAYS
from central.routing.tree import Route

MARKS = {"route_taken": "+", "route_passed": "-"}


def walk_lines(routed: Routed) -> Iterator[str]:
    """Every turn below the one it hangs on: `+` was taken, `-` was passed; then what followed."""
    for reason in routed.reasons:
        depth = int((reason.values or {}).get("depth", 0))
        yield f"{'  ' * depth}{MARKS.get(reason.code, '=')} {reason.text}"


def tree_lines(plan: Plan) -> Iterator[str]:
    """Every route below the one it hangs on, with what it takes and who gets it."""
    yield from _branch(plan.root, 0)
    yield f"outside the grid -> {plan.catch_all}"


def _branch(route: Route, depth: int) -> Iterator[str]:
    parts = [f"{'  ' * depth}{route.name}", *_takes(route), *_gives(route)]
    yield "  ".join(parts)
    for child in route.routes:
        yield from _branch(child, depth + 1)


def _takes(route: Route) -> Iterator[str]:
    match = route.match
    named = (
        ("kind", match.kinds),
        ("code", match.codes),
        ("matter", (match.matter,) if match.matter else ()),
        ("severity", match.severities),
        ("origin", match.origins),
        ("in", match.areas),
    )
    yield from (f"{name} {' or '.join(values)}" for name, values in named if values)
    if match.when != ALWAYS:
        yield from (str(span) for span in match.when.spans)
        if match.when.working is not None:
            yield "in working time" if match.when.working else "out of working time"


def _gives(route: Route) -> Iterator[str]:
    if route.departments:
        yield f"-> {' or '.join(route.departments)}"
    if route.post:
        yield f"post {route.post}"
    if route.first:
        yield f"{route.first} first"
    if route.tell:
        yield f"told: {', '.join(route.tell)}"
