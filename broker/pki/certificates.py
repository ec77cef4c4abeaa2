"""How every certificate is made: what it may be used for and nothing else."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID

from broker.pki.errors import PkiError
from broker.pki.keys import public_pem
from broker.pki.names import name_of, subject

PEM = serialization.Encoding.PEM
CLIENT, SERVER = ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH


@dataclass(frozen=True, slots=True)
class Issued:
    """One certificate. `chain_pem`: itself, then its issuer's; `serial_hex`: small, no leading 0."""

    name: str
    chain_pem: bytes
    serial_hex: str
    fingerprint: str
    not_before: datetime
    not_after: datetime
    public_key_pem: bytes


@dataclass(frozen=True, slots=True)
class Term:
    """From when to when a certificate holds."""

    start: datetime
    end: datetime

    @classmethod
    def of(cls, now: datetime, *, days: int, early: timedelta) -> "Term":
        """`days` from now on, and `early` before it for clocks that are behind. Raises PkiError."""
        if now.tzinfo is None:
            raise PkiError(f"time {now.isoformat()}: has no zone; a time with one is expected")
        if days < 1:
            raise PkiError(f"{days} days: at least 1 is expected")
        whole = now.replace(microsecond=0)
        return cls(whole - early, whole + timedelta(days=days))


@dataclass(frozen=True, slots=True)
class Signing:
    """An authority that signs: its certificate and key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


def authority(
    name: str, key: ec.EllipticCurvePrivateKey, term: Term, *, by: Signing | None
) -> x509.Certificate:
    """A root's own certificate without `by`, else that of an authority that certifies no other one."""
    issuer = by.certificate.subject if by else subject(name)
    builder = _builder(name, key.public_key(), term, issuer, by.key if by else key)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0 if by else 1), critical=True)
    builder = builder.add_extension(_usage(authority=True), critical=True)
    return builder.sign(by.key if by else key, hashes.SHA256())


def leaf(
    name: str,
    key: ec.EllipticCurvePublicKey,
    term: Term,
    *,
    by: Signing,
    alternatives: Iterable[x509.GeneralName],
    uses: Iterable[x509.ObjectIdentifier],
) -> x509.Certificate:
    """A node's or a service's certificate."""
    builder = _builder(name, key, term, by.certificate.subject, by.key)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_usage(authority=False), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage(uses), critical=False)
    if listed := list(alternatives):
        builder = builder.add_extension(x509.SubjectAlternativeName(listed), critical=False)
    return builder.sign(by.key, hashes.SHA256())


def _builder(
    name: str,
    key: ec.EllipticCurvePublicKey,
    term: Term,
    issuer: x509.Name,
    issuers: ec.EllipticCurvePrivateKey,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject(name))
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(term.start)
        .not_valid_after(term.end)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuers.public_key()), critical=False
        )
    )


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        key_cert_sign=authority,
        crl_sign=authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def issued(certificate: x509.Certificate, rest_pem: bytes = b"") -> Issued:
    """What others need to know of a certificate; `rest_pem` follows it in the chain."""
    key = certificate.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)  # noqa: S101 - nothing else is ever certified
    return Issued(
        name=name_of(certificate),
        chain_pem=certificate.public_bytes(PEM) + rest_pem,
        serial_hex=f"{certificate.serial_number:x}",
        fingerprint=certificate.fingerprint(hashes.SHA256()).hex(),
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        public_key_pem=public_pem(key),
    )


def read(pem: bytes, where: str) -> list[x509.Certificate]:
    """The certificates in a PEM, at least one. Raises PkiError."""
    try:
        return x509.load_pem_x509_certificates(pem)
    except (ValueError, x509.InvalidVersion):
        raise PkiError(f"{where}: holds no certificate in PEM that can be read") from None
