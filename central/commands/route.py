"""`gewu-central route`: try the routing, run its tests, look at its tree."""

import argparse
import json
import re
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

from broker.fields import rfc3339, utc
from broker.settings import dotted
from central.grid.areas import level_of
from central.opening import CannotStart, open_store
from central.routing.cases import try_case
from central.routing.checking import notes, unfit_accounts
from central.routing.deciding import Plan, Routed, route_ticket
from central.routing.matching import ORIGINS, SEVERITIES, Facts
from central.routing.telling import tree_lines, walk_lines
from central.settings import CentralSettings
from central.store.accounts import all_accounts
from central.terms import GridBook

HELP = "where a ticket goes, and why: try one, run the configuration's tests, or list the routes"
YES = {"yes": True, "no": False, None: None}
_WORD = re.compile(r"[a-z][a-z0-9_]{0,47}")


def arguments(command: argparse.ArgumentParser) -> None:
    """A ticket, or what else is wanted."""
    asked = command.add_mutually_exclusive_group(required=True)
    asked.add_argument("--kind", type=_kind, help="try a ticket of this kind")
    asked.add_argument("--test", action="store_true", help="run the configuration's own tests")
    asked.add_argument("--list", action="store_true", help="the tree with its departments")
    asked.add_argument("--accounts", action="store_true", help="whether all who hold a post can act there")
    command.add_argument("--code", default="", help="its matter (the kind's own)")
    where = command.add_mutually_exclusive_group()
    where.add_argument("--cell", type=_area, metavar="DIGITS", help="its cell, or a larger area")
    where.add_argument("--at-point", type=_point, metavar="LON,LAT", help="where it lies on the grid")
    command.add_argument("--severity", choices=SEVERITIES, default="normal")
    command.add_argument("--origin", choices=ORIGINS, default="camera")
    command.add_argument("--owner", help="who owns the part")
    command.add_argument("--time", type=_time, help="when it is dispatched (now)")
    command.add_argument("--worked", choices=("yes", "no"), help="what its day is taken for")
    command.add_argument("--json", action="store_true", help="as one JSON object")


def run(settings: CentralSettings, asked: argparse.Namespace) -> int:
    """One of the four."""
    plan = settings.routing.plan()
    if asked.test:
        return _test(settings, plan)
    if asked.list:
        print("\n".join(tree_lines(plan)))
        return 0
    return _accounts(settings, plan) if asked.accounts else _try(settings, plan, asked)


def _test(settings: CentralSettings, plan: Plan) -> int:
    tried = [try_case(plan, case) for case in settings.routing.tests]
    for each in tried:
        went = f"{each.routed.department}, post {each.routed.post}"
        print(f"fault  {each.text}" if each.wrong else f"ok     {each.case.name}: {went}")
    for note in notes(plan):
        print(f"note   {dotted(('routing', *note.way))}: {note.text}")
    failed = sum(bool(each.wrong) for each in tried)
    print(f"{len(tried)} tests, {failed} failed")
    return int(failed > 0)


def _accounts(settings: CentralSettings, plan: Plan) -> int:
    with closing(open_store(settings)) as store:
        roles = {each.login: each.role for each in all_accounts(store) if not each.disabled}
    found = list(unfit_accounts(plan, roles))
    for each in found:
        print(f"fault  {dotted(('routing', *each.way))}: {each.text}")
    print(f"{len(found)} faults")
    return int(bool(found))


def _try(settings: CentralSettings, plan: Plan, asked: argparse.Namespace) -> int:
    at = asked.time or datetime.now(timezone.utc)
    at = at if at.tzinfo else at.replace(tzinfo=plan.zone)
    area, outside, said = asked.cell or "", False, None
    if asked.at_point is not None:
        area, outside, said = _located(settings, asked.at_point, at)
    facts = Facts(asked.kind, asked.code, area, outside, asked.severity, asked.origin, asked.owner)
    worked = plan.worked.taken_for(day=YES[asked.worked])
    routed = route_ticket(replace(plan, worked=worked), facts, at.timestamp())
    if asked.json:
        print(json.dumps(as_json(routed), ensure_ascii=False))
    else:
        print("\n".join([*([said] if said else []), *walk_lines(routed), *_answer(plan, routed)]))
    return 0


def _located(settings: CentralSettings, point: tuple[float, float], at: datetime) -> tuple[str, bool, str]:
    """The smallest area that holds a point, whether it lies outside the grid, and why. Raises CannotStart."""
    with closing(open_store(settings)) as store:
        found = GridBook(store).find(*point, at)
    if found is None:
        raise CannotStart(f"route: no cut of the grid is valid at {rfc3339(at)}; --cell names the cell")
    cut, place = found
    area = place.cell or place.community or ""
    return area, not area, f"cut {cut.number} ({cut.title}): {place.reason.text}"


def _answer(plan: Plan, routed: Routed) -> list[str]:
    department, duty = plan.departments[routed.department], routed.duty
    lines = [f"department  {department.name}  {department.zh}  {department.en}"]
    until = f"  until {datetime.fromtimestamp(duty.until, plan.zone):%Y-%m-%d %H:%M}" if duty.until else ""
    lines.append(f"post        {duty.post}  {', '.join(duty.accounts) or 'whoever has the role'}{until}")
    return [*lines, f"told        {', '.join(routed.told) or 'nobody else'}"]


def as_json(routed: Routed) -> dict[str, Any]:
    """The answer and the walk."""
    duty = routed.duty
    until = None if duty.until is None else rfc3339(utc(duty.until))
    return {
        "department": routed.department,
        "post": {"name": duty.post, "accounts": list(duty.accounts), "until": until, "own": duty.own},
        "told": list(routed.told),
        "path": list(routed.path),
        "why": routed.why.text,
        "reasons": [reason.model_dump(mode="json", exclude_none=True) for reason in routed.reasons],
    }


def _kind(text: str) -> str:
    if not _WORD.fullmatch(text):
        raise argparse.ArgumentTypeError("a kind is 1 to 48 small letters, digits and '_', a letter first")
    return text


def _area(text: str) -> str:
    try:
        level_of(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return text


def _point(text: str) -> tuple[float, float]:
    try:
        longitude, latitude = (float(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError("a point is LON,LAT in degrees, such as 116.70,39.52") from None
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise argparse.ArgumentTypeError("degrees are expected, longitude first")
    return longitude, latitude


def _time(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        text = "2026-03-04T10:00 (the place's own hours) or 2026-03-04T10:00:00+08:00 is expected"
        raise argparse.ArgumentTypeError(text) from None
