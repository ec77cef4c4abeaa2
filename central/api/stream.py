"""/api/stream: ticket changes as server-sent events."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Annotated

from fastapi import APIRouter, Header
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from central.api import answers
from central.api.besides import Besides
from central.api.guard import Asking, needs, now, stands
from central.api.problems import Problem, responses
from central.api.service_parts import Here, Parts
from central.people.asker import Who
from central.store.database import StoreAway
from central.store.queries import changes_after, newest_change

router = APIRouter(tags=["stream"])
LOOK_S = 2.0  # other workers' changes are found by looking; our own wake us at once
MOST = 200  # each looks into the database now and then
AT_ONCE = 800  # lines; each of their tickets is read once, and a batch has several of one
GATHER_S = 0.2  # between two looks: of many changes each look is one question, whatever their number
ALIVE_S = 15.0  # a comment now and then keeps proxies from cutting the line


class EventStream(StreamingResponse):
    """Server-sent events."""

    media_type = "text/event-stream"


@router.get(
    "/api/stream",
    response_class=EventStream,
    responses=responses(400, 401, 403, 422, 503, s200={"model": answers.ChangeAnswer}),
    openapi_extra=needs("ticket.view"),
)
async def stream(
    here: Here,
    who: Asking,
    last_event_id: Annotated[str | None, Header(max_length=20)] = None,
) -> EventStream:
    """Changes from now on, or all after the event named by the header Last-Event-ID.

    Each has the name `ticket`, an id to resume from, and a ChangeAnswer as data. Besides, without an id and
    never told again: `ask` (`id`, `status`, `progress`, `parts`) to whoever asked a node, and `zones`
    (`district`, `node`, `part`, `source`, `version`, `status`) to whoever may tune them, and every few
    seconds `health` (`node`, `online`, `unwell`, `troubles`, `sources` that changed) of nodes that changed.
    """
    wanted = _sequence(last_event_id)
    if here.news.readers >= MOST:
        allowed = f"at most {MOST} streams at once"
        raise Problem(
            503,
            "the centre serves no more streams now",
            allowed=allowed,
            headers={"Retry-After": "5"},
            code="too_many_streams",
        )
    newest = await run_in_threadpool(newest_change, here.store)
    # A later place than the newest is one of another database: nothing could be told before that came again.
    after = newest if wanted is None else min(wanted, newest)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return EventStream(_messages(here, who, after), headers=headers)


async def _messages(here: Parts, who: Who, after: int) -> AsyncIterator[str]:
    """The place to resume from comes first, so that a page that saw nothing yet can resume too."""
    with here.news.reader():
        spoke, besides = time.monotonic(), Besides(who, here.wall, now())
        with suppress(StoreAway):
            await run_in_threadpool(besides.begin, here.store)
        yield f"retry: 2000\nid: {after}\nevent: hello\ndata: {{}}\n\n"
        while not here.news.closed:
            try:
                if not await run_in_threadpool(stands, here, who):
                    return
                changes = await run_in_threadpool(changes_after, here.store, after, limit=AT_ONCE)
                others = await run_in_threadpool(besides.look, here.store, now())
            except StoreAway:
                return  # the page sees the line go and comes back with its last id
            for change, said in zip(changes, answers.changes(changes), strict=True):
                after, spoke = change.seq, time.monotonic()
                yield f"id: {after}\nevent: ticket\ndata: {said}\n\n"
            for name, said in others:
                yield f"event: {name}\ndata: {said}\n\n"
            if changes:
                await asyncio.sleep(GATHER_S)
            else:
                if time.monotonic() - spoke > ALIVE_S:
                    spoke = time.monotonic()
                    yield ": alive\n\n"
                await here.news.wait(LOOK_S)


def _sequence(last_event_id: str | None) -> int | None:
    if not last_event_id:
        return None
    if not (last_event_id.isascii() and last_event_id.isdigit() and len(last_event_id) < 19):
        allowed = "the id of an event of this stream"
        raise Problem(
            400,
            f"{last_event_id!r} is no event id",
            where="header.Last-Event-ID",
            allowed=allowed,
            code="no_cursor",
        )
    return int(last_event_id)
