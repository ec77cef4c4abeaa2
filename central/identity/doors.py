"""What stands at a door for nodes: who calls, and how refusals are told.

A refusal says what is allowed, and never whether a token, a bearer or a certificate exists; the log says
which node it was about.
"""

import asyncio
import logging
from datetime import datetime
from typing import TypeVar

from fastapi import Request
from pydantic import ValidationError
from starlette.requests import ClientDisconnect

from broker.enrolment import BEARER_S, TIME_HEADER
from broker.fields import Message, read, rfc3339
from central.api.problems import Problem
from central.api.service_parts import parts
from central.identity.proving import PREFIX, caller
from central.identity.refused import Refused
from central.identity.registry import NoAuthority, Registry
from central.letters import faults, tellable
from central.limits import Allowance
from central.people.asker import counted_as

log = logging.getLogger(__name__)

M = TypeVar("M", bound=Message)
MAX_BODY = 32_768
BODY_S = 20.0
PROOF = f"Bearer of POST /api/nodes/token, at most {BEARER_S // 60} minutes old"
ASSERTED = "an assertion of an enrolled node, signed with its key, for this centre, new, and of this minute"
STATUS: dict[str, tuple[int, str, str, str]] = {
    "token": (
        403,
        "the token is not good: unknown, expired, or used",
        "body.token",
        "a new one from gewu-central enroll, once, within its time",
    ),
    "request": (
        422,
        "the request cannot be certified",
        "body.csr",
        "a certificate signing request in PEM for an EC P-256 key, signed with that key",
    ),
    "key_known": (409, "this key was certified before", "body.csr", "a request for a new key"),
    "too_many": (429, "too often", "body", "trying again in an hour"),
    "assertion": (401, "the assertion is not taken", "body.assertion", ASSERTED),
    "not_enrolled": (401, "the assertion is not taken", "body.assertion", ASSERTED),
    "replayed": (401, "the assertion is not taken", "body.assertion", ASSERTED),
    "skewed": (
        401,
        "the assertion is not of this minute by our clock",
        "body.assertion",
        f"one made anew by the clock in the header {TIME_HEADER}",
    ),
}


def registry(request: Request) -> Registry:
    """The application's. Raises Problem where the centre runs without one."""
    found = parts(request).identity
    if found is None:
        raise Problem(503, "this centre enrols no nodes", allowed="a centre started with gewu-central serve")
    return found


def calling_node(request: Request, *, since: datetime | None = None) -> str | None:
    """The node that calls, by its bearer; None only where unknown nodes are let in. Raises Problem.

    A bearer that is no good is refused even there. `since`: when a call began that has gone on for long; its
    bearer may have run out meanwhile, and not been revoked. Reads the store: call it on a worker's thread.
    """
    ours = parts(request).identity
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    bearer = given.strip()
    if scheme.lower() != "bearer" or not bearer.startswith(PREFIX):
        if ours is None or not ours.settings.enrolled_only:
            return None
        raise _unproven(request, "without a node's bearer")
    node = caller(ours.store, bearer, since or ours.now()) if ours is not None else None
    if node is None:
        raise _unproven(request, "with a bearer that is not good")
    return node


def own_node(request: Request) -> str:
    """As `calling_node`, and never None."""
    node = calling_node(request)
    if node is None:
        raise _unproven(request, "without a node's bearer")
    return node


def admit(request: Request, pace: Allowance) -> None:
    """Let in who did not fail too often of late. Raises Problem."""
    wait_s = pace.wait_s(counted_as(client(request)), registry(request).monotonic())
    if wait_s > 0:
        after = str(int(wait_s) + 1)
        log.warning("refused (too_often): %s %s from %s", request.method, request.url.path, client(request))
        raise Problem(
            429,
            "too many failed attempts",
            allowed=f"trying again in {after} s",
            headers={"Retry-After": after},
        )


def turned_away(request: Request, why: Refused, pace: Allowance | None = None) -> Problem:
    """The answer for whoever was refused; counted against them, and logged."""
    ours = registry(request)
    if pace is not None:
        pace.spend(counted_as(client(request)), 1.0, ours.monotonic())
    where = f"{request.method} {request.url.path}"
    log.warning("refused (%s): %s from %s: %s", why.code, where, client(request), tellable(str(why)))
    parts(request).metrics.doors.labels(code=why.code).inc()
    status, detail, place, allowed = STATUS[why.code]
    headers = {TIME_HEADER: rfc3339(ours.now())}
    if status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="gewu"'
    return Problem(status, detail, where=place, allowed=allowed, headers=headers)


def without_authority(error: NoAuthority | OSError) -> Problem:
    """The centre's own trouble; the words may name its folders, so the log alone has them."""
    log.error("nodes cannot be enrolled: %s", error)
    return Problem(503, "nodes cannot be enrolled now; the log says why", headers={"Retry-After": "30"})


async def body_of(request: Request, model: type[M]) -> M:
    """A small JSON body. Raises Problem."""
    try:
        raw = await asyncio.wait_for(_bytes(request), BODY_S)
        return read(model, raw)
    except ValidationError as error:
        raise Problem(422, faults(error), where="body", allowed=_fields(model)) from error
    except ClientDisconnect as error:
        raise Problem(400, "the connection ended before the body did", where="body") from error
    except asyncio.TimeoutError as error:
        raise Problem(408, f"the body did not come within {BODY_S:g} s", where="body") from error


async def _bytes(request: Request) -> bytes:
    raw = bytearray()
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > MAX_BODY:
            raise Problem(413, "the body is too large", where="body", allowed=f"{MAX_BODY} bytes")
    return bytes(raw)


def _fields(model: type[Message]) -> str:
    return "a JSON object of " + ", ".join(model.model_fields)


def client(request: Request) -> str:
    """The address that a request comes from."""
    return request.client.host if request.client is not None else "unknown"


def _unproven(request: Request, how: str) -> Problem:
    log.warning("refused: %s %s from %s %s", request.method, request.url.path, client(request), how)
    parts(request).metrics.doors.labels(code="unproven").inc()
    return Problem(
        401,
        "only enrolled nodes are let in here",
        where="header.Authorization",
        allowed=PROOF,
        headers={"WWW-Authenticate": 'Bearer realm="gewu"'},
    )
