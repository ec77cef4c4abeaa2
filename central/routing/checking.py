"""What is wrong with a configuration of routing, and what may not be meant. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from central.routing.deciding import Plan
from central.routing.duty_settings import DepartmentSettings, OwnerSettings, PostSettings
from central.routing.matching import all_coded, holding
from central.routing.rosters import gaps
from central.routing.route_settings import CaseSettings, RouteSettings
from central.routing.tree import all_routes, unreachable

Way = tuple[str | int, ...]
MOST_ROUTES = 500
MOST_GAPS = 6
_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Finding:
    """Something at a place of the configuration."""

    way: Way
    text: str


@dataclass(frozen=True, slots=True)
class Written:
    """The parts of a configuration that name each other."""

    root: RouteSettings
    departments: Mapping[str, DepartmentSettings]
    posts: Mapping[str, PostSettings]
    owners: list[OwnerSettings]
    catch_all: str | None
    tests: list[CaseSettings]


def unknown_names(written: Written) -> list[Finding]:
    """Names of departments, posts and routes that cannot be meant."""
    return [
        *_posts(written),
        *_owners(written),
        *_root(written),
        *_routes(written),
        *_cases(written),
    ]


def _department(name: str | None, written: Written, *way: str | int) -> Iterator[Finding]:
    if name is not None and name not in written.departments:
        yield Finding(way, f"{name!r} is no department; {_known(name, written.departments)}")


def _posts(written: Written) -> Iterator[Finding]:
    for name, post in written.posts.items():
        yield from _department(post.department, written, "posts", name, "department")
        if name in written.departments:
            text = f"{name!r} is a department, whose own post has that name; a post needs another"
            yield Finding(("posts", name), text)


def _owners(written: Written) -> Iterator[Finding]:
    named = Counter(owner.name for owner in written.owners)
    for number, owner in enumerate(written.owners):
        yield from _department(owner.department, written, "owners", number, "department")
        if named[owner.name] > 1:
            yield Finding(("owners", number, "name"), f"{owner.name!r} is there twice; names are unique")


def _root(written: Written) -> Iterator[Finding]:
    """Whatever it is and wherever it lies, the root and the catch-all have somebody for it."""
    root = written.root
    if root.match.model_fields_set:
        yield Finding(("routes", "match"), "the root takes everything; match in the routes below it")
    if not root.department:
        yield Finding(
            ("routes", "department"), "the root must name a department: it gets what no route takes"
        )
    if root.department and all(_works_in(written, name) for name in root.department):
        text = "of the root's departments one must work everywhere (without areas)"
        yield Finding(("routes", "department"), text)
    yield from _department(written.catch_all, written, "catch_all")
    if written.catch_all is not None and _works_in(written, written.catch_all):
        text = f"{written.catch_all!r} works in its areas only, and what lies outside the grid is in none"
        yield Finding(("catch_all",), text)


def _works_in(written: Written, name: str) -> list[str]:
    return written.departments[name].areas if name in written.departments else []


def _routes(written: Written) -> Iterator[Finding]:
    listed = list(_all_written(written.root, ("routes",), []))
    if len(listed) > MOST_ROUTES:
        yield Finding(("routes",), f"there are {len(listed)} routes; {MOST_ROUTES} are allowed")
    for way, route, departments in listed:
        for name in (*route.department, *route.tell):
            key = "department" if name in route.department else "tell"
            yield from _department(name, written, *way, key)
        yield from _post_of(route, departments, written, way)
        yield from _twice(route, way)


def _all_written(
    route: RouteSettings, way: Way, above: list[str]
) -> Iterator[tuple[Way, RouteSettings, list[str]]]:
    """Every route, and the departments that hold for it."""
    departments = route.department or above
    yield way, route, departments
    for number, child in enumerate(route.routes):
        yield from _all_written(child, (*way, "routes", number), departments)


def _post_of(route: RouteSettings, departments: list[str], written: Written, way: Way) -> Iterator[Finding]:
    if route.post is None:
        return
    if (post := written.posts.get(route.post)) is None:
        text = f"{route.post!r} is no post; {_known(route.post, written.posts)}"
    elif departments != [post.department]:
        whose = f"the department {post.department}" if post.department else "the grid"
        text = f"{route.post!r} is a post of {whose}, and the route is for {' or '.join(departments)}"
    else:
        return
    yield Finding((*way, "post"), text)


def _twice(route: RouteSettings, way: Way) -> Iterator[Finding]:
    named = Counter(child.name for child in route.routes)
    for number, child in enumerate(route.routes):
        if named[child.name] > 1:
            text = f"{child.name!r} is the name of two routes below {route.name}; give them different ones"
            yield Finding((*way, "routes", number, "name"), text)


def _cases(written: Written) -> Iterator[Finding]:
    for number, case in enumerate(written.tests):
        way = ("tests", number)
        yield from _department(case.department, written, *way, "department")
        for name in case.told or ():
            yield from _department(name, written, *way, "told")
        if case.post is not None and case.post not in (*written.posts, *written.departments):
            text = f"{case.post!r} is no post; {_known(case.post, [*written.posts, *written.departments])}"
            yield Finding((*way, "post"), text)
        if case.ticket.code is not None and case.ticket.code.endswith("*"):
            yield Finding((*way, "ticket", "code"), "a ticket has one code, without *")


def _known(name: str, names: Iterable[str]) -> str:
    listed = list(names)
    if near := get_close_matches(name, listed, 1):
        return f"{near[0]!r} is near it"
    if not listed:
        return "none is known"
    more = f" and {len(listed) - _SHOWN} more" if len(listed) > _SHOWN else ""
    return f"known are {', '.join(listed[:_SHOWN])}{more}"


def never_reached(plan: Plan) -> list[Finding]:
    """Routes that no ticket comes to."""
    return [
        *(
            Finding(_written_way(each.way), f"is never reached: {each.text}")
            for each in unreachable(plan.root)
        ),
    ]


def _written_way(way: tuple[int, ...]) -> Way:
    return ("routes", *(step for number in way for step in ("routes", number)))


def _owners_never_asked(plan: Plan) -> Iterator[Finding]:
    """Owners before whom another owns all that they do; a ticket may still name them."""
    for number, owner in enumerate(plan.owners):
        for earlier in plan.owners[:number]:
            areas = not earlier.areas or (owner.areas and all(holding(a, earlier.areas) for a in owner.areas))
            if areas and all_coded(owner.codes, earlier.codes):
                yield Finding(
                    ("owners", number),
                    f"is asked where a ticket names it, else {earlier.name} owns all of that",
                )
                break


def notes(plan: Plan) -> list[Finding]:
    """What is allowed and yet may not be meant."""
    return [*_nobody_routes_to(plan), *_unknown_kinds(plan), *_owners_never_asked(plan), *_gaps(plan)]


def _nobody_routes_to(plan: Plan) -> Iterator[Finding]:
    heard = {plan.catch_all, *(owner.department for owner in plan.owners)}
    for _, route in all_routes(plan.root):
        heard |= {*route.departments, *route.tell}
    for name in plan.departments:
        if name not in heard:
            yield Finding(("departments", name), "no route, owner or catch-all leads to it")


def _unknown_kinds(plan: Plan) -> Iterator[Finding]:
    for way, route in all_routes(plan.root):
        for kind in route.match.kinds:
            if kind not in plan.codes:
                near = get_close_matches(kind, list(plan.codes), 1)
                text = f"the kind {kind!r} is not in the table" + (
                    f"; {near[0]!r} is near it" if near else ""
                )
                yield Finding((*_written_way(way), "match", "kinds"), text)


def unfit_accounts(plan: Plan, roles: Mapping[str, str]) -> Iterator[Finding]:
    """Accounts that hold a post and cannot act there. roles: of every account that may sign in."""
    for name, department in plan.departments.items():
        yield from _unfit(department.accounts, "department", roles, ("departments", name, "accounts"))
    for name, post in plan.posts.by_name.items():
        needs = "department" if post.department else "grid_worker"
        yield from _unfit(post.holders(), needs, roles, ("posts", name))


def _unfit(logins: Iterable[str], needs: str, roles: Mapping[str, str], way: Way) -> Iterator[Finding]:
    for login in logins:
        if (role := roles.get(login)) is None:
            yield Finding(way, f"nobody can sign in as {login}")
        elif role != needs:
            yield Finding(way, f"{login} has the role {role}; {needs} is needed here")


def _gaps(plan: Plan) -> Iterator[Finding]:
    for name, post in plan.posts.by_name.items():
        if post.roster is None or not (found := gaps(post.roster)):
            continue
        shown = ", ".join(found[:MOST_GAPS])
        more = f" and {len(found) - MOST_GAPS} more times" if len(found) > MOST_GAPS else ""
        yield Finding(("posts", name, "roster"), f"nobody is on duty {shown}{more}")
