"""Whose a message really is: topic, signature and certificate must name the same node."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, update

from broker.pki.signing import KEY_PROPERTY, SIGNATURE_PROPERTY, Signer, csr, new_key
from broker.topics import TABLE, Address
from central.identity import speakers
from central.identity.certifying import asked
from central.identity.enrolling import enrol, renew, revoke
from central.identity.speakers import FRESH_S, LATE, Speakers
from central.letters import Letter
from central.store.database import Store
from central.store.identity_tables import node_certificates
from tests.doors import A, B, Doors

BODY = b'{"id":"e-1"}'


class World:
    """A store with nodes in it, and somebody who doubts what they say."""

    def __init__(self, store: Store, folder: Path, *, enrolled_only: bool = True) -> None:
        self.doors = Doors(folder, store)
        self.clock = 0.0
        self.speakers = Speakers(store, enrolled_only=enrolled_only, clock=lambda: self.clock)
        self.questions = 0
        event.listen(store.engine, "before_cursor_execute", self._count)

    def _count(self, *_: object) -> None:
        self.questions += 1

    def node(self, address: Address = A) -> Signer:
        key = new_key()
        hand = self.doors.registry.hand()
        row = enrol(
            self.doors.store, hand, self.doors.token(address).secret, asked(csr(key, address).decode())
        )
        return Signer(key, row.serial)

    def says(
        self,
        signer: Signer | None,
        *,
        address: Address = A,
        channel: str = "event",
        at: datetime | None = None,
        body: bytes = BODY,
        bent: dict[str, str] | None = None,
    ) -> str | None:
        """The code of the doubt about what `signer` sends."""
        topic = address.topic(channel)
        user = {**(signer.sign(topic, BODY) if signer is not None else {}), **(bent or {})}
        letter = Letter(address.source, topic, body, at or self.doors.now(), user)
        found = self.speakers.doubt(letter)
        assert found is None or found.event_id is None  # never answered by a receipt
        return found.code if found is not None else None


@pytest.fixture
def world(store: Store, tmp_path: Path) -> World:
    """Enrolled nodes only, on SQLite and PostgreSQL."""
    return World(store, tmp_path)


def test_a_node_is_believed_on_its_own_channels_alone(world: World) -> None:
    a, b = world.node(A), world.node(B)
    for channel, about in TABLE.items():
        if about.writer == "node":
            assert world.says(a, channel=channel) is None
            assert world.says(a, address=B, channel=channel) == "bad_signature"
            assert world.says(b, address=A, channel=channel) == "bad_signature"


def test_what_is_not_signed_as_it_should_be_is_doubted(world: World) -> None:
    a = world.node(A)
    other = Signer(new_key(), a.serial_hex)
    assert world.says(other) == "bad_signature"
    assert world.says(a, body=BODY + b" ") == "bad_signature"
    moved = a.sign(A.topic("state"), BODY)
    assert world.says(a, bent={SIGNATURE_PROPERTY: moved[SIGNATURE_PROPERTY]}) == "bad_signature"
    assert world.says(a, bent={SIGNATURE_PROPERTY: "é" * 86}) == "bad_signature"
    assert world.says(None) == "unsigned"
    assert world.says(None, bent={KEY_PROPERTY: a.serial_hex}) == "unsigned"
    for serial in ("", "0", "zz", "\x00", "a" * 41, "'; DROP", "deadbeef"):
        assert world.says(a, bent={KEY_PROPERTY: serial}) == "not_enrolled"


def test_who_was_never_enrolled_is_not_believed(world: World) -> None:
    assert world.says(None, address=B) == "not_enrolled"
    assert world.says(world.node(A), address=B) == "bad_signature"


def test_for_development_unknown_nodes_may_speak_and_known_ones_must_sign(
    sqlite_store: Store, tmp_path: Path
) -> None:
    world = World(sqlite_store, tmp_path, enrolled_only=False)
    a = world.node(A)
    assert world.says(None, address=B) is None
    assert world.says(None, address=A) == "unsigned"
    assert world.says(a) is None
    assert world.says(a, address=B) == "bad_signature"


def test_revoking_ends_it_within_seconds_and_enrolling_anew_begins_it(world: World) -> None:
    a = world.node(A)
    assert world.says(a) is None
    revoke(world.doors.store, A.source, by="test", why="lost", now=world.doors.now())
    world.clock += FRESH_S
    assert world.says(a) == "revoked"
    assert world.says(None) == "revoked"
    again = world.node(A)
    world.clock += FRESH_S
    assert world.says(again) is None
    assert world.says(a) == "revoked"


def test_a_certificate_counts_in_its_time_and_a_superseded_one_until_its_end(world: World) -> None:
    a, key = world.node(A), new_key()
    row = renew(world.doors.store, world.doors.registry.hand(), A.source, asked(csr(key, A).decode()))
    world.clock += FRESH_S
    assert world.says(a) is None
    assert world.says(Signer(key, row.serial)) is None
    end = row.not_after
    assert world.says(a, at=end + LATE - timedelta(minutes=1)) is None
    assert world.says(a, at=end + LATE + timedelta(minutes=1)) == "expired_certificate"
    assert world.says(a, at=world.doors.now() - timedelta(days=1)) == "expired_certificate"


def test_the_store_is_asked_seldom_and_little_is_remembered(
    sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(sqlite_store, tmp_path)
    a = world.node(A)
    world.says(a)
    asked_before = world.questions
    for _ in range(50):
        assert world.says(a) is None
    assert world.questions == asked_before
    world.clock += FRESH_S
    world.says(a)
    assert world.questions > asked_before
    monkeypatch.setattr(speakers, "MOST_REMEMBERED", 20)
    for n in range(60):
        world.says(a, bent={KEY_PROPERTY: f"{n + 1:x}"})
        world.says(None, address=Address("131002", f"n-{n}"))
    assert world.speakers.remembered <= 40


def test_a_batch_asks_for_all_its_certificates_at_once(world: World) -> None:
    signers = {Address("131002", f"n-{n}"): world.node(Address("131002", f"n-{n}")) for n in range(5)}
    asked_before = world.questions
    world.speakers.expect([{KEY_PROPERTY: each.serial_hex} for each in signers.values()])
    world.speakers.expect([{KEY_PROPERTY: "abc"}, {KEY_PROPERTY: "no serial"}, {}])
    asked_then = world.questions
    assert asked_then <= asked_before + 4, "two questions, each in a transaction"
    assert [world.says(signer, address=address) for address, signer in signers.items()] == [None] * 5
    assert world.says(signers[Address("131002", "n-0")], bent={KEY_PROPERTY: "abc"}) == "not_enrolled"
    assert world.questions == asked_then


def test_a_row_that_changed_is_seen(world: World) -> None:
    """Another process of the centre revoked it: this one finds out by itself."""
    a = world.node(A)
    assert world.says(a) is None
    with world.doors.store.write() as connection:
        connection.execute(update(node_certificates).values(revoked=world.doors.now(), why="elsewhere"))
    world.clock += FRESH_S
    assert world.says(a) == "revoked"
