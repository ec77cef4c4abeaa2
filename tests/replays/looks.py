"""Observations by hand, for the tests of ledger and rules."""

from collections.abc import Iterable, Mapping

from edge.ledger import Ledger
from edge.observation import (
    Box,
    Observation,
    RegionState,
    RegionVerdict,
    Sighting,
    StaticRegion,
    View,
)
from edge.places import Place

ASPECT = 16 / 9
UTC_MINUS_T = 1_780_000_000.0
CAR: Box = (0.4, 0.5, 0.5, 0.6)


def car(box: Box = CAR, *, label: str = "car", group: str = "vehicle", score: float = 0.8) -> Sighting:
    """A vehicle, unless told otherwise."""
    return Sighting(box, score, label, group)


def shifted(box: Box, dx: float, dy: float = 0.0) -> Box:
    """The box, moved by shares of the picture."""
    return (box[0] + dx, box[1] + dy, box[2] + dx, box[3] + dy)


def look(
    t: float,
    *sightings: Sighting,
    hidden: Iterable[Box] = (),
    likeness: Mapping[str, float] | None = None,
    trusted: bool = True,
    utc: float | None = None,
    looked: bool = True,
    regions: Iterable[StaticRegion] = (),
    blind: Iterable[Box] = (),
) -> Observation:
    """One look of source `cam`."""
    return Observation(
        source="cam",
        t=t,
        utc=t + UTC_MINUS_T if utc is None else utc,
        clock="synchronised",
        aspect=ASPECT,
        sightings=sightings,
        hidden=tuple(hidden),
        likeness=likeness or {},
        trusted=trusted,
        looked=looked,
        regions=tuple(regions),
        view=View(blind=tuple(blind)),
    )


def region(
    box: Box = CAR, *, since: float = 1.0, verdict: RegionVerdict = "left", state: RegionState = "settled"
) -> StaticRegion:
    """A patch of changed ground."""
    return StaticRegion("r-1", box, 0.01, since, 10.0, 0.8, 0.9, verdict, state)


def times(start: float, stop: float, step: float = 0.5) -> list[float]:
    """From start up to but without stop."""
    return [start + i * step for i in range(round((stop - start) / step))]


def stand(ledger: Ledger, start: float, stop: float, *things: Sighting, step: float = 0.5) -> list[Place]:
    """Let things stand (a car by default); all changes of state."""
    return [p for t in times(start, stop, step) for p in ledger.step(look(t, *(things or (car(),))))]


def nothing(ledger: Ledger, start: float, stop: float, step: float = 0.5) -> list[Place]:
    """Looks that see nothing; all changes of state."""
    return [p for t in times(start, stop, step) for p in ledger.step(look(t))]
