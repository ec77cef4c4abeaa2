"""What the node proves itself with, at the broker, at the centre's doors and in every message."""

import logging
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from broker.fields import utc
from broker.link_settings import LinkSettings
from broker.pki.signing import csr
from broker.topics import Address
from edge.enrolment.centre import CentreDoors, Turned, trust
from edge.enrolment.folder import CA, CHAIN, KEY, Identity, IdentityError, IdentityFolder

log = logging.getLogger(__name__)

EARLY_S = 60.0  # a bearer is renewed this long before its end
SKEW_S = 2.0  # below this our clock is as good as the centre's


class Credentials:
    """The identity in force. Safe to use from any thread; renewed in place."""

    def __init__(
        self,
        directory: Path,
        address: Address,
        *,
        url: str | None,
        ca_file: Path | None,
        utc_s: Callable[[], float],
    ) -> None:
        """Raises IdentityError where there is none, or another node's."""
        self.folder = IdentityFolder(directory)
        self._address = address
        self._url = url
        self._ca_file = ca_file
        self._utc_s = utc_s
        self._lock = threading.RLock()
        self._bearer: tuple[str, str, float] | None = None  # of which certificate, what, until when
        self._identity = self._load()
        self.offset_s = 0.0  # the centre's clock less ours

    def _load(self) -> Identity:
        identity = self.folder.load()
        if identity.address != self._address:
            whose = f"the identity of {identity.held.node}, not of {self._address.source}"
            raise IdentityError(f"{self.folder.directory}: is {whose}")
        return identity

    @property
    def identity(self) -> Identity:
        """The one in force."""
        return self._identity

    @property
    def until(self) -> datetime:
        """When the certificate ends."""
        return self._identity.held.certificate_until

    def now(self) -> float:
        """UTC seconds by the centre's clock, as far as it is known."""
        return self._utc_s() + self.offset_s

    def sign(self, topic: str, body: bytes) -> Mapping[str, str]:
        """The user properties that prove whose message this is."""
        return self._identity.signer.sign(topic, body)

    def link(self, settings: LinkSettings) -> LinkSettings:
        """The broker's settings with our certificate where it is asked for; renewals change the files."""
        if not settings.tls or settings.cert_file is not None:
            return settings
        here = self.folder.current
        ours = {"cert_file": here / CHAIN, "key_file": here / KEY}
        return settings.model_copy(update=ours | {"ca_file": settings.ca_file or here / CA})

    def refresh(self) -> bool:
        """Take up what was put into the folder meanwhile; True when that changed something.

        Raises IdentityError, and the old one goes on.
        """
        if self.folder.serial() in (None, self._identity.held.serial):
            return False
        with self._lock:
            self._identity = self._load()
        log.info("identity: certificate %s, until %s", self._identity.held.serial, self.until)
        return True

    def bearer(self) -> str:
        """What the centre's doors ask for. Raises Unanswered, Turned or OSError."""
        with self._lock:
            serial, now = self._identity.held.serial, self._utc_s()
            if self._bearer is None or self._bearer[0] != serial or now >= self._bearer[2]:
                with self.doors() as doors:
                    self._bearer = (serial, *self.prove(doors, self._identity))
            return self._bearer[1]

    def forget_bearer(self) -> None:
        """It was not taken."""
        self._bearer = None

    def prove(self, doors: CentreDoors, identity: Identity) -> tuple[str, float]:
        """A bearer for an identity, and until when by our clock. Raises Unanswered or Turned.

        A node whose clock is wrong learns the centre's time from the first refusal, and asks once more.
        """
        try:
            answer = doors.bearer(identity, self.now())
        except Turned as error:
            if error.centre_time is None or abs(error.centre_time - self.now()) <= SKEW_S:
                raise
            self._learn(error.centre_time)
            answer = doors.bearer(identity, self.now())
        self._learn(answer.at.timestamp())
        return answer.access_token, self._utc_s() + answer.expires_in - EARLY_S

    def request(self, key_pem: bytes) -> bytes:
        """What asks for a certificate of ours for a key."""
        return csr(key_pem, self._address)

    def doors(self) -> CentreDoors:
        """The centre, as the configuration or else the enrolment says. Raises OSError."""
        identity = self._identity
        url = self._url or identity.held.centre_url
        return CentreDoors(url, trust(url, self._ca_file, identity.ca_pem))

    def _learn(self, centre_s: float) -> None:
        offset_s = centre_s - self._utc_s()
        if abs(offset_s) > SKEW_S and abs(offset_s - self.offset_s) > SKEW_S:
            log.warning(
                "the centre's clock differs from ours by %+.0f s; proofs go by the centre's", offset_s
            )
        self.offset_s = offset_s if abs(offset_s) > SKEW_S else 0.0


def ends(identity: Identity) -> str:
    """In words."""
    return f"the certificate ends at {utc(identity.held.certificate_until.timestamp()):%Y-%m-%d %H:%M} UTC"
