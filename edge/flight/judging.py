"""Whether a thing that stands opens a situation in a zone, and if not, why not. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from broker.events import Reason
from edge.flight import words
from edge.flight.found import FlightZone, GroundSpot
from edge.flight.places import GroundPlace, key_of
from edge.flight.tracks import LEAST_LOOKS, Track
from edge.flight_rule import FlightRule, Stay
from edge.ground.spot import Spot


@dataclass(frozen=True, slots=True)
class Opens:
    """A rule opens a situation, and the argument."""

    zone: FlightZone
    rule: FlightRule
    reasons: tuple[Reason, ...]


def opens(
    zones: Sequence[FlightZone], track: Track, spot: GroundSpot, place: GroundPlace | None, now: float
) -> Iterator[Opens]:
    """Of every zone and rule under which nothing is open yet. Cheap gates first."""
    for zone in zones:
        rules = [rule for rule in zone.rules if _about(rule, zone, track, place)]
        judged = [(rule, rule.judge(stay_of(zone, track, place))) for rule in rules]
        judged = [(rule, verdict) for rule, verdict in judged if verdict.opens]
        here = as_spot(spot)
        if not judged or zone.ground.far(here) or zone.hours.closed(now) is not None:
            continue
        stands = zone.ground.stands(here)
        if stands.where != "inside":
            continue
        note = zone.hours.note(now)
        for rule, verdict in judged:
            yield Opens(zone, rule, (*verdict.reasons, stands.reason, *([] if note is None else [note])))


def _about(rule: FlightRule, zone: FlightZone, track: Track, place: GroundPlace | None) -> bool:
    told = place is not None and key_of(zone.id, rule.settings.name) in place.situations
    return track.group in rule.settings.groups and not told


def near_zones(zones: Sequence[FlightZone], group: str, spot: GroundSpot) -> list[FlightZone]:
    """Those that are about such a thing and in which it may stand."""
    here = as_spot(spot)
    about = [zone for zone in zones if any(group in rule.settings.groups for rule in zone.rules)]
    near = [zone for zone in about if not zone.ground.far(here)]
    return [zone for zone in near if zone.ground.stands(here).where != "outside"]


def why_not(
    zones: Sequence[FlightZone], track: Track, spot: GroundSpot, place: GroundPlace | None
) -> tuple[Reason, ...]:
    """Why a thing became nothing: where it stands, then whether it does, then what the rules say."""
    here = as_spot(spot)
    standings = [(zone, zone.ground.stands(here)) for zone in zones if not zone.ground.far(here)]
    near = [(zone, stands) for zone, stands in standings if stands.where != "outside"]
    if not near:
        return (words.plain("no_zone"),)
    reasons: list[Reason] = [stands.reason for _, stands in near if stands.where == "uncertain"]
    if track.moving or not track.stands:
        reasons.append(_not_standing(track))
    for zone, _ in near:
        reasons += _of_zone(zone, track, place)
    return tuple({reason.code: reason for reason in reasons}.values())[:16] or (near[0][1].reason,)


def _not_standing(track: Track) -> Reason:
    if track.spell < LEAST_LOOKS and not track.moving:
        return words.too_short(track.stood_s, track.looks)
    return (
        words.moved(round(track.moved_m, 1)) if track.moved_m else words.too_short(track.stood_s, track.spell)
    )


def _of_zone(zone: FlightZone, track: Track, place: GroundPlace | None) -> Iterator[Reason]:
    mine = [rule for rule in zone.rules if track.group in rule.settings.groups]
    if not mine:
        wanted = {group for rule in zone.rules for group in rule.settings.groups}
        yield words.other_group(track.group, sorted(wanted))
        return
    closed = zone.hours.closed(track.last)
    if closed is not None:
        yield closed
    for rule in mine:
        verdict = rule.judge(stay_of(zone, track, place))
        if not verdict.opens and track.stands:
            yield verdict.reasons[0]


def stay_of(zone: FlightZone, track: Track, place: GroundPlace | None) -> Stay:
    """How long it stands, in this flight and over all."""
    since = track.since if place is None else min(place.since, track.since)
    lasted = zone.hours.seconds(since, track.last)
    looks = track.spell if track.stands else 0
    flights = 1 if place is None else place.flights
    return Stay(track.stood_s, looks, since, track.last, lasted, flights)


def as_spot(spot: GroundSpot) -> Spot:
    """As zones take it."""
    return Spot(spot.latitude, spot.longitude, spot.accuracy_m, spot.covariance, 0.0)
