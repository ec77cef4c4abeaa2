"""Errors as RFC 9457 problem documents: what went wrong, where, and what is allowed."""

import logging
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from broker.events import Reason
from broker.fieldfaults import coded
from central.store.database import StoreAway, StoreRefuses

log = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"


class ProblemDocument(BaseModel):
    """The body of every error."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    where: str | None = None
    allowed: str | None = None
    code: str | None = Field(default=None, description="for programs, where there are several of one status")
    values: dict[str, float] | None = Field(default=None, description="figures that go with the code")
    words: dict[str, str] | None = Field(default=None, description="names that go with the code")
    reasons: list[dict[str, Any]] | None = Field(
        default=None, description="everything that is wrong, each with its place and its code"
    )
    version: int | None = Field(default=None, description="of the ticket as it is")
    since: list[dict[str, Any]] | None = Field(
        default=None, description="what happened to the ticket since the version that was given"
    )


_SHAPE = {"$ref": f"#/components/schemas/{ProblemDocument.__name__}"}


class Problem(Exception):
    """An answer that is an error."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        where: str | None = None,
        allowed: str | None = None,
        headers: dict[str, str] | None = None,
        code: str | None = None,
        more: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.where = where
        self.allowed = allowed
        self.headers = headers
        self.code = code
        self.more = more or {}


def of_reason(reason: Reason) -> dict[str, Any]:
    """The arguments of a problem that is answered for a reason: its code, its figures, its names."""
    told = {"values": dict(reason.values or {}), "words": dict(reason.words or {})}
    return {"code": reason.code, "more": {name: each for name, each in told.items() if each}}


def responses(*statuses: int, **good: dict[str, Any]) -> dict[int | str, dict[str, Any]]:
    """For OpenAPI: these answers are problem documents; `good` (s200=...) tells of others."""
    found: dict[int | str, dict[str, Any]] = {
        int(name.removeprefix("s")): about for name, about in good.items()
    }
    for status in statuses:
        content = {MEDIA_TYPE: {"schema": _SHAPE}}
        found[status] = {"description": HTTPStatus(status).phrase, "content": content}
    return found


def install(app: FastAPI) -> None:
    """Have every error of the application answered this way."""
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(StoreAway, _away)
    app.add_exception_handler(StoreRefuses, _refused)
    app.add_exception_handler(Exception, _unexpected)
    _describe(app)


def _describe(app: FastAPI) -> None:
    """Have the application's document tell of the shape that all problems have."""
    made = app.openapi

    def described() -> dict[str, Any]:
        document = made()
        shapes = document.setdefault("components", {}).setdefault("schemas", {})
        shapes.setdefault(ProblemDocument.__name__, ProblemDocument.model_json_schema())
        return document

    app.openapi = described  # type: ignore[method-assign]


def answer(problem: Problem) -> JSONResponse:
    """The problem as a response."""
    body = ProblemDocument(
        title=HTTPStatus(problem.status).phrase,
        status=problem.status,
        detail=problem.detail,
        where=problem.where,
        allowed=problem.allowed,
        code=problem.code,
        **problem.more,
    )
    content = body.model_dump(exclude_none=True)
    return JSONResponse(content, problem.status, headers=problem.headers, media_type=MEDIA_TYPE)


def _problem(_request: Request, error: Any) -> JSONResponse:
    return answer(error)


def _http(request: Request, error: Any) -> JSONResponse:
    headers = dict(error.headers) if error.headers else None
    allowed = headers.get("allow") or headers.get("Allow") if headers else None
    where = f"{request.method} {request.url.path}"
    return answer(Problem(error.status_code, error.detail, where=where, allowed=allowed, headers=headers))


def _invalid(_request: Request, error: Any) -> JSONResponse:
    faults = error.errors()
    where = ".".join(map(str, faults[0]["loc"]))
    others = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    code, bounds = coded(faults[0], "field_wrong")
    more = {"words": {"where": where}} | ({"values": bounds} if bounds else {})
    return answer(Problem(422, f"{faults[0]['msg']}{others}", where=where, code=code, more=more))


def _away(_request: Request, error: Any) -> JSONResponse:
    """The driver's words name machines and users, and whoever asks may be anybody: the log has them."""
    log.warning("database: %s", error)
    detail = "the database cannot answer now"
    return answer(
        Problem(503, detail, allowed="trying again", headers={"Retry-After": "2"}, code="database_away")
    )


def _refused(request: Request, _error: Exception) -> JSONResponse:
    detail = "the question holds a value that the database refuses"
    return answer(
        Problem(
            422,
            detail,
            where=f"{request.method} {request.url.path}",
            allowed="plain text",
            code="not_storable",
        )
    )


def _unexpected(request: Request, _error: Exception) -> JSONResponse:
    return answer(
        Problem(
            500,
            "a fault of ours; the log has it",
            where=f"{request.method} {request.url.path}",
            code="our_fault",
        )
    )
