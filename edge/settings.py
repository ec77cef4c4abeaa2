"""What every source, zone and rule setting has in common. Their kinds add their own in their own file."""

import hashlib
import json
from typing import Annotated, Any

from pydantic import AfterValidator, Field, model_validator
from shapely import Polygon as Shape
from shapely import is_valid_reason

from broker.fields import Identifier, ShortText, Unit, Word
from broker.settings import Duration, Settings
from edge.ground.fixed import PlanSettings, Position, drawn
from edge.hours import Hours
from edge.schedule import ScheduleSettings, hours_of

Vertex = tuple[float, float]


def _outline(polygon: list[Vertex]) -> list[Vertex]:
    if len(polygon) < 3:
        raise ValueError(f"a zone needs at least 3 points, this one has {len(polygon)}")
    outside = [p for p in polygon if not (0.0 <= p[0] <= 1.0 and 0.0 <= p[1] <= 1.0)]
    if outside:
        raise ValueError(f"point {outside[0]} lies outside the picture; points are shares of it, 0 to 1")
    shape = Shape(polygon)
    if not shape.is_valid:
        raise ValueError(f"the outline crosses or touches itself ({is_valid_reason(shape)})")
    if shape.area < 1e-5:
        raise ValueError("the outline encloses nothing")
    return polygon


Outline = Annotated[list[Vertex], AfterValidator(_outline)]


class NamedRule(Settings):
    """What rules of zones and of devices have in common. `incident`: the kind that it opens."""

    kind: str
    id: Identifier | None = None
    incident: Word

    @property
    def name(self) -> str:
        """Its id, or one made of its kind and incident, unique within its zone or device."""
        return self.id or f"{self.kind}-{self.incident}"

    @property
    def version(self) -> str:
        """Changes whenever any setting of the rule changes."""
        return version_of(self)


class RuleSettings(NamedRule):
    """Fields of every rule. `incident` is the kind of incident it opens (broker/codes.yaml lists them)."""

    @property
    def pace_s(self) -> float:
        """The longest interval between looks at which it still decides well while something ripens."""
        return 4.0

    @property
    def lets_stand_s(self) -> float:
        """How long anything may stand before the rule has something to decide."""
        return 0.0

    @property
    def of_ground(self) -> bool:
        """Whether it is about what lies on the ground, whatever it is, rather than about what is detected."""
        return False


def at_least_one_rule(rules: list[RuleSettings]) -> list[RuleSettings]:
    if not rules:
        raise ValueError("a zone needs at least one rule")
    return rules


class ZoneSettings(Settings):
    """A named outline in the picture, what is looked for inside it, and when (`schedule`; unset: always).

    ground: where it lies, in longitudes and latitudes; of a source whose ground is known its polygon is made
    of that, where none is given.
    """

    id: Identifier
    name: ShortText | None = None
    polygon: Outline
    ground: Annotated[list[Position], Field(min_length=3, max_length=512)] | None = None
    schedule: ScheduleSettings | None = None
    rules: Annotated[list[RuleSettings], AfterValidator(at_least_one_rule)]

    @property
    def hours(self) -> Hours:
        """When its rules apply."""
        return hours_of(self.schedule)

    @property
    def version(self) -> str:
        """Changes whenever the outline or the schedule changes."""
        return version_of(self, only={"polygon"} if self.schedule is None else {"polygon", "schedule"})


class GeoPosition(Settings):
    """Where a source stands or looks, WGS84 degrees; what is seen lies within `accuracy_m`."""

    lon: Annotated[float, Field(ge=-180, le=180)]
    lat: Annotated[float, Field(ge=-90, le=90)]
    accuracy_m: Annotated[float, Field(gt=0)] = 50.0


class SourceSettings(Settings):
    """Fields of every source of pictures.

    `sample` is how many pictures a second are looked at, at most: while something ripens, as far as the rules
    need it. `idle`: seconds between looks while nothing does. The node's configuration (edge/kinds.py)
    narrows `zones` to the kinds of rule there are. `ignore`: outlines in which change means nothing, such as
    a burnt-in clock. `ground`: points that are known in the picture and on the ground.
    """

    kind: str
    id: Identifier
    name: ShortText | None = None
    asset: Identifier | None = None
    place: ShortText | None = None
    position: GeoPosition | None = None
    sample: Annotated[float, Field(gt=0, le=30)] = 2.0
    idle: Annotated[Duration, Field(gt=0, le=60)] = 4.0
    ignore: list[Outline] = []
    zones: list[ZoneSettings] = []
    ground: PlanSettings | None = None

    @model_validator(mode="before")
    @classmethod
    def _zones_on_the_ground(cls, given: Any) -> Any:
        return drawn(given)


def version_of(settings: Settings, *, only: set[str] | None = None) -> str:
    """A short name for exactly these settings: the first 10 hex digits of their sha256.

    Ten, because twelve could be read as a MAC address, which no message may carry.
    """
    data = settings.model_dump(mode="json", include=only, serialize_as_any=True)
    text = json.dumps(data, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:10]


__all__ = [
    "Duration",
    "GeoPosition",
    "Outline",
    "RuleSettings",
    "SourceSettings",
    "Unit",
    "ZoneSettings",
    "at_least_one_rule",
    "version_of",
]
