"""Taking pictures that nodes send: who sends, how much of it may be, and onto the disk piece by piece."""

import asyncio
import hmac
import math
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TypeVar

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from central.api.problems import Problem
from central.api.service_parts import Parts
from central.identity.doors import calling_node
from central.limits import Uploads
from central.vault import Kept, NotTaken, Reception, Vault, too_large

STATUS = {
    "wrong_hash": 422,
    "too_large": 413,
    "wrong_type": 415,
    "not_plain": 422,
    "no_room": 507,
    "not_now": 503,
}
T = TypeVar("T")
UPLOAD_S = 600.0  # a whole upload may take this long, however little comes


def not_taken(error: NotTaken) -> Problem:
    """The same as an answer."""
    headers = {"Retry-After": "5"} if error.code == "not_now" else None
    return Problem(
        STATUS[error.code], str(error), where="body", allowed=error.allowed, headers=headers, code=error.code
    )


async def in_time(coming: Awaitable[T], seconds: float) -> T:
    """What comes of a body that is sent now. Raises Problem when it is cut off, or comes too slowly."""
    try:
        return await asyncio.wait_for(coming, seconds)
    except ClientDisconnect as error:
        raise Problem(
            400, "the connection ended before the body did", where="body", code="cut_off"
        ) from error
    except asyncio.TimeoutError as error:
        raise Problem(
            408, f"the body did not come within {seconds:g} s", where="body", code="too_slow"
        ) from error


@asynccontextmanager
async def allowance(here: Parts, uploads: Uploads, node: str) -> AsyncIterator[list[int]]:
    """Holds one of the node's uploads; what came is counted in the list. Raises Problem."""
    refused = uploads.begin(node, time.monotonic())
    if refused is not None:
        here.metrics.evidence.labels(outcome="over_quota").inc()
        seconds = math.ceil(refused[0])
        headers = {"Retry-After": str(seconds)}
        raise Problem(429, refused[1], where="node", allowed=f"again in {seconds} s", headers=headers)
    counted = [0]
    try:
        yield counted
    finally:
        uploads.end(node, counted[0], time.monotonic())


async def receive(
    here: Parts, vault: Vault, sha256: str, request: Request, counted: list[int], began: datetime
) -> Kept:
    """The body, whole and checked, under its hash. Raises NotTaken or Problem."""
    declared = request.headers.get("content-type", "").partition(";")[0].strip().lower() or None
    reception: Reception = await run_in_threadpool(vault.receive, sha256, declared)
    try:
        async for chunk in request.stream():
            counted[0] += len(chunk)
            await run_in_threadpool(reception.add, chunk)
        await run_in_threadpool(caller, here, request, began)  # it may be revoked by now
        return await run_in_threadpool(reception.keep)
    finally:
        await run_in_threadpool(reception.close)


def refuse_early(here: Parts, vault: Vault, request: Request) -> None:
    """Refuse before a byte is read what cannot be taken anyway. Raises NotTaken."""
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > vault.max_bytes:
        raise too_large(vault.max_bytes)
    if (free := _free_mb(vault)) is not None and free < here.keep_free_mb:
        what = f"{free:.0f} MB are free where the pictures lie, {here.keep_free_mb:g} MB are kept free"
        raise NotTaken("no_room", what, "sending it again later")


def _free_mb(vault: Vault) -> float | None:
    try:
        return vault.free_mb()
    except OSError:
        return None  # the write that follows says it better


def caller(here: Parts, request: Request, since: datetime | None = None) -> str:
    """The node that uploads, or has done so since; empty where it need not be known. Raises Problem."""
    node = calling_node(request, since=since)
    if node is None:
        _check_token(here, request)
    return node or ""


def _check_token(here: Parts, request: Request) -> None:
    if here.token is None:
        return
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not hmac.compare_digest(given.strip().encode(), here.token.encode()):
        raise Problem(
            401,
            "uploads need the centre's token",
            where="header.Authorization",
            allowed="Bearer TOKEN, from the centre's token_file",
            headers={"WWW-Authenticate": 'Bearer realm="gewu"'},
        )
