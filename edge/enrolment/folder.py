"""The folder of a node's identity.

    current -> SERIAL       which one is in force: one link, replaced in one step
    SERIAL/                 key.pem chain.pem ca.pem identity.json, written whole before anything points to it
    pending.pem             a key that is being certified, or whose certificate has not proven itself yet

Whatever step a power cut hits, `current` leads to a whole identity, and the next try asks for the pending
key again, for which the centre gives the same certificate again.
"""

import shutil
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from pydantic import ValidationError

from broker.enrolment import Enrolment
from broker.fields import Message, Timestamp, read
from broker.pki.errors import PkiError
from broker.pki.keys import new_key, private_key
from broker.pki.names import name_of
from broker.pki.signing import Signer
from broker.topics import Address
from broker.wholefile import sync_folder, write_whole

PRIVATE, PUBLIC, FOLDER = 0o600, 0o644, 0o700
KEY, CHAIN, CA, ABOUT = "key.pem", "chain.pem", "ca.pem", "identity.json"


class IdentityError(Exception):
    """There is no identity that can be used; the words say why and what helps."""


class Held(Message):
    """What `identity.json` says; the rest of an Enrolment lies in files of its own."""

    node: str
    serial: str
    broker_url: str
    centre_url: str
    topic_root: str
    certificate_from: Timestamp
    certificate_until: Timestamp


@dataclass(frozen=True, slots=True)
class Identity:
    """One identity, read and checked."""

    held: Held
    key_pem: bytes
    ca_pem: bytes
    signer: Signer

    @property
    def address(self) -> Address:
        """Whose it is."""
        return Address.named(self.held.node)


class IdentityFolder:
    """Reads and writes the folder. One process writes at a time."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    @property
    def current(self) -> Path:
        """The identity in force; its files may be named in settings, for they stay as names."""
        return self.directory / "current"

    def serial(self) -> str | None:
        """Which one is in force."""
        try:
            return self.current.readlink().name
        except OSError:
            return None

    def load(self) -> Identity:
        """The identity in force. Raises IdentityError."""
        serial = self.serial()
        if serial is None:
            raise IdentityError(f"{self.directory}: no identity here; gewu-edge enroll makes one")
        return self.read(serial)

    def read(self, serial: str) -> Identity:
        """One that lies here, in force or not. Raises IdentityError."""
        try:
            return _identity(self.directory / serial)
        except (OSError, ValidationError, PkiError) as error:
            raise IdentityError(f"{self.directory / serial}: cannot be used: {error}") from error

    def others(self) -> list[str]:
        """Those that lie here beside the one in force."""
        kept = self.serial()
        beside = (p.name for p in self.directory.iterdir() if p.is_dir() and not p.is_symlink())
        return sorted(name for name in beside if name != kept and not name.startswith("."))

    def pending(self) -> bytes:
        """The key to have certified next: the one begun with, or a new one. Raises OSError."""
        path = self.directory / "pending.pem"
        try:
            pem = path.read_bytes()
            private_key(pem)
        except (FileNotFoundError, PkiError):
            pem = new_key()
            self.directory.mkdir(mode=FOLDER, parents=True, exist_ok=True)
            write_whole(path, pem, mode=PRIVATE)
        return pem

    def forget_pending(self) -> None:
        """The pending key is of no use any more."""
        (self.directory / "pending.pem").unlink(missing_ok=True)

    def on_trial(self) -> bool:
        """Whether the identity in force has not proven itself yet: its key is the pending one still."""
        try:
            return (self.directory / "pending.pem").read_bytes() == (self.current / KEY).read_bytes()
        except OSError:
            return False

    def keep(self, answer: Enrolment, key_pem: bytes) -> None:
        """Put a new identity down beside the one in force. Raises OSError, or IdentityError for a bad one."""
        check(answer, key_pem)
        final, part = self.directory / answer.serial, self.directory / f".{answer.serial}.part"
        if final.exists():
            return
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(mode=FOLDER, parents=True)
        held = Held(**answer.model_dump(include=set(Held.model_fields)))
        write_whole(part / KEY, key_pem, mode=PRIVATE)
        write_whole(part / CHAIN, answer.chain.encode(), mode=PUBLIC)
        write_whole(part / CA, answer.ca.encode(), mode=PUBLIC)
        write_whole(part / ABOUT, held.encode(), mode=PUBLIC)
        part.rename(final)
        sync_folder(self.directory)

    def switch(self, serial: str) -> None:
        """Have another identity in force. Raises OSError."""
        part = self.directory / ".current.part"
        part.unlink(missing_ok=True)
        part.symlink_to(serial)
        part.replace(self.current)
        sync_folder(self.directory)

    def settle(self) -> None:
        """The identity in force has proven itself: whatever is beside it goes."""
        kept = self.serial()
        for path in self.directory.iterdir() if kept is not None else ():
            if path.is_dir() and not path.is_symlink() and path.name != kept:
                shutil.rmtree(path, ignore_errors=True)
        self.forget_pending()


def check(answer: Enrolment, key_pem: bytes) -> None:
    """That the certificate is for our key, in our name, and of the authority that came with it.

    Raises IdentityError.
    """
    try:
        chain = x509.load_pem_x509_certificates(answer.chain.encode())
        authority = x509.load_pem_x509_certificates(answer.ca.encode())
        ours = chain[0].public_key() == private_key(key_pem).public_key()
        ours = ours and name_of(chain[0]) == answer.node
        serial = f"{chain[0].serial_number:x}"
    except ValueError as error:
        raise IdentityError("the centre's answer holds no certificates") from error
    linked = all(_issued(one, above) for one, above in pairwise(chain))
    trusted = chain[-1] in authority or any(_issued(chain[-1], above) for above in authority)
    if not (linked and trusted and ours and serial == answer.serial):
        raise IdentityError("the centre's answer is not for this node's key, or not of its own authority")


def _issued(certificate: x509.Certificate, by: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(by)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _identity(folder: Path) -> Identity:
    held = read(Held, (folder / ABOUT).read_bytes())
    key_pem = (folder / KEY).read_bytes()
    return Identity(held, key_pem, (folder / CA).read_bytes(), Signer(key_pem, held.serial))
