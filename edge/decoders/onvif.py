"""ONVIF: WS-Notification messages, pulled from a PullPoint, notified, or from a metadata stream.

After the ONVIF Core Specification (event handling, property operations), the Imaging, Device IO, Analytics
and Door Control services. A property that is deleted holds no longer: a flag of it is then off, uncertainly.
"""

from dataclasses import replace
from typing import Annotated, Any, Final, Literal

from pydantic import Field

from broker.events import Reason
from edge import stamps
from edge.decoding import Decoded, NotDecoded
from edge.gates import objects, trees
from edge.gates.doors import DOORS, told_of
from edge.gates.inputs import GateSettings, Meaning, Name, channel_of, number_of, told
from edge.gates.leaving import Private, dropped, not_clear, not_mapped, not_taken, private
from edge.payloads import once
from edge.readings import Reading

_WRAPPERS: Final = frozenset(
    ("Envelope", "Body", "PullMessagesResponse", "Notify", "MetadataStream", "Event", "NotificationMessage")
)
_KEEP: Final = _WRAPPERS | {"Topic", "Message", "Source", "Key", "Data", "SimpleItem"}
_VALUES: Final = (
    *("State", "LogicalState", "IsTamper", "IsInside", "IsLoitering", "IsDetected", "IsSignalLoss"),
    *("Active", "active", "state"),
)
_TOKENS: Final = ("InputToken", "RelayToken", "DoorToken", "Token", "port")
_ITEMS: Final = frozenset({*_VALUES, *_TOKENS, "Rule", "RuleName", "Count"})
_FIELDS: Final[dict[str, Private]] = {
    "credentialtoken": "card",
    "credentialholdername": "card",
    "card": "card",
    "platenumber": "plate",
    "licenseplate": "plate",
    "face": "face",
    "human": "person",
    "image": "picture",
}

# Topics without prefixes. The quantity, and the channel's word.
FLAGS: Final[dict[str, tuple[str, str]]] = {
    "VideoSource/GlobalSceneChange": ("tamper", "scene"),
    "VideoSource/Tampering": ("tamper", ""),
    "RuleEngine/TamperDetector/Tamper": ("tamper", ""),
    "Device/Casing/Open": ("tamper", "case"),
    "VideoSource/ImageTooBlurry": ("alarm", "image_too_blurry"),
    "VideoSource/ImageTooDark": ("alarm", "image_too_dark"),
    "VideoSource/ImageTooBright": ("alarm", "image_too_bright"),
    "VideoSource/SignalLoss": ("alarm", "signal_loss"),
    "RuleEngine/MyRuleDetector/VehicleDetect": ("occupied", "vehicle"),
    "RuleEngine/ObjectDetector/Vehicle": ("occupied", "vehicle"),
    "Device/Trigger/Relay": ("switch", "relay"),
}
INPUTS: Final = ("Device/Trigger/DigitalInput", "Device/IO/Port")
# Rules whose object may be anything: taken where `rules` says what the rule is about.
RULES: Final = ("RuleEngine/FieldDetector", "RuleEngine/LoiteringDetector")
COUNTERS: Final = ("RuleEngine/CountAggregation",)
PRIVATE: Final[dict[str, Private]] = {
    "AccessControl": "card",
    "Credential": "card",
    "AccessPoint": "card",
    "RuleEngine/Recognition/LicensePlate": "plate",
    "RuleEngine/Recognition/Face": "face",
    "RuleEngine/MyRuleDetector/FaceDetect": "face",
    "RuleEngine/MyRuleDetector/PeopleDetect": "person",
    "RuleEngine/MyRuleDetector/Visitor": "person",
    "RuleEngine/PeopleDetector": "person",
    "RuleEngine/ObjectDetector/Person": "person",
    "RuleEngine/ObjectDetector/Human": "person",
    "RuleEngine/ObjectDetector/Face": "face",
    "RuleEngine/ObjectDetector/LicensePlate": "plate",
    "VideoAnalytics/FaceDetection": "face",
}

About = Meaning | Literal["queue", "count"]


class Settings(GateSettings):
    """rules: what a rule of the camera's analytics is about, by its name; `queue`, `count`: its counter's."""

    kind: Literal["onvif"]
    rules: Annotated[dict[Name, About], Field(max_length=64)] = {}


def build(settings: Settings) -> "Onvif":
    """The decoder of one device."""
    return Onvif(settings)


class Onvif:
    """Stateless: one document, one answer."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def decode(self, topic: str, body: bytes) -> Decoded:  # noqa: ARG002 - it needs none
        """Every notification in it, in its order; a pull that brought none is an empty answer."""
        document = trees.read(body, _KEEP, _ITEMS)
        root = document.root
        messages = [root] if root.tag == "NotificationMessage" else root.found("NotificationMessage")
        if root.tag not in _WRAPPERS or not (messages or root.found("PullMessagesResponse")):
            raise NotDecoded("other_message", "has no NotificationMessage")
        answered = [self._message(message) for message in messages]
        left = tuple(one for one in answered if isinstance(one, Reason))
        left += private(document.unread, _FIELDS)
        readings = tuple(one for one in answered if isinstance(one, Reading))
        return Decoded(readings, once(left))

    def _message(self, notification: trees.Node) -> Reading | Reason:
        about = bare(notification.said("Topic"))
        if (kind := _starts(about, PRIVATE)) is not None:
            return dropped(PRIVATE[kind])
        messages = notification.found("Message")
        inner = messages[0].found("Message") or messages if messages else []
        if not inner:
            return not_clear("the message of a notification")
        said = _Said(inner[0])
        reading = self._reading(about, said)
        if isinstance(reading, Reading) and said.operation == "Deleted":
            return _ended(reading)
        return reading

    def _reading(self, about: str, said: "_Said") -> Reading | Reason:
        device = self._settings.device
        if about in DOORS:
            reading = told_of(about, said.value, device, said.at, said.token)
            return reading or not_clear("the door's state")
        if _starts(about, COUNTERS):
            return self._counted(said)
        active, flag = said.active, _starts(about, FLAGS)
        if about not in INPUTS and flag is None and not _starts(about, RULES):
            return not_taken("the topic", about)
        if active is None:
            return not_clear("its state")
        if flag is not None:
            quantity, what = FLAGS[flag]
            channel = what if quantity != "switch" else channel_of(number_of(said.token), what)
            return Reading(device, quantity, active, said.at, "good", channel or None)
        if about in INPUTS:
            meaning = self._settings.inputs.get(said.token, "input")
            return told(device, meaning, active, said.at, channel_of(number_of(said.token)))
        return self._ruled(said, active)

    def _ruled(self, said: "_Said", active: bool) -> Reading | Reason:
        means = self._settings.rules.get(said.rule)
        if means is None or means == "queue" or means == "count":
            return not_mapped("the rule", "rules")
        return told(self._settings.device, means, active, said.at, self._rule_number(said.rule))

    def _counted(self, said: "_Said") -> Reading | Reason:
        means = self._settings.rules.get(said.rule)
        if means != "queue" and means != "count":
            return not_mapped("the counter", "rules")
        count = objects.number(said.items.get("Count"))
        if count is None or count < 0.0:
            return not_clear("its count")
        channel = self._rule_number(said.rule)
        return Reading(self._settings.device, means, count, said.at, "good", channel)

    def _rule_number(self, rule: str) -> str:
        """Rules as the settings number them: their names are free text."""
        return f"rule{list(self._settings.rules).index(rule) + 1}"


class _Said:
    """What one message says, of what is kept."""

    def __init__(self, message: trees.Node) -> None:
        self.at = stamps.iso(message.attributes.get("UtcTime", ""))
        self.operation = message.attributes.get("PropertyOperation", "")
        self.items: dict[str, Any] = {}
        for item in message.found("SimpleItem"):
            self.items[item.attributes.get("Name", "")] = item.attributes.get("Value", "")

    @property
    def value(self) -> str:
        return next((str(self.items[name]) for name in _VALUES if name in self.items), "")

    @property
    def active(self) -> bool | None:
        return objects.flag(self.value)

    @property
    def token(self) -> str:
        return next((str(self.items[name]) for name in _TOKENS if name in self.items), "")

    @property
    def rule(self) -> str:
        return str(self.items.get("Rule", self.items.get("RuleName", "")))


def bare(topic: str) -> str:
    """A topic without the prefixes of its steps: tns1:Device/tnsaxis:IO is Device/IO."""
    return "/".join(step.rpartition(":")[2] for step in topic[:300].split("/"))


def _starts(about: str, known: Any) -> str | None:
    """The known topic that it is or lies under."""
    return next((topic for topic in known if about == topic or about.startswith(f"{topic}/")), None)


def _ended(reading: Reading) -> Reading | Reason:
    if isinstance(reading.value, bool):
        return replace(reading, value=False, quality="uncertain")
    return Reason(code="property_deleted", text="the property is no longer told of; its last value stands")
