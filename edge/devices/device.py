"""A device as the book knows it, and what devices of one sort share. Made once of the settings."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Literal, NamedTuple, cast

from edge import device_rules
from edge.device_rule import DeviceRule, DeviceRuleSettings, Here, Joint
from edge.devices.settings import DeviceSettings, DevicesSettings, ProfileSettings


class Watch(NamedTuple):
    """A rule of a device that takes a quantity. at: which of its rules; slot: which of the rule's readings.

    joint: judged as a whole; keeps: something of each device.
    """

    at: int
    slot: int
    channel: str | None
    rule: DeviceRule
    joint: bool
    keeps: bool


@dataclass(frozen=True, slots=True)
class Duty:
    """The rules of a device, which it shares with all of its sort.

    watching: by quantity, the rules that take it. elsewhere: index, slot, and the id of the other device.
    """

    rules: tuple[DeviceRule, ...]
    versions: tuple[str, ...]
    watching: dict[str, tuple[Watch, ...]]
    elsewhere: tuple[tuple[int, int, str], ...]
    missing: tuple[int, ...]
    joint: tuple[int, ...]

    def index_of(self, name: str) -> int | None:
        """Where the rule of that name stands."""
        return next((n for n, rule in enumerate(self.rules) if rule.settings.name == name), None)

    def is_about(self, at: int, kind: str, incident: str) -> bool:
        """Whether that rule is of this kind and opens this kind of incident."""
        settings = self.rules[at].settings
        return settings.kind == kind and settings.incident == incident


@dataclass(frozen=True, slots=True)
class Device:
    """One device. names, channel: how its network calls it. silence_s: how long its last word holds."""

    id: str
    kind: Literal["sensor", "gate"]
    duty: Duty = field(repr=False)
    silence_s: float
    names: tuple[str, ...]
    channel: str | None = None
    name: str | None = None
    asset: str | None = None
    place: str | None = None
    part: str | None = None
    here: Here | None = None
    accuracy_m: float = 50.0


@dataclass(slots=True)
class _Duties:
    """Made once for all that share them: ten thousand devices have a handful of profiles."""

    known: dict[tuple[int, float], Duty] = field(default_factory=dict)

    def of(self, settings: DevicesSettings, device: DeviceSettings, profile: ProfileSettings) -> Duty:
        rules = settings.rules_of(device)
        if device.rules:
            return duty(rules)
        key = (id(profile) if device.profile else 0, device.battery if device.battery is not None else -1.0)
        if key not in self.known:
            self.known[key] = duty(rules)
        return self.known[key]


def devices_of(settings: DevicesSettings) -> Iterator[Device]:
    """Every device, with what its profile says."""
    duties = _Duties()
    for each in settings.items:
        profile = settings.profile_of(each)
        position = each.position
        yield Device(
            id=each.id,
            kind=each.kind or profile.kind,
            duty=duties.of(settings, each, profile),
            silence_s=each.silence or profile.silence,
            names=tuple(each.names),
            channel=each.channel,
            name=each.name,
            asset=each.asset,
            place=each.place,
            part=each.part or profile.part,
            here=None if position is None else Here(position.lon, position.lat),
            accuracy_m=50.0 if position is None else position.accuracy_m,
        )


def duty(settings: Sequence[DeviceRuleSettings]) -> Duty:
    """The rules, by what they take."""
    rules = tuple(_rule(each) for each in settings)
    watching: dict[str, tuple[Watch, ...]] = {}
    elsewhere = []
    for index, rule in enumerate(rules):
        for slot, watched in enumerate(rule.watched):
            if watched.device is not None:
                elsewhere.append((index, slot, watched.device))
                continue
            watch = Watch(
                index, slot, watched.channel, rule, isinstance(rule, Joint), rule.begin() is not None
            )
            watching[watched.quantity] = (*watching.get(watched.quantity, ()), watch)
    missing = tuple(n for n, rule in enumerate(rules) if rule.settings.kind == "missing")
    joint = tuple(n for n, rule in enumerate(rules) if isinstance(rule, Joint))
    return Duty(rules, tuple(each.version for each in settings), watching, tuple(elsewhere), missing, joint)


def _rule(settings: DeviceRuleSettings) -> DeviceRule:
    module = import_module(f"{device_rules.__name__}.{settings.kind}")
    return cast(DeviceRule, module.build(settings))
