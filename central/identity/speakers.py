"""Whose a message really is: topic, signature and certificate must name the same node.

A broker's access rules are the first line; this is the second, and does not rely on the first. A message is
signed when it is sent, and sent anew until its receipt comes, so an event that waited in an outbox for days
carries a signature of today. `LATE` is for what lay at the broker meanwhile.

A node that was never enrolled may speak unsigned where `enrolled_only` is false; one that was enrolled must
sign all the same. A superseded certificate holds until its end, a revoked one not a moment longer than
`FRESH_S`.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache, partial
from typing import Any, Generic, TypeVar

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from sqlalchemy import Row

from broker.pki import signing
from broker.pki.signing import SERIAL
from central.identity.known import certificates_of, standings_of
from central.letters import Letter, Refusal
from central.store.database import Store

FRESH_S = 5.0
MOST_REMEMBERED = 4096  # of each kind; the least recently asked for makes way
LATE, EARLY = timedelta(hours=1), timedelta(minutes=10)

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Holder:
    """What a certificate says of whoever signs with it."""

    node: str
    key: EllipticCurvePublicKey
    not_before: datetime
    not_after: datetime
    revoked: bool


class Recent(Generic[K, V]):
    """Answers that are at most `FRESH_S` old, and at most `MOST_REMEMBERED`. Safe from any thread.

    ask: for some at once; what it does not name has the answer None.
    """

    def __init__(self, ask: Callable[[Collection[K]], Mapping[K, V]], clock: Callable[[], float]) -> None:
        self._ask = ask
        self._clock = clock
        self._lock = threading.Lock()
        self._known: OrderedDict[K, tuple[float, V | None]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._known)

    def get(self, key: K) -> V | None:
        """What is known, or asked for anew. Raises what the asking raises."""
        now = self._clock()
        with self._lock:
            if (found := self._fresh(key, now)) is not None:
                self._known.move_to_end(key)
                return found[1]
        return self._learn([key], now).get(key)

    def expect(self, keys: Collection[K]) -> None:
        """These will be asked for: learn together what is not known. Raises what the asking raises."""
        now = self._clock()
        with self._lock:
            wanted = [key for key in keys if self._fresh(key, now) is None]
        if wanted:
            self._learn(wanted, now)

    def _fresh(self, key: K, now: float) -> tuple[float, V | None] | None:
        found = self._known.get(key)
        return found if found is not None and 0 <= now - found[0] < FRESH_S else None

    def _learn(self, keys: Collection[K], now: float) -> Mapping[K, V]:
        values = self._ask(keys)
        with self._lock:
            for key in keys:
                self._known[key] = (now, values.get(key))
                self._known.move_to_end(key)
            while len(self._known) > MOST_REMEMBERED:
                self._known.popitem(last=False)
        return values


class Speakers:
    """Doubts letters. Reads the store, remembers a little, writes nothing."""

    def __init__(
        self, store: Store, *, enrolled_only: bool, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._enrolled_only = enrolled_only
        self._holders: Recent[str, Holder] = Recent(partial(_holders, store), clock)
        self._standings: Recent[str, str] = Recent(partial(standings_of, store), clock)

    @property
    def remembered(self) -> int:
        """How many answers are kept."""
        return len(self._holders) + len(self._standings)

    def expect(self, users: Iterable[Mapping[str, str]]) -> None:
        """Letters with these user properties come now: their certificates are looked up together.

        Raises StoreAway.
        """
        named = {user[signing.KEY_PROPERTY] for user in users if signing.KEY_PROPERTY in user}
        self._holders.expect(sorted(serial for serial in named if SERIAL.fullmatch(serial)))

    def doubt(self, letter: Letter) -> Refusal | None:
        """Why the letter's sender is not believed, or None. Raises StoreAway.

        The refusal names no event: a receipt for it would let anyone make a node drop what it holds.
        """
        if signing.KEY_PROPERTY in letter.user:
            return self._signed(letter)
        return self._unsigned(letter.node)

    def _unsigned(self, node: str) -> Refusal | None:
        standing = self._standings.get(node)
        if standing == "revoked":
            return _refusal("revoked", f"{node} is revoked; enrol it anew to let it speak")
        if standing is not None:
            return _refusal("unsigned", f"{node} is enrolled; its messages must be signed")
        if self._enrolled_only:
            return _refusal("not_enrolled", f"{node} is not enrolled; gewu-central enroll makes it known")
        return None

    def _signed(self, letter: Letter) -> Refusal | None:
        serial = letter.user[signing.KEY_PROPERTY]
        holder = self._holders.get(serial) if SERIAL.fullmatch(serial) else None
        if holder is None:
            return _refusal("not_enrolled", "the certificate that the signature names is none of ours")
        if holder.node != letter.node:
            return _refusal("bad_signature", f"signed by {holder.node} on the topic of {letter.node}")
        if holder.revoked:
            return _refusal("revoked", f"certificate {serial} of {letter.node} is revoked")
        if not holder.not_before - EARLY <= letter.received <= holder.not_after + LATE:
            held = f"{holder.not_before:%Y-%m-%d %H:%M} to {holder.not_after:%Y-%m-%d %H:%M}"
            return _refusal("expired_certificate", f"certificate {serial} of {letter.node} held {held}")
        verdict = signing.verify(holder.key, letter.topic, letter.body, letter.user)
        return None if verdict else _refusal(verdict.code, f"{letter.node}: {verdict.text}")


def _holders(store: Store, serials: Collection[str]) -> dict[str, Holder]:
    return {row.serial: _holder(row) for row in certificates_of(store, serials)}


def _holder(row: Row[Any]) -> Holder:
    ended = row.revoked is not None or row.state != "enrolled"
    return Holder(row.node, _key(row.public_key), row.not_before, row.not_after, ended)


@lru_cache(maxsize=MOST_REMEMBERED)
def _key(pem: str) -> EllipticCurvePublicKey:
    return signing.public_key(pem.encode())


def _refusal(code: str, text: str) -> Refusal:
    return Refusal(code, text, None)
