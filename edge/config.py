"""A node's configuration: one YAML file, checked as a whole before anything starts."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError
from typing_extensions import Self

from broker.bundles import Vouched
from broker.codes import named, table
from broker.fields import Identifier
from broker.link import LinkSettings
from broker.settings import (
    Duration,
    Fault,
    Settings,
    SettingsError,
    bytes_of,
    loads,
    text_of,
)
from broker.topics import Address
from edge.checks import VerifySettings
from edge.deck.settings import FlightSettings
from edge.devices.listing import with_table
from edge.devices.settings import DevicesSettings
from edge.enrolment.settings import IdentitySettings
from edge.gb28181 import doubt
from edge.inference import InferenceSettings
from edge.journal.settings import JournalSettings
from edge.kinds import SOURCES, AnyAnalytics, AnyIntake, AnyPoller, AnySource
from edge.publisher import DeliverySettings
from edge.settings import SourceSettings
from edge.trust import NotTrusted, TrustSettings, not_older, settings_for
from edge.trust import configuration as who_vouches
from edge.uploader import CentralSettings
from models.runtime import ModelSettings

M = TypeVar("M", bound=BaseModel)
NO_LENS = ("dji_cloud", "mavlink")  # telemetry that tells no focal length


class NodeSettings(Settings):
    """Which node this is: six digits of its district, and its name there."""

    district: Annotated[str, Field(pattern=r"^[0-9]{6}$")]
    id: Identifier


class StorageSettings(Settings):
    """Where events and pictures wait. Beyond `max_evidence_mb` pictures make room, uploaded ones first.

    `max_events` bounds the events that wait for a receipt; what is given up then is told in an event.
    `max_kept_mb` bounds those that have it and are held in case the centre asks again (`delivery.keep`).
    `snapshot_every`: how often what a source has seen so far is stored, events aside (those store it always).
    """

    directory: Path
    max_evidence_mb: Annotated[float, Field(gt=0)] = 2000.0
    max_events: Annotated[int, Field(ge=100)] = 200_000
    max_kept_mb: Annotated[float, Field(ge=0)] = 500.0
    snapshot_every: Annotated[Duration, Field(gt=0)] = 10.0


class PrivacySettings(Settings):
    """Which models find faces and plates to be masked; the main model finds persons.

    Unset, the models that `gewu-models pull` fetches are used where they are present. Masking itself cannot
    be switched off: a picture that cannot be masked does not leave.
    """

    faces: ModelSettings | None = None
    plates: ModelSettings | None = None


class EdgeSettings(Settings):
    """The whole file."""

    node: NodeSettings
    broker: LinkSettings
    central: CentralSettings | None = None
    identity: IdentitySettings | None = None
    storage: StorageSettings
    delivery: DeliverySettings = DeliverySettings()
    model: ModelSettings = ModelSettings()
    inference: InferenceSettings = InferenceSettings()
    journal: JournalSettings = JournalSettings()
    verify: VerifySettings = VerifySettings()
    privacy: PrivacySettings = PrivacySettings()
    trust: TrustSettings = TrustSettings()
    sources: list[AnySource] = []
    intakes: Annotated[list[AnyIntake], Field(max_length=64)] = []
    pollers: Annotated[list[AnyPoller], Field(max_length=64)] = []
    devices: DevicesSettings = DevicesSettings()
    analytics: Annotated[list[AnyAnalytics], Field(max_length=64)] = []
    flights: Annotated[list[FlightSettings], Field(max_length=64)] = []

    @model_validator(mode="after")
    def _has_something_to_do(self) -> Self:
        devices = bool(self.devices.items) or self.devices.table is not None
        if not self.sources and not devices and not self.analytics and not self.flights:
            raise ValueError("a node needs a source, or devices with ways in, analytics or flights")
        if bool(self.intakes or self.pollers) != devices:
            text = "devices and their ways in (intakes, pollers) need each other"
            raise ValueError(f"{text}: the one brings what the other is about")
        if (twice := self.named_twice) is not None:
            raise ValueError(twice)
        return self

    @property
    def named_twice(self) -> str | None:
        """What is wrong where two that events can name, or two ways in, have one id."""
        cameras = [camera.id for box in self.analytics for camera in box.cameras]
        named = {
            "a source": {source.id for source in self.sources},
            "a device": {device.id for device in self.devices.items},
            "an analysed camera": set(cameras),
            "a flights entry": {flight.id for flight in self.flights},
        }
        ways = {
            "an intake": {intake.id for intake in self.intakes},
            "a poller": {poller.id for poller in self.pollers},
        }
        pairs = (*combinations(named.items(), 2), *combinations(ways.items(), 2))
        for (one, first), (other, second) in pairs:
            if both := first & second:
                return f"{min(both)!r} is the id of {one} and of {other}; ids are unique"
        twice = sorted(name for name in named["an analysed camera"] if cameras.count(name) > 1)
        return f"{twice[0]!r} is the id of two analysed cameras; ids are unique" if twice else None

    @property
    def watched(self) -> list[SourceSettings]:
        """Every source of looks at places: of pictures, and the cameras that other systems look at."""
        return [*self.sources, *(source for box in self.analytics for source in box.sources)]

    @property
    def address(self) -> Address:
        """The node's place in the topic tree."""
        return Address(self.node.district, self.node.id)


@dataclass(frozen=True, slots=True)
class Configuration:
    """What a file says, with its paths made absolute. sha256: of the settings as written, for the audit.

    `vouched`: who has signed it, where somebody has.
    """

    settings: EdgeSettings
    sha256: str
    vouched: Vouched | None = None


def load(path: Path) -> Configuration:
    """Read and check one file. Raises SettingsError with every fault found."""
    body = bytes_of(path)  # once: what is checked is what is used
    settings = _with_all_devices(_checked(text_of(path, body), str(path)), path)
    settings = _with_all_zones(settings, path)
    text = json.dumps(settings.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    settings = anchored(settings, path.resolve().parent)
    try:
        settings = settings.model_copy(update={"trust": settings_for(settings.trust)})
        vouched = who_vouches(path, body, settings.trust)
        not_older(settings.storage.directory, vouched)
    except NotTrusted as error:
        raise SettingsError([Fault(str(path), 1, 1, "trust", str(error))]) from error
    return Configuration(settings, sha256, vouched)


def _with_all_devices(settings: EdgeSettings, path: Path) -> EdgeSettings:
    """With those of the table, which so are part of what the audit names. Raises SettingsError."""
    found = with_table(anchored(settings.devices, path.resolve().parent))
    found = found.model_copy(update={"table": settings.devices.table})
    whole = settings.model_copy(update={"devices": found})
    if (twice := whole.named_twice) is not None:
        raise SettingsError([Fault(str(path), 1, 1, "devices", twice)])
    return whole


def _with_all_zones(settings: EdgeSettings, path: Path) -> EdgeSettings:
    """With the areas that lie in files of their own, which so are part of what the audit names."""
    faults, flights = [], []
    for index, flight in enumerate(settings.flights):
        try:
            read = anchored(flight, path.resolve().parent).read()
        except ValueError as error:
            faults.append(Fault(str(path), 1, 1, f"flights[{index}].zones", str(error)))
        else:
            zones = [
                zone.model_copy(update={"ground": other.ground})
                for zone, other in zip(flight.zones, read.zones, strict=True)
            ]
            flights.append(flight.model_copy(update={"zones": zones}))
    if faults:
        raise SettingsError(faults)
    return settings.model_copy(update={"flights": flights}) if flights else settings


def _checked(text: str, name: str) -> EdgeSettings:
    """The settings, or every fault at once, names that are given twice included."""
    faults: list[Fault] = []
    settings: EdgeSettings | None = None
    try:
        settings = loads(text, EdgeSettings, name=name)
    except SettingsError as error:
        faults = error.faults
    try:
        loads(text, _Names, name=name)
    except SettingsError as error:
        faults += [fault for fault in error.faults if fault not in faults]
    if settings is None or faults:
        raise SettingsError(sorted(faults, key=lambda f: (f.line, f.col)))
    return settings


def as_recording(source: SourceSettings, film: Path | None = None) -> SourceSettings | None:
    """The source as it is replayed: once, and as fast as it goes; None for a live one without a film.

    With a film, its zones and names over that film.
    """
    if film is not None:
        fields = {name: getattr(source, name) for name in SourceSettings.model_fields}
        fields |= {
            "kind": "file",
            "path": film.resolve(),
            "pace": "fast",
            "start": getattr(source, "start", None),
        }
        return SOURCES["file"].model_construct(**fields)  # every field was validated with the source
    replayed = {"pace": "fast", "repeat": "none"}
    wanted = {key: value for key, value in replayed.items() if key in type(source).model_fields}
    return source.model_copy(update=wanted) if "pace" in wanted else None


def anchored(settings: M, folder: Path) -> M:
    """The same settings with relative paths taken from `folder`."""
    given = {name: getattr(settings, name) for name in type(settings).model_fields}
    new = {name: _anchored(value, folder) for name, value in given.items()}
    # Only what has changed: a copied field counts as written in the file, and a default would as well.
    return settings.model_copy(update={name: v for name, v in new.items() if v is not given[name]})


def _anchored(value: Any, folder: Path) -> Any:
    if isinstance(value, Path):
        return folder / value.expanduser()
    if isinstance(value, BaseModel):
        return anchored(value, folder) if _holds_path(value) else value
    if isinstance(value, list):
        return [_anchored(item, folder) for item in value] if _holds_path(value) else value
    return value


def _holds_path(value: Any) -> bool:
    """Whether a path lies anywhere in it."""
    if isinstance(value, BaseModel):
        return any(_holds_path(getattr(value, name)) for name in type(value).model_fields)
    return any(map(_holds_path, value)) if isinstance(value, list) else isinstance(value, Path)


def notes(settings: EdgeSettings) -> Iterator[str]:
    """What is allowed and yet may not be meant."""
    for source in settings.watched:
        if not source.zones:
            yield f"source {source.id} has no zones: it is watched for its health only"
        if getattr(source, "pace", None) == "fast":
            yield f"source {source.id} has pace: fast, which is for replay; a run then misses most pictures"
        for zone in source.zones:
            for rule in zone.rules:
                if rule.incident not in table():
                    yield (
                        f"source {source.id}, zone {zone.id}: incident {rule.incident!r} is not in the table "
                        f"and gets no national code; known are {', '.join(table())}"
                    )
    listened = settings.devices
    for device in listened.items:
        for own in {rule.incident for rule in listened.rules_of(device)} - named().keys():
            yield f"device {device.id}: incident {own!r} is a word of its own, without a name"
    assets = [(source.id, source.asset) for source in settings.watched]
    assets += [(device.id, device.asset) for device in listened.items]
    assets += [(flight.id, flight.asset) for flight in settings.flights]
    for name, asset in assets:
        if asset is not None and (what := doubt(asset)) is not None:
            yield f"{name}: asset {asset}: {what}"
    for flight in settings.flights:
        yield from flight_notes(flight)
    looks = settings.sources or settings.flights or any(box.api for box in settings.analytics)
    if settings.central is None and looks:
        yield "no central: pictures stay on this node"


def flight_notes(flight: FlightSettings) -> Iterator[str]:
    """What of a drone's settings may leave it without a word about the ground."""
    who, camera = f"flights entry {flight.id}", flight.ground.camera
    if not flight.zones:
        yield f"{who} has no zones: nothing is found, only answered for what the centre asks about"
    if flight.ground.nadir == "refuse" and flight.telemetry.kind == "dji_srt":
        yield (
            f"{who} has nadir: refuse: most DJI sidecars tell no gimbal angles, and then nothing is found; "
            "nadir: assume is for cameras that look straight down"
        )
    if not any((camera.focal_mm, camera.field_deg, camera.fx)) and flight.telemetry.kind in NO_LENS:
        yield f"{who} has no camera.focal_mm, and {flight.telemetry.kind} tells none: nothing is found"
    for zone in flight.zones:
        for incident in sorted({rule.incident for rule in zone.rules} - table().keys()):
            yield f"{who}, zone {zone.id}: incident {incident!r} is not in the table: no national code"


def _names(value: Any) -> Any:
    """Refuse names that are given twice."""
    faults: list[InitErrorDetails] = []
    listed = _items(value)
    faults += _twice((), "id", listed)
    for i, source in listed:
        faults += _zones_twice((i,), source)
        for k, camera in _items(source.get("cameras")):
            faults += _zones_twice((i, "cameras", k), camera)
    if faults:
        raise ValidationError.from_exception_data("names", faults)
    return value


def _zones_twice(way: tuple[str | int, ...], source: dict[str, Any]) -> Iterator[InitErrorDetails]:
    zones = _items(source.get("zones"))
    yield from _twice((*way, "zones"), "id", zones)
    for k, zone in zones:
        named = [(n, {**rule, "id": _rule_name(rule)}) for n, rule in _items(zone.get("rules"))]
        yield from _twice((*way, "zones", k, "rules"), "id", named)


def _ids(value: Any) -> Any:
    """Refuse ways in of one name."""
    if faults := list(_twice((), "id", _items(value))):
        raise ValidationError.from_exception_data("names", faults)
    return value


def _rule_name(rule: dict[str, Any]) -> Any:
    return rule.get("id") or f"{rule.get('kind')}-{rule.get('incident')}"


def _items(value: Any) -> list[tuple[int, dict[str, Any]]]:
    """The mappings of a list with their positions; nothing when it is no list."""
    return (
        [(i, item) for i, item in enumerate(value) if isinstance(item, dict)]
        if isinstance(value, list)
        else []
    )


def _twice(
    way: tuple[str | int, ...], key: str, items: list[tuple[int, dict[str, Any]]]
) -> Iterator[InitErrorDetails]:
    first: dict[str, int] = {}
    for i, item in items:
        name = item.get(key)
        if not isinstance(name, str):
            continue
        if name in first:
            yield _fault((*way, i, key), f"{name!r} is the id of [{first[name]}] already; ids are unique")
        first.setdefault(name, i)


def _fault(way: tuple[str | int, ...], text: str) -> InitErrorDetails:
    kind = PydanticCustomError("name", "{text}", {"text": text})
    return InitErrorDetails(type=kind, loc=way, input=None)


class _Names(BaseModel):
    """Looks only for names that are given twice, whatever else may be wrong with the file."""

    model_config = ConfigDict(extra="ignore")

    sources: Annotated[Any, AfterValidator(_names)] = None
    intakes: Annotated[Any, AfterValidator(_ids)] = None
    pollers: Annotated[Any, AfterValidator(_ids)] = None
    analytics: Annotated[Any, AfterValidator(_names)] = None
    flights: Annotated[Any, AfterValidator(_ids)] = None
