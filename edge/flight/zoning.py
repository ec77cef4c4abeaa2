"""From the settings of a zone on the ground to the zone with its rules, as the book takes it."""

from importlib import import_module
from typing import cast

from edge import flight_rules
from edge.flight.found import FlightZone
from edge.flight.settings import GroundZoneSettings
from edge.flight_rule import FlightRule, FlightRuleSettings
from edge.ground.zones import GroundZone


def zone_of(settings: GroundZoneSettings) -> FlightZone:
    """The zone, with a rule of each of its settings."""
    rules = tuple(_rule(rule) for rule in settings.rules)
    name, ground = settings.name or settings.id, GroundZone(settings.id, settings.ground)
    return FlightZone(settings.id, name, settings.version, ground, rules, settings.hours)


def _rule(settings: FlightRuleSettings) -> FlightRule:
    module = import_module(f"{flight_rules.__name__}.{settings.kind}")
    return cast(FlightRule, module.build(settings))
