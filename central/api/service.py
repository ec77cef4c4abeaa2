"""The application: routes, errors, headers and the console's files."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import Depends, FastAPI
from fastapi.responses import JSONResponse, Response
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from central.api import (
    asks,
    audit,
    casework,
    centre,
    comparisons,
    configurations,
    datasets,
    departments,
    diagnostics,
    enrolment,
    enrolments,
    evidence,
    fleet,
    fleet_actions,
    fleet_groups,
    flight_sweeps,
    flights,
    health,
    health_wall,
    holds,
    indicators,
    kinds,
    map_parts,
    map_tickets,
    maps,
    marks,
    models,
    nodes,
    open311,
    outcomes,
    outside,
    pages,
    people,
    places,
    problems,
    register,
    reports,
    rollouts,
    signin,
    sources,
    spots,
    stills,
    stream,
    suggestions,
    suppressions,
    tickets,
    uploads,
    views,
    zones,
)
from central.api.bodies import Bounded
from central.api.guard import guard, public
from central.api.service_parts import Parts
from central.map_settings import MapSettings

CSP = "Content-Security-Policy"
SECURITY = {
    CSP: (
        "default-src 'self'; img-src 'self' data: blob:; worker-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
ROUTES = (
    centre,
    kinds,
    tickets,
    casework,
    departments,
    evidence,
    sources,
    spots,
    maps,
    stream,
    health,
    enrolment,
    nodes,
    signin,
    outside,
    people,
    audit,
    reports,
    places,
    open311,
    uploads,
    holds,
    register,
    indicators,
    flights,
    flight_sweeps,
    map_parts,
    map_tickets,
    marks,
    datasets,
    suppressions,
    asks,
    stills,
    zones,
    configurations,
    enrolments,
    comparisons,
    suggestions,
    outcomes,
    views,
    health_wall,
    rollouts,
    fleet,
    fleet_groups,
    fleet_actions,
    diagnostics,
    models,
)
KEPT_HEADERS = {"content-range", *map(str.lower, SECURITY)}


def security_of(settings: MapSettings) -> dict[str, str]:
    """The headers; pages may load tiles from the one outside server that the configuration names."""
    if (tiles := settings.base.outside) is None:
        return SECURITY
    policy = SECURITY[CSP]  # of a directive that is given twice only the first counts
    for loads in ("img-src 'self'", "connect-src 'self'"):
        policy = policy.replace(loads, f"{loads} {tiles}")
    return SECURITY | {CSP: policy}


class _Rim:
    """Every answer carries the security headers, and every refusal of a file is a problem document.

    Plain ASGI around all else: it must not hold back a stream, and a fault of ours passes here too.
    """

    def __init__(self, app: ASGIApp, security: Mapping[str, str]) -> None:
        self.app = app
        self.security = security

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        replaced = False

        async def guarded(message: Message) -> None:
            nonlocal replaced
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.security.items():
                    headers.setdefault(name, value)  # a file has a stricter policy of its own
                headers.setdefault("Cache-Control", pages.kept(scope["path"], message["status"]))
                if replaced := _plain_refusal(message):
                    await _as_problem(scope, message)(scope, receive, send)
            if not replaced:
                await send(message)

        await self.app(scope, receive, guarded if scope["type"] == "http" else send)


def _plain_refusal(start: Message) -> bool:
    """What the framework says of a Range that it cannot give."""
    kind = MutableHeaders(scope=start).get("content-type", "")
    return bool(start["status"] >= 400 and kind.startswith("text/plain"))


def _as_problem(scope: Scope, start: Message) -> Response:
    headers = {name: value for name, value in MutableHeaders(scope=start).items() if name in KEPT_HEADERS}
    where, allowed = f"{scope['method']} {scope['path']}", "bytes=FIRST-LAST within the file"
    detail = "the Range header asks for what cannot be given"
    return problems.answer(
        problems.Problem(start["status"], detail, where=where, allowed=allowed, headers=headers)
    )


def make_app(parts: Parts) -> FastAPI:
    """The application over these parts."""
    app = _bare_app(parts)
    for part in ROUTES:
        app.include_router(part.router)
    pages.add(app)
    app.add_api_route(
        "/api/openapi.json",
        _document(app),
        include_in_schema=False,
        openapi_extra=public("as in the sources"),
    )
    return _within_rim(app)


def make_health_app(parts: Parts) -> FastAPI:
    """What a process answers that only takes events: how it fares, and its figures."""
    app = _bare_app(parts)
    app.include_router(health.router)
    return _within_rim(app)


def _bare_app(parts: Parts) -> FastAPI:
    @asynccontextmanager
    async def running(_app: FastAPI) -> AsyncIterator[None]:
        parts.news.open()
        yield
        if parts.masker is not None:
            parts.masker.stop()  # the loop cannot end while a thread waits for a picture

    # FastAPI's own documentation pages load their script from elsewhere; the document itself stays.
    app = FastAPI(
        title="Gewu central",
        version=version("gewu"),
        summary="Incident tickets, their evidence and their sources",
        openapi_url=None,
        dependencies=[Depends(guard)],
        docs_url=None,
        redoc_url=None,
        lifespan=running,
        redirect_slashes=False,
    )
    app.state.parts = parts
    problems.install(app)
    return app


def _within_rim(app: FastAPI) -> FastAPI:
    security = security_of(app.state.parts.map)
    app.middleware_stack = _Rim(Bounded(app.build_middleware_stack()), security)
    return app


def _document(app: FastAPI) -> Callable[[], JSONResponse]:
    def document() -> JSONResponse:
        return JSONResponse(app.openapi())

    return document
