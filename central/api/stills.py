"""Stills: masked pictures of what a source sees now, sent by its node; no evidence, and soon gone.

Pages see them written anew from their pixels. Every look is in the audit; who has looked keeps the very same
picture for as long as it is the newest.
"""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response
from pydantic import AfterValidator, BaseModel

from broker.fields import Identifier, Timestamp, rfc3339
from broker.topics import Address
from central.api.evidence import SANDBOX, Sha256Path
from central.api.guard import Asking, Auditing, needs, now, own_door
from central.api.node_paths import NodeHere, PathName
from central.api.problems import Problem, responses
from central.api.receiving import UPLOAD_S, allowance, caller, in_time, not_taken, receive, refuse_early
from central.api.service_parts import Here, Parts
from central.people.asker import Asker, Who
from central.store.audit import noted
from central.store.still_rows import Arrived, keep_still, newest_still, unasked, who_has
from central.vault import IMAGES, NotTaken, Vault

router = APIRouter(tags=["stills"])
_SHOWN: dict[str, Any] = {"content": {kind: {} for kind in IMAGES}}
_BODY = {"requestBody": {"required": True, "content": {kind: {} for kind in IMAGES}}}
_NONE = {"description": "No picture has come."}
_SAME = {"description": "It is the picture that you have."}


def _named(given: str) -> str:
    return Address.named(given).source


NodeName = Annotated[str, Query(max_length=80), AfterValidator(_named)]


class StillAnswer(BaseModel):
    """A still that is here."""

    sha256: str
    size: int


@router.put(
    "/api/stills/{sha256}",
    status_code=201,
    response_model=StillAnswer,
    responses=responses(
        400, 401, 404, 408, 413, 415, 422, 429, 503, 507, s200={"description": "It was here already."}
    ),
    openapi_extra=_BODY | own_door("nodes, by their bearer or the centre's token"),
)
async def put_still(
    here: Here,
    sha256: Sha256Path,
    request: Request,
    source: Annotated[Identifier, Query()],
    taken: Annotated[Timestamp, Query()],
    ask: Annotated[Identifier | None, Query(description="what it was taken for")] = None,
    node: Annotated[
        NodeName | None, Query(description="of a node without a bearer, where those are let in")
    ] = None,
) -> JSONResponse:
    """Keep the body, a masked picture, for as long as it is the newest of its source (or for its ask)."""
    began, vault = now(), _vault(here)
    name = await run_in_threadpool(caller, here, request) or node
    if name is None:
        raise Problem(
            422,
            "nobody knows which node this is",
            where="query.node",
            allowed="DISTRICT/NODE",
            code="no_node_name",
        )
    if (why := await run_in_threadpool(unasked, here.store, name, source, ask)) is not None:
        raise Problem(404, why[1], where="query.ask" if ask else "query.source", code=why[0])
    try:
        await run_in_threadpool(refuse_early, here, vault, request)
        async with allowance(here, here.still_uploads, name) as counted:
            taking = receive(here, vault, sha256, request, counted, began)
            kept = await in_time(taking, UPLOAD_S)
    except NotTaken as error:
        raise not_taken(error) from error
    still = Arrived(sha256, name, source, taken, now(), kept.size, ask)
    new = await run_in_threadpool(keep_still, here.store, still)
    return JSONResponse({"sha256": sha256, "size": kept.size}, 201 if new else 200)


@router.get(
    "/api/stills/{sha256}",
    response_class=Response,
    responses=responses(401, 403, 404, 422, 503, s200=_SHOWN, s304=_SAME),
    openapi_extra=needs("zone.tune"),
)
def one_still(here: Here, who: Asking, by: Auditing, sha256: Sha256Path, request: Request) -> Response:
    """A still by its hash, as an answer to an ask names it."""
    found = who_has(here.store, sha256)
    if found is None:
        raise Problem(
            404, f"there is no still {sha256}, or not any more", where="path.sha256", code="still_gone"
        )
    return _shown(here, who, by, found, request)


@router.get(
    "/api/sources/{district}/{node}/{source}/still",
    response_class=Response,
    responses=responses(401, 403, 404, 422, 503, s200=_SHOWN, s204=_NONE, s304=_SAME),
    openapi_extra=needs("zone.tune"),
)
def newest(
    here: Here,
    who: Asking,
    by: Auditing,
    node: NodeHere,
    source: PathName,
    request: Request,
) -> Response:
    """The newest still of a source; `X-Gewu-Taken` says of when. 204 while none has come."""
    found = newest_still(here.store, node, source)
    if found is None:
        return Response(status_code=204, headers={"Cache-Control": "private, no-cache"})
    return _shown(here, who, by, found, request)


def _shown(here: Parts, who: Who, by: Asker, found: Any, request: Request) -> Response:
    """The picture; nothing where the one who asks has it. Raises Problem."""
    headers = _headers(f"{found.sha256[:32]}-{who.account}", found.taken)
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    vault = _vault(here)
    kept = vault.find(found.sha256)
    if kept is None:
        raise Problem(404, f"the picture {found.sha256} is gone", where="path", code="still_gone")
    about = f"{found.node.removeprefix('gewu://')}/{found.source}"
    noted(here.store, now(), by.did("still.view", about, f"saw a picture of {rfc3339(found.taken)}"))
    try:
        body = vault.shown(kept)
    except NotTaken as error:
        raise not_taken(error) from error
    return Response(body, media_type=kept.media_type, headers=headers)


def _headers(tag: str, taken: datetime) -> dict[str, str]:
    return {
        "Cache-Control": "private, no-cache",
        "ETag": f'"{tag}"',
        "Content-Disposition": "inline",
        "Content-Security-Policy": SANDBOX,
        "X-Gewu-Taken": rfc3339(taken),
    }


def _vault(here: Parts) -> Vault:
    if here.stills is None:
        raise Problem(503, "this centre keeps no stills", code="no_stills", headers={"Retry-After": "60"})
    return here.stills
