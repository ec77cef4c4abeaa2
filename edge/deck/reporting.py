"""What a flight came to: as an event, as a report for people's files, and as GeoJSON for their maps. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any, Final

import shapely

from broker.events import (
    Audit,
    Coverage,
    Flight,
    FlightFinished,
    FlightReported,
    FlownZone,
    LineString,
    NotPlaced,
    Reason,
    ZoneRef,
)
from broker.fields import rfc3339, utc
from broker.flights import MOST_OUTLINE, MOST_PATH, MOST_SITUATIONS, Waypoint
from edge.deck.settings import FlightSettings
from edge.deck.telling import area_of, source_ref
from edge.drafts import Draft
from edge.flight.found import FlightSummary
from edge.flight.rows import Row, nothing_row

Unplaced = Mapping[str, tuple[int, str]]  # by the code of the reason: how many, and its text
RING: Final = 512
ROUGHER: Final = (1e-6, 5e-6, 1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 5e-4)  # degrees


def finished(
    summary: FlightSummary, settings: FlightSettings, flight: Flight, unplaced: Unplaced, audit: Audit
) -> Draft:
    """The event. Raises pydantic.ValidationError for what may not be written."""
    opened, again, cleared = (_ids(summary.findings, phase) for phase in ("opened", "updated", "cleared"))
    named = {zone.id: zone for zone in settings.zones}
    data = FlightReported(
        source=source_ref(settings),
        flight=flight,
        began=utc(summary.begin),
        ended=utc(max(summary.begin, summary.end)),
        path=_path(summary),
        coverage=_coverage(summary),
        zones=[
            FlownZone(
                zone=ZoneRef(id=name, version=named[name].version, name=named[name].name),
                share=round(min(1.0, share), 4),
            )
            for name, share in list(summary.zones.items())[:256]
            if name in named
        ],
        found=opened,
        seen_again=[one for one in again if one not in opened and one not in cleared],
        cleared=cleared,
        not_placed=[
            *_not_placed(unplaced, "things"),
            *_not_placed(summary.refused, "pictures"),
        ][:64],
        audit=audit,
    )
    return Draft(FlightFinished, summary.flight, max(summary.begin, summary.end), data)


def _ids(findings: Sequence[Mapping[str, Any]], phase: str) -> list[str]:
    names = [str(found["situation"]) for found in findings if found["phase"] == phase]
    return list(dict.fromkeys(names))[:MOST_SITUATIONS]


def _not_placed(counted: Unplaced, what: str) -> list[NotPlaced]:
    return [
        NotPlaced(reason=Reason(code=code, text=f"{what}: {text}"[:240]), count=count)
        for code, (count, text) in sorted(counted.items(), key=lambda item: -item[1][0])
    ]


def _path(summary: FlightSummary) -> LineString | None:
    """Every so many of its places, the last one too."""
    places: list[Waypoint] = [(round(one.longitude, 7), round(one.latitude, 7)) for one in summary.path]
    step = max(1, -(-len(places) // (MOST_PATH - 1)))
    some = [*places[::step], *([places[-1]] if places and (len(places) - 1) % step else [])]
    return LineString(type="LineString", coordinates=some) if len(some) >= 2 else None


def _coverage(summary: FlightSummary) -> Coverage | None:
    """As exactly as the event has room for."""
    if summary.coverage is None:
        return None
    shape = shapely.geometry.shape(summary.coverage)
    for step in ROUGHER:
        parts = [part for part in shapely.get_parts(shape) if isinstance(part, shapely.Polygon)]
        rings = [[part.exterior, *part.interiors] for part in parts]
        sizes = [len(ring.coords) for one in rings for ring in one]
        if parts and max(sizes) <= RING and sum(sizes) <= MOST_OUTLINE and len(parts) <= 256:
            told = {
                "type": "MultiPolygon",
                "coordinates": [[[(x, y) for x, y, *_ in ring.coords] for ring in one[:64]] for one in rings],
            }
            return Coverage(area_m2=round(summary.area_m2, 1), geometry=told)  # type: ignore[arg-type]
        shape = shapely.simplify(shape, step)
    return Coverage(area_m2=round(summary.area_m2, 1))


def report(
    summary: FlightSummary,
    settings: FlightSettings,
    film: str | None,
    unplaced: Unplaced,
    more: Mapping[str, Any],
) -> Row:
    """All of it, JSON-able."""
    told = {field.name: getattr(summary, field.name) for field in fields(summary)}
    return {
        "source": settings.id,
        "film": film,
        **told,
        "begin": rfc3339(utc(summary.begin)),
        "end": rfc3339(utc(max(summary.begin, summary.end))),
        "cut": None if summary.cut is None else summary.cut.text,
        "refused": _counted(summary.refused),
        "unplaced": _counted(unplaced),
        "path": [asdict(one) for one in summary.path],
        "nothing": [nothing_row(one) for one in summary.nothing],
        **more,
    }


def _counted(counted: Unplaced) -> Row:
    return {code: {"count": count, "text": text} for code, (count, text) in counted.items()}


def geojson(summary: FlightSummary, settings: FlightSettings) -> dict[str, Any]:
    """Path, ground that was seen, zones and findings as one collection (RFC 7946)."""
    features = []
    if len(summary.path) >= 2:
        line = [[round(p.longitude, 7), round(p.latitude, 7)] for p in summary.path]
        features.append(
            _feature({"type": "LineString", "coordinates": line}, what="path", flight=summary.flight)
        )
    if summary.coverage is not None:
        features.append(_feature(summary.coverage, what="seen", area_m2=round(summary.area_m2, 1)))
    for zone in settings.zones:
        share = summary.zones.get(zone.id, 0.0)
        features.append(_feature(area_of(zone), what="zone", zone=zone.id, seen=round(share, 4)))
    features += [_found(found) for found in summary.findings]
    return {"type": "FeatureCollection", "features": features}


def _found(found: Mapping[str, Any]) -> Row:
    point = {"type": "Point", "coordinates": [found["longitude"], found["latitude"]]}
    told = {name: found[name] for name in ("kind", "situation", "label", "accuracy_m")}
    return _feature(point, what=found["phase"], why=found["reasons"][0]["text"], **told)


def _feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def words(summary: FlightSummary, unplaced: Unplaced) -> list[str]:
    """The report in sentences."""
    took = summary.end - summary.begin
    told = [
        f"flight {summary.flight}: {rfc3339(utc(summary.begin))}, {took:.0f} s, {summary.looks} pictures looked at",
        f"ground known in {summary.placed} of them; {summary.area_m2:.0f} m2 of ground seen",
    ]
    told += [
        f"  {count} pictures refused: {text} ({code})" for code, (count, text) in summary.refused.items()
    ]
    told += [f"  {count} things without a place: {text} ({code})" for code, (count, text) in unplaced.items()]
    told += [f"zone {name}: {share:.0%} of it seen" for name, share in summary.zones.items()]
    told += [_in_words(found) for found in summary.findings]
    for answer in summary.answers:
        told.append(f"asked about {answer['situation']}: {answer['outcome']}: {answer['reasons'][0]['text']}")
    for one in summary.nothing:
        told.append(f"not told: a {one.label} that stood for {one.stood_s:.1f} s: {one.reasons[0].text}")
    if summary.nothing_more:
        told.append(f"not told: {summary.nothing_more} more")
    if summary.cut is not None:
        told.append(f"the flight was not ended: {summary.cut.text}")
    return told if summary.findings else [*told, "nothing was found"]


def _in_words(found: Mapping[str, Any]) -> str:
    where = f"{found['latitude']:.6f}, {found['longitude']:.6f}, known to {found['accuracy_m']:.1f} m"
    why = "; ".join(reason["text"] for reason in found["reasons"])
    return f"{found['phase']}: {found['kind']} ({found['label']}) at {where} ({found['situation']}): {why}"
