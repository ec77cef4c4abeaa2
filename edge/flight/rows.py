"""What a flight found and answered, as the rows of its report: plain JSON values."""

from typing import Any

from broker.events import Reason
from broker.fields import rfc3339, utc
from edge.flight.found import FlightAnswer, FlightFinding, GroundSpot, Nothing

Row = dict[str, Any]


def finding_row(one: FlightFinding) -> Row:
    """A phase of a situation."""
    return {
        "situation": one.situation,
        "phase": one.phase,
        "kind": one.kind,
        "zone": one.zone.id,
        "group": one.group,
        "label": one.label,
        **spot_row(one.spot),
        "at": time_row(one.at),
        "since": time_row(one.since),
        "last_seen": time_row(one.last_seen),
        "flights": one.flights,
        "revision": one.revision,
        "reasons": [reason_row(reason) for reason in one.reasons],
    }


def answer_row(one: FlightAnswer) -> Row:
    """What became of an ask."""
    return {
        "command": one.ask.command,
        "situation": one.ask.situation,
        "kind": one.ask.kind,
        "outcome": one.outcome,
        "seen": None if one.seen is None else time_row(one.seen),
        "reasons": [reason_row(reason) for reason in one.reasons],
    }


def nothing_row(one: Nothing) -> Row:
    """A thing that became nothing."""
    return {
        "group": one.group,
        "label": one.label,
        **spot_row(one.spot),
        "since": time_row(one.since),
        "last_seen": time_row(one.last),
        "stood_s": round(one.stood_s, 2),
        "looks": one.looks,
        "reasons": [reason_row(reason) for reason in one.reasons],
    }


def spot_row(spot: GroundSpot) -> Row:
    """Degrees to a centimetre."""
    place = {"latitude": round(spot.latitude, 7), "longitude": round(spot.longitude, 7)}
    return {**place, "accuracy_m": round(spot.accuracy_m, 2)}


def time_row(seconds: float) -> str:
    """UTC as RFC 3339."""
    return rfc3339(utc(seconds))


def reason_row(reason: Reason) -> Row:
    """Code, text and figures."""
    return reason.model_dump(mode="json", exclude_none=True)
