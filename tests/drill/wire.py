"""Somebody else at the broker: says again what was said, in any order, and says what nobody should."""

import hashlib
import json
import logging
import random
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from broker.fields import read
from broker.link import Delivery, Link, LinkSettings
from broker.messages import Receipts
from broker.topics import TABLE, Address, everyones
from broker.topics import parse as place_of

log = logging.getLogger(__name__)

REMEMBERED = 1500  # events, to be said again
PATIENCE_S = 1.5  # without a connection, before a new one is made: its back-off begins anew
WORTHLESS: tuple[dict[str, Any], ...] = (
    {"revision": 2**63, "condition": ""},
    {"severity": "worst"},
    {"since": "2026-03-01T08:00:00"},
    {"audit": None},
    {"reasons": []},
    {"reasons": [{"code": "drill", "text": "\ud800"}]},
    {"reasons": [{"code": "drill", "text": "京A12345"}]},
    {"source": {"id": "cam", "kind": "person"}},
)
LARGE = 24_000  # bytes: more than the drill's centres take
MAX_EVENT_BYTES = 20_000


@dataclass(frozen=True, slots=True)
class Said:
    """A message as it went over the wire."""

    topic: str
    body: bytes
    user: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """What the quarantine knows it by."""
        return self.topic, hashlib.sha256(self.body).hexdigest()


class Wire:
    """A connection of its own to the broker, past every gate."""

    def __init__(self, url: str, seed: int) -> None:
        self.url = url
        self.poison: OrderedDict[tuple[str, str], Said] = OrderedDict()
        self._chance = random.Random(f"wire/{seed}")  # noqa: S311 - no secret depends on it
        self._seen: deque[Said] = deque(maxlen=REMEMBERED)
        self._committed: OrderedDict[str, None] = OrderedDict()
        self._lock = threading.Lock()
        self._saying = threading.Lock()
        self._up = time.monotonic()
        self._user: Mapping[str, str] = {}
        self._link = self._connect()

    def close(self) -> None:
        """Hang up."""
        self._link.stop()

    def again(self, count: int, chance: random.Random) -> int:
        """Say again so many of the events that went by, shuffled; returns how many were taken."""
        with self._lock:
            known = list(self._seen)
        picked = chance.sample(known, min(count, len(known)))
        return sum(self._say(each) for each in picked)

    def poisoned(self, count: int) -> None:
        """Have said so much poison in all by now, as far as the broker takes it."""
        while len(self.poison) < count and self._one_more():
            pass

    def insist(self, known: set[tuple[str, str]]) -> int:
        """Say once more what the quarantine does not hold; returns how many that are."""
        missing = [said for key, said in self.poison.items() if key not in known]
        for said in missing:
            self._say(said)
        return len(missing)

    def _one_more(self) -> bool:
        with self._lock:
            known = [each for each in self._seen if _id(each) in self._committed]
        if not known:
            return False
        kind = self._chance.choice(KINDS)
        said = kind(self._chance.choice(known), len(self.poison))
        self.poison[said.key] = said  # first, lest it is taken for an event when it goes by
        if not self._say(said):
            del self.poison[said.key]
            return False
        return True

    def _say(self, said: Said) -> bool:
        """Hand it to the broker, with the proof that came with it."""
        with self._saying:
            if not self._alive():
                return False
            self._user = dict(said.user)
            for _ in range(20):
                if self._link.publish(said.topic, said.body, TABLE["event"]):
                    return True
                time.sleep(0.01)
        return False

    def _alive(self) -> bool:
        if self._link.connected:
            self._up = time.monotonic()
        elif time.monotonic() - self._up > PATIENCE_S:
            self._link.stop()
            self._link = self._connect()
            self._up = time.monotonic()
        return self._link.connected

    def _connect(self) -> Link:
        link = Link(
            LinkSettings.model_validate({"url": self.url, "keepalive": "5s"}),
            client_id="drill-wire",
            on_message=self._heard,
            sign=lambda _topic, _body: self._user,
        )
        link.subscribe(everyones("event"))
        link.subscribe(everyones("receipt"))
        link.start()
        return link

    def _heard(self, delivery: Delivery) -> None:
        channel = place_of(delivery.topic)[1]
        with self._lock:
            if channel == "receipt":
                for receipt in read(Receipts, delivery.body).receipts:
                    if receipt.status == "committed":
                        self._committed[receipt.id] = None
                while len(self._committed) > 2 * REMEMBERED:
                    self._committed.popitem(last=False)
                return
            said = Said(delivery.topic, delivery.body, tuple(delivery.user.items()))
            if said.key not in self.poison and _id(said):
                self._seen.append(said)


def _id(said: Said) -> str:
    try:
        return str(json.loads(said.body)["id"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return ""


def _changed(said: Said, **fields: Any) -> Said:
    return Said(said.topic, json.dumps(json.loads(said.body) | fields).encode(), said.user)


def _garbage(said: Said, number: int) -> Said:
    return Said(said.topic, random.Random(number).randbytes(200))  # noqa: S311 - only noise


def _cut_off(said: Said, number: int) -> Said:
    body = _changed(said, id=f"poison-{number}").body
    return Said(said.topic, body[: len(body) // 2 + number % 50])


def _unknown_type(said: Said, number: int) -> Said:
    return _changed(said, id=f"poison-{number}", type="gewu.incident.vanished.v1")


def _foreign(said: Said, number: int) -> Said:
    """An event in another's name, on this node's topic."""
    return _changed(said, id=f"poison-{number}", source="gewu://131002/nobody")


def _elsewhere(said: Said, number: int) -> Said:
    """A node's own event, on a topic that is not its own."""
    other = Address("131002", f"stray-{number}").topic("event")
    return Said(other, said.body, said.user)


def _too_large(said: Said, number: int) -> Said:
    return _changed(said, id=f"poison-{number}", padding="x" * LARGE)


def _other_bytes(said: Said, number: int) -> Said:
    """The id of an event that the centre has, with other content."""
    event = json.loads(said.body)
    event["data"]["reasons"][0]["text"] = f"forged {number}"
    return Said(said.topic, json.dumps(event).encode(), said.user)


def _nonsense(said: Said, number: int) -> Said:
    """An event that is right but for one value, which no centre may take and no database could hold."""
    event = json.loads(said.body)
    facts, value = event["data"], WORTHLESS[number % len(WORTHLESS)]
    return _changed(said, id=f"poison-{number}", data=facts | value)


KINDS: tuple[Callable[[Said, int], Said], ...] = (
    _garbage,
    _cut_off,
    _unknown_type,
    _foreign,
    _elsewhere,
    _too_large,
    _other_bytes,
    _nonsense,
)
