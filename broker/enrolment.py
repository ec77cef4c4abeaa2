"""How a node becomes one of ours, as node and centre say it to each other over HTTP.

    POST /api/enroll              EnrolmentRequest  -> Enrolment
    POST /api/nodes/token         Assertion         -> Bearer
    POST /api/nodes/self/renew    Renewal           -> Enrolment

What is in PEM is checked by who uses it; here only its length and signs.
"""

import hashlib
import re
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import Field

from broker.fields import Message, Permitted, Sha256, Timestamp
from broker.topics import Address

ASSERTION_S = 60  # the longest life of an assertion
BEARER_S = 600
TIME_HEADER = "Gewu-Time"  # the centre's clock, for nodes whose own is wrong
MAX_CONFIGURATION = 2_000_000

_ONCE = r"[A-Za-z0-9_-]{43}"
_PEM_SIGNS = r"^[A-Za-z0-9+/=\r\n -]*$"
_TOKEN = re.compile(
    rf"(?P<district>[^:/]+)/(?P<node>[^:/]+):(?P<authority>[0-9a-f]{{64}}):(?P<secret>{_ONCE})"
)

Request = Annotated[str, Field(pattern=_PEM_SIGNS, min_length=1, max_length=8192)]
Certificates = Annotated[str, Field(pattern=_PEM_SIGNS, min_length=1, max_length=65_536)]
Software = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._+-]{0,63}$"), Permitted]
Proof = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,2048}$", repr=False)]
Serial = Annotated[str, Field(pattern=r"^[1-9a-f][0-9a-f]{0,39}$")]
Url = Annotated[str, Field(pattern=r"^(https?|mqtts?)://[^\s@?#]{1,240}$")]


class EnrolmentRequest(Message):
    """`token`: the secret part of what the operator brought. `csr`: for a key that never leaves the node."""

    token: Annotated[str, Field(pattern=rf"^{_ONCE}$", repr=False)]
    csr: Request
    software: Software


class Renewal(Message):
    """For a new key of the same node. `assertion`: as for a bearer, and the `fingerprint` of `csr` as `csr`.

    Made for this request alone: whoever has found a bearer must not get a certificate for it.
    """

    csr: Request
    assertion: Proof


class Enrolment(Message):
    """What makes a node one of ours. `chain`: its certificate first; `ca`: whom it trusts.

    `configuration`: the text of its first configuration file, where the centre has one.
    """

    node: Annotated[str, Field(pattern=r"^[0-9]{6}/[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"), Permitted]
    serial: Serial
    chain: Certificates
    ca: Certificates
    broker_url: Url
    centre_url: Url
    topic_root: Annotated[str, Field(pattern=r"^gewu/v1/[0-9]{6}/[A-Za-z0-9._-]{1,64}$"), Permitted]
    certificate_from: Timestamp
    certificate_until: Timestamp
    at: Timestamp
    configuration: Annotated[str | None, Field(max_length=MAX_CONFIGURATION, repr=False)] = None

    @property
    def address(self) -> Address:
        """Whose it is."""
        return Address.named(self.node)


class Assertion(Message):
    """A JWT (RFC 7523): iss = sub = the node's source, aud, jti, iat, exp; kid = serial, alg = ES256."""

    assertion: Proof


class Bearer(Message):
    """Shown at every request of the node until it expires. `at`: the centre's clock."""

    access_token: Annotated[str, Field(pattern=r"^gewu-node\.[A-Za-z0-9_-]{43}$", repr=False)]
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - a word of RFC 6750
    expires_in: Annotated[int, Field(ge=1, le=86_400)]
    at: Timestamp


class RevokedList(Message):
    """Nodes that are shut out altogether, as DISTRICT/NODE, and every certificate that was ended early."""

    at: Timestamp
    names: list[Annotated[str, Field(max_length=96)]]
    serials: list[Serial]


@dataclass(frozen=True, slots=True)
class EnrolmentToken:
    """What an operator brings to a node: for whom, which authority to trust, and a secret for one use."""

    address: Address
    authority: Sha256
    secret: str = field(repr=False)

    def write(self) -> str:
        """As it is typed: DISTRICT/NODE:AUTHORITY:SECRET."""
        return f"{self.address.district}/{self.address.node}:{self.authority}:{self.secret}"

    @classmethod
    def read(cls, text: str) -> "EnrolmentToken":
        """What was typed. Raises ValueError that does not repeat it."""
        match = _TOKEN.fullmatch(text.strip())
        if match is None:
            raise ValueError(
                "a token is written DISTRICT/NODE:AUTHORITY:SECRET, as gewu-central enroll prints it"
            )
        return cls(Address(match["district"], match["node"]), match["authority"], match["secret"])


def fingerprint(pem: str | bytes) -> str:
    """The sha256, byte for byte: names an authority (by its bundle) in a token, a request in an assertion."""
    return hashlib.sha256(pem.encode() if isinstance(pem, str) else pem).hexdigest()


def audience(ca_pem: str | bytes) -> str:
    """For whom an assertion is meant: the centre that speaks for this authority, wherever it is reached."""
    return f"urn:gewu:centre:{fingerprint(ca_pem)}"
