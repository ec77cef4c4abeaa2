"""What a flight came to, when it has ended. Pure."""

from collections.abc import Sequence
from typing import Final

from broker.events import Reason
from edge.flight.found import FlightSummary, FlightZone, Nothing
from edge.flight.underway import Underway
from edge.ground.coverage import Coverage

MOST_NOTHING: Final = 1000


def summary_of(
    flight: Underway, zones: Sequence[FlightZone], nothing: Sequence[Nothing], end: float, cut: Reason | None
) -> FlightSummary:
    """Its counts, and the first of what it came to; what stands in no zone comes last."""
    ordered = sorted(nothing, key=lambda one: one.reasons[0].code == "no_zone")
    seen, shift = flight.coverage, flight.matching.shift
    return FlightSummary(
        flight=flight.id,
        begin=flight.begin,
        end=end,
        cut=cut,
        looks=flight.looks,
        placed=flight.placed,
        refused=dict(flight.refused),
        repeated=flight.repeated,
        path=tuple(flight.path),
        area_m2=0.0 if seen is None else seen.area_m2,
        coverage=None if seen is None or not seen.area_m2 else seen.outline(),
        coverage_full=seen is not None and seen.full,
        zones={zone.id: 0.0 if seen is None else _share(seen, zone) for zone in zones},
        findings=tuple(flight.rows["findings"]),
        answers=tuple(flight.rows["answers"]),
        nothing=tuple(ordered[:MOST_NOTHING]),
        nothing_more=max(0, len(ordered) - MOST_NOTHING),
        passed=flight.tracks.passed + sum(track.moving for track in flight.tracks),
        shift=None if shift is None else (shift.east, shift.north),
    )


def _share(seen: Coverage, zone: FlightZone) -> float:
    """How much of a zone was in view."""
    outlines = zone.ground.outlines
    whole = sum(area for area, _ in outlines)
    return sum(area * seen.share(outline) for area, outline in outlines) / whole if whole > 0.0 else 0.0
