"""Situations whose truth is known, seen by several eyes with errors of their own; from a seed.

A street of 60 m with cameras that look at it from both sides (each calibrated, so each errs in one direction
of its own besides its noise) and a drone that passes. Things come, stay, move a little, go and come back.
What the eyes claim of their accuracy is true: 95 of 100 errors are below it.
"""

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import cos, radians

from central.correlation.bonds import Closeness, Kinds
from central.correlation.sightings import Key, Origin, Sighting, Spot

LONGITUDE, LATITUDE = 116.70, 39.52
_METRE = 1 / 111_319.49
KINDS = Kinds(usual=Closeness(reach_m=4.0), by_family={"illegal_parking": Closeness(reach_m=2.0)})


@dataclass(frozen=True, slots=True)
class Eye:
    """Who looks. bias: metres east and north; sigma_m: of further errors; share: of things that it sees."""

    name: str
    origin: Origin
    bias: tuple[float, float]
    sigma_m: float
    accuracy_m: float
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class Thing:
    """One real situation. spells: when it was there, seconds."""

    name: str
    kind: str
    x: float
    y: float
    spells: tuple[tuple[float, float], ...]
    drift: tuple[float, float] = (0.0, 0.0)  # metres from one spell to the next


@dataclass(frozen=True, slots=True)
class Labelled:
    """What an eye says, and of what. spell: the how many-eth time that the thing was there."""

    sighting: Sighting
    thing: str
    spell: int


def street(seed: int, number: int) -> list[Labelled]:
    """One street for a few hours."""
    chance = random.Random(seed * 10_007 + number)  # noqa: S311 - no secret depends on it
    east = number * 0.02  # no two streets are near
    eyes = _eyes(chance, number)
    found: list[Labelled] = []
    for thing in _things(chance, number):
        for eye in eyes:
            if chance.random() < eye.share:
                found += _seen(chance, thing, eye, east)
    return found


def _eyes(chance: random.Random, number: int) -> list[Eye]:
    eyes = [_camera(chance, f"s{number}-cam-{n}", accuracy_m=chance.choice((1.0, 1.5, 2.0))) for n in (1, 2)]
    eyes.append(replace(_camera(chance, f"s{number}-flight", 3.0), origin="drone", share=0.6))
    return eyes


def _camera(chance: random.Random, name: str, accuracy_m: float) -> Eye:
    """Bias and noise of half the error each: 95 % lie within the accuracy (Rayleigh: 2.45 sigma)."""
    sigma = accuracy_m / 2.45 / 2**0.5
    return Eye(name, "camera", (chance.gauss(0, sigma), chance.gauss(0, sigma)), sigma, accuracy_m, 0.9)


def _things(chance: random.Random, number: int) -> list[Thing]:
    """Cars along the kerb, six metres each, a stall that moves on a little, and a pile."""
    things = []
    for slot in range(10):
        if chance.random() < 0.6:
            things.append(_car(chance, number, slot))
    things.append(Thing(f"{number}-stall", "street_stall", 70.0, 8.0, _spells(chance, 3), (1.0, 0.5)))
    things.append(Thing(f"{number}-pile", "piled_debris", 20.0, 9.0, ((chance.uniform(0, 3600), 1e5),)))
    return things


def _car(chance: random.Random, number: int, slot: int) -> Thing:
    return Thing(f"{number}-car-{slot}", "illegal_parking", slot * 6.0, 0.0, _spells(chance, 2))


def _spells(chance: random.Random, most: int) -> tuple[tuple[float, float], ...]:
    """There, away for less than the cool-down, there again."""
    at, spells = chance.uniform(0, 7200), []
    for _ in range(chance.randint(1, most)):
        stays = chance.uniform(600, 5400)
        spells.append((at, at + stays))
        at += stays + chance.uniform(120, 1500)
    return tuple(spells)


def _seen(chance: random.Random, thing: Thing, eye: Eye, east: float) -> list[Labelled]:
    found = []
    for n, (since, until) in enumerate(thing.spells):
        error = [eye.bias[axis] + chance.gauss(0, eye.sigma_m) for axis in (0, 1)]
        x, y = (
            place + n * step + off
            for place, step, off in zip((thing.x, thing.y), thing.drift, error, strict=True)
        )
        spot = Spot(
            LONGITUDE + east + x * _METRE / cos(radians(LATITUDE)), LATITUDE + y * _METRE, eye.accuracy_m
        )
        late = chance.uniform(0, 20)
        key = (f"gewu://131002/{eye.name}", f"{thing.name}-{n}")
        said = Sighting(
            key,
            eye.name,
            eye.origin,
            thing.kind,
            since + 240 + late,
            since + late,
            until + chance.uniform(0, 30),
            spot,
        )
        found.append(Labelled(said, thing.name, n))
    return found


def judged(said: Sequence[Labelled], group: Mapping[Key, Key]) -> dict[str, float]:
    """Shares of repeats and of second sources that joined, and of those that joined something else."""
    truth = {each.sighting.key: each.thing for each in said}
    by_thing: dict[str, list[Labelled]] = defaultdict(list)
    for each in sorted(said, key=lambda each: each.sighting.order):
        by_thing[each.thing].append(each)
    repeats, across = [], []
    for story in by_thing.values():
        for n, each in enumerate(story[1:], start=1):
            joined = group[each.sighting.key] in {group[other.sighting.key] for other in story[:n]}
            again = any(other.sighting.eye == each.sighting.eye for other in story[:n])
            beside = any(other.spell == each.spell for other in story[:n])
            if again:
                repeats.append(joined)
            elif beside:
                across.append(joined)
    false = [truth[group[key]] != thing for key, thing in truth.items()]
    return {
        "repeats": sum(repeats) / len(repeats),
        "across": sum(across) / len(across),
        "false": sum(false) / len(false),
    }
