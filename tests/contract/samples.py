"""The released samples, and how each is read."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from broker import exports
from broker.fields import Message

FOLDER = exports.HOME / "samples" / "v1"
PATHS = sorted(FOLDER.glob("*.json"))


def model_of(path: Path) -> type[Message]:
    """NAME.v1.VARIANT.json is a sample of NAME.v1."""
    return exports.models()[path.name.removesuffix(".json").rpartition(".")[0]]


def load(path: Path) -> Any:
    """The sample as plain values."""
    return json.loads(path.read_text(encoding="utf-8"))


def with_strangers(value: Any) -> Iterator[tuple[str, Any]]:
    """The value again and again, each time with one unknown field in another of its objects."""
    for way in _objects(value):
        changed = copy.deepcopy(value)
        node = changed
        for step in way:
            node = node[step]
        node["later_version"] = {"anything": 1}
        yield ".".join(map(str, way)) or "the top", changed


def _objects(value: Any, way: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if _is_tree(way):
        return
    if isinstance(value, dict):
        maps = (("runs", "zones"), ("inventory", "runs_on", "packages"))
        if way[-1:] not in (("values",), ("by_kind",)) and way not in maps:  # maps, whose keys are data
            yield way
        items: Any = value.items()
    else:
        items = enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from _objects(item, (*way, key))


def _is_tree(way: tuple[str | int, ...]) -> bool:
    """Whether a part of a configuration begins here, in which any key may be."""
    return way in (("body",), ("settings",), ("source",)) or (
        way[:1] == ("variants",) and way[2:3] == ("zones",)
    )
