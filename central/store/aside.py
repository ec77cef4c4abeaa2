"""Quarantine: what could not be taken is put down with its reason and never served.

Its bytes are kept only where they show no plate, address or picture, lest the refusal stores what it refuses.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, delete, select

from broker.messages import Receipt
from broker.pki.signing import KEY_PROPERTY, SIGNATURE_PROPERTY
from central.letters import Letter, Refusal, Refused, fit_to_keep
from central.store.database import Store, insert
from central.store.receipts import Owed, owe_all
from central.store.schema import quarantine

KEPT_BYTES = 65_536  # of each message
KEPT_ROWS = 10_000  # the oldest make way; the counters in /metrics still tell how many there were
KEPT_OF_ONE = 1_000  # of each topic, lest a node that goes wrong pushes out what all others sent
LONGEST_TOPIC = 240  # of one that is no node's; PostgreSQL indexes no longer text than 2.7 kB
LONGEST_PROOF = 256  # of each property; a serial number and a signature are shorter
# Of these nobody knows who sent them.
DOUBTS = frozenset({"not_enrolled", "revoked", "unsigned", "bad_signature", "expired_certificate"})


def quarantined(store: Store, letter: Letter, refusal: Refusal) -> None:
    """Commit a message that cannot be taken, and the receipt that says so. Raises StoreAway."""
    with store.write() as connection:
        set_aside(connection, [Refused(letter, refusal)])


def set_aside(connection: Connection, refused: Sequence[Refused]) -> None:
    """Keep the raw bytes up to a bound; the same bytes again are counted, not kept twice."""
    for doubted, some in groupby(refused, key=lambda each: each.why.code in DOUBTS):
        statement = insert(connection, quarantine)
        new = statement.excluded
        changes = {"deliveries": quarantine.c.deliveries + 1, "last_received": new.last_received}
        if not doubted:  # the node's own bytes count for more than a stranger's copy of them
            changes |= {"code": new.code, "reason": new.reason, "proof": new.proof}
        again = statement.on_conflict_do_update(index_elements=["sha256", "topic"], set_=changes)
        connection.execute(again, [_row(each.letter, each.why) for each in some])
    _make_way(connection, {_topic(each.letter) for each in refused})
    owe_all(connection, [owed for each in refused if (owed := _answer(each)) is not None])


def _row(letter: Letter, refusal: Refusal) -> dict[str, Any]:
    return {
        "topic": _topic(letter),
        "sha256": letter.sha256,
        "size": len(letter.body),
        "raw": letter.body[:KEPT_BYTES] if fit_to_keep(letter.body) else b"",
        "code": refusal.code,
        "reason": refusal.text,
        "proof": proof_of(letter),
        "first_received": letter.received,
        "last_received": letter.received,
    }


def _topic(letter: Letter) -> str:
    return letter.topic[:LONGEST_TOPIC]


def _answer(refused: Refused) -> Owed | None:
    letter, why = refused.letter, refused.why
    if why.event_id is None or refused.again:
        return None
    receipt = Receipt(id=why.event_id, status="rejected", sha256=letter.sha256, reason=why.text)
    return Owed(letter.node, receipt)


def times_aside(store: Store, letter: Letter) -> int:
    """How often these very bytes were set aside. Raises StoreAway."""
    same = (quarantine.c.sha256 == letter.sha256) & (quarantine.c.topic == _topic(letter))
    with store.read() as connection:
        return connection.execute(select(quarantine.c.deliveries).where(same)).scalar() or 0


def proof_of(letter: Letter) -> dict[str, str] | None:
    """The user properties that prove whose the letter is, where it has them."""
    found = {name: letter.user.get(name, "") for name in (KEY_PROPERTY, SIGNATURE_PROPERTY)}
    fit = all(0 < len(value) <= LONGEST_PROOF and value.isascii() for value in found.values())
    return found if fit and all(value.isprintable() for value in found.values()) else None


def _make_way(connection: Connection, topics: Iterable[str]) -> None:
    q = quarantine.c
    for topic in sorted(topics):
        own = select(q.number).where(q.topic == topic).order_by(q.number.desc()).offset(KEPT_OF_ONE).limit(1)
        if (too_old := connection.execute(own).scalar()) is not None:
            connection.execute(delete(quarantine).where(q.topic == topic, q.number <= too_old))
    # By counting: on PostgreSQL a repetition uses up a number too.
    beyond = select(q.number).order_by(q.number.desc()).offset(KEPT_ROWS).limit(1)
    if (too_old := connection.execute(beyond).scalar()) is not None:
        connection.execute(delete(quarantine).where(q.number <= too_old))
