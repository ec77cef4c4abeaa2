"""What a case file and a suite file say. Reading them touches no clip; `edge/score/suite.py` does."""

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, Field, ValidationInfo, create_model, field_validator, model_validator
from typing_extensions import Self

from broker.fields import Box, Identifier, ShortText, Word
from broker.settings import Settings, one_of
from edge.configured import PrivacySettings
from edge.kinds import SOURCES, ConfiguredZone
from edge.settings import RuleSettings, SourceSettings
from models.runtime import ModelSettings

Seconds = Annotated[float, Field(ge=0.0)]  # from the first frame of the clip


def _part(name: str, of: type[SourceSettings], keys: Collection[str], **more: Any) -> type[Settings]:
    """Some keys of a source's settings, checked as they are there."""
    fields: dict[str, Any] = {
        key: (item.annotation, item) for key, item in of.model_fields.items() if key in keys
    }
    made: type[Settings] = create_model(name, __base__=Settings, **fields, **more)
    return made


_COMMON = set(SourceSettings.model_fields)
_WAYS = {
    name: _part("Source", model, {"kind"} | set(model.model_fields) - _COMMON)
    for name, model in SOURCES.items()
}
# How pictures come, without what the camera says; and the camera, without how pictures come.
if TYPE_CHECKING:
    AnyWay = SourceSettings
    Camera = SourceSettings
    CameraDefaults = SourceSettings
else:
    AnyWay = one_of(tuple(_WAYS.values()))
    Camera = _part("Camera", SourceSettings, _COMMON - {"kind", "zones"}, zones=(list[ConfiguredZone], []))
    CameraDefaults = _part("Camera", SourceSettings, _COMMON - {"kind", "zones", "id"})


def _some_area(box: Box) -> Box:
    if box[0] >= box[2] or box[1] >= box[3]:
        raise ValueError("the box encloses nothing")
    return box


Area = Annotated[Box, AfterValidator(_some_area)]


class Expected(Settings):
    """A real situation: it must be told, once, and be cleared when it ends.

    end: None stays to the end of the clip. found_by: when it must be told at the latest; unset, its dwell and
    a minute after it began. optional: it may be told and need not be.
    """

    id: Identifier
    kind: Word
    zone: Identifier | None = None
    box: Area
    start: Seconds
    end: Seconds | None = None
    found_by: Seconds | None = None
    optional: bool = False
    what: ShortText | None = None

    @field_validator("end", "found_by")
    @classmethod
    def _after_the_start(cls, value: float | None, info: ValidationInfo) -> float | None:
        start = info.data.get("start")
        if value is not None and start is not None and value <= start:
            raise ValueError(f"is {value:g}, not after the start ({start:g})")
        return value


class Trap(Settings):
    """Something that looks like a situation and is none. to: None stays to the end of the clip."""

    id: Identifier
    kind: Word
    zone: Identifier | None = None
    box: Area
    since: Seconds = Field(alias="from")
    to: Seconds | None = None
    what: ShortText

    @field_validator("to")
    @classmethod
    def _after_its_begin(cls, value: float | None, info: ValidationInfo) -> float | None:
        since = info.data.get("since")
        if value is not None and since is not None and value <= since:
            raise ValueError(f"is {value:g}, not after from ({since:g})")
        return value


class Ailment(Settings):
    """A condition of the source that must be raised within so many seconds after it began.

    optional: it may be raised and need not be.
    """

    condition: Word
    since: Seconds = Field(alias="from")
    within: Annotated[float, Field(gt=0.0)] = 60.0
    to: Seconds | None = None
    optional: bool = False


def no_twins(items: Sequence[Any]) -> Sequence[Any]:
    """Refuse items with the same id."""
    seen: set[str] = set()
    for item in items:
        if item.id in seen:
            raise ValueError(f"{item.id!r} is the id of two of them; ids are unique")
        seen.add(item.id)
    return items


Truth = Annotated[list[Expected], AfterValidator(no_twins)]
Traps = Annotated[list[Trap], AfterValidator(no_twins)]


class Case(Settings):
    """One case.yaml. An empty `expected` makes it a case of false alarms only.

    note: where the pictures come from, `real` or `composite`. One of clip, source and journal is given.
    """

    name: Identifier
    about: ShortText | None = None
    note: Literal["composite", "real"]
    clip: Path | None = None
    source: AnyWay | None = None
    journal: Path | None = None
    camera: Camera
    expected: Truth
    traps: Traps = []
    health: list[Ailment] = []
    tags: list[Identifier] = []

    @field_validator("camera")
    @classmethod
    def _zones_have_names_of_their_own(cls, camera: SourceSettings) -> SourceSettings:
        no_twins(camera.zones)
        return camera

    @field_validator("expected", "traps")
    @classmethod
    def _of_this_camera(cls, items: list[Any], info: ValidationInfo) -> list[Any]:
        camera: SourceSettings | None = info.data.get("camera")
        if camera is not None:
            faults = [f"{item.id}: {fault}" for item in items for fault in _strange(item, camera)]
            if faults:
                raise ValueError("; ".join(faults))
        return items

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        given = [name for name in ("clip", "source", "journal") if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"needs one of clip, source and journal (given: {', '.join(given) or 'none'})")
        return self


def _strange(item: Expected | Trap, camera: SourceSettings) -> Iterator[str]:
    """What the camera's zones and rules do not know; it could never be told, or never be a trap."""
    zones = {zone.id for zone in camera.zones}
    if item.zone is not None and item.zone not in zones:
        yield f"zone {item.zone!r} is none of the camera's; known are {', '.join(sorted(zones)) or 'none'}"
    kinds = {rule.incident for _, rule in rules_of(camera)}
    if item.kind not in kinds:
        yield f"no rule opens {item.kind!r}; the camera's rules open {', '.join(sorted(kinds)) or 'nothing'}"


def rules_of(camera: SourceSettings) -> Iterator[tuple[str, RuleSettings]]:
    """Every rule with the id of its zone."""
    for zone in camera.zones:
        for rule in zone.rules:
            yield zone.id, rule


class SuiteSettings(Settings):
    """suite.yaml: the model and what the cases' cameras have in common, where they do not say otherwise."""

    name: Identifier | None = None
    about: ShortText | None = None
    model: ModelSettings = ModelSettings()
    privacy: PrivacySettings = PrivacySettings()
    camera: CameraDefaults | None = None
