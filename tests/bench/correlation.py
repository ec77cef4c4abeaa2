"""How well situations are joined that are one thing: `python -m tests.bench.correlation [--streets N]`.

Streets whose truth is known (tests/labelled.py), and a signal that toggles every 30 s for a day. The peer
joins by distance alone, 5 m, with the same cool-down. The last line is one JSON object; the exit code is 1
when a goal is missed: 99 % of repeats joined, 95 % across sources, 1 % joined wrongly, one ticket for the
signal.
"""

import argparse
import json
import random
import time
from collections.abc import Sequence

from central.correlation.bonds import Kinds
from central.correlation.groups import grouped
from central.correlation.sightings import Key, Sighting, metres_between
from tests.arrivals import heard
from tests.labelled import KINDS, Labelled, judged, street

PEER_M, COOL_DOWN_S = 5.0, 1800.0


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--streets", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sets", type=int, default=5000, help="sets of events told in two orders")
    asked = parser.parse_args()
    streets = [street(asked.seed, number) for number in range(asked.streets)]
    said = [each for one in streets for each in one]
    began = time.perf_counter()
    ours = {key: founder for one in streets for key, founder in joined(one).items()}
    seconds = time.perf_counter() - began
    figures = judged(said, ours)
    peer = judged(said, {key: founder for one in streets for key, founder in by_distance(one).items()})
    things, tickets = len({each.thing for each in said}), len(set(ours.values()))
    toggles = signal()
    differ = orders(asked.sets, asked.seed)
    print(f"{len(said)} situations of {things} things: {tickets} tickets, {len(said) / seconds:,.0f}/s")
    for name in figures:
        print(f"{name:<8} {figures[name]:.4f}  by distance alone {peer[name]:.4f}")
    print(f"{asked.sets} sets in another order and with repetitions: {differ} end in other groups")
    found = {"situations": len(said), "things": things, "tickets": tickets, "toggles": toggles}
    found |= {"sets": asked.sets, "differ": differ}
    found |= {name: round(value, 4) for name, value in figures.items()}
    print(json.dumps(found | {f"peer_{name}": round(value, 4) for name, value in peer.items()}))
    good = figures["repeats"] >= 0.99 and figures["across"] >= 0.95 and figures["false"] <= 0.01
    return int(not good or toggles != 1 or differ > 0)


def joined(said: Sequence[Labelled]) -> dict[Key, Key]:
    """By our own way."""
    found = grouped([each.sighting for each in said], KINDS)
    return {key: where.founder for key, where in found.items()}


def by_distance(said: Sequence[Labelled]) -> dict[Key, Key]:
    """The nearest group within the distance that was there within the cool-down, whoever saw it."""
    groups: list[list[Sighting]] = []
    found: dict[Key, Key] = {}
    for seen in sorted((each.sighting for each in said), key=lambda each: each.order):
        near = [
            (metres_between(other.spot, seen.spot), n)
            for n, group in enumerate(groups)
            for other in group
            if other.spot and seen.spot and other.kind == seen.kind and _soon(other, seen)
        ]
        best = min((each for each in near if each[0] <= PEER_M), default=None)
        group = groups[best[1]] if best else []
        if not best:
            groups.append(group)
        group.append(seen)
        found[seen.key] = group[0].key
    return found


def _soon(other: Sighting, seen: Sighting) -> bool:
    return other.until is None or other.until + COOL_DOWN_S >= seen.since


def orders(sets: int, seed: int) -> int:
    """How many sets of events end in other groups when they are told by chance, and in part twice."""
    chance, differ = random.Random(seed), 0  # noqa: S311 - no secret depends on it
    for number in range(sets):
        seen = [each.sighting for each in street(seed + 1, number)][: chance.randint(2, 40)]
        differ += heard(seen, KINDS, chance) != heard(seen, KINDS)
    return differ


def signal() -> int:
    """The tickets of a signal that toggles every 30 s for a day."""
    toggles = [
        Sighting(("n", f"s-{n}"), "n lid", "sensor", "manhole_open", 60.0 * n, 60.0 * n, 60.0 * n + 30)
        for n in range(1440)
    ]
    return len({where.founder for where in grouped(toggles, Kinds()).values()})


if __name__ == "__main__":
    raise SystemExit(main())
