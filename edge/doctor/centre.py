"""The centre: its name, a connection, TLS, whether it knows this node, and its door for pictures."""

import ssl
import time
from collections.abc import Iterable, Iterator
from datetime import datetime, timezone
from urllib.parse import urlsplit

import httpx

from broker.saying import said
from edge.centre_door import CentralSettings, CentreDoor
from edge.diagnosis import broker as limits
from edge.diagnosis import centre as told
from edge.diagnosis.sign import Finding
from edge.enrolment.centre import Turned, Unanswered, trust
from edge.enrolment.credentials import Credentials
from edge.examining.case import Case
from edge.examining.reaching import reach

TITLE = "centre"
BOX, ALONE = False, False
PATIENCE_S = 8.0
NOTHING = "0" * 64  # the hash of no picture
NO_KIND = "application/x-gewu-doctor"


def limit_s(case: Case) -> float:  # noqa: ARG001 - as every examination has it
    """Each of some questions may take its time."""
    return 8 * PATIENCE_S


def examine(case: Case) -> Iterable[Finding]:
    """Step by step, as far as it goes."""
    central = case.settings.central
    if central is None:
        return [told.NONE.at(said("centre"), said("no `central` is configured"))]
    central = central.model_copy(update={"timeout": min(central.timeout, PATIENCE_S)})
    own = case.credentials()
    return [*_asked(central, own, case.settings.address.name)]


def _asked(central: CentralSettings, own: Credentials | None, name: str) -> Iterator[Finding]:
    parts = urlsplit(central.url)
    host, secure = str(parts.hostname), parts.scheme == "https"
    where = f"{host}:{parts.port or (443 if secure else 80)}"
    try:
        context = trust(central.url, central.ca_file, own.identity.ca_pem if own else None)
    except (OSError, ssl.SSLError) as error:
        yield told.TLS.at(where, said("{file} cannot be used: {why}", file=central.ca_file, why=error))
        return
    there = reach(host, int(where.rpartition(":")[2]), context if secure else None, PATIENCE_S)
    if there.step is not None:
        yield told.BY_STEP[there.step].at(where, there.words, where=where)
        return
    found = [*_ends(where, there.ends), *_well(central, context, where)]
    if not any(one.code == told.NOT_IT.code for one in found):
        found += _lets_in(central, own, where, name)
    if not any(finding.state in ("warning", "fault") for finding in found):
        proven = said("knows this node as {name}", name=name)
        known = proven if own else said("needs no proof of who this node is")
        seen = said("{reached}; {known}, takes pictures", reached=there.words, known=known)
        yield told.FINE.at(where, seen, ms=round(there.ms, 1), proven=bool(own))
    yield from found


def _ends(where: str, ends: float | None) -> Iterator[Finding]:
    if ends is not None and ends - time.time() < limits.SOON_DAYS * 86_400:
        until = f"{datetime.fromtimestamp(ends, tz=timezone.utc):%Y-%m-%d %H:%M} UTC"
        yield told.ENDS.at(where, said("its certificate ends at {until}", until=until), until=until)


def _well(central: CentralSettings, context: ssl.SSLContext, where: str) -> Iterator[Finding]:
    """What it says of itself."""
    try:
        with httpx.Client(verify=context, timeout=central.timeout) as client:
            answer = client.get(f"{central.url}/healthz")
        checks = answer.json()["checks"]
        bad = [f"{name}: {check['says']}"[:120] for name, check in checks.items() if not check["ok"]]
    except (httpx.HTTPError, OSError) as error:
        yield told.NOT_IT.at(where, f"GET /healthz: {type(error).__name__}")
    except (ValueError, KeyError, TypeError, AttributeError):
        words = "GET /healthz answers {status}, and not as the centre does"
        yield told.NOT_IT.at(where, said(words, status=answer.status_code))
    else:
        if bad:
            yield told.UNWELL.at(where, "; ".join(bad))


def _lets_in(central: CentralSettings, own: Credentials | None, where: str, name: str) -> list[Finding]:
    """Whether it knows us, and what its door says to a body that it cannot take: nothing comes to be kept."""
    door = CentreDoor(central, own)
    try:
        door.open()
        answer = door.put(f"/api/evidence/{NOTHING}", b"", NO_KIND)
    except Turned as error:
        return [told.UNPROVEN.at(where, str(error), name=name)]
    except (Unanswered, httpx.HTTPError) as error:
        return [told.DOOR.at(where, f"{type(error).__name__}: {error}"[:200], status=None)]
    except (OSError, UnicodeDecodeError) as error:
        return [
            told.TOKEN_FILE.at(where, f"{central.token_file}: {getattr(error, 'strerror', None) or error}")
        ]
    finally:
        door.close()
    found = told.door(where, answer.status_code, proven=own is not None, name=name)
    return [] if found is None else [found]
