"""What a flight came to: as an event, as a report for people's files, and as GeoJSON for their maps. Pure."""

from collections.abc import Mapping, Sequence
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
from edge.deck.flightlog import FlightLog
from edge.deck.settings import FlightSettings
from edge.deck.telling import area_of, source_ref
from edge.drafts import Draft
from edge.flight import report as pure
from edge.flight.found import FlightSummary
from edge.flight.rows import Row

Unplaced = Mapping[str, tuple[int, str]]  # by the code of the reason: how many, and its text
RING: Final = 512
ROUGHER: Final = (1e-6, 5e-6, 1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 5e-4)  # degrees


def finished(
    summary: FlightSummary, settings: FlightSettings, flight: Flight, unplaced: Unplaced, audit: Audit
) -> Draft:
    """The event. Raises pydantic.ValidationError for what may not be written."""
    told = pure.report(summary, settings.id)
    opened, again, cleared = (_ids(told[name]) for name in ("found", "seen_again", "cleared"))
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


def _ids(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    return list(dict.fromkeys(str(row["situation"]) for row in rows))[:MOST_SITUATIONS]


def _not_placed(counted: Unplaced, what: str) -> list[NotPlaced]:
    return [
        NotPlaced(reason=Reason(code=code, text=f"{what}: {text}"[:240]), count=count)
        for code, (count, text) in sorted(counted.items(), key=lambda item: -item[1][0])
    ]


def _path(summary: FlightSummary) -> LineString | None:
    """Without heights, which are above the ground. Of a very long one, every so many corners."""
    found = pure.path(summary.path)
    if found is None:
        return None
    corners: list[Waypoint] = [(x, y) for x, y, *_ in found["coordinates"]]
    step = -(-len(corners) // (MOST_PATH - 1))
    some = [*corners[:-1:step], corners[-1]]
    return LineString(type="LineString", coordinates=some)


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
    log: FlightLog | None,
) -> Row:
    """All of it, JSON-able."""
    counts = {} if log is None else dict(log.counts)
    faults = {} if log is None else {code: reason.text for code, reason in log.faults.items()}
    told = pure.report(summary, settings.id, counts)
    return {**told, "film": film, "telemetry_faults": faults, "things_not_placed": _counted(unplaced)}


def _counted(counted: Unplaced) -> Row:
    return {code: {"count": count, "text": text} for code, (count, text) in counted.items()}


def geojson(report: Row, settings: FlightSettings) -> Row:
    """Path, ground that was seen, findings, and the zones, as one collection (RFC 7946)."""
    told = pure.geojson(report)
    seen = report["coverage"]["zones"]
    told["features"] += [
        {
            "type": "Feature",
            "geometry": area_of(zone),
            "properties": {
                "what": "zone",
                "zone": zone.id,
                "seen": seen.get(zone.id, 0.0),
            },
        }
        for zone in settings.zones
    ]
    return told


def words(summary: FlightSummary, unplaced: Unplaced) -> list[str]:
    """The report in sentences."""
    took = summary.end - summary.begin
    told = [
        f"flight {summary.flight}: {rfc3339(utc(summary.begin))}, {took:.0f} s, {summary.looks} pictures",
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
