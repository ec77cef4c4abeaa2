"""/api/views: filters and a map's view that people keep, for themselves or for everybody."""

from typing import Annotated, Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Path
from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from broker.fields import Timestamp
from central.api.guard import Asking, Auditing, needs, now
from central.api.problems import Problem, responses
from central.api.service_parts import Here, Parts
from central.api.signin import Asked as Body
from central.api.ticket_filters import wanted_of
from central.api.words import writable
from central.people.asker import Asker, Who
from central.people.roles import allowed
from central.store.audit import noted
from central.store.views import NotKept, View, drop_view, keep_view, views_of

router = APIRouter(tags=["views"])
STATUS = {"no_view": 404, "too_many": 409}
FILTERS = frozenset(wanted_of.__annotations__) - {"here", "return"}
Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80), AfterValidator(writable)
]


def _filters(said: str) -> str:
    try:
        pairs = parse_qsl(said, keep_blank_values=True, strict_parsing=bool(said), max_num_fields=40)
    except ValueError:
        raise ValueError("a query string is expected, such as open=true&kind=bin_full") from None
    if strange := sorted({name for name, _ in pairs} - FILTERS):
        raise ValueError(f"{strange[0][:40]!r} is no filter; allowed are {', '.join(sorted(FILTERS))}")
    for _, value in pairs:
        writable(value)
    return said


class MapView(BaseModel):
    """Where a map looks: WGS84 degrees, and its zoom."""

    longitude: Annotated[float, Field(ge=-180, le=180)]
    latitude: Annotated[float, Field(ge=-90, le=90)]
    zoom: Annotated[float, Field(ge=0, le=24)]


class ViewAsked(Body):
    """A view under a name, which replaces one's own of that name. `filters`: of GET /api/tickets.

    `shared`: everybody sees it; that needs the action `view.share`.
    """

    name: Name
    filters: Annotated[str, Field(max_length=1000), AfterValidator(_filters)] = ""
    map: MapView | None = None
    shared: bool = False


class ViewAnswer(BaseModel):
    """A view. `mine`: whether it is one's own."""

    view: int
    name: str
    filters: str
    map: MapView | None
    shared: bool
    owner: str
    mine: bool
    changed: Timestamp


class ViewList(BaseModel):
    """One's own by name, then those that others share."""

    items: list[ViewAnswer]


@router.get("/api/views", responses=responses(401, 403, 503), openapi_extra=needs("account.own"))
def views(here: Here, by: Auditing) -> ViewList:
    """Views that one may choose."""
    return ViewList(items=[_answer(row, by) for row in views_of(here.store, by.who)])


@router.post(
    "/api/views",
    status_code=201,
    responses=responses(401, 403, 409, 422, 503),
    openapi_extra=needs("account.own"),
)
def keep(here: Here, who: Asking, by: Auditing, asked: ViewAsked) -> ViewAnswer:
    """Keep one."""
    if asked.shared:
        _may_share(here, who, by)
    given = View(asked.name, asked.filters, asked.map.model_dump() if asked.map else None, asked.shared)
    try:
        return _answer(keep_view(here.store, given, by, now()), by)
    except NotKept as error:
        raise _problem(error) from error


@router.delete(
    "/api/views/{number}",
    status_code=204,
    responses=responses(401, 403, 404, 422, 503),
    openapi_extra=needs("account.own"),
)
def drop(here: Here, number: Annotated[int, Path(ge=1, lt=2**31)], who: Asking, by: Auditing) -> None:
    """Drop one's own; supervisors and administrators also what others share."""
    try:
        drop_view(here.store, number, by, now(), of_others=who.role in ("supervisor", "administrator"))
    except NotKept as error:
        raise _problem(error) from error


def _may_share(here: Parts, who: Who, by: Asker) -> None:
    """Raises Problem, and puts down that it was tried."""
    decision = allowed(who.role, "view.share", who.scopes)
    if not decision.ok:
        noted(here.store, now(), by.was_refused("view.share", "/api/views", decision.reason.text))
        raise Problem(403, decision.reason.text, where="body.shared", code=decision.reason.code)


def _answer(row: Any, by: Asker) -> ViewAnswer:
    names = ("name", "filters", "map", "shared", "owner", "changed")
    told = {name: getattr(row, name) for name in names}
    return ViewAnswer(view=row.number, mine=row.owner == by.who[:80], **told)


def _problem(error: NotKept) -> Problem:
    where = "path.number" if error.where == "number" else f"body.{error.where}"
    status = STATUS.get(error.code, 422)
    return Problem(status, str(error), where=where, allowed=error.allowed or None, code=error.code)
