"""What is different between two versions of a part, in words. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from broker.boundary import breach
from broker.events import Reason
from central.configuration.overlay import REMOVED, Body

MOST = 40  # more of them are counted
LONGEST = 60  # of a value that is told
OUTLINES = ("polygon", "ground")
GROUND = "ground"  # of a source: its points in the picture and on the map


def differences(before: Body | None, after: Body | None) -> list[Reason]:
    """In the order of the keys; nothing where both say the same."""
    if before == after:
        return []
    if after == REMOVED:
        return [Reason(code="source_removed", text="the source is taken away")]
    if after is None:
        return [Reason(code="files_own", text="the node's own file counts again")]
    start = {} if before is None or before == REMOVED else before
    found = list(_between("", start, after))
    if before == REMOVED:
        found.insert(0, Reason(code="source_back", text="the source is back"))
    if len(found) > MOST:
        text = f"and {len(found) - MOST + 1} more"
        values = {"count": float(len(found) - MOST + 1)}
        found = [*found[: MOST - 1], Reason(code="more", text=text, values=values)]
    return found


def _between(where: str, before: Any, after: Any) -> Iterator[Reason]:
    if before == after:
        return
    known = _calibrated(before) if where == GROUND else 0
    if known and _calibrated(after):
        text = f"calibrated anew ({known} to {_calibrated(after)} points)"
        yield _reason("calibrated", where, text, points_before=known, points_after=_calibrated(after))
    elif where == GROUND and _calibrated(after) == 0:
        yield _reason("uncalibrated", where, "the calibration is taken away", points_before=known)
    elif where == GROUND:
        yield from _added(where, after)
    elif isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in sorted({*before, *after}):
            yield from _key(where, name, before, after)
    elif _named(before) and _named(after):
        found = list(_items(where, _by_id(before), _by_id(after)))
        yield from found or [_reason("order", where, "in another order")]
    elif _is_outline(where, before, after):
        text = f"the outline is moved ({_count(before)} to {_count(after)} points)"
        yield _reason("outline", where, text, points_before=_count(before), points_after=_count(after))
    else:
        was, now = _told(before), _told(after)
        yield _reason("changed", where, f"{was} to {now}", before=was, after=now)


def _key(where: str, name: str, before: Body, after: Body) -> Iterator[Reason]:
    place = f"{where} {name}" if where else name
    if name not in before:
        yield from _added(place, after[name])
    elif name not in after:
        yield _reason("left_out", place, "left to what is usual")
    else:
        yield from _between(place, before[name], after[name])


def _added(place: str, value: Any) -> Iterator[Reason]:
    if value and _named(value):
        yield from _items(place, {}, _by_id(value))
    elif place == GROUND and (known := _calibrated(value)):
        yield _reason("calibrated", place, f"calibrated by {known} points", points_after=known)
    elif place == GROUND:
        yield _reason("uncalibrated", place, "the calibration is taken away")
    else:
        now = _told(value)
        yield _reason("set", place, f"set to {now}", after=now)


def _items(where: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Reason]:
    """Things with an id of their own: told apart by it, wherever they stand in the list."""
    what = {"zones": "zone", "rules": "rule"}.get(where.rpartition(" ")[2], where.rpartition(" ")[2])
    above = where.rpartition(" ")[0]
    for name in sorted({*before, *after}):
        place = f"{above} {what} {name}".strip()
        if name not in before:
            yield _reason("added", place, "is new")
        elif name not in after:
            yield _reason("removed", place, "is gone")
        else:
            yield from _between(place, before[name], after[name])


def _named(value: Any) -> bool:
    """A list of things that can be told apart; an empty one is a list of anything."""
    if not isinstance(value, list) or not all(isinstance(each, Mapping) for each in value):
        return False
    names = [_id(each) for each in value]
    return all(names) and len(set(names)) == len(names)


def _id(thing: Mapping[str, Any]) -> str:
    """A rule without an id is told by what it finds."""
    if isinstance(name := thing.get("id"), str):
        return name
    return f"{thing['kind']}-{thing['incident']}" if "kind" in thing and "incident" in thing else ""


def _by_id(value: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    return {_id(each): each for each in value}


def _calibrated(value: Any) -> int:
    """By how many points; 0 where it is no calibration."""
    points = value.get("points") if isinstance(value, Mapping) else None
    return len(points) if isinstance(points, list) else 0


def _is_outline(where: str, before: Any, after: Any) -> bool:
    last = where.rpartition(" ")[2]
    return last in OUTLINES and isinstance(before, (list, Mapping)) and isinstance(after, (list, Mapping))


def _count(outline: Any) -> int:
    return len(outline) if isinstance(outline, list) else 0


def _told(value: Any) -> str:
    if isinstance(value, list):
        return f"{len(value)} items"
    if isinstance(value, Mapping):
        return "other settings"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _reason(code: str, where: str, text: str, **told_of: str | int) -> Reason:
    told = f"{where}: {text}"[:240] if where else text[:240]
    if breach(told) is not None:  # what each may be written alone can still read as what may not
        return Reason(code=code, text="something is changed whose words cannot be written here")
    values = {name: float(each) for name, each in told_of.items() if isinstance(each, int)}
    words = {name: each for name, each in told_of.items() if isinstance(each, str) and each}
    if where:
        words["where"] = where[:240]
    return Reason(code=code, text=told, values=values or None, words=words or None)
