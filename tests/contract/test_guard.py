"""Revocation at the broker: a real Mosquitto with standing connections, and the guard beside it."""

import base64
import json
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from broker.guard import Guard
from broker.pki.authority import Authority, Revoked
from broker.pki.errors import PkiError
from broker.pki.revocations import checked, from_folder
from broker.topics import Address, everyones
from tests.bench.credentials import comes_in
from tests.contract.test_access import refusal
from tests.contract.test_link import until
from tests.identities import City, Credentials, TlsMosquitto, now
from tests.thief import Party

NODE, OTHER = Address("131002", "north-gate"), Address("131002", "yard-1")
SPEAKER, LISTENER = Address("131002", "yard-2"), Address("131002", "yard-3")


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    """An authority."""
    return City(tmp_path_factory.mktemp("city"))


@pytest.fixture
def broker(city: City, tmp_path: Path) -> Iterator[TlsMosquitto]:
    """A running Mosquitto that trusts it."""
    if shutil.which("mosquitto") is None:
        pytest.skip("mosquitto is not installed (Debian: apt-get install mosquitto)")
    running = TlsMosquitto(tmp_path / "mosquitto", city)
    running.start()
    yield running
    running.stop()


def tell(folder: Path, authority: Authority, *revoked: Credentials, names: bool = True) -> None:
    """The lists as the centre gives them out."""
    folder.mkdir(exist_ok=True)
    serials = [who.issued.serial_hex for who in revoked]
    told = {"names": [who.name for who in revoked] if names else [], "serials": serials}
    (folder / "revoked.json").write_text(json.dumps(told))
    entries = [Revoked(serial, now()) for serial in serials]
    (folder / "crl.pem").write_bytes(authority.crl(entries, now=now()))


@contextmanager
def guarding(guard: Guard) -> Iterator[None]:
    """The guard at work, in compressed time."""
    stop = threading.Event()
    thread = threading.Thread(target=guard.watch, args=(stop, 0.05))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


class Talk:
    """Three nodes and the centre, connected from before the revocation on."""

    def __init__(self, parties: ExitStack, city: City, broker: TlsMosquitto) -> None:
        self.nodes = [city.node(address) for address in (SPEAKER, LISTENER, OTHER)]
        self.speaker, self.listener, self.other = (
            self._join(parties, Party(who, broker.nodes, who.name)) for who in self.nodes
        )
        self.centre = self._join(parties, Party(city.service("centre"), broker.services, "c"))
        self.listener.subscribe(LISTENER.topic("command"))
        self.other.subscribe(OTHER.topic("command"))
        self.centre.subscribe(everyones("event"))
        for party in (self.listener, self.other, self.centre):
            party.settle()
        self.number = 0

    def _join(self, parties: ExitStack, party: Party) -> Party:
        parties.callback(party.close)
        return party

    def round(self) -> tuple[bool, bool]:
        """Everybody says something: whether the centre hears the speaker, and the listener the centre.

        The others were surely heard by then.
        """
        self.number += 1
        said = b"%d" % self.number
        self.centre.publish(LISTENER.topic("command"), said)
        self.speaker.publish(SPEAKER.topic("event"), said)
        for party in (self.centre, self.speaker):
            party.settle()
        self.centre.publish(OTHER.topic("command"), said)
        self.other.publish(OTHER.topic("event"), said)
        until(lambda: (OTHER.topic("event"), said) in self.centre.got)
        until(lambda: (OTHER.topic("command"), said) in self.other.got)
        heard = (SPEAKER.topic("event"), said) in self.centre.got
        return heard, (LISTENER.topic("command"), said) in self.listener.got


def test_a_revoked_node_falls_silent_and_deaf_while_others_go_on_undisturbed(
    city: City, broker: TlsMosquitto, tmp_path: Path
) -> None:
    told = tmp_path / "told"
    tell(told, city.authority)
    guard = Guard(broker.folder, from_folder(told), clock=now)
    with ExitStack() as parties, guarding(guard):
        talk = Talk(parties, city, broker)
        assert talk.round() == (True, True)
        tell(told, city.authority, *talk.nodes[:2])
        until(lambda: talk.round() == (False, False))
        for _ in range(5):
            assert talk.round() == (False, False)
        assert [party.lost for party in (talk.listener, talk.other, talk.centre)] == [False] * 3
        for who in talk.nodes[:2]:
            assert "certificate" in refusal(who, broker.nodes)
            assert "certificate" in refusal(who, broker.services)


def test_one_that_was_enrolled_again_comes_back_with_its_new_certificate_alone(
    city: City, broker: TlsMosquitto, tmp_path: Path
) -> None:
    told = tmp_path / "told"
    old, new = city.node(NODE), city.node(NODE)
    tell(told, city.authority, old)
    guard = Guard(broker.folder, from_folder(told), clock=now)
    assert guard.look().good
    tell(told, city.authority, old, names=False)
    assert guard.look().text.endswith("Mosquitto was told")
    with ExitStack() as parties:
        centre = Party(city.service("centre"), broker.services, "c")
        parties.callback(centre.close)
        centre.subscribe(NODE.topic("event"))
        centre.settle()
        party = Party(new, broker.nodes, "x")
        parties.callback(party.close)
        party.publish(NODE.topic("event"), b"back again")
        until(lambda: centre.got == [(NODE.topic("event"), b"back again")])
        until(lambda: not comes_in(old, broker.nodes))


def test_nothing_changes_unless_something_did(city: City, broker: TlsMosquitto, tmp_path: Path) -> None:
    """The centre may sign a new list at every request: only one that says something new is used."""
    told = tmp_path / "told"
    guard = Guard(broker.folder, from_folder(told), clock=now)
    tell(told, city.authority, city.node(NODE))
    assert guard.look().text == "1 names and 1 certificates are revoked; Mosquitto was told"
    before = (broker.folder / "crl.pem").read_bytes()
    tell(told, city.authority, city.node(OTHER))
    assert guard.look().text.endswith("; Mosquitto was told")
    assert (broker.folder / "crl.pem").read_bytes() != before
    assert guard.look().text.endswith("; Mosquitto was told again")
    before = (broker.folder / "crl.pem").read_bytes()
    (told / "crl.pem").write_bytes(
        city.authority.crl([Revoked(f"{serial:x}", now()) for serial in _serials(city, before)], now=now())
    )
    assert guard.look().text == "1 names and 1 certificates are revoked"
    assert (broker.folder / "crl.pem").read_bytes() == before


def _serials(city: City, crl: bytes) -> frozenset[int]:
    return checked(b'{"names": []}', crl, city.authority.ca_pem, now=now()).serials


def test_a_list_with_little_time_left_is_replaced_by_one_with_more(
    city: City, broker: TlsMosquitto, tmp_path: Path
) -> None:
    told = tmp_path / "told"
    tell(told, city.authority)
    old = city.authority.crl([], now=now(), days=10)
    (broker.folder / "crl.pem").write_bytes(old)
    for later, replaced in ((1, False), (8, True)):
        at = now() + timedelta(days=later)
        guard = Guard(broker.folder, from_folder(told), clock=lambda at=at: at)  # type: ignore[misc]
        assert guard.look().good
        assert ((broker.folder / "crl.pem").read_bytes() != old) is replaced


BAD: dict[str, tuple[Callable[[City, Path], None], str]] = {
    "no list": (lambda city, told: (told / "crl.pem").write_bytes(b"x"), "no CRL in PEM"),
    "another's list": (
        lambda city, told: tell(told, City(told / "elsewhere").authority),
        "not signed by an authority",
    ),
    "ended list": (
        lambda city, told: (
            (told / "crl.pem").write_bytes(city.authority.crl([], now=now() - timedelta(days=9), days=8))
            and None
        ),
        "would refuse everybody",
    ),
    "no JSON": (lambda city, told: (told / "revoked.json").write_text("no"), "JSON such as"),
    "no names": (lambda city, told: (told / "revoked.json").write_text("[]"), "JSON such as"),
    "a name that is a rule": (
        lambda city, told: (told / "revoked.json").write_text('{"names": ["131002/a\\ntopic readwrite #"]}'),
        "is no DISTRICT/NODE",
    ),
    "a service's name": (
        lambda city, told: (told / "revoked.json").write_text('{"names": ["centre"]}'),
        "is no DISTRICT/NODE",
    ),
    "no name": (
        lambda city, told: (told / "revoked.json").write_text('{"names": [1]}'),
        "is no DISTRICT/NODE",
    ),
    "nothing there": (lambda city, told: (told / "revoked.json").unlink(), "cannot be fetched"),
    "an older list": (
        lambda city, told: (
            (told / "crl.pem").write_bytes(city.authority.crl([], now=now() - timedelta(hours=3))) and None
        ),
        "the one in use of",
    ),
}


@pytest.mark.parametrize(("spoil", "words"), BAD.values(), ids=BAD.keys())
def test_what_cannot_be_believed_changes_nothing(
    city: City, tmp_path: Path, spoil: Callable[[City, Path], None], words: str
) -> None:
    told, folder = tmp_path / "told", tmp_path / "mosquitto"
    folder.mkdir()
    (folder / "ca.pem").write_bytes(city.authority.ca_pem)
    tell(told, city.authority, city.node(NODE))
    guard = Guard(folder, from_folder(told), clock=now)
    assert guard.look().text.endswith("Mosquitto does not run yet")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    spoil(city, told)
    looked = guard.look()
    assert not looked.good
    assert words in looked.text
    assert before == {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_list_with_bytes_changed_is_refused_in_words(city: City) -> None:
    ca = city.authority.ca_pem
    good = x509.load_pem_x509_crl(city.authority.crl([], now=now())).public_bytes(serialization.Encoding.DER)
    for at in range(len(good)):
        for wrong in (0, 0x30, 0xFF):
            body = base64.encodebytes(good[:at] + bytes([wrong]) + good[at + 1 :])
            pem = b"-----BEGIN X509 CRL-----\n" + body + b"-----END X509 CRL-----\n"
            if good[at] != wrong:
                with pytest.raises(PkiError, match="the list of certificates"):
                    checked(b'{"names": []}', pem, ca, now=now())


def test_a_centre_whose_clock_was_set_back_an_hour_is_still_believed(
    city: City, broker: TlsMosquitto, tmp_path: Path
) -> None:
    told = tmp_path / "told"
    tell(told, city.authority)
    guard = Guard(broker.folder, from_folder(told), clock=now)
    assert guard.look().good
    node = city.node(NODE)
    entry = Revoked(node.issued.serial_hex, now())
    (told / "crl.pem").write_bytes(city.authority.crl([entry], now=now() - timedelta(hours=1)))
    assert guard.look().text == "0 names and 1 certificates are revoked; Mosquitto was told"
    comes_in(node, broker.nodes)  # by then it is done with what it was reading, and may not have heard
    assert guard.look().text.endswith("; Mosquitto was told again")
    until(lambda: not comes_in(node, broker.nodes))


def test_mosquitto_is_told_by_the_next_guard_when_one_ended_before_it_could(
    city: City, broker: TlsMosquitto, tmp_path: Path
) -> None:
    told, node = tmp_path / "told", city.node(NODE)
    tell(told, city.authority, node)
    (pid,) = (broker.folder / "data").glob("mosquitto.pid")
    hidden = pid.rename(tmp_path / "pid")
    assert "does not run" in Guard(broker.folder, from_folder(told), clock=now).look().text
    hidden.rename(pid)
    assert Guard(broker.folder, from_folder(told), clock=now).look().text.endswith("Mosquitto was told")
    until(lambda: not comes_in(node, broker.nodes))


def test_neither_a_bystander_nor_a_mosquitto_that_is_starting_is_ended(city: City, tmp_path: Path) -> None:
    """SIGHUP ends whoever does not mind it: who has an old number now, a Mosquitto in its first moment."""
    told, folder = tmp_path / "told", tmp_path / "mosquitto"
    (folder / "data").mkdir(parents=True)
    (folder / "ca.pem").write_bytes(city.authority.ca_pem)
    tell(told, city.authority)
    starting = Path(shutil.copy("/bin/sleep", tmp_path / "mosquitto-bin")).rename(folder / "mosquitto")
    for command in ("sleep", str(starting)):
        with subprocess.Popen([command, "60"]) as process:
            (folder / "data" / "mosquitto.pid").write_text(f"{process.pid}\n")
            until(lambda: Path(f"/proc/{process.pid}/comm").read_text().strip() == Path(command).name)  # noqa: B023
            assert "does not run yet" in Guard(folder, from_folder(told), clock=now).look().text
            assert process.poll() is None
            process.kill()
