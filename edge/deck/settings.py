"""How a drone is set: its pictures, its telemetry, its camera, and the zones that it flies over."""

import json
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, model_validator
from typing_extensions import Self

from broker.fields import Identifier, ShortText
from broker.settings import Settings, settings_of_kinds
from edge import carriers, flight_rules, footage, telemetry
from edge.carrier import CarrierSettings
from edge.carriers import data_stream, sidecar
from edge.filming import FootageSettings
from edge.flight.path import Pace
from edge.flight.settings import MOST_ZONES, BookSettings, GroundZoneSettings, at_least_one, geometry
from edge.flight.telling import TelemetrySettings
from edge.flight_rule import FlightRuleSettings
from edge.ground.settings import GroundSettings

LARGEST = 4_000_000  # bytes of a zone's file
KEPT_S = 900.0  # of live telemetry
LIVE_SD_S = 0.5  # a stream comes half a second to some seconds late

if TYPE_CHECKING:
    AnyFootage = FootageSettings
    AnyTelemetry = TelemetrySettings
    AnyCarrier = CarrierSettings
    AnyFlightRule = FlightRuleSettings
else:
    AnyFootage = settings_of_kinds(footage)
    AnyTelemetry = settings_of_kinds(telemetry)
    AnyCarrier = settings_of_kinds(carriers)
    AnyFlightRule = settings_of_kinds(flight_rules)


class ConfiguredGroundZone(GroundZoneSettings):
    """A zone with rules of the kinds that there are; its area is written in it, or in a file (`path`)."""

    ground: Annotated[dict[str, Any], BeforeValidator(geometry)] = {}
    path: Path | None = None
    rules: Annotated[list[AnyFlightRule], AfterValidator(at_least_one)]

    @model_validator(mode="after")
    def _lies_somewhere(self) -> Self:
        if bool(self.ground) == (self.path is not None):
            raise ValueError("a zone has either ground, its GeoJSON, or path, a file with it")
        return self

    def read(self) -> "ConfiguredGroundZone":
        """With the area of its file. Raises ValueError that says what is wrong with it."""
        if self.path is None or self.ground:
            return self
        try:
            if self.path.stat().st_size > LARGEST:
                raise ValueError(f"{self.path}: is larger than the {LARGEST} bytes allowed")
            found = json.loads(self.path.read_bytes())
        except OSError as error:
            raise ValueError(f"{self.path}: cannot be read: {error.strerror}") from error
        except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
            raise ValueError(f"{self.path}: is no JSON ({error})") from error
        try:
            return self.model_copy(update={"ground": geometry(_only(found))})
        except ValueError as error:
            raise ValueError(f"{self.path}: {error}") from error


def _only(found: Any) -> Any:
    """Of a collection its one feature."""
    features = found.get("features") if isinstance(found, dict) else None
    if not isinstance(features, list):
        return found
    if len(features) != 1:
        raise ValueError(f"holds {len(features)} features; a zone is one")
    return features[0]


def _once(zones: list[ConfiguredGroundZone]) -> list[ConfiguredGroundZone]:
    names = [zone.id for zone in zones]
    if twice := [name for name in names if names.count(name) > 1]:
        raise ValueError(f"{twice[0]!r} is the id of two zones; ids are unique")
    for zone in zones:
        rules = [rule.name for rule in zone.rules]
        if twice := [name for name in rules if rules.count(name) > 1]:
            raise ValueError(f"zone {zone.id}: two rules are {twice[0]!r}; give one of them an id of its own")
    return zones


class FlightSettings(Settings):
    """One drone. Unset, `carrier` is what its telemetry usually is: a file beside the film, or in the film.

    offset_s: seconds that the telemetry's clock is ahead of the pictures'. clock_sd_s: how well that is
    known; unset, as is usual for films and for streams, whose delay nobody knows. sample: looks a second.
    """

    id: Identifier
    name: ShortText | None = None
    asset: Identifier | None = None
    place: ShortText | None = None
    footage: AnyFootage
    telemetry: AnyTelemetry
    carrier: AnyCarrier | None = None
    offset_s: Annotated[float, Field(ge=-86_400, le=86_400)] = 0.0
    clock_sd_s: Annotated[float, Field(ge=0, le=60)] | None = None
    ground: GroundSettings = GroundSettings()
    sample: Annotated[float, Field(gt=0, le=10)] = 2.0
    places: BookSettings = BookSettings()
    zones: Annotated[list[ConfiguredGroundZone], Field(max_length=MOST_ZONES), AfterValidator(_once)] = []

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.carrier is None and (self.footage.live or not (self.telemetry.suffix or _in_film(self))):
            raise ValueError(
                f"carrier is missing: how {self.telemetry.kind} comes to footage {self.footage.kind}; "
                + _allowed(live=self.footage.live)
            )
        if self.carrier is not None and self.carrier.live != self.footage.live:
            raise ValueError(
                f"carrier {self.carrier.kind} does not go with footage {self.footage.kind}; "
                + _allowed(live=self.footage.live)
            )
        return self

    @property
    def pace(self) -> Pace:
        """What is bridged between two words of the telemetry, and how well its clock fits the pictures."""
        usual = LIVE_SD_S if self.footage.live else Pace().clock_sd_s
        sd = usual if self.clock_sd_s is None else self.clock_sd_s
        return Pace(keep_s=KEPT_S if self.footage.live else inf, clock_sd_s=sd)

    @property
    def way(self) -> CarrierSettings:
        """How its telemetry comes."""
        if self.carrier is not None:
            return self.carrier
        if _in_film(self):
            return data_stream.Settings(kind="data_stream")
        return sidecar.Settings(kind="sidecar")

    def read(self) -> "FlightSettings":
        """With the areas of its zones' files. Raises ValueError."""
        return self.model_copy(update={"zones": [zone.read() for zone in self.zones]})


def _in_film(settings: FlightSettings) -> bool:
    return settings.telemetry.film_time and not settings.telemetry.suffix


def _allowed(*, live: bool) -> str:
    return "live pictures have mqtt or udp" if live else "films have sidecar or data_stream"
