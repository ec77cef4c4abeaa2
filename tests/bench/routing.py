"""Tickets routed a second, and whether rightly: `python -m tests.bench.routing [--trees N] [--tickets N]`.

Trees that chance makes are walked in two ways that must agree, and what is called unreachable must not be
reached. Then a city's tree of 491 routes, 81 departments with rosters and 4,756 grid workers' posts; the peer
is the slow walk over the same tree, the limit the 50 tickets a second that a city makes at worst. The last
line is one JSON object.
"""

import argparse
import json
import time
from collections.abc import Callable
from typing import Any

from central.routing.deciding import Plan, route_ticket
from central.routing.matching import Facts
from central.routing.settings import RoutingSettings
from central.routing.tree import all_routes, unreachable
from tests.unit.central import slow_routing
from tests.unit.central.plans import CALENDAR, chances, some_facts, some_instant, some_plan

STREETS, COMMUNITIES, CELLS, GROUPS = 8, 8, 4756, 10
NEEDED_PER_S = 50
TURNS = 3


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trees", type=int, default=2_000)
    parser.add_argument("--tickets", type=int, default=5_000)
    asked = parser.parse_args()
    found = agreeing(asked.trees) | of_a_city(asked.tickets)
    print(f"{found['asked']:,} tickets in {asked.trees:,} trees: {found['disagreements']} went another way")
    print(f"{found['unreachable']:,} routes called unreachable; {found['reached']} were reached")
    print(f"{found['per_s']:,} tickets/s, {found['ratio_to_slow']} times the slow walk")
    print(json.dumps(found))
    wrong = found["disagreements"] or found["reached"]
    return int(bool(wrong) or found["per_s"] < NEEDED_PER_S)


def agreeing(trees: int) -> dict[str, Any]:
    """The quick walk against the slow one."""
    told = {"asked": 0, "disagreements": 0, "unreachable": 0, "reached": 0}
    for seed in range(trees):
        chance = chances(1_000_000 + seed)
        plan = some_plan(chance)
        routes = dict(all_routes(plan.root))
        never = {routes[each.way].name for each in unreachable(plan.root)}
        told["unreachable"] += len(never)
        for _ in range(20):
            facts, at = some_facts(chance), some_instant(chance)
            routed = route_ticket(plan, facts, at)
            told["asked"] += 1
            told["disagreements"] += routed.department != slow_routing.department(plan, facts, at)
            told["reached"] += bool(never & set(routed.path))
    return told


def of_a_city(tickets: int) -> dict[str, Any]:
    """How fast."""
    text = written_city()
    began = time.perf_counter()
    plan = RoutingSettings.model_validate(text).plan(CALENDAR)
    read_s = time.perf_counter() - began
    asked = [some_ticket(seed) for seed in range(tickets)]
    quick = best(lambda: [route_ticket(plan, *each) for each in asked], len(asked))
    slow = best(lambda: [slow_routing.department(plan, *each) for each in asked[:50]], 50)
    return {
        "routes": len(list(all_routes(plan.root))), "posts": len(plan.posts.by_name),
        "read_s": round(read_s, 2),
        "per_s": round(quick), "slow_per_s": round(slow), "ratio_to_slow": round(quick / slow, 1),
        "needed_per_s": NEEDED_PER_S, "turns_a_ticket": turns(plan, asked),
    }  # fmt: skip


def turns(plan: Plan, asked: list[tuple[Facts, float]]) -> float:
    """Reasons that a ticket has."""
    return round(sum(len(route_ticket(plan, *each).reasons) for each in asked[:500]) / 500, 1)


def best(what: Callable[[], object], number: int) -> float:
    """The most a second of some turns; the others were disturbed."""
    seconds = []
    for _ in range(TURNS):
        began = time.perf_counter()
        what()
        seconds.append(time.perf_counter() - began)
    return number / min(seconds)


def some_ticket(seed: int) -> tuple[Facts, float]:
    """Of any group, in any cell."""
    chance = chances(seed)
    kind = f"kind_{chance.randrange(GROUPS + 1)}"
    severity = chance.choice(("low", "normal", "high"))
    facts = Facts(
        kind,
        "",
        cell(chance.randrange(CELLS)),
        severity=severity,
        origin=chance.choice(("camera", "citizen")),
    )
    return facts, some_instant(chance)


def cell(number: int) -> str:
    """Its code."""
    return f"131002{number % STREETS + 1:03d}{number // STREETS % COMMUNITIES + 1:03d}{number // 64 + 1:03d}"


def written_city() -> dict[str, Any]:
    """As a configuration has it."""
    named = {"zh": "z", "en": "e"}
    weekly = [{"hours": "07:00-19:00", "accounts": ["day"]}, {"hours": "19:00-07:00", "accounts": ["night"]}]
    places = [f"131002{street:03d}" for street in range(1, STREETS + 1)]
    departments = {"city": named} | {
        f"d_{n}_{at}": named | {"areas": [at]} for n in range(GROUPS) for at in places
    }
    posts = {f"p_{name}": named | {"department": name, "roster": {"weekly": weekly}} for name in departments}
    grid = {f"g_{n}": named | {"areas": [cell(n)], "roster": {"weekly": weekly}} for n in range(CELLS)}
    return {
        "departments": departments,
        "posts": posts | grid,
        "routes": {"name": "root", "department": "city", "routes": [group(n, places) for n in range(GROUPS)]},
    }


def group(number: int, places: list[str]) -> dict[str, Any]:
    """Routes of one kind."""
    below = [
        {"name": f"s{at}", "match": {"areas": [at]}, "department": f"d_{number}_{at}", "routes": leaves()}
        for at in places
    ]
    return {"name": f"g{number}", "match": {"kinds": [f"kind_{number}"]}, "routes": below}


def leaves() -> list[dict[str, Any]]:
    """By time, severity and origin."""
    night = [{"days": ["workdays"], "hours": "22:00-06:00"}]
    asks: list[dict[str, Any]] = [
        {"severities": ["high"]},
        {"times": night},
        {"origins": ["citizen"], "working_time": False},
        {"origins": ["citizen", "grid_worker"]},
        {"times": [{"days": ["sat", "sun"]}]},
    ]
    return [{"name": f"l{number}", "match": match, "tell": "city"} for number, match in enumerate(asks)]


if __name__ == "__main__":
    raise SystemExit(main())
