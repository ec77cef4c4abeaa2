"""What one sampling instant saw at one source. Small, no pixels: replaying observations replays decisions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from broker.events import ClockQuality

Box = tuple[float, float, float, float]  # x1, y1, x2, y2
Affine = tuple[
    float, float, float, float, float, float
]  # a b c d e f: x' = a x + b y + c, y' = d x + e y + f

ViewCondition = Literal[
    "ok",
    "settling",
    "doubtful",
    "moved",
    "covered",
    "part_covered",
    "blinded",
    "defocused",
    "frozen",
    "black",
    "colour_lost",
]
RegionState = Literal["settled", "covered", "gone", "absorbed"]
RegionVerdict = Literal["left", "removed", "shadow", "line", "alive", "explained", "young"]


@dataclass(frozen=True, slots=True)
class Sighting:
    """One detected thing. Persons are no sightings: they are dropped before an observation is made.

    box: shares of the picture (0..1). group: the class group that keys a place (vehicle, two_wheeler ...).
    track: short-lived id of the tracker, never a key. moving: the tracker's opinion, None while too young.
    """

    box: Box
    score: float
    label: str
    group: str
    track: int | None = None
    moving: bool | None = None


@dataclass(frozen=True, slots=True)
class StaticRegion:
    """A patch of ground that looks unlike its clean reference and has stopped changing, whatever it is.

    id: stable for the life of the region, over restarts too. box: around its cells. area: share of the
    picture that its cells cover. since: t when its ground was first seen changed. seen_s: seconds in which
    its changed ground was really seen. unlike: how little it has in common with the clean ground in
    structure, 0 (the same) to 1. solid: share of its box that its cells fill. verdict: what the picture says
    it is; only `left` is a thing. state: `settled` (seen now), `covered` (held while something hides it),
    `gone` (its ground looks clean again; said once), `absorbed` (it was no thing and is ground now; said
    once). merged: ids of older regions that have grown into this one, said once. label, score: what an
    optional classifier calls it.
    """

    id: str
    box: Box
    area: float
    since: float
    seen_s: float
    unlike: float
    solid: float
    verdict: RegionVerdict
    state: RegionState
    merged: tuple[str, ...] = ()
    label: str = ""
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class View:
    """How far the view can be trusted, and where the camera looks now.

    condition: `ok`, or what is wrong (`settling`: nothing is known yet; `doubtful`: something is wrong, and
    it is being verified: decisions wait, nothing is told). since: t when it began.
    to_picture: maps shares of the view in which the zones were drawn to shares of this picture; None while
    the camera has not moved. blind: parts of the drawn view that are not to be seen now. text: the evidence
    in words and figures, for the reason of a health incident.
    """

    condition: ViewCondition = "ok"
    since: float = 0.0
    to_picture: Affine | None = None
    blind: tuple[Box, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Proof:
    """What speaks for a look besides what was seen. still_s: for how long the picture has not changed at all.

    ground_since: UTC from which on the clean ground is known as it is, minus infinity: from before the
    process began; None where it is not known, or was not judged at this look.
    """

    still_s: float = 0.0
    ground_since: float | None = None


@dataclass(frozen=True, slots=True)
class Observation:
    """One look at one source, also when nothing was seen: absence counts only over real looks.

    t: monotonic seconds. aspect: width / height of the picture, so that lengths can be compared.
    hidden: boxes that may hide a place and are no sightings (persons, animals), without any label.
    likeness: for places the ledger asked about, how much the place looks now as it did when the thing was
    last seen there (normalised cross-correlation, -1..1). trusted: False while the view must not decide.
    looked: False where things were not looked for (the detector was busy elsewhere): sightings and hidden
    then say nothing, regions and view do. All boxes are shares of the view in which the zones were drawn,
    also after the camera has moved a little; `view.to_picture` leads back to the picture. regions: what
    stands there unexplained, and what has just gone.
    """

    source: str
    t: float
    utc: float
    clock: ClockQuality
    aspect: float
    sightings: tuple[Sighting, ...]
    hidden: tuple[Box, ...] = ()
    likeness: Mapping[str, float] = field(default_factory=dict)
    trusted: bool = True
    looked: bool = True
    regions: tuple[StaticRegion, ...] = ()
    view: View = View()
