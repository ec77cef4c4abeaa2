"""The names certificates carry: DISTRICT/NODE for a node, a plain word for a service."""

import re
from collections.abc import Iterable
from ipaddress import ip_address

from cryptography import x509
from cryptography.x509.oid import NameOID

from broker.pki.errors import PkiError
from broker.topics import Address

LONGEST = 64  # X.520: ub-common-name
_SERVICE = re.compile(r"[a-z][a-z0-9-]{0,62}")
_HOST = re.compile(
    r"(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*"
)


def common_name(address: Address) -> str:
    """The name in a node's certificate, which is its user name at the broker. Raises PkiError if too long."""
    name = f"{address.district}/{address.node}"
    if len(name) > LONGEST:
        longest = LONGEST - len(address.district) - 1
        raise PkiError(f"node {address.node!r}: {len(address.node)} signs; a certificate allows {longest}")
    return name


def service_name(name: str) -> str:
    """The name of a service. It has no slash, so no service passes for a node. Raises PkiError."""
    if not _SERVICE.fullmatch(name):
        raise PkiError(f"service {name[:80]!r}: small letters, digits and '-' are allowed, 63 at most")
    return name


def alternatives(hosts: Iterable[str]) -> list[x509.GeneralName]:
    """Host names and addresses as a certificate lists them. Raises PkiError."""
    return [_alternative(host) for host in hosts]


def _alternative(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        if not _HOST.fullmatch(host):
            raise PkiError(f"host {host[:80]!r}: a host name or an address is expected") from None
        return x509.DNSName(host)


def subject(name: str) -> x509.Name:
    """A subject that holds the common name alone."""
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def name_of(certificate: x509.Certificate) -> str:
    """The common name of a certificate, empty where it has none."""
    found = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(found[0].value) if found else ""
