"""What the centre says is revoked: names that may do nothing any more, and a signed list of certificates."""

import json
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPException, IncompleteRead
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, HTTPSHandler, ProxyHandler, build_opener

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec

from broker.outside import this_machine
from broker.pki import certificates
from broker.pki.authority import Revoked
from broker.pki.errors import PkiError
from broker.topics import Address

NAMES_PATH, CRL_PATH = "/api/pki/revoked", "/api/pki/crl"
NAMES_FILE, CRL_FILE = "revoked.json", "crl.pem"
MAX_BYTES = 32_000_000
MAX_NAMES = 100_000
ANSWER_S = 10.0


@dataclass(frozen=True, slots=True)
class Revocations:
    """Checked: every name is a node's, the list is signed by our authority and holds now."""

    names: frozenset[str]
    serials: frozenset[int]
    crl_pem: bytes
    begin: datetime
    end: datetime


# Fetches the list of names and the list of certificates, as they are. Raises OSError or PkiError.
Source = Callable[[], tuple[bytes, bytes]]


def checked(names_json: bytes, crl_pem: bytes, ca_pem: bytes, *, now: datetime) -> Revocations:
    """What was fetched, once it is known to be genuine. Raises PkiError."""
    try:
        crl = _genuine(crl_pem, ca_pem)
        serials = frozenset(entry.serial_number for entry in crl)
        begin, end = crl.last_update_utc, crl.next_update_utc
    except PkiError:
        raise
    except (ValueError, x509.InvalidVersion):
        raise PkiError("the list of certificates: is no CRL in PEM that can be read") from None
    if end is None or end <= now:
        raise PkiError(f"the list of certificates: ended at {end}; with it a broker would refuse everybody")
    return Revocations(_names(names_json), serials, crl_pem, begin, end)


def entries(crl: Path) -> list[Revoked]:
    """What a list in a file names, unchecked; nothing where there is none that can be read."""
    try:
        found = x509.load_pem_x509_crl(crl.read_bytes())
        return [Revoked(f"{entry.serial_number:x}", entry.revocation_date_utc) for entry in found]
    except (OSError, ValueError, x509.InvalidVersion):
        return []


def _genuine(crl_pem: bytes, ca_pem: bytes) -> x509.CertificateRevocationList:
    crl = x509.load_pem_x509_crl(crl_pem)
    for authority in certificates.read(ca_pem, "ca.pem"):
        key = authority.public_key()
        if authority.subject == crl.issuer and isinstance(key, ec.EllipticCurvePublicKey):
            try:
                if crl.is_signature_valid(key):
                    return crl
            except (InvalidSignature, TypeError):
                continue
    raise PkiError("the list of certificates: is not signed by an authority of ca.pem")


def _names(text: bytes) -> frozenset[str]:
    try:
        listed = json.loads(text)["names"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise PkiError('the list of names: JSON such as {"names": [], "serials": []} is expected') from None
    if not isinstance(listed, list) or len(listed) > MAX_NAMES:
        raise PkiError(f"the list of names: a list of at most {MAX_NAMES} is expected")
    return frozenset(_name(name) for name in listed)


def _name(name: Any) -> str:
    """A node's name; these become lines of a broker's access rules, so nothing else may pass."""
    try:
        return Address.named(name).name
    except (ValueError, TypeError, AttributeError):
        raise PkiError(f"the list of names: {str(name)[:80]!r} is no DISTRICT/NODE") from None


def from_folder(folder: Path) -> Source:
    """The lists as two files."""
    return lambda: ((folder / NAMES_FILE).read_bytes(), (folder / CRL_FILE).read_bytes())


def from_centre(url: str, ca_pem: bytes) -> Source:
    """The lists from the centre, names first: a certificate revoked in between is then in the second.

    Only over TLS, or on this machine itself: the names are not signed. Raises PkiError for another url.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise PkiError(f"{url[:200]!r}: https://host[:port] is expected")
    if parts.username is not None:
        raise PkiError("a url carries no credentials; what is revoked is public")
    if parts.scheme == "http" and not this_machine(parts.hostname):
        raise PkiError(f"{url[:200]!r}: names are not signed, so only https is allowed to another machine")
    context = ssl.create_default_context()
    context.load_verify_locations(cadata=ca_pem.decode("ascii"))
    opener = build_opener(_StayHere, ProxyHandler({}), HTTPSHandler(context=context))

    def fetch(path: str) -> bytes:
        try:
            with opener.open(url.rstrip("/") + path, timeout=ANSWER_S) as answer:
                body: bytes = answer.read(MAX_BYTES + 1)
                if answer.length and len(body) <= MAX_BYTES:
                    raise IncompleteRead(body)
        except HTTPException as error:
            raise ConnectionError(f"{path}: no whole answer ({type(error).__name__})") from error
        if len(body) > MAX_BYTES:
            raise PkiError(f"{path}: is larger than the {MAX_BYTES} bytes allowed")
        return body

    return lambda: (fetch(NAMES_PATH), fetch(CRL_PATH))


class _StayHere(HTTPRedirectHandler):
    """No redirect is followed: it might lead to another machine, without TLS."""

    def redirect_request(self, *_: Any) -> None:
        return None
