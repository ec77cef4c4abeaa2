"""What the centre wants changed, laid over what the node's own file says. Pure.

The overlay never holds a whole file: sources are told apart by their ids, keys given replace those of the
file, and what a node is, whom it trusts and where it keeps things stays its own.
"""

import copy
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from broker.fieldfaults import UNCODED, Coded

PARTS: Final = ("model", "inference", "journal", "verify", "stills")
KNOWN: Final = ("sources", "removed", *PARTS)
_FILES: Final = re.compile(r".*_file|directory")  # keys that name what lies on the node's disk
_WITH_ADDRESS: Final = ("username", "password_file")
_OWN: Final = "is the node's own and not changed from the centre"
_STEP: Final = re.compile(r"^sources\[(\d+)\]")
_ANALYSED: Final = re.compile(r"^analytics\[(\d+)\]\.cameras\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class Misfit:
    """What is wrong with an overlay, and where in it."""

    where: str
    what: str
    coded: Coded = UNCODED


class Refused(ValueError):
    """An overlay that cannot be laid over this file."""

    def __init__(self, misfits: Sequence[Misfit]) -> None:
        super().__init__("; ".join(f"{one.where}: {one.what}" for one in misfits))
        self.misfits = tuple(misfits)


def merged(own: Mapping[str, Any], body: Mapping[str, Any], secrets: str) -> dict[str, Any]:
    """The values of the file with those of the overlay. secrets: the folder in which files may be named.

    Raises Refused.
    """
    if misfits := [*_unknown(own, body), *_files(body, own, secrets)]:
        raise Refused(misfits)
    tree = copy.deepcopy(dict(own))
    for part in PARTS:
        if part in body:
            tree[part] = {**(tree.get(part) or {}), **body[part]}
    gone = set(body.get("removed", []))
    for entry in body.get("sources", []):
        _lay(tree, entry)
    tree["sources"] = [source for source in tree.get("sources") or [] if source.get("id") not in gone]
    return tree


def _unknown(own: Mapping[str, Any], body: Mapping[str, Any]) -> list[Misfit]:
    found = [Misfit(key, _OWN if key in own else "is not a known key") for key in body if key not in KNOWN]
    found += [Misfit(p, "must be a mapping of keys to values") for p in PARTS if not _is(body, p, Mapping)]
    for key in ("sources", "removed"):
        if not _is(body, key, list):
            found.append(Misfit(key, "must be a list"))
    if found:
        return found
    if not all(isinstance(name, str) for name in body.get("removed", [])):
        found.append(Misfit("removed", "must be a list of ids"))
    return [*found, *_unnamed(body), *_not_there(own, body)]


def _is(body: Mapping[str, Any], key: str, kind: type) -> bool:
    return key not in body or isinstance(body[key], kind)


def _unnamed(body: Mapping[str, Any]) -> list[Misfit]:
    found, ids = [], []
    for index, entry in enumerate(body.get("sources", [])):
        name = entry.get("id") if isinstance(entry, Mapping) else None
        if not isinstance(name, str):
            found.append(Misfit(f"sources[{index}].id", "is missing"))
        elif name in ids:
            found.append(Misfit(f"sources[{name}]", "is given twice"))
        ids.append(name)
    return found


def _not_there(own: Mapping[str, Any], body: Mapping[str, Any]) -> list[Misfit]:
    known = {*_by_id(own), *_analysed(own)}
    found = []
    for entry in _named(body):
        name = entry["id"]
        if name not in known and "kind" not in entry:
            text = "the node's file has no such source; a new one is given whole, with its kind"
            found.append(Misfit(f"sources[{name}]", text))
    return found


def _named(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Entries that say which source they are about; of the others `_unnamed` tells."""
    entries = body["sources"] if isinstance(body.get("sources"), list) else []
    return [each for each in entries if isinstance(each, Mapping) and isinstance(each.get("id"), str)]


def _files(body: Mapping[str, Any], own: Mapping[str, Any], secrets: str) -> list[Misfit]:
    """The centre names no file of the node's disk but the secrets that it entrusted."""
    told = [(f"sources[{entry['id']}]", entry, _by_id(own).get(entry["id"], {})) for entry in _named(body)]
    told += [(part, body[part], own.get(part) or {}) for part in PARTS if isinstance(body.get(part), Mapping)]
    return [
        Misfit(f"{where}.{key}", "names a file that the node was not entrusted with (`entrust`)")
        for where, given, before in told
        for key, value in given.items()
        if _FILES.fullmatch(str(key)) and value != before.get(key) and not _within(value, secrets)
    ]


def _within(value: Any, folder: str) -> bool:
    if not isinstance(value, str):
        return value is None
    head, _, name = value.rpartition("/")
    return head == folder and re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", name) is not None


def _by_id(own: Mapping[str, Any]) -> dict[Any, dict[str, Any]]:
    return {source.get("id"): source for source in own.get("sources") or []}


def _analysed(own: Mapping[str, Any]) -> dict[Any, dict[str, Any]]:
    boxes = own.get("analytics") or []
    return {camera.get("id"): camera for box in boxes for camera in box.get("cameras") or []}


def _lay(tree: dict[str, Any], entry: Mapping[str, Any]) -> None:
    """One source of the overlay. An address of the centre's goes without the credentials of the file."""
    name = entry["id"]
    place = _by_id(tree).get(name)
    if place is None:
        place = _analysed(tree).get(name)
    if place is None:
        tree["sources"] = [*(tree.get("sources") or []), copy.deepcopy(dict(entry))]
        return
    if entry.get("kind", place.get("kind")) != place.get("kind"):
        place.clear()  # another kind of source is given whole
    if "url" in entry and entry["url"] != place.get("url"):
        for key in _WITH_ADDRESS:
            place.pop(key, None)
    place.update(copy.deepcopy(dict(entry)))


def where_in(tree: Mapping[str, Any], where: str) -> str:
    """A place in the merged file as one in the overlay: sources[2].name is sources[cam-1].name."""
    if (found := _STEP.match(where)) is not None:
        name = tree["sources"][int(found[1])].get("id")
        return f"sources[{name}]{where[found.end() :]}"
    if (found := _ANALYSED.match(where)) is not None:
        name = tree["analytics"][int(found[1])]["cameras"][int(found[2])].get("id")
        return f"sources[{name}]{where[found.end() :]}"
    return where
