"""The topic table. One tree: gewu/v1/{district}/{node}/{channel}."""

import re
from dataclasses import dataclass, replace
from typing import Literal

from broker.boundary import breach

ROOT = "gewu/v1"
_SCHEME = "gewu://"
_DISTRICT = re.compile(r"[0-9]{6}")
_TOPIC = re.compile(rf"{ROOT}/(?P<district>[^/]*)/(?P<node>[^/]*)/(?P<channel>.*)", re.DOTALL)
_NODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True)
class Channel:
    """How one branch of a node's tree travels. `expiry_s` None: never expires."""

    name: str
    writer: Literal["node", "centre"]
    qos: Literal[0, 1]
    retained: bool
    expiry_s: int | None
    carries: str

    @property
    def content_type(self) -> str:
        """The MQTT 5 content type of what travels here."""
        return "application/cloudevents+json" if self.name == "event" else "application/json"

    def expiring(self, seconds: float) -> "Channel":
        """It for one message of which nobody wants to know after so many seconds (1 at least)."""
        usual = seconds if self.expiry_s is None else min(seconds, self.expiry_s)
        return replace(self, expiry_s=max(1, round(usual)))


TABLE: dict[str, Channel] = {
    channel.name: channel
    for channel in (
        Channel("event", "node", 1, False, None, "every event, CloudEvents 1.0 structured JSON"),
        Channel("state", "node", 1, True, None, "online or not (will), epoch, highest sequence"),
        Channel("about", "node", 1, True, None, "sources, zones, versions"),
        Channel("health", "node", 0, False, 120, "frames, delays, queue, disk"),
        Channel("receipt", "centre", 1, False, 86_400, "which events are committed"),
        Channel("command", "centre", 1, False, 86_400, "resend, verify, and what people ask"),
        Channel("answer", "node", 1, False, 300, "what people asked for, and how far it is"),
        Channel("config", "centre", 1, True, None, "desired configuration"),
        Channel("config/reported", "node", 1, True, None, "what became of it"),
    )
}


@dataclass(frozen=True, slots=True)
class Address:
    """A node's place in the tree."""

    district: str
    node: str

    def __post_init__(self) -> None:
        if not _DISTRICT.fullmatch(self.district):
            raise ValueError(f"district {self.district!r}: six digits are expected, such as 131002")
        if not _NODE.fullmatch(self.node):
            raise ValueError(
                f"node {self.node[:80]!r}: at most 64 letters, digits, '.', '_' and '-' are expected"
            )
        if (why := breach(self.node)) is not None:
            raise ValueError(f"the node's name {why}")

    @classmethod
    def named(cls, name: str) -> "Address":
        """From DISTRICT/NODE. Raises ValueError with what is expected."""
        parts = name.split("/")
        if len(parts) != 2:
            raise ValueError(f"{name[:80]!r}: DISTRICT/NODE is expected, such as 131002/gate-1")
        return cls(*parts)

    @classmethod
    def of(cls, source: str) -> "Address":
        """From the source of an event. Raises ValueError with what is expected."""
        return cls.named(source.removeprefix(_SCHEME))

    @property
    def name(self) -> str:
        """DISTRICT/NODE, as certificates and brokers know it."""
        return f"{self.district}/{self.node}"

    @property
    def source(self) -> str:
        """The CloudEvents source of everything this node says."""
        return f"{_SCHEME}{self.name}"

    def topic(self, channel: str) -> str:
        """The topic of one channel. Raises KeyError for a channel that is not in the table."""
        return f"{ROOT}/{self.district}/{self.node}/{TABLE[channel].name}"


def parse(topic: str) -> tuple[Address, str]:
    """Address and channel of a topic. Raises ValueError with what is expected."""
    match = _TOPIC.fullmatch(topic)
    if match is None or match["channel"] not in TABLE:
        raise ValueError(f"topic {topic[:128]!r} is not {ROOT}/DISTRICT/NODE/({'|'.join(TABLE)})")
    return Address(match["district"], match["node"]), match["channel"]


def everyones(channel: str, *, share: str | None = None) -> str:
    """The subscription to one channel of all nodes, shared among a group of workers when `share` is given."""
    prefix = f"$share/{share}/" if share else ""
    return f"{prefix}{ROOT}/+/+/{TABLE[channel].name}"
