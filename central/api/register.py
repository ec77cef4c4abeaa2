"""/register and /api/register: what is sensed, why, how long it is kept, who sees it. Anybody may read it."""

from typing import Annotated

from fastapi import APIRouter, Header, Query
from fastapi.responses import HTMLResponse

from central.api.guard import public
from central.api.problems import Problem, responses
from central.api.service_parts import Here, Parts
from central.languages import Language
from central.retention.register import Register
from central.retention.telling import page

router = APIRouter(tags=["register"])
Wanted = Annotated[Language | None, Query(description="zh or en; left out: what the browser asks for")]


@router.get(
    "/api/register",
    responses=responses(404, 503),
    openapi_extra=public("it is made for the public; no address, and no position unless it is configured"),
)
def register(here: Here) -> Register:
    """The public register, for programs."""
    return _register(here)


@router.get("/register", include_in_schema=False, openapi_extra=public("it is made for the public"))
def register_page(
    here: Here, lang: Wanted = None, accept_language: Annotated[str, Header()] = ""
) -> HTMLResponse:
    """The same for people, without a script."""
    language: Language = lang or ("en" if accept_language.lower().startswith("en") else "zh")
    return HTMLResponse(page(_register(here), language), headers={"Cache-Control": "no-cache"})


def _register(here: Parts) -> Register:
    """Raises Problem."""
    if not here.register.running.public.shown:
        raise Problem(404, "this centre shows no public register", where="/register", code="no_register")
    return here.register.now(here.store)
