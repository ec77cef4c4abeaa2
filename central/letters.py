"""Tells what came in apart: an event of this node, or something to set aside, and why. Pure."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Literal

from pydantic import ValidationError

from broker.asks import Answer
from broker.boundary import breach
from broker.events import AnyEvent, UnknownEventError
from broker.events import parse as parse_event
from broker.fields import read
from broker.messages import About, NodeHealth, NodeState, ReportedConfiguration
from central.reports.events import TOLD

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_ESCAPED = re.compile(r"\\u([0-9A-Fa-f]{4})")
# No word, key or hash is so long; a picture in base64 is. (Each run is looked at once, from its first sign.)
_PACKED = re.compile(r"(?<![A-Za-z0-9+/=_-])[A-Za-z0-9+/=_-]{512}")
LONGEST_REASON = 240  # what a receipt can carry
UNTOLD = "the reason cannot be written here, since it would repeat what may never be written"

Topic = Literal["state", "about", "health"]  # of which the last word stands
Channel = Literal["state", "about", "health", "answer", "reported"]
Saying = NodeState | About | NodeHealth | Answer | ReportedConfiguration
WORDS: Mapping[str, tuple[Channel, type[Saying]]] = MappingProxyType(
    {
        "state": ("state", NodeState),
        "about": ("about", About),
        "health": ("health", NodeHealth),
        "answer": ("answer", Answer),
        "config/reported": ("reported", ReportedConfiguration),
    }
)
SHARED = ("event", "answer")  # each goes to one of the workers, for what follows from it is written down


@dataclass(frozen=True, slots=True)
class Letter:
    """One message as it came: whose topic, which bytes, when. `node`: its CloudEvents source, or empty.

    `user`: the MQTT 5 user properties, which may prove whose it is.
    """

    node: str
    topic: str
    body: bytes
    received: datetime
    user: Mapping[str, str] = field(default_factory=dict)

    @property
    def sha256(self) -> str:
        """Of the bytes as they came."""
        return hashlib.sha256(self.body).hexdigest()


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a message cannot be taken. `event_id` is None where none could be read."""

    code: str
    text: str
    event_id: str | None


@dataclass(frozen=True, slots=True)
class Told:
    """A letter that is an event. `by_people`: no node sent it, counts it or waits."""

    letter: Letter
    event: AnyEvent
    by_people: bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """A letter in which a node speaks of itself, or answers."""

    letter: Letter
    topic: Channel
    message: Saying


@dataclass(frozen=True, slots=True)
class Refused:
    """A letter that cannot be taken. `doubted`: nobody knows that the topic's node has sent it.

    `again`: it may yet be taken, so it is not answered, accounts for nothing, and its node sends it again.
    """

    letter: Letter
    why: Refusal
    doubted: bool = False
    again: bool = False


Item = Told | Word | Refused


def item_of(letter: Letter, channel: str, *, max_bytes: int) -> Item:
    """What a letter of an undoubted node is."""
    if channel == "event":
        event = understand(letter, max_bytes=max_bytes)
        return Refused(letter, event) if isinstance(event, Refusal) else Told(letter, event)
    if channel not in WORDS:
        return Refused(
            letter, refusal(letter, "foreign_topic", f"nothing is taken from the channel {channel}")
        )
    topic, model = WORDS[channel]
    try:
        return Word(letter, topic, read(model, letter.body))
    except ValidationError as error:
        return Refused(letter, refusal(letter, "not_understood", faults(error)))


def understand(letter: Letter, *, max_bytes: int) -> AnyEvent | Refusal:
    """The event in the letter, or why there is none."""
    if letter.node == TOLD:
        text = "no node has this name; it stands for what people tell the centre"
        return refusal(letter, "reserved_name", text)
    size = len(letter.body)
    if size > max_bytes:
        return refusal(letter, "too_large", f"{size} bytes; at most {max_bytes} are allowed")
    try:
        event = parse_event(letter.body)
    except UnknownEventError as error:
        return refusal(letter, "unknown_type", str(error))
    except ValidationError as error:
        return refusal(letter, "not_understood", faults(error))
    if event.source != letter.node:
        text = f"source {event.source} came on the topic of {letter.node}; a node speaks for itself alone"
        return refusal(letter, "foreign_source", text)
    return event


def refusal(letter: Letter, code: str, text: str) -> Refusal:
    """A refusal in words fit to be written and sent: no sign that a database or a terminal chokes on."""
    return Refusal(code, short(text), event_id(letter.body) if letter.node else None)


def short(text: str) -> str:
    """The text as a receipt and a reason can carry it."""
    return tellable(tellable(text)[:LONGEST_REASON])  # what is cut off may have made the rest harmless


def tellable(text: str) -> str:
    """The text as it may be written down and shown."""
    printable = text
    if not text.isprintable():
        printable = "".join(sign if sign.isprintable() else "?" for sign in text)
    return printable if breach(printable) is None else UNTOLD


def fit_to_keep(body: bytes) -> bool:
    """Whether refused bytes may be kept to find out why: text that shows no plate, address or picture."""
    try:
        text = _ESCAPED.sub(lambda sign: chr(int(sign[1], 16)), body.decode())
    except UnicodeDecodeError:
        return False  # a picture, say
    return breach(text) is None and _PACKED.search(text) is None


def event_id(body: bytes) -> str | None:
    """The id of whatever this is, if it has a usable one."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return None
    found = data.get("id") if isinstance(data, dict) else None
    usable = isinstance(found, str) and _ID.fullmatch(found) and breach(found) is None
    return found if usable else None


def faults(error: ValidationError) -> str:
    """Where and what, without the values: they may be the very thing that is refused."""
    faults = error.errors(include_url=False, include_input=False, include_context=False)
    return "; ".join(f"{'.'.join(map(str, f['loc'])) or 'body'}: {f['msg']}" for f in faults)
