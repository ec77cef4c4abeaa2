"""/api/evidence/{sha256}: masked pictures and clips, before or after the events that name them.

What is stored is what the node's event names by its hash, byte for byte. Pages show a picture written anew
from its pixels instead (`.../picture`), and no answer of either sort can run as a page.
"""

from datetime import datetime, timezone
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, JSONResponse, Response
from pydantic import BaseModel

from central.api.guard import Viewing, needs, own_door
from central.api.problems import Problem, responses
from central.api.receiving import UPLOAD_S, allowance, caller, in_time, not_taken, receive, refuse_early
from central.api.service_parts import Here, Parts
from central.identity.doors import client
from central.store.pictures import Arrival, arrived
from central.vault import IMAGES, MEDIA_TYPES, Kept, NotTaken

router = APIRouter(tags=["evidence"])
Sha256Path = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$", description="of the bytes, in lower case")]

CACHE = "private, no-store"
SANDBOX = "default-src 'none'; sandbox"  # of the file itself, should anybody open it as a page
_PICTURES: dict[str, Any] = {"content": {kind: {} for kind in MEDIA_TYPES}}
_SHOWN: dict[str, Any] = {"content": {kind: {} for kind in IMAGES}}
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
    responses=responses(
        400, 401, 408, 413, 415, 422, 429, 503, 507, s200={"description": "It was here already."}
    ),
    openapi_extra=_BODY | own_door("nodes, by their bearer or the centre's token"),
)
async def put_evidence(here: Here, sha256: Sha256Path, request: Request) -> JSONResponse:
    """Keep the body under its hash. Sending it again changes nothing."""
    began = datetime.now(timezone.utc)
    node = await run_in_threadpool(caller, here, request)
    name = node or f"address {client(request)}"
    try:
        await run_in_threadpool(refuse_early, here, here.vault, request)
        async with allowance(here, here.uploads, name) as counted:
            taking = receive(here, here.vault, sha256, request, counted, began)
            kept = await in_time(taking, UPLOAD_S)
    except NotTaken as error:
        here.metrics.evidence.labels(outcome=error.code).inc()
        raise not_taken(error) from error
    picture = Arrival(kept.sha256, kept.size, kept.media_type, datetime.now(timezone.utc), node)
    new = await run_in_threadpool(arrived, here.store, picture, here.vault.has)
    here.metrics.evidence.labels(outcome="new" if new else "known").inc()
    here.news.call()
    answer = EvidenceAnswer(sha256=kept.sha256, size=kept.size, media_type=kept.media_type)
    return JSONResponse(answer.model_dump(), 201 if new else 200)


@router.get(
    "/api/evidence/{sha256}",
    response_class=FileResponse,
    responses=responses(400, 401, 403, 404, 416, 422, 503, s200=_PICTURES, s206=_PICTURES),
    openapi_extra=needs("evidence.view"),
)
def get_evidence(here: Here, sha256: Sha256Path, viewed: Viewing) -> FileResponse:
    """The bytes. Every view is put down in the audit, so nothing keeps a copy on the way."""
    kept = _kept(here, sha256)
    viewed(sha256)
    name = f"{sha256}.{kept.media_type.rpartition('/')[2]}"
    headers = _headers(sha256, f'attachment; filename="{name}"')
    return FileResponse(here.vault.path(sha256), media_type=kept.media_type, headers=headers)


@router.get(
    "/api/evidence/{sha256}/picture",
    response_class=Response,
    responses=responses(401, 403, 404, 415, 422, 503, s200=_SHOWN),
    openapi_extra=needs("evidence.view"),
)
def show_evidence(here: Here, sha256: Sha256Path, viewed: Viewing) -> Response:
    """A picture as pages show it: its pixels, written anew; nothing else of the file goes along."""
    kept = _kept(here, sha256)
    if not kept.media_type.startswith("image/"):
        allowed = f"/api/evidence/{sha256}"
        raise Problem(
            415, f"evidence {sha256} is a clip", where="path.sha256", allowed=allowed, code="no_still_picture"
        )
    viewed(sha256)
    try:
        body = here.vault.shown(kept)
    except NotTaken as error:
        raise not_taken(error) from error
    return Response(body, media_type=kept.media_type, headers=_headers(f"{sha256}-shown", "inline"))


def _kept(here: Parts, sha256: str) -> Kept:
    """Raises Problem."""
    if (kept := here.vault.find(sha256)) is None:
        raise Problem(404, f"there is no evidence {sha256}", where="path.sha256", code="no_evidence")
    return kept


def _headers(tag: str, disposition: str) -> dict[str, str]:
    return {
        "Cache-Control": CACHE,
        "ETag": f'"{tag}"',
        "Content-Disposition": disposition,
        "Content-Security-Policy": SANDBOX,
    }
