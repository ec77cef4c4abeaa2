"""The table of incident kinds and their national codes (`codes.yaml`)."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

from broker.events import EventCode


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of incident: its code and its names."""

    code: EventCode
    zh: str
    en: str


@cache
def table() -> dict[str, Kind]:
    """Every known kind, by its word."""
    data = yaml.safe_load(files("broker").joinpath("codes.yaml").read_text(encoding="utf-8"))
    return {
        word: Kind(EventCode(system=data["system"], code=row["code"], name=row["zh"]), row["zh"], row["en"])
        for word, row in data["kinds"].items()
    }


def code_of(kind: str) -> EventCode | None:
    """The kind's code, or None for a kind the table does not hold (a site's own kind)."""
    found = table().get(kind)
    return found.code if found else None
