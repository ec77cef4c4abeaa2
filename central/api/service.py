"""The application: routes, errors, headers and the console's files."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from importlib.resources import files

from fastapi import FastAPI
from fastapi.responses import FileResponse
from starlette.datastructures import MutableHeaders
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from central.api import evidence, health, problems, sources, stream, tickets
from central.api.service_parts import Parts

CONSOLE = str(files("central").joinpath("console"))
SECURITY = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


class _Headers:
    """Adds the security headers to every answer. Plain ASGI: it must not hold back a stream."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(SECURITY)
            await send(message)

        await self.app(scope, receive, with_headers if scope["type"] == "http" else send)


def make_app(parts: Parts) -> FastAPI:
    """The application over these parts."""

    @asynccontextmanager
    async def running(_app: FastAPI) -> AsyncIterator[None]:
        parts.news.open()
        yield

    # FastAPI's own documentation pages load their script from elsewhere; the document itself stays.
    app = FastAPI(
        title="Gewu central",
        version=version("gewu"),
        summary="Incident tickets, their evidence and their sources",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=running,
    )
    app.state.parts = parts
    problems.install(app)
    for part in (tickets, evidence, sources, stream, health):
        app.include_router(part.router)
    app.add_api_route("/", _page, include_in_schema=False)
    app.mount("/console", StaticFiles(directory=CONSOLE), name="console")
    app.add_middleware(_Headers)
    return app


def _page() -> FileResponse:
    return FileResponse(f"{CONSOLE}/index.html", headers={"Cache-Control": "no-cache"})
