"""/api/v1/uploads: pictures that people took, masked before anything of them is kept.

The body is the picture itself, and it lies in memory alone. A form is not taken: its parts would be spooled
to the disk, unmasked.
"""

import asyncio
import math
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel

from broker.masking import Hidden
from central.api.guard import asker_of, entitled, known_host, may, now, own_door
from central.api.problems import Problem, responses
from central.api.receiving import in_time
from central.api.reports import reporter
from central.api.service_parts import Here, Parts
from central.people.asker import Asker
from central.pictures.masked import Refusal, missing, too_large
from central.pictures.uploading import TAKEN
from central.store.uploads import Purpose, Upload
from central.vault import LATER

router = APIRouter(tags=["uploads"])

BODY_S = 120.0  # a telephone in the street may take so long for its picture
# What is not named here is the picture's own fault: 422.
STATUS = {
    "masker_missing": 503,
    "masker_down": 503,
    "masker_busy": 503,
    "masker_slow": 503,
    "masking_failed": 503,
    "not_now": 503,
    "no_room": 507,
    "too_large": 413,
    "too_many_pixels": 413,
    "wrong_type": 415,
    "at_once": 429,
    "over_quota": 429,
}
_BODY: dict[str, Any] = {"requestBody": {"required": True, "content": {kind: {} for kind in TAKEN}}}


class UploadAnswer(BaseModel):
    """The masked picture that is kept. Unless something shows it within the hour, it is deleted."""

    sha256: str
    size: int
    media_type: str
    width: int
    height: int
    masked: Hidden


@dataclass(frozen=True, slots=True)
class By:
    """Who uploads, as the audit has it, and under which name it is counted."""

    asker: Asker
    turn: str


def uploader(here: Here, request: Request, purpose: Annotated[Purpose, Query(alias="for")]) -> By:
    """An account that may, or a citizen who reports. Raises Problem or StoreAway."""
    known_host(here, request)
    open_to_all = purpose == "report" and here.reports.settings.citizens
    if open_to_all and not may(here, request, "picture.upload") and reporter(here, request) is None:
        address = request.client.host if request.client else ""
        return By(asker_of(request), here.reports.pace.hidden(address))
    who = entitled(here, request, "picture.upload")
    return By(asker_of(request, who), who.login)


Uploader = Annotated[By, Depends(uploader)]


@router.post(
    "/api/v1/uploads",
    status_code=201,
    responses=responses(400, 401, 403, 408, 413, 415, 422, 429, 503, 507),
    openapi_extra=_BODY | own_door("whoever may picture.upload; citizens, for what they report"),
)
async def upload(
    here: Here,
    request: Request,
    purpose: Annotated[Purpose, Query(alias="for", description="what will show it")],
    by: Uploader,
) -> UploadAnswer:
    """Mask the body and keep that. Nothing is kept of what was sent."""
    _refuse_early(here, request)
    async with _turn(here, by.turn):
        body = await _received(here, request)
        declared = request.headers.get("content-type", "").partition(";")[0].strip().lower() or None
        # Not in the threads of the other routes, which shall not wait for masking.
        found = await asyncio.to_thread(here.uploading.keep, body, declared, purpose, by.asker, now())
    if isinstance(found, Refusal):
        raise _problem(found)
    return _answer(found)


def _refuse_early(here: Parts, request: Request) -> None:
    """Refuse before a byte is read what cannot be taken anyway. Raises Problem."""
    if here.uploading.masker is None:
        raise _problem(missing())
    length, most = request.headers.get("content-length", ""), here.pictures.max_bytes
    if length.isdigit() and int(length) > most:
        raise _problem(too_large(most))
    with suppress(OSError):  # the write that follows says it better
        if (free := here.vault.free_mb()) < here.keep_free_mb:
            what = f"{free:.0f} MB are free where the pictures lie, {here.keep_free_mb:g} MB are kept free"
            raise Problem(507, what, where="body", allowed=LATER, code="no_room")


@asynccontextmanager
async def _turn(here: Parts, account: str) -> AsyncIterator[None]:
    """Holds one of the account's uploads. Raises Problem."""
    refused = here.turns.begin(account, time.monotonic())
    if refused is not None:
        raise _problem(Refusal(refused[1], refused[0]))
    try:
        yield
    finally:
        here.turns.end(account)


async def _received(here: Parts, request: Request) -> bytearray:
    """The body, in memory. Raises Problem."""
    body, most = bytearray(), here.pictures.max_bytes
    await in_time(_read(request, body, most), BODY_S)
    return body


async def _read(request: Request, body: bytearray, most: int) -> None:
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise _problem(too_large(most))


def _problem(refusal: Refusal) -> Problem:
    reason, seconds = refusal.reason, refusal.retry_s
    headers = {"Retry-After": str(math.ceil(seconds))} if seconds is not None else None
    allowed = f"again in {math.ceil(seconds)} s" if seconds is not None else _allowed(reason.code)
    status = STATUS.get(reason.code, 422)
    return Problem(status, reason.text, where="body", allowed=allowed, code=reason.code, headers=headers)


def _allowed(code: str) -> str:
    if code == "masker_missing":
        return "pictures.masker in the centre's configuration"
    if code == "not_clean":
        return "another picture, taken from farther away or with nobody near"
    return f"one whole picture: {', '.join(TAKEN)}"


def _answer(found: Upload) -> UploadAnswer:
    return UploadAnswer(
        sha256=found.sha256,
        size=found.size,
        media_type=found.media_type,
        width=found.width,
        height=found.height,
        masked=Hidden(persons=found.persons, faces=found.faces, plates=found.plates),
    )
