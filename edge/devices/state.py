"""What the book holds of one device: when it was heard, its open entries, and what its rules keep."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol, cast

from edge.device_rule import DeviceRule, Joint, Memory
from edge.devices.device import Device
from edge.devices.entry import Entry
from edge.devices.order import Wire

SILENCE, MISSING, AGAIN = -1, 1000, 2000  # keys of times; those of entries are the rule's index
FOREVER = float("inf")


class Foreign(NamedTuple):
    """A rule of another device that takes a quantity of this one."""

    quantity: str
    channel: str | None
    owner: "DeviceState"
    at: int
    slot: int


class Silent(Protocol):
    """What a rule over silence says."""

    silent_s: float


@dataclass(slots=True, eq=False)
class DeviceState:
    """heard: when it was heard last (UTC seconds), or since when it is listened to; ever: whether it was.

    own: whether its last stamp was of its own clock; skew: what that is behind the node's, beyond the wait
    for readings that were overtaken. quiet: a time of silence has run out. foreign: rules of others that take
    its readings; slots: by rule and slot, the other device whose readings they are.
    """

    device: Device
    heard: float
    ever: bool = False
    silent: bool = False
    quiet: bool = False
    own: bool = False
    skew: float = 0.0
    readings: int = 0
    entries: dict[int, Entry] = field(default_factory=dict)
    memory: dict[int, Memory] = field(default_factory=dict)
    due: dict[int, float] = field(default_factory=dict)
    wires: tuple["Wire[DeviceState]", ...] = ()
    foreign: tuple[Foreign, ...] = ()
    slots: dict[tuple[int, int], "DeviceState"] | None = None

    def rule(self, index: int) -> DeviceRule:
        """One of its rules."""
        return self.device.duty.rules[index]

    def joint(self, index: int) -> Joint:
        """A rule that is judged as a whole."""
        return cast(Joint, self.device.duty.rules[index])

    def silent_s(self, index: int) -> float:
        """How long a rule over silence waits."""
        return cast(Silent, self.device.duty.rules[index]).silent_s

    def memory_of(self, index: int) -> Memory:
        """What a rule that keeps something keeps, begun where nothing is kept yet."""
        kept = self.memory.get(index)
        if kept is None:
            kept = self.memory[index] = self.device.duty.rules[index].begin() or []
        return kept

    def clock_set(self, by_s: float, now: float) -> None:
        """The node's clock was put forward by so much."""
        if self.own:
            self.skew = max(0.0, self.skew + by_s)
            self.heard = min(now, max(self.heard, self.heard + by_s))
            return
        self.heard = min(now, self.heard + by_s)
        for entry in self.entries.values():
            entry.moved(by_s)
        for index, memory in self.memory.items():
            self.rule(index).moved(memory, by_s)

    def slot(self, index: int, slot: int) -> "DeviceState":
        """The device whose reading it is."""
        return self.slots.get((index, slot), self) if self.slots else self

    def skew_of(self, index: int) -> float:
        """What the clock of an entry is behind the node's: its device's own, where one device decides."""
        duty = self.device.duty
        return 0.0 if index in duty.missing or index in duty.joint else self.skew

    @property
    def owners(self) -> Iterator["DeviceState"]:
        """The others with rules that take its readings, each once."""
        return iter(dict.fromkeys(each.owner for each in self.foreign))

    def holds_until(self, index: int) -> float:
        """How long the word behind a rule's present verdict holds."""
        duty = self.device.duty
        if index in duty.missing:
            return FOREVER
        if index not in duty.joint:
            return self.heard - self.skew + self.device.silence_s
        wrong = self.entries[index].wrong if index in self.entries else True
        slots = self.joint(index).leaning(self.memory.get(index) or [None], wrong)
        those = [self.slot(index, slot) for slot in slots]
        return min((each.heard + each.device.silence_s for each in those), default=FOREVER)

    def stale(self, index: int, t: float) -> list[bool]:
        """By slot, whether its device has been silent for too long at `t`."""
        those = [self.slot(index, n) for n in range(len(self.rule(index).watched))]
        return [t > each.heard + each.device.silence_s for each in those]
