"""How GeoReport v2 is answered over HTTP: in its form, with its errors, to whoever has a key."""

import logging
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from central.api.guard import asker_of, now
from central.api.problems import Problem
from central.api.service_parts import Parts
from central.open311 import shapes
from central.open311.asking import FORM, Fault
from central.open311.writing import MEDIA_TYPES, Value, form_of, written
from central.people.asker import Who
from central.people.keys import TOKEN_PREFIX, digest
from central.people.roles import Action, allowed
from central.store.audit import noted
from central.store.database import StoreAway, StoreRefuses
from central.store.sessions import touched, who_by_token

log = logging.getLogger(__name__)
STATUS = {401: 403, 422: 400}  # of ours, as the standard has them
_SHAPES: dict[str, Any] = {"content": {kind: {} for kind in MEDIA_TYPES.values()}}


def documents(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """For OpenAPI: both forms of the answers, good and bad."""
    found: dict[int | str, dict[str, Any]] = {200: {"description": "As the standard has it.", **_SHAPES}}
    return found | {each: {"description": "The standard's errors.", **_SHAPES} for each in statuses}


def in_query(*names: str) -> dict[str, Any]:
    """For OpenAPI: these words of the query."""
    words = [{"name": name, "in": "query", "schema": {"type": "string"}} for name in names]
    return {"parameters": words}


def in_form(*names: str) -> dict[str, Any]:
    """For OpenAPI: a form with these fields, and attributes."""
    fields = {name: {"type": "string"} for name in names}
    schema = {"type": "object", "properties": fields, "additionalProperties": {"type": "string"}}
    return {"requestBody": {"required": True, "content": {FORM: {"schema": schema}}}}


class Route(APIRoute):
    """Answers every error in the standard's shape."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        inner = super().get_route_handler()

        async def handler(request: Request) -> Response:
            try:
                return await inner(request)
            except Exception as error:
                fault = _fault(error)
                told = shapes.errors(fault.status, str(fault))
                return answer(request, "errors", told, fault.status, fault.headers)

        return handler


def key_holder(here: Parts, request: Request, key: str | None, action: Action) -> Who:
    """Whose key it is: an API token, in the standard's field or as any other. Raises Fault or StoreAway."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    shown = key or (token.strip() if scheme.lower() == "bearer" else "")
    who = who_by_token(here.store, digest(shown), now()) if shown.startswith(TOKEN_PREFIX) else None
    if who is None:
        raise Fault(403, "api_key is missing or not known; it is an API token of this centre")
    decision = allowed(who.role, action, who.scopes)
    if not decision.ok:
        where = f"{request.method} {request.url.path}"
        noted(here.store, now(), asker_of(request, who).was_refused(action, where, decision.reason.text))
        raise Fault(403, f"api_key: {decision.reason.text}")
    with suppress(StoreAway):  # reading goes on while nothing can be written
        touched(here.store, who, now())
    return who


def answer(
    request: Request,
    name: str,
    value: Value,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    form = form_of(request.url.path, request.headers.get("accept", ""))
    kind = f"{MEDIA_TYPES[form]}; charset=utf-8"
    return Response(written(name, value, form), status, headers=dict(headers or {}), media_type=kind)


def _fault(error: Exception) -> Fault:
    """The standard's error for whatever went wrong."""
    if isinstance(error, Fault):
        return error
    if isinstance(error, Problem):
        allowed_here = f"; allowed: {error.allowed}" if error.allowed else ""
        where = f"{error.where}: " if error.where else ""
        status = STATUS.get(error.status, error.status)
        return Fault(status, f"{where}{error}{allowed_here}", error.headers)
    if isinstance(error, RequestValidationError):
        return Fault(400, "; ".join(f"{each['loc'][-1]}: {each['msg']}" for each in error.errors()))
    if isinstance(error, HTTPException):
        return Fault(error.status_code, str(error.detail), error.headers)
    if isinstance(error, StoreAway):
        log.warning("database: %s", error)
        return Fault(503, "the database cannot answer now; try again", {"Retry-After": "2"})
    if isinstance(error, StoreRefuses):
        return Fault(400, "the request holds a value that the database refuses")
    log.error("open311: a fault of ours", exc_info=error)
    return Fault(500, "a fault of ours; the log has it")
