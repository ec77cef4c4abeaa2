"""What one picture of a flight showed of the ground. Pure; no pixels."""

from dataclasses import dataclass

from shapely.geometry.base import BaseGeometry

from broker.events import ClockQuality, Reason
from edge.ground.aim import Aim
from edge.ground.spot import Spot
from edge.observation import Box


@dataclass(frozen=True, slots=True)
class Thing:
    """One detected thing on the ground, never a person. box: shares of the picture. spot: where it stands.

    outline: its footprint, latitude and longitude of each corner; empty where the view is too flat for one.
    """

    group: str
    label: str
    score: float
    box: Box
    spot: Spot
    outline: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Look:
    """One picture of a flight, also one that shows nothing. t: monotonic seconds; utc: UTC seconds.

    aim: the camera above the ground; None where that is not known, and `refused` says why: such a look sees
    nothing and proves nothing. ground: what of it was in view, metres east and north of the camera. things:
    what was found there. hidden: ground (same metres) that something else covers. trusted: False where the
    picture itself is no good (blurred, dark, covered).
    """

    t: float
    utc: float
    clock: ClockQuality
    aim: Aim | None
    ground: BaseGeometry | None = None
    things: tuple[Thing, ...] = ()
    hidden: BaseGeometry | None = None
    trusted: bool = True
    refused: Reason | None = None
