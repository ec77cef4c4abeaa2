"""What can be set of the decisions of flights: zones on the ground, and how things are told apart."""

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from broker.fields import Identifier, ShortText
from broker.settings import Duration, Settings
from edge.flight_rule import FlightRuleSettings
from edge.ground.zones import GroundZone
from edge.hours import Hours
from edge.schedule import ScheduleSettings, hours_of
from edge.settings import version_of

MOST_ZONES = 1000


def geometry(given: Any) -> Any:
    """What is given, where it is an area. Raises ValueError."""
    if not isinstance(given, dict):
        raise ValueError("a zone is a GeoJSON Polygon or MultiPolygon")
    GroundZone("zone", given)
    return given


def at_least_one(rules: list[FlightRuleSettings]) -> list[FlightRuleSettings]:
    """The rules, where there are any. Raises ValueError."""
    if not rules:
        raise ValueError("a zone needs at least one rule")
    return rules


class GroundZoneSettings(Settings):
    """A named area of the ground, what is looked for on it, and when (`schedule`; unset: always).

    `ground`: a GeoJSON Polygon or MultiPolygon in WGS84; it holds for every flight. Whoever configures a
    source narrows `rules` to the kinds of rule over flights that there are.
    """

    id: Identifier
    name: ShortText | None = None
    ground: Annotated[dict[str, Any], BeforeValidator(geometry)]
    schedule: ScheduleSettings | None = None
    rules: Annotated[list[FlightRuleSettings], AfterValidator(at_least_one)]

    @property
    def hours(self) -> Hours:
        """When its rules apply."""
        return hours_of(self.schedule)

    @property
    def version(self) -> str:
        """Changes whenever the area or the schedule changes."""
        return version_of(self, only={"ground"} if self.schedule is None else {"ground", "schedule"})


class BookSettings(Settings):
    """How a flight's things are told apart and when a place is empty.

    `gate_m`: how far a thing may seem to have gone between two looks, and `drift_m_s` more with each second,
    `widest_m` at most. `still_m`: what goes further than that on the ground has moved. `clear`: how long a
    place has to be seen empty. `forget`: a place that no flight has looked at for so long is given up.
    """

    gate_m: Annotated[float, Field(gt=0, le=50)] = 3.0
    drift_m_s: Annotated[float, Field(ge=0, le=10)] = 0.5
    widest_m: Annotated[float, Field(gt=0, le=100)] = 6.0
    still_m: Annotated[float, Field(gt=0, le=20)] = 1.5
    clear: Annotated[Duration, Field(ge=1.0, le=3600.0)] = 4.0
    forget: Annotated[Duration, Field(ge=3600.0, le=3660 * 86_400.0)] = 30 * 86_400.0
