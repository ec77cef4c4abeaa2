"""A node's configuration: one YAML file, checked as a whole before anything starts."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from broker.bundles import Vouched
from broker.settings import (
    Fault,
    SettingsError,
    bytes_of,
    loads,
    plain,
    text_of,
)
from edge.config_names import Names
from edge.configured import EdgeSettings
from edge.devices.listing import with_table
from edge.kinds import SOURCES
from edge.settings import SourceSettings
from edge.trust import NotTrusted, not_older, settings_for
from edge.trust import configuration as who_vouches

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Configuration:
    """What a file says, with its paths made absolute. sha256: of the settings as written, for the audit.

    `vouched`: who has signed it, where somebody has. `tree`: the plain values that were checked. `own`: the
    file behind it.
    """

    settings: EdgeSettings
    sha256: str
    vouched: Vouched | None = None
    tree: Mapping[str, Any] = field(default_factory=dict)
    own: "OwnFile | None" = None


@dataclass(frozen=True, slots=True)
class OwnFile:
    """A node's own configuration file as it was read."""

    path: Path
    body: bytes

    @classmethod
    def read(cls, path: Path) -> "OwnFile":
        """Raises SettingsError."""
        return cls(path, bytes_of(path))

    @property
    def text(self) -> str:
        """Raises SettingsError."""
        return text_of(self.path, self.body)

    @property
    def tree(self) -> Any:
        """Its plain values. Raises SettingsError."""
        return plain(self.text, name=str(self.path))


def load(path: Path) -> Configuration:
    """Read and check one file. Raises SettingsError with every fault found."""
    own = OwnFile.read(path)  # once: what is checked is what is used
    return configured(own, own.text)


def configured(own: OwnFile, text: str) -> Configuration:
    """What a text comes to in the place of a node's own file. Raises SettingsError."""
    path, body = own.path, own.body
    settings = _with_all_devices(_checked(text, str(path)), path)
    settings = _with_all_zones(settings, path)
    as_written = json.dumps(settings.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
    sha256 = hashlib.sha256(as_written.encode()).hexdigest()
    settings = anchored(settings, path.resolve().parent)
    try:
        settings = settings.model_copy(update={"trust": settings_for(settings.trust)})
        vouched = who_vouches(path, body, settings.trust)
        not_older(settings.storage.directory, vouched)
    except NotTrusted as error:
        raise SettingsError([Fault(str(path), 1, 1, "trust", str(error))]) from error
    return Configuration(settings, sha256, vouched, plain(text, name=str(path)), own)


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
        loads(text, Names, name=name)
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
