"""Who handles a ticket: a department, a post of it, and who else is told. Pure; there is always an answer."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from broker.events import Reason
from central.routing.matching import Facts, coded, holding
from central.routing.moments import Worked, moment_at
from central.routing.rosters import OnDuty, Place, Roster, on_duty
from central.routing.tree import Route, Walk, told, walk


@dataclass(frozen=True, slots=True)
class Department:
    """Who handles tickets. areas: where it works, everywhere without any. accounts: of its own post."""

    name: str
    zh: str
    en: str
    areas: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Post:
    """A duty post of a department, or without one a grid worker's post of some areas.

    roster None: `accounts` always hold it.
    """

    name: str
    zh: str
    en: str
    department: str | None = None
    areas: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    roster: Roster | None = None

    def holders(self) -> tuple[str, ...]:
        """Every account that ever holds it."""
        return self.accounts if self.roster is None else self.roster.accounts()


@dataclass(frozen=True, slots=True)
class Owner:
    """Who owns parts of these codes in these areas, and the department that answers for it."""

    name: str
    department: str
    codes: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()


class Posts:
    """All posts, as they are asked for: by name and by department."""

    def __init__(self, posts: Iterable[Post] = ()) -> None:
        self.by_name: dict[str, Post] = {}
        self.by_department: dict[str, list[Post]] = {}
        for post in posts:
            self.by_name[post.name] = post
            if post.department is not None:
                self.by_department.setdefault(post.department, []).append(post)
        self._held: tuple[float, dict[str, OnDuty]] = (0.0, {})

    def holding(self, post: Post, roster: Roster, at: float, place: Place) -> OnDuty:
        """Who is on duty at a post. Remembered for one instant: tickets that come together have the same."""
        when, known = self._held
        if when != at:
            known = {}
            self._held = (at, known)
        if post.name not in known:
            known[post.name] = on_duty(roster, at, place)
        return known[post.name]


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that routing goes by. catch_all: who gets what lies outside the grid.

    codes: the matter of each kind in the national table.
    """

    zone: ZoneInfo
    worked: Worked
    root: Route
    catch_all: str
    departments: Mapping[str, Department]
    posts: Posts
    owners: tuple[Owner, ...] = ()
    codes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Duty:
    """A post and who holds it now. until: when that changes, None when not soon. own: the department's own.

    manned: somebody holds it; where `accounts` is empty then, that is whoever has the role.
    """

    post: str
    accounts: tuple[str, ...]
    until: float | None = None
    own: bool = False
    manned: bool = True


@dataclass(frozen=True, slots=True)
class Routed:
    """Who handles a ticket. told: departments that hear of it. path: the routes it came through.

    reasons: every turn taken and not taken, then what followed; `why` is the last word in one sentence.
    """

    department: str
    duty: Duty
    told: tuple[str, ...]
    path: tuple[str, ...]
    reasons: tuple[Reason, ...]
    why: Reason

    @property
    def post(self) -> str:
        """The post that gets it; the department's own post has the department's name."""
        return self.duty.post


def route_ticket(plan: Plan, facts: Facts, at: float) -> Routed:
    """Who handles a ticket that is dispatched at an instant (seconds since 1970)."""
    known = facts if facts.code else replace(facts, code=plan.codes.get(facts.kind, ""))
    if known.outside:
        return _outside(plan, at)
    moment = moment_at(at, plan.zone, plan.worked)
    walked = walk(plan.root, known, moment)
    chosen, choice = _by_place(plan, walked, known)
    owner, asked = _owner(plan, walked, known)
    department = owner.department if owner is not None else chosen
    post = walked.post if owner is None else None
    duty, manned = _duty(plan, department, post, known.area, at)
    others = [*walked.tell, *([chosen] if owner is not None else [])]
    tell = tuple(dict.fromkeys(name for name in others if name != department))
    via = f"{owner.name} owns it" if owner is not None else f"the route {walked.name}"
    by = {"owner": owner.name} if owner is not None else {"route": walked.name}
    text = f"{via}: it goes to {department}, post {duty.post}{_also(tell)}"
    why = told("routed", text, department=department, post=duty.post, **by)
    path = tuple(route.name for route in walked.path)
    return Routed(department, duty, tell, path, (*walked.reasons, *choice, *asked, *manned, why), why)


def _outside(plan: Plan, at: float) -> Routed:
    duty, manned = _duty(plan, plan.catch_all, None, "", at)
    text = f"it lies outside the grid, near no community; {plan.catch_all} gets all such"
    to = {"department": plan.catch_all, "post": duty.post}
    why = told("routed", f"outside the grid: it goes to {plan.catch_all}, post {duty.post}", **to)
    return Routed(plan.catch_all, duty, (), (), (told("outside_grid", text), *manned, why), why)


def _by_place(plan: Plan, walked: Walk, facts: Facts) -> tuple[str, list[Reason]]:
    """Of the route's departments, the one with the smallest area that holds it; the first of equals."""
    if len(walked.departments) == 1:
        return walked.departments[0], []
    areas = {name: plan.departments[name].areas for name in walked.departments}
    best = max(areas, key=lambda name: _nearness(facts.area, areas[name]))
    where = holding(facts.area, areas[best])
    text = f"{best} works in {where}" if where else f"{best} works everywhere, and no other works here alone"
    return best, [told("by_place", f"{text}; asked were {', '.join(areas)}", department=best)]


def _nearness(area: str, areas: Sequence[str]) -> int:
    """0: works everywhere; -1: does not work there."""
    if not areas:
        return 0
    return len(holding(area, tuple(areas)) or "") or -1


def _owner(plan: Plan, walked: Walk, facts: Facts) -> tuple[Owner | None, list[Reason]]:
    """Whose part it is, where the owner comes first."""
    if walked.first == "place" or (walked.first == "matter" and facts.matter == "event"):
        said = "it is an event" if walked.first == "matter" else f"the route {walked.name} says so"
        return None, [told("place_first", f"its place comes first: {said}")]
    found, text = _named(plan, facts) if facts.owner is not None else _listed(plan, facts)
    if found is None:
        return None, [told("no_owner", f"{text}; its place decides")]
    if _nearness(facts.area, plan.departments[found.department].areas) < 0:
        text = f"{text}, but {found.department} does not work there; its place decides"
        return None, [told("owner_elsewhere", text, owner=found.name, department=found.department)]
    return found, [told("owner_first", f"{text}; owners come first", owner=found.name)]


def _named(plan: Plan, facts: Facts) -> tuple[Owner | None, str]:
    """The owner that the ticket names: by its name, or by that of a department."""
    name = facts.owner or ""
    for owner in plan.owners:
        if owner.name == name:
            return owner, f"{name} owns it, the ticket says"
    if name in plan.departments:
        return Owner(name, name), f"{name} owns it, the ticket says"
    return None, f"its owner {name!r} is no owner and no department here"


def _listed(plan: Plan, facts: Facts) -> tuple[Owner | None, str]:
    """The first owner of such parts in that area."""
    for owner in plan.owners:
        here = not owner.areas or holding(facts.area, owner.areas) is not None
        if here and coded(facts.code, owner.codes):
            return owner, f"{owner.name} owns parts of the code {facts.code} here"
    return None, f"nobody is said to own parts of the code {facts.code or '(none)'} here"


def _duty(plan: Plan, department: str, post: str | None, area: str, at: float) -> tuple[Duty, list[Reason]]:
    """The post of a department that gets it: one that somebody holds now, and else the department's own."""
    reasons = []
    for candidate in _candidates(plan, department, post, area):
        duty = duty_of(plan, candidate, at)
        if duty.manned:
            until = f" until {_clock(plan, duty.until)}" if duty.until else ""
            text = f"the post {candidate.name} is on duty{until}"
            reasons.append(told("on_duty", text, post=candidate.name, until=duty.until))
            return duty, reasons
        next_ = f"before {_clock(plan, duty.until)}" if duty.until else "for long"
        text = f"nobody is on duty at the post {candidate.name} {next_}"
        reasons.append(told("nobody_on_duty", text, post=candidate.name, until=duty.until))
    if not reasons:
        reasons.append(
            told("own_post", f"{department} has no other post for it; its own gets it", department=department)
        )
    else:
        reasons.append(told("own_post", f"so the own post of {department} gets it", department=department))
    return Duty(department, plan.departments[department].accounts, None, own=True), reasons


def _candidates(plan: Plan, department: str, post: str | None, area: str) -> list[Post]:
    """The route's post; or those that serve the place, of the smallest area first."""
    if post is not None:
        return [plan.posts.by_name[post]]
    serving = [p for p in plan.posts.by_department.get(department, ()) if _nearness(area, p.areas) >= 0]
    return sorted(serving, key=lambda p: -_nearness(area, p.areas))


def duty_of(plan: Plan, post: Post, at: float) -> Duty:
    """Who holds a post at an instant, and until when."""
    if post.roster is None:
        return Duty(post.name, post.accounts)
    now = plan.posts.holding(post, post.roster, at, Place(plan.zone, plan.worked))
    return Duty(post.name, now.accounts, now.until, manned=bool(now.accounts))


def _also(tell: Sequence[str]) -> str:
    return f"; told: {', '.join(tell)}" if tell else ""


def _clock(plan: Plan, at: float) -> str:
    return f"{datetime.fromtimestamp(at, plan.zone):%a %d %b %H:%M}"
