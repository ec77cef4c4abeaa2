"""Observations by hand, for the tests of ledger and rules."""

from collections.abc import Iterable, Mapping

from edge.ledger import Ledger
from edge.observation import Box, Observation, Sighting
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
) -> Observation:
    """One look of source `cam`."""
    stamp = t + UTC_MINUS_T if utc is None else utc
    return Observation(
        "cam", t, stamp, "synchronised", ASPECT, sightings, tuple(hidden), likeness or {}, trusted
    )


def times(start: float, stop: float, step: float = 0.5) -> list[float]:
    """From start up to but without stop."""
    return [start + i * step for i in range(round((stop - start) / step))]


def stand(ledger: Ledger, start: float, stop: float, *things: Sighting, step: float = 0.5) -> list[Place]:
    """Let things stand (a car by default); all changes of state."""
    return [p for t in times(start, stop, step) for p in ledger.step(look(t, *(things or (car(),))))]


def nothing(ledger: Ledger, start: float, stop: float, step: float = 0.5) -> list[Place]:
    """Looks that see nothing; all changes of state."""
    return [p for t in times(start, stop, step) for p in ledger.step(look(t))]
