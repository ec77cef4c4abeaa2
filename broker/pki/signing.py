"""Signatures of messages: whoever carries a message, the centre knows who wrote it.

ECDSA with P-256 and SHA-256 over the topic, a line feed and the body, as the two numbers of 32 bytes each
(RFC 7518, ES256), in base64url without padding. With the topic, a message cannot be moved to another
channel; topics hold no line feed, so no other pair of topic and body gives the same bytes.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from broker.pki.errors import PkiError
from broker.pki.keys import new_key, private_key, public_key
from broker.pki.names import common_name, subject
from broker.topics import Address

__all__ = [
    "KEY_PROPERTY",
    "SERIAL",
    "SIGNATURE_PROPERTY",
    "Signer",
    "Verdict",
    "csr",
    "new_key",
    "public_key",
    "verify",
]

KEY_PROPERTY, SIGNATURE_PROPERTY = "gewu-key", "gewu-sig"
SERIAL = re.compile(r"[1-9a-f][0-9a-f]{0,39}")
_SIGNATURE = re.compile(r"[A-Za-z0-9_-]{86}")
_HOW = ec.ECDSA(hashes.SHA256())


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a signature holds (as a bool, too), and why not."""

    code: Literal["good", "unsigned", "bad_signature"]
    text: str

    def __bool__(self) -> bool:
        return self.code == "good"


_GOOD = Verdict("good", "The signature is the key's own.")
_UNSIGNED = Verdict("unsigned", f"The message has no {KEY_PROPERTY} and {SIGNATURE_PROPERTY} beside it.")
_MALFORMED = Verdict("bad_signature", f"{SIGNATURE_PROPERTY} is not 64 bytes in base64url.")
_WRONG = Verdict("bad_signature", "The signature is not the key's for this topic and body.")


class Signer:
    """Signs as the holder of one certificate; `sign` fits `broker.link.Sign`. Safe to use from any thread."""

    def __init__(self, key_pem: bytes, serial_hex: str) -> None:
        """Raises PkiError for a key or a serial number that cannot be one."""
        if not SERIAL.fullmatch(serial_hex):
            raise PkiError(f"serial {serial_hex[:60]!r}: small hex digits without a leading 0 are expected")
        self.serial_hex = serial_hex
        self._key = private_key(key_pem)

    def sign(self, topic: str, body: bytes) -> Mapping[str, str]:
        """The user properties that prove whose message this is."""
        r, s = decode_dss_signature(self._key.sign(_signed(topic, body), _HOW))
        raw = r.to_bytes(32, "big") + s.to_bytes(32, "big")
        text = base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
        return {KEY_PROPERTY: self.serial_hex, SIGNATURE_PROPERTY: text}


def verify(
    public_key: ec.EllipticCurvePublicKey, topic: str, body: bytes, user: Mapping[str, str]
) -> Verdict:
    """Whether the user properties hold the key's signature of this very topic and body."""
    if KEY_PROPERTY not in user or SIGNATURE_PROPERTY not in user:
        return _UNSIGNED
    if not _SIGNATURE.fullmatch(user[SIGNATURE_PROPERTY]) or "\n" in topic:
        return _MALFORMED
    raw = binascii.a2b_base64(user[SIGNATURE_PROPERTY].translate(_PLAIN) + "==")
    numbers = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    try:
        public_key.verify(numbers, _signed(topic, body), _HOW)
    except InvalidSignature:
        return _WRONG
    return _GOOD


_PLAIN = str.maketrans("-_", "+/")


def _signed(topic: str, body: bytes) -> bytes:
    return topic.encode() + b"\n" + body


def csr(key_pem: bytes, address: Address) -> bytes:
    """What a node asks the authority to certify: its public key, signed with the private one. As PEM."""
    asked = x509.CertificateSigningRequestBuilder().subject_name(subject(common_name(address)))
    return asked.sign(private_key(key_pem), hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
