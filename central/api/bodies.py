"""How much a question may bring along. What is uploaded has a bound of its own."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from central.api.problems import Problem, answer

MOST = 65_536
LONGEST_TARGET = 8_192  # path and query
LONGEST_HEAD = 16_384  # all headers
MOST_HEADERS = 100
UPLOADS = (
    "/api/evidence/",
    "/api/diagnostics/",
    "/api/models",
    "/api/stills/",
    "/api/v1/uploads",
)  # bounded by the routes themselves


class Bounded:
    """Plain ASGI around the application: a body is cut off before anything reads it whole."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (refused := _head(scope)) is not None:
            return await answer(refused)(scope, receive, send)
        if scope["type"] != "http" or scope["path"].startswith(UPLOADS):
            return await self.app(scope, receive, send)
        length = dict(scope["headers"]).get(b"content-length", b"")
        if length.isdigit() and int(length) > MOST:
            return await answer(_too_much())(scope, receive, send)
        taken, cut, begun = 0, False, False

        async def counted() -> Message:
            nonlocal taken, cut
            message = await receive()
            taken += len(message.get("body", b""))
            if taken <= MOST:
                return message
            cut = True
            return {"type": "http.disconnect"}

        async def held(message: Message) -> None:
            nonlocal begun
            if not cut:
                begun = True
                await send(message)

        try:
            await self.app(scope, counted, held)
        finally:
            if cut and not begun:
                await answer(_too_much())(scope, receive, send)


def _head(scope: Scope) -> Problem | None:
    """The server bounds only what comes piece by piece."""
    if len(scope["raw_path"]) + len(scope["query_string"]) > LONGEST_TARGET:
        return Problem(
            414,
            "the address is too long",
            where="path",
            allowed=f"{LONGEST_TARGET} bytes",
            code="address_too_long",
        )
    headers = scope["headers"]
    if len(headers) > MOST_HEADERS or sum(len(name) + len(value) for name, value in headers) > LONGEST_HEAD:
        allowed = f"{MOST_HEADERS} headers, {LONGEST_HEAD} bytes"
        return Problem(431, "the headers are too long", where="header", allowed=allowed, code="head_too_long")
    return None


def _too_much() -> Problem:
    return Problem(413, "the body is too large", where="body", allowed=f"{MOST} bytes", code="body_too_large")
