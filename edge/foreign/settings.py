"""What the settings of every analysed camera, and of the system that analyses it, have in common."""

from typing import Annotated

from pydantic import Field, field_validator

from broker.fields import Identifier, ShortText
from broker.settings import Duration, Settings
from edge.foreign.api import ApiSettings
from edge.settings import GeoPosition, SourceSettings, ZoneSettings

MOST_CAMERAS = 64  # of one system
LOOK_S = 1.0


class AnalysedCamera(Settings):
    """One camera of such a system as a source of ours; `camera`: its name there.

    The node's configuration (edge/kinds.py) narrows `zones` to the kinds of rule there are.
    """

    id: Identifier
    camera: Identifier
    name: ShortText | None = None
    asset: Identifier | None = None
    place: ShortText | None = None
    position: GeoPosition | None = None
    zones: list[ZoneSettings] = []

    @field_validator("zones")
    @classmethod
    def _only_what_is_told(cls, zones: list[ZoneSettings]) -> list[ZoneSettings]:
        of_ground = [(zone, rule) for zone in zones for rule in zone.rules if rule.of_ground]
        if of_ground:
            zone, rule = of_ground[0]
            raise ValueError(
                f"zone {zone.id}: {rule.kind} is about what lies on the ground and needs the pictures; of an "
                "analysed camera only tracked things are told: dwell works here, or make the camera a source"
            )
        return zones


class AnalyticsSettings(Settings):
    """Fields of every such system. `api`: where pictures for events are asked for; unset: events have none.

    settle: how long it must have been heard before what it does not tell of counts as gone.
    """

    kind: str
    id: Identifier
    api: ApiSettings | None = None
    settle: Annotated[Duration, Field(ge=1.0, le=600.0)] = 75.0
    cameras: Annotated[list[AnalysedCamera], Field(min_length=1, max_length=MOST_CAMERAS)]

    @property
    def sources(self) -> list[SourceSettings]:
        """Its cameras as the decisions know sources."""
        return [_source(self.kind, camera) for camera in self.cameras]


def _source(kind: str, camera: AnalysedCamera) -> SourceSettings:
    given = {key: getattr(camera, key) for key in SourceSettings.model_fields if hasattr(camera, key)}
    # Every field was validated with the camera.
    return SourceSettings.model_construct(**{**given, "kind": kind, "sample": 1.0 / LOOK_S, "idle": LOOK_S})
