"""The node's own certificate: whose it is, until when, whether its key fits and who has signed it."""

import time
from collections.abc import Iterable, Iterator
from datetime import datetime, timezone
from itertools import pairwise
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from broker.pki.certificates import read
from broker.pki.errors import PkiError
from broker.pki.names import name_of
from broker.saying import said
from edge.diagnosis import certificates as told
from edge.diagnosis.certificates import Shown
from edge.diagnosis.sign import Finding
from edge.enrolment.folder import CA, CHAIN, KEY, IdentityError
from edge.examining.case import Case

TITLE = "certificates"
BOX, ALONE = False, False


def limit_s(case: Case) -> float:  # noqa: ARG001 - as every examination has it
    """Some files are read."""
    return 10.0


def examine(case: Case) -> Iterable[Finding]:
    """The identity's, or those that the configuration names for the broker; and the authorities'."""
    settings, found = case.settings, list[Finding]()
    link = settings.broker
    if settings.identity is not None:
        here = settings.identity.directory / "current"
        found += _own(here / CHAIN, here / KEY, here / CA, case, renews=True)
        found += _usable(case, found)
    if link.cert_file is not None and link.key_file is not None:
        found += _own(link.cert_file, link.key_file, link.ca_file, case, renews=False)
    for file in {link.ca_file, settings.central.ca_file if settings.central else None} - {None}:
        found += _authority(Path(str(file)))
    return found or [told.NONE.at(said("node"), said("no certificate is configured"))]


def _usable(case: Case, found: list[Finding]) -> Iterator[Finding]:
    """Whether the node would take its identity, where the files tell no fault."""
    if any(finding.state == "fault" for finding in found):
        return
    try:
        case.identity()
    except IdentityError as error:
        identity, name = case.settings.identity, case.settings.address.name
        folder = str(identity.directory) if identity else ""
        yield told.NO_IDENTITY.at(folder, str(error), name=name, folder=folder)


def _own(chain: Path, key: Path, ca: Path | None, case: Case, *, renews: bool) -> Iterator[Finding]:
    name = case.settings.address.name
    try:
        certificates = read(chain.read_bytes(), str(chain))
        fits = _fits(certificates[0], key.read_bytes())
        linked = None if ca is None else _linked(certificates, read(ca.read_bytes(), str(ca)))
    except (OSError, PkiError, ValueError, TypeError) as error:
        file = getattr(error, "filename", None) or chain
        why = getattr(error, "strerror", None) or str(error)
        folder = str(chain.parent.parent)
        sign = told.NO_IDENTITY if renews else told.UNREADABLE
        yield sign.at(str(file), why, file=str(file), name=name, folder=folder)
        return
    first = certificates[0]
    begins, ends = first.not_valid_before_utc, first.not_valid_after_utc
    until = f"{ends:%Y-%m-%d %H:%M} UTC"
    shown = Shown(
        str(chain), name_of(first), begins.timestamp(), ends.timestamp(), until, fits, linked, renews
    )
    yield from told.judge(shown, name, time.time())


def _fits(certificate: x509.Certificate, key: bytes) -> bool:
    return load_pem_private_key(key, None).public_key() == certificate.public_key()


def _linked(chain: list[x509.Certificate], trusted: list[x509.Certificate]) -> bool:
    if not all(_issued(one, by) for one, by in pairwise(chain)):
        return False
    return chain[-1] in trusted or any(_issued(chain[-1], by) for by in trusted)


def _issued(certificate: x509.Certificate, by: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(by)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _authority(file: Path) -> Iterator[Finding]:
    try:
        certificates = read(file.read_bytes(), str(file))
    except (OSError, PkiError) as error:
        yield told.UNREADABLE.at(str(file), getattr(error, "strerror", None) or str(error), file=str(file))
        return
    now = datetime.now(timezone.utc)
    if all(one.not_valid_after_utc <= now for one in certificates):
        until = f"{max(one.not_valid_after_utc for one in certificates):%Y-%m-%d %H:%M} UTC"
        yield told.CA_ENDED.at(str(file), said("ended at {until}", until=until), file=str(file))
