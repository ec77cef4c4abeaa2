"""Zones to be tried, checked as a configuration is: every fault at once, in the same words."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from broker.asks import Variant
from broker.settings import Fault, Settings, SettingsError, bytes_of, loads, text_of
from edge.config_names import ZoneNames
from edge.kinds import ConfiguredZone
from edge.settings import Outline, SourceSettings

NOW = "now"


class Draft(Settings):
    """What of a source may be tried. `ignore` unset: as it runs."""

    zones: Annotated[list[ConfiguredZone], Field(max_length=64)] = []
    ignore: list[Outline] | None = None


@dataclass(frozen=True, slots=True)
class Tryable:
    """A source as a variant would have it; sha: of the configuration, for what runs now."""

    name: str
    source: SourceSettings
    sha: str | None = None


def of_file(path: Path, source: SourceSettings) -> Tryable:
    """A draft in a YAML file of its own: `zones:` and, if need be, `ignore:`. Raises SettingsError."""
    text = text_of(path, bytes_of(path))
    return Tryable(path.stem[:64], applied(_read(text, str(path)), source))


def of_variant(variant: Variant, source: SourceSettings) -> Tryable:
    """A variant that somebody asks for. Raises SettingsError, its places without lines."""
    given: dict[str, Any] = {"zones": variant.zones}
    if variant.ignore is not None:
        given["ignore"] = [[list(point) for point in outline] for outline in variant.ignore]
    return Tryable(variant.id, applied(_read(json.dumps(given), variant.id), source))


def _read(text: str, name: str) -> Draft:
    faults: list[Fault] = []
    draft: Draft | None = None
    try:
        draft = loads(text, Draft, name=name)
    except SettingsError as error:
        faults = error.faults
    faults += [fault for fault in _twice(text, name) if fault not in faults]
    if draft is None or faults:
        raise SettingsError(sorted(faults, key=lambda f: (f.line, f.col)))
    return draft


def _twice(text: str, name: str) -> Sequence[Fault]:
    """Names given twice, told whatever else is wrong."""
    try:
        loads(text, ZoneNames, name=name)
    except SettingsError as error:
        return error.faults
    return ()


def applied(draft: Draft, source: SourceSettings) -> SourceSettings:
    """The source with these zones."""
    changed: dict[str, Any] = {"zones": draft.zones}
    if draft.ignore is not None:
        changed["ignore"] = draft.ignore
    return source.model_copy(update=changed)
