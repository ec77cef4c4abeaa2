"""The certificate authority of one city: a root that may stay in a safe, and one that issues under it.

The files are `root.pem root.key issuing.pem issuing.key ca.pem`. Whoever runs the authority day by day needs
`issuing.*` and `ca.pem` alone: take `root.key` away after `init`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from broker.pki import certificates
from broker.pki.certificates import CLIENT, PEM, SERVER, Issued, Signing, Term
from broker.pki.errors import PkiError
from broker.pki.keys import PRIVATE, PUBLIC, new_key, p256, private_key, write_new
from broker.pki.names import alternatives, common_name, service_name
from broker.topics import Address

__all__ = ["Authority", "Issued", "PkiError", "Revoked", "Served", "init"]

NODE_DAYS, SERVICE_DAYS, CRL_DAYS = 90, 365, 30
ROOT_DAYS, ISSUING_DAYS = 7305, 3652
NODE_EARLY = timedelta(minutes=10)
EARLY = timedelta(days=1)  # no node should be shut out for a clock that is a day behind
MAX_CSR = 8192
FILES = ("root.pem", "root.key", "issuing.pem", "issuing.key", "ca.pem")


@dataclass(frozen=True, slots=True)
class Revoked:
    """A certificate that no longer holds, since when."""

    serial_hex: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Served:
    """A service's certificate with its key."""

    issued: Issued
    key_pem: bytes


def init(folder: Path, *, now: datetime, name: str = "Gewu") -> None:
    """Make a root and an issuing authority in a folder. Raises PkiError where one is already, and OSError."""
    if not name.isprintable() or not 1 <= len(name) <= 50:
        raise PkiError(f"name {name[:60]!r}: 1 to 50 signs are allowed")
    if there := [file for file in FILES if (folder / file).exists()]:
        raise PkiError(f"{folder / there[0]}: is there already; an authority is never overwritten")
    folder.mkdir(parents=True, exist_ok=True)
    root_pem, issuing_pem = new_key(), new_key()
    root_key, issuing_key = private_key(root_pem), private_key(issuing_pem)
    root_term = Term.of(now, days=ROOT_DAYS, early=EARLY)
    root = certificates.authority(f"{name} root", root_key, root_term, by=None)
    term = Term.of(now, days=ISSUING_DAYS, early=EARLY)
    issuing = certificates.authority(f"{name} issuing", issuing_key, term, by=Signing(root, root_key))
    write_new(folder / "root.key", root_pem, PRIVATE)
    write_new(folder / "issuing.key", issuing_pem, PRIVATE)
    write_new(folder / "root.pem", root.public_bytes(PEM), PUBLIC)
    write_new(folder / "issuing.pem", issuing.public_bytes(PEM), PUBLIC)
    write_new(folder / "ca.pem", issuing.public_bytes(PEM) + root.public_bytes(PEM), PUBLIC)


class Authority:
    """Issues and revokes. Keeps no list of what it issued: that is its caller's."""

    def __init__(self, signing: Signing, ca_pem: bytes) -> None:
        self._signing = signing
        self.ca_pem = ca_pem
        self.issuing_pem = signing.certificate.public_bytes(PEM)

    @classmethod
    def open(cls, folder: Path) -> "Authority":
        """The authority in a folder. Raises PkiError for what does not fit together, and OSError."""
        _check_mode(folder / "issuing.key")
        ca_pem = (folder / "ca.pem").read_bytes()
        certificate = certificates.read((folder / "issuing.pem").read_bytes(), str(folder / "issuing.pem"))[0]
        key = private_key((folder / "issuing.key").read_bytes(), str(folder / "issuing.key"))
        if key.public_key() != certificate.public_key():
            raise PkiError(f"{folder / 'issuing.key'}: is not the key of {folder / 'issuing.pem'}")
        _check_bundle(ca_pem, certificate, folder / "ca.pem")
        return cls(Signing(certificate, key), ca_pem)

    def issue(self, csr_pem: bytes, address: Address, *, now: datetime, days: int = NODE_DAYS) -> Issued:
        """A certificate for a node's key; whatever name the request asks for is ignored. Raises PkiError."""
        return self._leaf(
            common_name(address),
            _request(csr_pem),
            Term.of(now, days=days, early=NODE_EARLY),
            [x509.UniformResourceIdentifier(address.source)],
            [CLIENT],
        )

    def server(
        self,
        name: str,
        hosts: Iterable[str],
        *,
        now: datetime,
        days: int = SERVICE_DAYS,
        client: bool = False,
    ) -> Served:
        """Key and certificate of a service: a server at its hosts (names or addresses), a client, or both.

        Raises PkiError.
        """
        listed = alternatives(hosts)
        uses = [SERVER] * bool(listed) + [CLIENT] * client
        if not uses:
            raise PkiError(f"service {name[:80]!r}: a server needs a host; give one, or make it a client")
        key_pem = new_key()
        public = private_key(key_pem).public_key()
        term = Term.of(now, days=days, early=EARLY)
        return Served(self._leaf(service_name(name), public, term, listed, uses), key_pem)

    def crl(self, revoked: Iterable[Revoked], *, now: datetime, days: int = CRL_DAYS) -> bytes:
        """The signed list of what is revoked, as PEM; later lists have higher numbers. Raises PkiError."""
        term = Term.of(now, days=days, early=EARLY)
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self._signing.certificate.subject)
            .last_update(term.start)
            .next_update(term.end)
            .add_extension(x509.CRLNumber(int(now.timestamp() * 1000)), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._signing.key.public_key()),
                critical=False,
            )
        )
        for one in {entry.serial_hex: entry for entry in revoked}.values():
            builder = builder.add_revoked_certificate(_entry(one))
        return builder.sign(self._signing.key, hashes.SHA256()).public_bytes(PEM)

    def _leaf(
        self,
        name: str,
        key: ec.EllipticCurvePublicKey,
        term: Term,
        listed: list[x509.GeneralName],
        uses: list[x509.ObjectIdentifier],
    ) -> Issued:
        end = self._signing.certificate.not_valid_after_utc
        if term.start >= end:
            raise PkiError(f"{name}: the issuing authority ended at {end:%Y-%m-%d}; a new one is needed")
        term = Term(term.start, min(term.end, end))
        made = certificates.leaf(name, key, term, by=self._signing, alternatives=listed, uses=uses)
        return certificates.issued(made, self.issuing_pem)


def _check_mode(key: Path) -> None:
    if (mode := key.stat().st_mode & 0o777) & 0o007:
        raise PkiError(f"{key}: anyone on this machine may use it (mode {mode:03o}); 600 or 640 is allowed")


def _check_bundle(ca_pem: bytes, issuing: x509.Certificate, where: Path) -> None:
    """Every node trusts this bundle: it must hold the issuer and who vouches for it."""
    bundle = certificates.read(ca_pem, str(where))
    if issuing not in bundle:
        raise PkiError(f"{where}: does not hold the certificate of issuing.pem")
    for candidate in bundle:
        try:
            issuing.verify_directly_issued_by(candidate)
        except (ValueError, TypeError, InvalidSignature):
            continue
        return
    raise PkiError(f"{where}: does not hold the root that certified issuing.pem")


def _request(pem: bytes) -> ec.EllipticCurvePublicKey:
    if len(pem) > MAX_CSR:
        raise PkiError(f"the request: {len(pem)} bytes; {MAX_CSR} are allowed")
    try:
        asked = x509.load_pem_x509_csr(pem)
        key = p256(asked.public_key(), "the request")
        genuine = asked.is_signature_valid
    except PkiError:
        raise
    except Exception:
        raise PkiError("the request: is no certificate signing request (PKCS 10) in PEM") from None
    if not genuine:
        raise PkiError("the request: is not signed with the key it asks to certify")
    return key


def _entry(revoked: Revoked) -> x509.RevokedCertificate:
    try:
        serial = int(revoked.serial_hex, 16)
        builder = x509.RevokedCertificateBuilder().serial_number(serial)
    except ValueError:
        raise PkiError(f"serial {revoked.serial_hex[:60]!r}: hex digits are expected") from None
    return builder.revocation_date(revoked.at).build()
