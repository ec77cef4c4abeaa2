"""Devices from a table: a CSV file with one line for each, every fault at once as `file:line:col: what`."""

import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from broker.settings import Fault, SettingsError, bytes_of, text_of
from edge.devices.settings import DeviceSettings, DevicesSettings

PLAIN: Final = ("id", "profile", "name", "asset", "place", "kind", "part", "silence", "battery")
PLACE: Final = ("lon", "lat", "accuracy_m")
MATCH: Final = ("names", "channel")
COLUMNS: Final = (*PLAIN, *MATCH, *PLACE)


def with_table(settings: DevicesSettings) -> DevicesSettings:
    """The settings with the devices of their table. Raises SettingsError with every fault of the table."""
    if settings.table is None:
        return settings
    found = listed(settings.table)
    try:
        return settings.with_items(found)
    except ValueError as error:
        what = f"with the devices of the configuration: {error}"
        raise SettingsError([Fault(str(settings.table), 1, 1, "", what)]) from None


def listed(path: Path) -> list[DeviceSettings]:
    """The devices of a table. Raises SettingsError with every fault."""
    name = str(path)
    rows = csv.DictReader(io.StringIO(text_of(path, bytes_of(path)), newline=""), strict=True)
    faults: list[Fault] = []
    devices: list[DeviceSettings] = []
    try:
        strange = [each for each in rows.fieldnames or () if each not in COLUMNS]
        if strange or "id" not in (rows.fieldnames or ()):
            what = f"{strange[0]!r} is no column" if strange else "there is no column id"
            raise SettingsError([Fault(name, 1, 1, "", f"{what}; there are {', '.join(COLUMNS)}")])
        for row in rows:
            try:
                devices.append(DeviceSettings.model_validate(_device(row)))
            except ValidationError as error:
                faults += _faults(name, rows.line_num, error)
    except csv.Error as error:
        faults.append(Fault(name, rows.line_num, 1, "", f"is no CSV: {error}"))
    if faults:
        raise SettingsError(faults)
    return devices


def _device(row: Mapping[str | None, Any]) -> dict[str, Any]:
    """A line as the settings have it; what is empty is not said."""
    given = {
        key or "more values than columns": value for key, value in row.items() if value not in ("", None)
    }
    position = {key: given.pop(key) for key in PLACE if key in given}
    match = {key: given.pop(key) for key in MATCH if key in given}
    device = {**given, "position": position} if position else given
    if match:
        device["match"] = {**match, "names": match.get("names", given.get("id", "")).split()}
    return device


def _faults(name: str, line: int, error: ValidationError) -> Iterator[Fault]:
    for each in error.errors(include_url=False, include_input=False):
        where = ".".join(map(str, each["loc"]))
        what = "is not a known key" if each["type"] == "extra_forbidden" else each["msg"]
        yield Fault(name, line, 1, where, what.removeprefix("Value error, "))
