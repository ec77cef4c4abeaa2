"""How sensors and gates are set: profiles for what many have in common, and one line for each device."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, Field, model_validator
from typing_extensions import Self

from broker.codes import parts
from broker.fields import Identifier, ShortText
from broker.settings import Duration, Settings, settings_of_kinds
from edge import device_rules
from edge.device_rule import LONGEST_S, Channel, DeviceRuleSettings
from edge.device_rules import threshold
from edge.settings import GeoPosition

if TYPE_CHECKING:
    AnyDeviceRule = DeviceRuleSettings
else:
    AnyDeviceRule = settings_of_kinds(device_rules)

MOST_DEVICES = 16_000  # what a node tells of itself has room for so many sources (broker.messages)
BATTERY_BACK = 10.0  # percent above the limit at which a battery counts as changed
NetworkName = Annotated[str, Field(min_length=1, max_length=128)]
Silence = Annotated[Duration, Field(ge=1.0, le=LONGEST_S)]
Percent = Annotated[float, Field(ge=0.0, le=90.0)]


def _known_part(word: str) -> str:
    if word not in parts():
        raise ValueError(f"{word!r} is no part; there are {', '.join(parts())}")
    return word


def _names_once(rules: list[DeviceRuleSettings]) -> list[DeviceRuleSettings]:
    names = [rule.name for rule in rules]
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise ValueError(f"{twice[0]!r} is the name of two rules; give one of them an id of its own")
    return rules


Rules = Annotated[list[AnyDeviceRule], Field(max_length=64), AfterValidator(_names_once)]
Part = Annotated[str, AfterValidator(_known_part)]


class ProfileSettings(Settings):
    """What devices of one sort have in common.

    `silence`: how long nothing is heard of one in good order; its last word holds for as long. `battery`:
    percent below which a battery is a situation of its own; 0: never.
    """

    kind: Literal["sensor", "gate"] = "sensor"
    part: Part | None = None
    silence: Silence = 90_000.0
    battery: Percent = 15.0
    rules: Rules = []


class MatchSettings(Settings):
    """Which readings are its own: those under these names in its network, of `channel` where it is set."""

    names: Annotated[list[NetworkName], Field(min_length=1, max_length=16)]
    channel: Channel | None = None


class DeviceSettings(Settings):
    """One device. What it does not say, its profile does; its own rules come after those of its profile."""

    id: Identifier
    profile: Identifier | None = None
    name: ShortText | None = None
    asset: Identifier | None = None
    place: ShortText | None = None
    position: GeoPosition | None = None
    kind: Literal["sensor", "gate"] | None = None
    part: Part | None = None
    match: MatchSettings | None = None
    silence: Silence | None = None
    battery: Percent | None = None
    rules: Rules = []

    @property
    def names(self) -> Sequence[str]:
        """Under these its network knows it; its id, where nothing else is said."""
        return self.match.names if self.match is not None else [self.id]

    @property
    def channel(self) -> str | None:
        """The channel that is its own."""
        return self.match.channel if self.match is not None else None


class DevicesSettings(Settings):
    """All devices of a node. `late`: how long to wait for readings that were overtaken on their way.

    `table`: a CSV file with more devices, for thousands of them (`edge.devices.listing` reads it).
    """

    late: Annotated[Duration, Field(ge=0.0, le=600.0)] = 2.0
    table: Path | None = None
    profiles: dict[Identifier, ProfileSettings] = {}
    items: Annotated[list[DeviceSettings], Field(max_length=MOST_DEVICES)] = []

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        self.check()
        return self

    def with_items(self, more: Sequence[DeviceSettings]) -> "DevicesSettings":
        """The same with more devices. Raises ValueError where they do not fit together."""
        settings = self.model_copy(update={"items": [*self.items, *more]})
        if len(settings.items) > MOST_DEVICES:
            raise ValueError(f"{len(settings.items)} devices are too many; {MOST_DEVICES} are allowed")
        settings.check()
        return settings

    def check(self) -> None:
        """Raises ValueError for devices that do not fit together."""
        faults = [*self._strange_profiles(), *_twice(self.items)]
        if not faults:
            faults = list(self._strange_rules())
        if faults:
            more = f" (and {len(faults) - 1} more of the kind)" if len(faults) > 1 else ""
            raise ValueError(f"{faults[0]}{more}")

    def _strange_profiles(self) -> Iterator[str]:
        for n, device in enumerate(self.items):
            if device.profile is not None and device.profile not in self.profiles:
                known = ", ".join(self.profiles) or "none"
                yield f"items[{n}].profile: {device.profile!r} is not among the profiles; there are {known}"

    def _strange_rules(self) -> Iterator[str]:
        ids = {device.id for device in self.items}
        for n, device in enumerate(self.items):
            rules = self.rules_of(device)
            names = [rule.name for rule in rules]
            for rule in rules:
                where = f"items[{n}], rule {rule.name}"
                if names.count(rule.name) > 1:
                    yield f"{where}: the profile has a rule of that name; give one of them an id of its own"
                for other in rule.devices:
                    if other not in ids:
                        yield f"{where}: {other!r} is no device here"
                if getattr(rule, "needs_position", False) and device.position is None:
                    yield f"{where}: it asks for the sun, so the device needs a position"

    def profile_of(self, device: DeviceSettings) -> ProfileSettings:
        """What counts for what it does not say itself."""
        return self.profiles[device.profile] if device.profile is not None else ProfileSettings()

    def rules_of(self, device: DeviceSettings) -> Sequence[DeviceRuleSettings]:
        """All its rules: of its profile, its own, and the one about its battery."""
        profile = self.profile_of(device)
        level = profile.battery if device.battery is None else device.battery
        return [*profile.rules, *device.rules, *([battery_rule(level)] if level > 0.0 else [])]


def battery_rule(level: float) -> DeviceRuleSettings:
    """A battery that is low is a situation of its own kind, of every device that tells of one."""
    return threshold.Settings(
        kind="threshold",
        id="battery",
        incident="device_battery",
        severity="low",
        quantity="battery",
        below=level,
        clear=min(100.0, level + BATTERY_BACK),
    )


def _twice(devices: Sequence[DeviceSettings]) -> Iterator[str]:
    ids: dict[str, int] = {}
    names: dict[tuple[str, str | None], int] = {}
    for n, device in enumerate(devices):
        if device.id in ids:
            yield f"items[{n}].id: {device.id!r} is the id of items[{ids[device.id]}] already; ids are unique"
        ids.setdefault(device.id, n)
        for name in device.names:
            first = names.setdefault((name, device.channel), n)
            if first != n:  # the name itself is not repeated: it may be a device's address
                yield f"items[{n}].match: a name in it, with that channel, is one of items[{first}] already"
