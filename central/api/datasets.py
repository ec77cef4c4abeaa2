"""/api/dataset: what people marked, as pictures with boxes to train a detector with.

Nothing here is shown to a page: it is an archive that leaves the centre, so it has an action of its own, a
reason, and a line in the audit for each of its pictures.
"""

from collections.abc import Callable
from threading import BoundedSemaphore
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse
from pydantic import BaseModel
from starlette.types import Receive, Scope, Send

from broker.fields import Timestamp
from central.api.guard import Asking, Auditing, needs, now, stands
from central.api.named import node_named
from central.api.problems import Problem, responses
from central.api.service_parts import Here
from central.sampling import VAL, Asked, Giving, Planned, asked_for, files, planned, tarred
from central.store.audit import noted
from central.store.sampling import TooMuch

router = APIRouter(tags=["feedback"])
MEDIA_TYPE = "application/x-tar"
AT_ONCE = BoundedSemaphore(1)  # of one process: each of its pictures is decoded and written anew
_ARCHIVE: dict[str, Any] = {
    "content": {MEDIA_TYPE: {}},
    "description": "a tar archive, card.json last",
}


class SideCounts(BaseModel):
    """How many on each side of the split."""

    train: int
    val: int


class DatasetCard(BaseModel):
    """What a dataset holds, or would hold. `left_out`: how many pictures, by why. `span`: first and last."""

    dataset: int
    made: Timestamp
    asked: dict[str, Any]
    classes: dict[str, SideCounts]
    kinds: dict[str, str]
    pictures: SideCounts
    negatives: SideCounts
    marks: dict[str, int]
    span: list[Timestamp] | None
    zones: dict[str, int]
    months: dict[str, int]
    places: dict[str, str]
    split: str
    left_out: dict[str, int]
    privacy: str
    kept: str
    licence: str


class Archive(StreamingResponse):
    """Sends piece by piece and then says that it is done, however it ended."""

    def __init__(self, given: Any, done: Callable[[], None], name: str) -> None:
        disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
        super().__init__(given, media_type=MEDIA_TYPE, headers={"Cache-Control": "no-store", **disposition})
        self._done = done

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI has it."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._done()


def which(
    kind: Annotated[list[str] | None, Query(max_length=40, description="stalls and debris")] = None,
    label: Annotated[list[str] | None, Query(max_length=40, description="KIND=WORD, as labels go")] = None,
    node: Annotated[str | None, Query(max_length=96)] = None,
    source: Annotated[str | None, Query(max_length=64)] = None,
    zone: Annotated[str | None, Query(max_length=64)] = None,
    since: Annotated[Timestamp | None, Query(description="of pictures taken from then on")] = None,
    until: Timestamp | None = None,
    val: Annotated[float, Query(ge=0, le=0.5, description="share of places kept for judging")] = VAL,
    licence: Annotated[str, Query(max_length=240, description="for the card")] = "",
) -> Asked:
    """Which pictures. Raises Problem."""
    times = {"since": since.timestamp() if since else None, "until": until.timestamp() if until else None}
    of = {"node": None if node is None else node_named(node, "query.node"), "source": source, "zone": zone}
    try:
        return asked_for(kind or (), label or (), val=val, licence=licence, **of, **times)
    except ValueError as error:
        where, _, what = str(error).partition(": ")
        raise Problem(422, what, where=f"query.{where}", code="bad_dataset") from error


Which = Annotated[Asked, Depends(which)]


@router.get(
    "/api/dataset/card",
    responses=responses(401, 403, 422, 503),
    openapi_extra=needs("dataset.export"),
)
def dataset_card(here: Here, asked: Which) -> DatasetCard:
    """What would be in it: counts, places, and what is left out and why. No picture is read."""
    return DatasetCard(**_planned(here.store, asked).card(now()))


@router.get(
    "/api/dataset",
    response_class=Archive,
    responses=responses(401, 403, 422, 429, 503, s200=_ARCHIVE),
    openapi_extra=needs("dataset.export"),
)
def dataset(
    here: Here,
    who: Asking,
    by: Auditing,
    asked: Which,
    reason: Annotated[str, Query(min_length=4, max_length=200, description="what for, for the audit")],
) -> Archive:
    """Masked pictures and their boxes, in the forms of YOLO and COCO, with a card, as a tar archive."""
    if not AT_ONCE.acquire(blocking=False):
        raise Problem(
            429,
            "a dataset is on its way already",
            allowed="one at a time",
            code="dataset_busy",
            headers={"Retry-After": "60"},
        )
    try:
        plan, made = _planned(here.store, asked), now()
        noted(here.store, made, by.did("dataset.export", _about(plan), reason))
        giving = Giving(here.store, here.vault, by, f"dataset: {reason}", now, lambda: stands(here, who))
        return Archive(
            tarred(files(plan, giving), made), AT_ONCE.release, f"dataset-{made:%Y%m%dT%H%M%SZ}.tar"
        )
    except BaseException:
        AT_ONCE.release()
        raise


def _planned(store: Any, asked: Asked) -> Planned:
    try:
        return planned(store, asked)
    except TooMuch as error:
        raise Problem(422, str(error), where="query", code="dataset_too_large") from error


def _about(plan: Planned) -> str:
    return f"{len(plan.chosen)} pictures of {', '.join(plan.asked.wanted.kinds)}"
