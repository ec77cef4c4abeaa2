"""/api/diagnostics: bundles that nodes send when they are asked for one, and that people fetch here."""

import hashlib
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response
from pydantic import AfterValidator, BaseModel

from broker.fields import Identifier, Sha256, Timestamp
from broker.fleet import LARGEST_BUNDLE
from broker.topics import Address
from central.api.evidence import SANDBOX, Sha256Path
from central.api.guard import Auditing, needs, now, own_door
from central.api.node_paths import NodeHere
from central.api.problems import Problem, responses
from central.api.receiving import caller, in_time
from central.api.service_parts import Here
from central.diagnostics import Unfit, head_of
from central.store.fleet_bundles import (
    Came,
    asked_for,
    drop_bundle,
    keep_bundle,
    list_bundles,
    open_bundle,
)

router = APIRouter(tags=["fleet"])
ZIP = "application/zip"
SEND_S = 60.0
STATUS = {"too_large": 413}
_BODY: dict[str, Any] = {"requestBody": {"required": True, "content": {ZIP: {}}}}


def _named(given: str) -> str:
    return Address.named(given).source


NodeName = Annotated[str, Query(max_length=96), AfterValidator(_named)]


class BundleTaken(BaseModel):
    """A bundle that is here."""

    sha256: Sha256
    size: int


class BundleBrief(BaseModel):
    """A bundle. `made`: by the node's clock. `left_out`: parts that could not be had; `shortened`: cut."""

    sha256: Sha256
    node: str
    at: Timestamp
    size: int
    made: str | None
    software: str | None
    left_out: list[str]
    shortened: list[str]


class BundleList(BaseModel):
    """The newest first."""

    items: list[BundleBrief]


@router.put(
    "/api/diagnostics/{sha256}",
    status_code=201,
    response_model=BundleTaken,
    responses=responses(400, 401, 404, 408, 413, 422, 503, s200={"description": "It was here already."}),
    openapi_extra=_BODY | own_door("nodes, by their bearer or the centre's token"),
)
async def put_bundle(
    here: Here,
    sha256: Sha256Path,
    request: Request,
    ask: Annotated[Identifier, Query(description="what it was made for")],
    node: Annotated[
        NodeName | None, Query(description="of a node without a bearer, where those are let in")
    ] = None,
) -> JSONResponse:
    """Keep the body, which this node was asked for. One that holds a secret is not kept."""
    name = await run_in_threadpool(caller, here, request) or node
    if name is None:
        what, allowed = "nobody knows which node this is", "DISTRICT/NODE"
        raise Problem(422, what, where="query.node", allowed=allowed, code="no_node_name")
    if not await run_in_threadpool(asked_for, here.store, name, ask):
        what = "nobody asked this node for it, or not within the last hour"
        raise Problem(404, what, where="query.ask", code="no_ask")
    body = await in_time(_whole(request), SEND_S)
    if hashlib.sha256(body).hexdigest() != sha256:
        raise Problem(422, "the bytes have another hash", where="body", code="wrong_hash")
    try:
        head = await run_in_threadpool(head_of, body)
    except Unfit as error:
        status = STATUS.get(error.code, 422)
        raise Problem(status, str(error), where="body", allowed=error.allowed, code=error.code) from error
    came = Came(sha256, name, now(), ask, _kept(head), body)
    new = await run_in_threadpool(keep_bundle, here.store, came)
    return JSONResponse({"sha256": sha256, "size": len(body)}, 201 if new else 200)


async def _whole(request: Request) -> bytes:
    """Raises Problem."""
    found = bytearray()
    async for piece in request.stream():
        found += piece
        if len(found) > LARGEST_BUNDLE:
            allowed = f"{LARGEST_BUNDLE} bytes"
            raise Problem(413, "the bundle is too large", where="body", allowed=allowed, code="too_large")
    return bytes(found)


def _kept(head: dict[str, Any]) -> dict[str, Any]:
    """Of what the bundle says of itself what is shown, in its bounds."""
    texts = {name: str(head[name])[:120] for name in ("at", "software") if isinstance(head.get(name), str)}
    lists = {name: [str(each)[:60] for each in list(head.get(name) or ())[:20]] for name in _LISTS}
    return texts | lists


_LISTS = ("left_out", "shortened")


@router.get("/api/diagnostics", responses=responses(401, 403, 422, 503), openapi_extra=needs("node.view"))
def list_all(here: Here, node: NodeName | None = None) -> BundleList:
    """Bundles that are here, the newest first: three of a node at most, for 30 days."""
    return BundleList(
        items=[
            BundleBrief(
                sha256=row.sha256,
                node=row.node,
                at=row.at,
                size=row.size,
                made=row.head.get("at"),
                software=row.head.get("software"),
                left_out=row.head.get("left_out", []),
                shortened=row.head.get("shortened", []),
            )
            for row in list_bundles(here.store, node)
        ]
    )


@router.get(
    "/api/diagnostics/{district}/{node}/{sha256}",
    response_class=Response,
    responses=responses(401, 403, 404, 422, 503, s200={"content": {ZIP: {}}}),
    openapi_extra=needs("node.manage"),
)
def download(here: Here, by: Auditing, node: NodeHere, sha256: Sha256Path) -> Response:
    """The file; who fetched it is in the audit."""
    row = open_bundle(here.store, node, sha256, by, now())
    if row is None:
        raise _gone()
    name = f"{Address.of(node).name.replace('/', '-')}-{_stamp(row.at)}.zip"
    return Response(
        row.body,
        media_type=ZIP,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Content-Security-Policy": SANDBOX,
            "Cache-Control": "private, no-store",
        },
    )


@router.delete(
    "/api/diagnostics/{district}/{node}/{sha256}",
    status_code=204,
    responses=responses(401, 403, 404, 422, 503),
    openapi_extra=needs("node.manage"),
)
def drop(here: Here, by: Auditing, node: NodeHere, sha256: Sha256Path) -> None:
    """Delete it."""
    if not drop_bundle(here.store, node, sha256, by, now()):
        raise _gone()


def _gone() -> Problem:
    allowed = "one from /api/diagnostics"
    return Problem(
        404,
        "there is no such bundle, or not any more",
        where="path.sha256",
        allowed=allowed,
        code="no_bundle_here",
    )


def _stamp(at: datetime) -> str:
    return at.strftime("%Y%m%dT%H%M%SZ")
