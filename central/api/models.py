"""/api/models: bundles of models, which people hand in and nodes fetch."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, JSONResponse

from broker.model_offers import FULL_NAME, MEDIA_TYPE, NAME, OFFERS, ModelOffer, full_name
from central.api.guard import Auditing, needs, now, own_door
from central.api.model_answers import ModelAnswer, ModelList, ModelNodes, answer, node_of
from central.api.problems import Problem, responses
from central.api.receiving import UPLOAD_S, caller, in_time
from central.api.service_parts import Here, Parts
from central.api.zones import Why
from central.models.reading import Unfit
from central.models.shelf import Bundle, Shelf
from central.store.configuring import newest_by_part
from central.store.modelling import NotKept, add, drop, every, find

router = APIRouter(tags=["models"])
STATUS = {
    "too_large": 413,
    "no_room": 507,
    "version_taken": 409,
    "shelf_full": 507,
    "in_use": 409,
    "no_model": 404,
}
Name = Annotated[str, Path(pattern=NAME)]
FullName = Annotated[str, Path(pattern=FULL_NAME, description="our_vans or our_vans@3")]
Version = Annotated[int, Path(ge=1, lt=2**53)]
_BODY: dict[str, Any] = {"requestBody": {"required": True, "content": {MEDIA_TYPE: {}}}}
_FILE: dict[str, Any] = {"content": {MEDIA_TYPE: {}}}


@router.post(
    "/api/models",
    status_code=201,
    response_model=ModelAnswer,
    responses=responses(
        400, 401, 403, 408, 409, 413, 422, 503, 507, s200={"description": "It was here already."}
    ),
    openapi_extra=_BODY | needs("node.manage"),
)
async def hand_in(here: Here, request: Request, by: Auditing) -> JSONResponse:
    """Take a bundle: the body is its file. The same again changes nothing."""
    shelf = _shelf(here)
    try:
        length = request.headers.get("content-length", "")
        await run_in_threadpool(shelf.refuse_early, int(length) if length.isdigit() else None)
        bundle, new = await in_time(_received(here, shelf, request, by), UPLOAD_S)
    except (Unfit, NotKept) as error:
        raise _problem(error, "body") from error
    head = bundle.about.head
    found = await run_in_threadpool(_model, here, head.name, head.version)
    return JSONResponse(found.model_dump(mode="json"), 201 if new else 200)


async def _received(here: Parts, shelf: Shelf, request: Request, by: Any) -> tuple[Bundle, bool]:
    """Onto the disk piece by piece, looked at, and onto the shelf. Raises Unfit, NotKept, StoreAway."""
    reception = await run_in_threadpool(shelf.receive)
    try:
        async for piece in request.stream():
            await run_in_threadpool(reception.add, piece)
        bundle = await run_in_threadpool(reception.read)
        # The file is there before its row: a row without its file would be offered to nodes in vain.
        await run_in_threadpool(reception.keep, bundle)
        try:
            new = await run_in_threadpool(add, here.store, bundle, here.model_room, by, now())
        except NotKept:
            await run_in_threadpool(shelf.drop, bundle.sha256)
            raise
        return bundle, new
    finally:
        await run_in_threadpool(reception.close)


@router.get("/api/models", responses=responses(401, 403, 503), openapi_extra=needs("node.view"))
def list_all(here: Here) -> ModelList:
    """Every bundle that is here, with its card."""
    return ModelList(items=[answer(row) for row in every(here.store)])


@router.get(
    "/api/models/{name}/{version}",
    responses=responses(401, 403, 404, 422, 503),
    openapi_extra=needs("node.view"),
)
def one(here: Here, name: Name, version: Version) -> ModelAnswer:
    """One bundle."""
    return _model(here, name, version)


@router.delete(
    "/api/models/{name}/{version}",
    status_code=204,
    responses=responses(401, 403, 404, 409, 422, 503),
    openapi_extra=needs("node.manage"),
)
def take_away(
    here: Here,
    by: Auditing,
    name: Name,
    version: Version,
    why: Annotated[Why, Query(description="for the audit")] = "",
) -> None:
    """Take a bundle away, unless a node or a roll-out names it."""
    shelf, called = _shelf(here), full_name(name, version)
    running = [view.words.node for view in here.wall.views(here.store) if called in _looks_with(view)]
    try:
        sha256 = drop(here.store, name, version, running, by, why, now())
    except NotKept as error:
        raise _problem(error, "path.name") from error
    shelf.drop(sha256)


@router.get("/api/models/nodes", responses=responses(401, 403, 422, 503), openapi_extra=needs("node.view"))
def nodes(
    here: Here,
    after: Annotated[str | None, Query(max_length=96)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 200,
) -> ModelNodes:
    """What each node looks with, how that fares, and what a model beside it saw."""
    views = sorted(here.wall.views(here.store), key=lambda view: view.words.node)
    views = [view for view in views if after is None or view.words.node > after]
    wanted = {row.node: row for row in newest_by_part(here.store) if row.part == "model"}
    items = [node_of(view, wanted.get(view.words.node)) for view in views[:limit]]
    return ModelNodes(items=items, next=items[-1].node if len(views) > limit else None)


@router.get(
    f"{OFFERS}/{{name}}",
    responses=responses(401, 404, 422, 503),
    openapi_extra=own_door("nodes, by their bearer or the centre's token"),
)
def offer(here: Here, request: Request, name: FullName) -> ModelOffer:
    """What there is of a model for a node; without a version the newest."""
    caller(here, request)
    row = _row(here, name)
    return ModelOffer(name=row.name, version=row.version, sha256=row.sha256, size=row.size)


@router.get(
    f"{OFFERS}/{{name}}/bundle",
    response_class=FileResponse,
    responses=responses(400, 401, 404, 416, 422, 503, s200=_FILE, s206=_FILE),
    openapi_extra=own_door("nodes, by their bearer or the centre's token"),
)
def bundle(here: Here, request: Request, name: FullName) -> FileResponse:
    """Its file; a part of it with `Range`."""
    caller(here, request)
    row = _row(here, name)
    path = _shelf(here).path(row.sha256)
    if not path.is_file():
        raise Problem(404, f"the file of {name} is gone", where="path.name", code="no_model")
    return FileResponse(path, media_type=MEDIA_TYPE, headers={"ETag": f'"{row.sha256}"'})


def _shelf(here: Parts) -> Shelf:
    if here.models is None:
        raise Problem(503, "this process keeps no models", where="path", code="no_shelf")
    return here.models


def _model(here: Parts, name: str, version: int) -> ModelAnswer:
    row = find(here.store, name, version)
    if row is None:
        called = full_name(name, version)
        raise Problem(404, f"there is no model {called}", where="path.name", code="no_model")
    return answer(row)


def _row(here: Parts, called: str) -> Any:
    name, _, version = called.partition("@")
    row = find(here.store, name, int(version) if version else None)
    if row is None:
        raise Problem(404, f"there is no model {called}", where="path.name", code="no_model")
    return row


def _looks_with(view: Any) -> list[str]:
    """The models that a node says it looks with."""
    about, health = view.words.about, view.words.health
    refs = (
        [] if health is None else [each.model for each in (health.looking, health.shadow) if each is not None]
    )
    named = [f"{ref.name}@{ref.version}" for ref in refs if ref is not None and ref.version is not None]
    return named if about is None or about.model is None else [about.model, *named]


def _problem(error: Unfit | NotKept, where: str) -> Problem:
    return Problem(
        STATUS.get(error.code, 422), str(error), where=where, allowed=error.allowed, code=error.code
    )
