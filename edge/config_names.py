"""Names that a configuration gives twice, told with their places whatever else may be wrong with it."""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError


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


def _zones(value: Any) -> Any:
    """Refuse zones, and rules of a zone, of one name."""
    if faults := list(_zones_twice((), {"zones": value})):
        within = [{**fault, "loc": fault.get("loc", ())[1:]} for fault in faults]
        raise ValidationError.from_exception_data("names", within)  # type: ignore[arg-type]
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


class Names(BaseModel):
    """Looks only for names that are given twice, whatever else may be wrong with the file."""

    model_config = ConfigDict(extra="ignore")

    sources: Annotated[Any, AfterValidator(_names)] = None
    intakes: Annotated[Any, AfterValidator(_ids)] = None
    pollers: Annotated[Any, AfterValidator(_ids)] = None
    analytics: Annotated[Any, AfterValidator(_names)] = None
    flights: Annotated[Any, AfterValidator(_ids)] = None


class ZoneNames(BaseModel):
    """As Names, for zones that are written by themselves."""

    model_config = ConfigDict(extra="ignore")

    zones: Annotated[Any, AfterValidator(_zones)] = None
