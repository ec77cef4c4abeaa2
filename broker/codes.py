"""The tables of incident kinds (`codes.yaml`) and of the city's parts (`part_codes.yaml`)."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from broker.events import EventCode


@dataclass(frozen=True, slots=True)
class Names:
    """What a kind or a part is called."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of incident: its code and its names."""

    code: EventCode
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Part:
    """A sort of the city's parts. code: of what is wrong with one; None where its number is not known."""

    code: EventCode | None
    zh: str
    en: str


@cache
def table() -> dict[str, Kind]:
    """Every kind that the national table numbers, by its word."""
    data = _read("codes.yaml")
    return {
        word: Kind(EventCode(system=data["system"], code=row["code"], name=row["zh"]), row["zh"], row["en"])
        for word, row in data["kinds"].items()
    }


@cache
def named() -> dict[str, Names]:
    """The names of every known kind, numbered or not."""
    data = _read("codes.yaml")
    return {
        word: Names(row["zh"], row["en"]) for word, row in {**data["kinds"], **data["unnumbered"]}.items()
    }


@cache
def parts() -> dict[str, Part]:
    """Every known sort of part, by its word."""
    data = _read("part_codes.yaml")
    return {word: _part(data["system"], row) for word, row in data["parts"].items()}


def code_of(kind: str, part: str | None = None) -> EventCode | None:
    """The kind's code; of a kind without one that of the part it is about; else None (a site's own kind)."""
    found = table().get(kind)
    if found is not None:
        return found.code
    about = parts().get(part or "")
    return about.code if about else None


def _part(system: str, row: dict[str, str]) -> Part:
    number = row.get("code")
    code = EventCode(system=system, code=number, name=f"{row['zh']}异常") if number else None
    return Part(code, row["zh"], row["en"])


def _read(name: str) -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load(files("broker").joinpath(name).read_text(encoding="utf-8"))
    return data
