"""What commands and routes need of the nodes' identity, put together once."""

import logging
import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from sqlalchemy import Row, select

from broker.enrolment import Enrolment, EnrolmentToken, audience, fingerprint
from broker.pki import authority as authorities_of_pki
from broker.pki.authority import Authority
from broker.pki.errors import PkiError
from broker.topics import ROOT, Address
from broker.wholefile import sync_folder
from central.identity.certifying import Hand
from central.identity.configurations import configuration_of
from central.identity.enrolling import offer
from central.identity.settings import NodesSettings
from central.limits import Allowance
from central.people.asker import Asker
from central.store.database import Store, insert
from central.store.identity_tables import authorities

log = logging.getLogger(__name__)


class NoAuthority(Exception):
    """There is no authority to certify nodes with; the words say why."""


@dataclass(frozen=True, slots=True)
class Told:
    """Where nodes are told to find us."""

    broker_url: str
    centre_url: str


def _utc() -> datetime:
    return datetime.now(timezone.utc)


@dataclass
class Registry:
    """The nodes' identity at this centre. Safe to use from any thread.

    How often an address may fail, `guesses` at tokens and `proofs` by assertions, of which a site has more;
    both belong to the event loop.
    """

    store: Store
    settings: NodesSettings
    folder: Path
    told: Told
    now: Callable[[], datetime] = _utc
    monotonic: Callable[[], float] = time.monotonic
    guesses: Allowance = field(default_factory=lambda: Allowance(20, 120.0))
    proofs: Allowance = field(default_factory=lambda: Allowance(60, 120.0))
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _authority: Authority | None = None

    def authority(self) -> Authority:
        """Opened at the first need, made where it is ours to make. Raises NoAuthority or StoreAway."""
        with self._lock:
            if self._authority is None:
                self._authority = self._open()
            return self._authority

    def hand(self) -> Hand:
        """To certify with, now. Raises NoAuthority or StoreAway."""
        return Hand(self.authority(), self.now(), self.settings.certificate_days)

    def audiences(self) -> tuple[str, str]:
        """For whom assertions may be meant. Raises NoAuthority or StoreAway."""
        return audience(self.authority().ca_pem), self.told.centre_url

    def offer(self, address: Address, *, by: Asker, expires: datetime) -> EnrolmentToken:
        """A one-time token to bring to a node. Raises NoAuthority or StoreAway."""
        ca = fingerprint(self.authority().ca_pem)
        secret = offer(self.store, address.source, by=by, now=self.now(), expires=expires)
        return EnrolmentToken(address, ca, secret)

    def enrolment(self, row: Row[Any], *, first: bool) -> Enrolment:
        """What the node is told with its certificate. Raises NoAuthority, StoreAway or OSError."""
        address = Address.of(row.node)
        text = configuration_of(self.settings.configuration, address) if first else None
        return Enrolment(
            node=address.name,
            serial=row.serial,
            chain=row.chain,
            ca=self.authority().ca_pem.decode(),
            broker_url=self.told.broker_url,
            centre_url=self.told.centre_url,
            topic_root=f"{ROOT}/{address.district}/{address.node}",
            certificate_from=row.not_before,
            certificate_until=row.not_after,
            at=self.now(),
            configuration=text,
        )

    def _open(self) -> Authority:
        try:
            if self.settings.authority is None:
                _make(self.folder, self.now())
            found = Authority.open(self.folder)
        except FileNotFoundError as error:
            words = "gewu-broker pki init makes one"
            raise NoAuthority(f"nodes.authority: {error.filename} is not there; {words}") from error
        except (OSError, PkiError) as error:
            raise NoAuthority(f"nodes.authority: {error}") from error
        _the_same(self.store, fingerprint(found.ca_pem), self.folder, self.now())
        return found


def _make(folder: Path, now: datetime) -> None:
    """All of it or nothing; of several that start at once, one makes it. Raises OSError or PkiError."""
    if (folder / "ca.pem").exists():
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=".authority-", dir=folder.parent))
    try:
        authorities_of_pki.init(made, now=now)
        made.rename(folder)
    except OSError:
        if not (folder / "ca.pem").exists():
            raise
    else:
        log.warning("an authority for nodes was made in %s; take root.key from there to a safe place", folder)
    finally:
        shutil.rmtree(made, ignore_errors=True)
    sync_folder(folder.parent)


def _the_same(store: Store, ca: str, folder: Path, now: datetime) -> None:
    """Two centres on one database with two authorities would shut out each other's nodes."""
    with store.write() as connection:
        if connection.execute(select(authorities)).first() is None:
            row = {"fingerprint": ca, "since": now}
            connection.execute(insert(connection, authorities).values(row).on_conflict_do_nothing())
        known = connection.execute(select(authorities.c.fingerprint)).scalars().all()
    if ca not in known:
        raise NoAuthority(
            f"nodes.authority: {folder} is not the authority {known[0][:16]}… that certified this database's "
            "nodes; give its folder"
        )
