"""The authority: what it certifies, and what it does not."""

import subprocess
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from broker.pki.authority import Authority, PkiError, Revoked, init
from broker.pki.keys import new_key, private_key
from broker.pki.names import common_name
from broker.pki.signing import csr
from broker.topics import Address

NOW = datetime(2026, 3, 1, 8, 0, tzinfo=timezone.utc)
NODE = Address("131002", "north-gate")
PEM, DER = serialization.Encoding.PEM, serialization.Encoding.DER


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An authority's folder."""
    made = tmp_path_factory.mktemp("pki") / "city"
    init(made, now=NOW)
    return made


@pytest.fixture(scope="module")
def authority(folder: Path) -> Authority:
    """An authority."""
    return Authority.open(folder)


def certificate(pem: bytes) -> x509.Certificate:
    """The first certificate of a chain."""
    return x509.load_pem_x509_certificates(pem)[0]


def asked_with(key: object, name: str = "anything") -> bytes:
    """A request signed by any kind of key."""
    builder = x509.CertificateSigningRequestBuilder().subject_name(
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    )
    how = None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return builder.sign(key, how).public_bytes(PEM)  # type: ignore[arg-type]


def test_keys_are_their_owners_alone_and_nothing_is_overwritten(folder: Path) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert set(before) == {"root.pem", "root.key", "issuing.pem", "issuing.key", "ca.pem"}
    assert {path.stat().st_mode & 0o777 for path in folder.glob("*.key")} == {0o600}
    with pytest.raises(PkiError, match=r"root\.pem: is there already"):
        init(folder, now=NOW)
    assert before == {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_node_gets_the_name_we_give_it_not_the_one_it_asks_for(authority: Authority) -> None:
    key = new_key()
    asked = asked_with(private_key(key), "131002/someone-else")
    issued = authority.issue(asked, NODE, now=NOW)
    made = certificate(issued.chain_pem)
    assert made.subject.rfc4514_string() == "CN=131002/north-gate"
    names = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.UniformResourceIdentifier) == ["gewu://131002/north-gate"]
    uses = made.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(uses) == [ExtendedKeyUsageOID.CLIENT_AUTH]
    assert int(issued.serial_hex, 16) == made.serial_number
    assert issued.fingerprint == made.fingerprint(hashes.SHA256()).hex()
    assert (issued.not_before, issued.not_after) == (NOW - timedelta(minutes=10), NOW + timedelta(days=90))
    public = private_key(key).public_key()
    assert serialization.load_pem_public_key(issued.public_key_pem) == public


def test_openssl_accepts_the_chain_for_what_it_is_for_and_nothing_else(
    authority: Authority, folder: Path, tmp_path: Path
) -> None:
    node, server = tmp_path / "node.pem", tmp_path / "server.pem"
    node.write_bytes(authority.issue(csr(new_key(), NODE), NODE, now=NOW).chain_pem)
    server.write_bytes(authority.server("broker", ["broker.example"], now=NOW).issued.chain_pem)

    def verified(path: Path, purpose: str) -> bool:
        at = str(int(NOW.timestamp()))
        command = ["openssl", "verify", "-x509_strict", "-CAfile", str(folder / "root.pem"), "-untrusted"]
        command += [str(path), "-purpose", purpose, "-attime", at, str(path)]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

    assert verified(node, "sslclient")
    assert verified(server, "sslserver")
    assert not verified(node, "sslserver")
    assert not verified(server, "sslclient")


def test_a_servers_certificate_holds_its_hosts_from_a_day_back_on(authority: Authority) -> None:
    served = authority.server("broker", ["broker.example", "192.0.2.7"], now=NOW, days=10, client=True)
    root = x509.load_pem_x509_certificates(authority.ca_pem)[1]
    chain = x509.load_pem_x509_certificates(served.issued.chain_pem)
    for at, host, good in (
        (NOW, "broker.example", True),
        (NOW - timedelta(hours=23), "broker.example", True),
        (NOW, "elsewhere.example", False),
        (NOW + timedelta(days=11), "broker.example", False),
    ):
        policy = PolicyBuilder().store(Store([root])).time(at)
        verifier = policy.build_server_verifier(x509.DNSName(host))
        if good:
            assert verifier.verify(chain[0], chain[1:])
        else:
            with pytest.raises(VerificationError):
                verifier.verify(chain[0], chain[1:])
    assert private_key(served.key_pem).public_key() == chain[0].public_key()


BAD_REQUESTS: dict[str, tuple[Callable[[], bytes], str]] = {
    "no PEM": (lambda: b"hello", "no certificate signing request"),
    "another PEM": (new_key, "no certificate signing request"),
    "RSA": (lambda: asked_with(rsa.generate_private_key(65537, 2048)), "RSA 2048; EC P-256 alone"),
    "P-384": (lambda: asked_with(ec.generate_private_key(ec.SECP384R1())), "EC 384; EC P-256 alone"),
    "Ed25519": (lambda: asked_with(ed25519.Ed25519PrivateKey.generate()), "Ed25519; EC P-256 alone"),
    "long": (lambda: b"-" * 9000, "9000 bytes; 8192 are allowed"),
}


@pytest.mark.parametrize(("make", "words"), BAD_REQUESTS.values(), ids=BAD_REQUESTS.keys())
def test_a_request_that_cannot_be_certified_is_refused_in_words(
    authority: Authority, make: Callable[[], bytes], words: str
) -> None:
    with pytest.raises(PkiError, match=words):
        authority.issue(make(), NODE, now=NOW)


def in_der(pem: bytes) -> tuple[bytes, bytes]:
    """A request in DER, and the public key within it."""
    asked = x509.load_pem_x509_csr(pem)
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return asked.public_bytes(DER), asked.public_key().public_bytes(DER, form)


def test_a_request_for_anothers_key_is_refused(authority: Authority) -> None:
    (mine, my_key), (_, their_key) = in_der(csr(new_key(), NODE)), in_der(csr(new_key(), NODE))
    forged = x509.load_der_x509_csr(mine.replace(my_key, their_key)).public_bytes(PEM)
    with pytest.raises(PkiError, match="not signed with the key it asks"):
        authority.issue(forged, NODE, now=NOW)


def test_names_that_no_certificate_can_hold_are_refused(authority: Authority) -> None:
    assert common_name(Address("131002", "n" * 57)) == "131002/" + "n" * 57
    with pytest.raises(PkiError, match="58 signs; a certificate allows 57"):
        authority.issue(csr(new_key(), NODE), Address("131002", "n" * 58), now=NOW)
    for name in ("131002/north-gate", "+", "#", "Broker", "", "a\nb"):
        with pytest.raises(PkiError, match="small letters"):
            authority.server(name, ["a.example"], now=NOW)
    with pytest.raises(PkiError, match="host name or an address"):
        authority.server("broker", ["not a host"], now=NOW)
    with pytest.raises(PkiError, match="needs a host"):
        authority.server("broker", [], now=NOW)
    for wild in ("+", "#", "a/b", ""):
        with pytest.raises(ValueError, match="letters, digits"):
            Address("131002", wild)


def test_times_without_a_zone_and_terms_of_no_day_are_refused(authority: Authority) -> None:
    for now, days, words in ((NOW.replace(tzinfo=None), 1, "has no zone"), (NOW, 0, "at least 1")):
        with pytest.raises(PkiError, match=words):
            authority.issue(csr(new_key(), NODE), NODE, now=now, days=days)


def test_no_certificate_outlives_its_authority(authority: Authority) -> None:
    late = NOW + timedelta(days=3652 - 10)
    issued = authority.issue(csr(new_key(), NODE), NODE, now=late)
    assert issued.not_after == NOW + timedelta(days=3652)
    with pytest.raises(PkiError, match="ended at 2036"):
        authority.issue(csr(new_key(), NODE), NODE, now=late + timedelta(days=11))


def test_the_list_of_revoked_is_signed_and_names_them(authority: Authority) -> None:
    issued = authority.issue(csr(new_key(), NODE), NODE, now=NOW)
    entry = Revoked(issued.serial_hex, NOW)
    listed = x509.load_pem_x509_crl(authority.crl([entry, entry], now=NOW))
    issuing = certificate(authority.issuing_pem)
    assert listed.is_signature_valid(issuing.public_key())  # type: ignore[arg-type]
    assert [found.serial_number for found in listed] == [int(issued.serial_hex, 16)]
    later = x509.load_pem_x509_crl(authority.crl([], now=NOW + timedelta(seconds=1)))
    numbers = [
        one.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number for one in (listed, later)
    ]
    assert numbers[0] < numbers[1]
    with pytest.raises(PkiError, match="hex digits"):
        authority.crl([Revoked("no", NOW)], now=NOW)


def test_a_folder_that_does_not_fit_together_is_refused(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    for made in (one, other):
        init(made, now=NOW)
    bundle = (one / "ca.pem").read_bytes()
    for content, words in (
        ((other / "ca.pem").read_bytes(), "does not hold the certificate"),
        ((one / "issuing.pem").read_bytes(), "does not hold the root"),
        (b"nothing", "holds no certificate"),
    ):
        (one / "ca.pem").write_bytes(content)
        with pytest.raises(PkiError, match=words):
            Authority.open(one)
    (one / "ca.pem").write_bytes(bundle)
    (one / "issuing.key").chmod(0o644)
    with pytest.raises(PkiError, match="mode 644"):
        Authority.open(one)
    (one / "issuing.key").write_bytes((other / "issuing.key").read_bytes())
    (one / "issuing.key").chmod(0o600)
    with pytest.raises(PkiError, match="is not the key of"):
        Authority.open(one)


def test_the_authority_works_without_the_roots_key(tmp_path: Path) -> None:
    init(tmp_path / "city", now=NOW)
    (tmp_path / "city" / "root.key").unlink()
    assert (
        Authority.open(tmp_path / "city").issue(csr(new_key(), NODE), NODE, now=NOW).name
        == "131002/north-gate"
    )
