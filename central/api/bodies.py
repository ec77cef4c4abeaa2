"""How much a question may bring along. What is uploaded has a bound of its own."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from central.api.problems import Problem, answer

MOST = 65_536
UPLOADS = "/api/evidence/"


class Bounded:
    """Plain ASGI around the application: a body is cut off before anything reads it whole."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
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


def _too_much() -> Problem:
    return Problem(413, "the body is too large", where="body", allowed=f"{MOST} bytes")
