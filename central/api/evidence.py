"""/api/evidence/{sha256}: masked pictures and clips, before or after the events that name them."""

import asyncio
import hmac
from datetime import datetime, timezone
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, JSONResponse
from pydantic import BaseModel
from starlette.requests import ClientDisconnect

from central.api.problems import Problem, responses
from central.api.service_parts import Parts, parts
from central.store.pictures import Arrival, arrived
from central.vault import MEDIA_TYPES, Kept, NotTaken, Reception, too_large

router = APIRouter(tags=["evidence"])
Here = Annotated[Parts, Depends(parts)]
Sha256Path = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$", description="of the bytes, in lower case")]

STATUS = {"wrong_hash": 422, "too_large": 413, "wrong_type": 415, "no_room": 507}
UPLOAD_S = 600.0  # a whole upload may take this long, however little comes
CACHE = "private, max-age=31536000, immutable"
_PICTURES: dict[str, Any] = {"content": {kind: {} for kind in MEDIA_TYPES}}
_BODY = {"requestBody": {"required": True, "content": {kind: {} for kind in MEDIA_TYPES}}}


class EvidenceAnswer(BaseModel):
    """A picture that is here."""

    sha256: str
    size: int
    media_type: str


@router.put(
    "/api/evidence/{sha256}",
    status_code=201,
    response_model=EvidenceAnswer,
    responses=responses(400, 401, 408, 413, 415, 422, 503, 507, s200={"description": "It was here already."}),
    openapi_extra=_BODY,
)
async def put_evidence(here: Here, sha256: Sha256Path, request: Request) -> JSONResponse:
    """Keep the body under its hash. Sending it again changes nothing."""
    _authorise(here, request)
    try:
        await run_in_threadpool(_refuse_early, here, request)
        kept = await asyncio.wait_for(_receive(here, sha256, request), UPLOAD_S)
    except ClientDisconnect as error:
        raise Problem(400, "the connection ended before the body did", where="body") from error
    except asyncio.TimeoutError as error:
        raise Problem(408, f"the body did not come within {UPLOAD_S:g} s", where="body") from error
    except NotTaken as error:
        here.metrics.evidence.labels(outcome=error.code).inc()
        raise Problem(STATUS[error.code], str(error), where="body", allowed=error.allowed) from error
    picture = Arrival(kept.sha256, kept.size, kept.media_type, datetime.now(timezone.utc))
    new = await run_in_threadpool(arrived, here.store, picture)
    here.metrics.evidence.labels(outcome="new" if new else "known").inc()
    here.news.call()
    answer = EvidenceAnswer(sha256=kept.sha256, size=kept.size, media_type=kept.media_type)
    return JSONResponse(answer.model_dump(), 201 if new else 200)


@router.get(
    "/api/evidence/{sha256}",
    response_class=FileResponse,
    responses=responses(400, 404, 416, 422, s200=_PICTURES, s206=_PICTURES),
)
def get_evidence(here: Here, sha256: Sha256Path) -> FileResponse:
    """The bytes. They never change, so they may be cached for ever."""
    kept = here.vault.find(sha256)
    if kept is None:
        raise Problem(404, f"there is no evidence {sha256}", where="path.sha256")
    headers = {"Cache-Control": CACHE, "ETag": f'"{sha256}"', "Content-Disposition": "inline"}
    return FileResponse(here.vault.path(sha256), media_type=kept.media_type, headers=headers)


async def _receive(here: Parts, sha256: str, request: Request) -> Kept:
    declared = request.headers.get("content-type", "").partition(";")[0].strip().lower() or None
    reception: Reception = await run_in_threadpool(here.vault.receive, sha256, declared)
    try:
        async for chunk in request.stream():
            await run_in_threadpool(reception.add, chunk)
        return await run_in_threadpool(reception.keep)
    finally:
        await run_in_threadpool(reception.close)


def _refuse_early(here: Parts, request: Request) -> None:
    """Refuse before a byte is read what cannot be taken anyway."""
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > here.vault.max_bytes:
        raise too_large(here.vault.max_bytes)
    if (free := _free_mb(here)) is not None and free < here.keep_free_mb:
        what = f"{free:.0f} MB are free where the pictures lie, {here.keep_free_mb:g} MB are kept free"
        raise NotTaken("no_room", what, "sending it again later")


def _free_mb(here: Parts) -> float | None:
    try:
        return here.vault.free_mb()
    except OSError:
        return None  # the write that follows says it better


def _authorise(here: Parts, request: Request) -> None:
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
