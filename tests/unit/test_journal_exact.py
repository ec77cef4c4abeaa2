"""A deep state taken up in the middle goes on bit for bit: the ledger, and every kind of rule."""

import json
import random
from collections.abc import Iterator
from itertools import islice

import pytest
import yaml

from broker.events import Audit, Clock
from edge import assembly
from edge.config import load
from edge.observation import Observation, Sighting, StaticRegion
from edge.pipeline import Pipeline
from edge.settings import SourceSettings
from tests.replays.looks import UTC_MINUS_T, look
from tests.street import configuration
from tests.unit.stalls import STALL, VENDOR
from tests.unit.test_flow import FAR_LANE, KERB, Car, flowing, lights, sightings

AUDIT = Audit(software="gewu-0", configuration="0" * 64, clock=Clock(quality="unknown"))
STREET = [[0.02, 0.3], [0.98, 0.3], [0.98, 0.95], [0.02, 0.95]]
RULES = [
    {"kind": "dwell", "incident": "illegal_parking", "dwell": "20s"},
    {"kind": "left", "incident": "exposed_garbage", "dwell": "20s"},
    {"kind": "cluster", "incident": "unlicensed_stall", "dwell": "30s"},
]


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> SourceSettings:
    """One zone under a rule of every kind."""
    folder = tmp_path_factory.mktemp("street")
    file = configuration(folder, url="mqtt://127.0.0.1", path=folder / "none.avi")
    written = yaml.safe_load(file.read_text())
    zone = {"id": "street", "polygon": STREET, "rules": RULES}
    written["sources"][0] |= {"id": "cam", "zones": [zone]}
    file.write_text(yaml.safe_dump(written))
    return load(file).settings.sources[0]


def pipeline(source: SourceSettings) -> Pipeline:
    return Pipeline(source, None, assembly.lookouts(source), None, AUDIT)


def traffic(chance: random.Random) -> dict[Car, int]:
    """Queues at the lights, a lane that flows, and some that park."""
    cars = [*lights(40.0, 25.0, 5), *flowing(200.0, chance.uniform(4.0, 9.0), FAR_LANE)]
    for n in range(4):
        start = chance.uniform(5.0, 120.0)
        cars.append(Car(0.2 + 0.17 * n, start, start + chance.uniform(10.0, 90.0), KERB))
    return {car: n for n, car in enumerate(cars)}


def goods(t: float, chance: random.Random) -> Iterator[Sighting]:
    """A stall that flickers, from half a minute on."""
    if 30.0 <= t < 120.0:
        for thing in STALL:
            if chance.random() < 0.7:
                x1, y1, x2, y2 = thing.box
                dx = round(chance.gauss(0.0, 0.001), 4)
                yield Sighting((x1 + dx, y1, x2 + dx, y2), thing.score, thing.label, thing.group)


def heaps(t: float) -> Iterator[StaticRegion]:
    """Two that grow together, and one that is cleared away."""
    for name, x, since, until in (
        ("r-1", 0.1, 20.0, 150.0),
        ("r-2", 0.2, 30.0, 70.0),
        ("r-3", 0.7, 40.0, 99.0),
    ):
        if since <= t < until + 10.0:
            box = (x, 0.87, x + 0.08, 0.94)
            merged = ("r-2",) if name == "r-1" and 70.0 <= t < 72.0 else ()
            state = "gone" if t >= until else "settled"
            seen_s = 0.9 * (t - since)
            yield StaticRegion(name, box, 0.004 + 1e-5 * t, since, seen_s, 0.8, 0.9, "left", state, merged)


def looks(chance: random.Random) -> Iterator[Observation]:
    """Three minutes of it at changing paces; the camera breaks off, the clock is set, the view is lost."""
    tracks, t, ahead = traffic(chance), 0.0, UTC_MINUS_T
    while t < 180.0:
        t += chance.choice([0.2, 0.5, 0.5, 0.5, 0.5, 1.0, 1.0, 2.0] + [25.0] * (chance.random() < 0.05))
        t = round(t + chance.gauss(0.0, 0.003), 6)
        ahead += chance.choice([-40.0, 0.3, 7.0]) if chance.random() < 0.01 else 0.0
        things = [] if chance.random() < 0.05 else [*sightings(tracks, t), *goods(t, chance)]
        yield look(
            t,
            *things,
            hidden=[VENDOR] if 35.0 <= t < 110.0 and chance.random() < 0.8 else [],
            trusted=chance.random() > 0.03,
            utc=round(t + ahead, 6),
            looked=chance.random() > 0.05,
            regions=heaps(t),
        )


def told(line: Pipeline, seen: Observation) -> list[str]:
    drafts = line.decide(seen).finish().drafts
    return [f"{d.subject} {d.utc!r} {d.data.model_dump_json()}" for d in drafts]


@pytest.mark.parametrize("seed", [2, 4, 5, 6])
def test_a_deep_state_goes_on_bit_for_bit(street: SourceSettings, seed: int) -> None:
    steady, line = pipeline(street), pipeline(street)
    chance = random.Random(seed)  # noqa: S311 - a street, no secret
    waiting = sorted(chance.uniform(1.0, 179.0) for _ in range(4))
    for seen in looks(chance):
        if waiting and seen.t >= waiting[0]:
            del waiting[0]
            state = line.snapshot(deep=True)
            line = pipeline(street)
            line.resume(state)
            assert line.snapshot(deep=True) == state == steady.snapshot(deep=True)
        assert told(line, seen) == told(steady, seen), f"at {seen.t} s, taken up before {waiting}"
    assert line.snapshot(deep=True) == steady.snapshot(deep=True)


def test_the_street_gives_every_rule_something_to_say(street: SourceSettings) -> None:
    line = pipeline(street)
    chance = random.Random(2)  # noqa: S311 - a street, no secret
    text = "\n".join(word for seen in looks(chance) for word in told(line, seen))
    for kind in ("illegal_parking", "exposed_garbage", "unlicensed_stall"):
        assert kind in text
    for code in ("neighbours_went_on", "merged", "packed_up", "ground_clean"):
        assert code in text, code


@pytest.mark.parametrize(
    ("rule", "path", "wrong"),
    [
        (0, ("flow", "deep", "before"), "noon"),
        (0, ("flow", "deep", "movers"), [[1, "vehicle"]]),
        (0, ("flow", "deep"), {}),
        (0, ("flow", "stints", "p", "deep", "past"), [[0.0, 0.0, 0]]),
        (2, ("seen", "last"), "noon"),
        (2, ("deep", "last"), [1.0]),
    ],
)
def test_a_damaged_deep_state_is_refused_by_its_rule(
    street: SourceSettings, rule: int, path: tuple[str, ...], wrong: object
) -> None:
    line = pipeline(street)
    chance = random.Random(2)  # noqa: S311 - a street, no secret
    for seen in islice(looks(chance), 60):
        line.decide(seen)
    lookout = assembly.lookouts(street)[rule]
    part = state = json.loads(line.snapshot(deep=True))["rules"][lookout.key]
    for key in path[:-1]:
        part = part[key] if key in part else next(iter(part.values()))
    assert path[-1] in part
    part[path[-1]] = wrong
    with pytest.raises(ValueError, match=r"this is no dump of a (dwell|cluster) rule"):
        lookout.rule.restore(state)
