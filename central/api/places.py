"""/api/places: places with a sign that phones read."""

import base64
import hashlib
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse
from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from broker.fields import Timestamp
from central.api.answers import KindAnswer, kind_of
from central.api.guard import Auditing, needs, now
from central.api.problems import Problem, responses
from central.api.service_parts import Here, Parts
from central.api.signin import Asked as Body
from central.api.words import writable
from central.correlation.sightings import Spot
from central.reports.posters import STYLE
from central.reports.report import NotTaken, Place
from central.reports.settings import KnownKind
from central.reports.signs import LONGEST_NAME, WORST_M, sheets, url_of
from central.store.report_places import Kept, add_place, drop_place, kept_places, new_code
from central.store.reports import find_place

router = APIRouter(tags=["reports"])
Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_NAME, pattern=r"^[^\n]*$"),
    AfterValidator(writable),
]
Code = Annotated[str, Path(max_length=16)]
_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
# A sheet of paper: nothing is loaded, and its own style alone counts.
SHEET = {"Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_HASH}'; frame-ancestors 'none'"}
PAPER = {"content": {"text/html": {}}, "description": "Sheets of A4 to print."}


class PlaceAsked(Body):
    """A new place. `kind`: what is reported there, if always the same."""

    name: Name
    longitude: Annotated[float, Field(ge=-180, le=180)]
    latitude: Annotated[float, Field(ge=-90, le=90)]
    accuracy_m: Annotated[float, Field(gt=0, le=WORST_M)] = 5.0
    kind: KnownKind | None = None


class SignAnswer(BaseModel):
    """A place whose sign counts. `url`: where a phone is led that reads it; `sign`: its sheet of paper."""

    code: str
    name: str
    kind: KindAnswer | None
    longitude: float
    latitude: float
    accuracy_m: float
    made: Timestamp
    reports: int
    url: str
    sign: str


class SignList(BaseModel):
    """By name. `sheets`: all of them to print."""

    items: list[SignAnswer]
    sheets: str


@router.get("/api/places", responses=responses(401, 403, 503), openapi_extra=needs("place.manage"))
def places(here: Here, request: Request) -> SignList:
    """Every place whose sign counts, with how many reports were made at it."""
    site = _site(here, request)
    items = [_answer(site, each) for each in kept_places(here.store)]
    return SignList(items=items, sheets="/api/places/signs")


@router.post(
    "/api/places",
    status_code=201,
    responses=responses(401, 403, 409, 422, 503),
    openapi_extra=needs("place.manage"),
)
def add(here: Here, request: Request, by: Auditing, asked: PlaceAsked) -> SignAnswer:
    """Its sign counts from this answer on."""
    place = Place(new_code(), asked.name, Spot(asked.longitude, asked.latitude, asked.accuracy_m), asked.kind)
    at = now()
    try:
        add_place(here.store, place, by.did("place.add", place.name), at)
    except NotTaken as error:
        allowed = "a name that no other place has"
        raise Problem(409, str(error), where="body.name", allowed=allowed, code=error.code) from error
    return _answer(_site(here, request), Kept(place, at, 0))


@router.delete(
    "/api/places/{code}",
    status_code=204,
    responses=responses(401, 403, 404, 422, 503),
    openapi_extra=needs("place.manage"),
)
def drop(here: Here, code: Code, by: Auditing) -> None:
    """Its sign counts no more; reports that were made at it stay."""
    place = _place(here, code)
    if not drop_place(here.store, place.name, by.did("place.drop", place.name), now()):
        raise _none()


@router.get(
    "/api/places/signs",
    response_class=HTMLResponse,
    responses=responses(401, 403, 503, s200=PAPER),
    openapi_extra=needs("place.manage"),
)
def all_signs(here: Here, request: Request) -> HTMLResponse:
    """Every sign, a sheet for each."""
    return _paper(_site(here, request), [each.place for each in kept_places(here.store)])


@router.get(
    "/api/places/{code}/sign",
    response_class=HTMLResponse,
    responses=responses(401, 403, 404, 422, 503, s200=PAPER),
    openapi_extra=needs("place.manage"),
)
def sign(here: Here, request: Request, code: Code) -> HTMLResponse:
    """One sign to print, in both languages."""
    return _paper(_site(here, request), [_place(here, code)])


def _paper(site: str, shown: list[Place]) -> HTMLResponse:
    return HTMLResponse(sheets(site, shown), headers=SHEET)


def _site(here: Parts, request: Request) -> str:
    """Where people reach the console; the guard has let only known hosts pass."""
    return here.people.settings.public_url or str(request.base_url).rstrip("/")


def _place(here: Parts, code: str) -> Place:
    if (place := find_place(here.store, code=code)) is None:
        raise _none()
    return place


def _none() -> Problem:
    allowed = "a code of GET /api/places"
    return Problem(404, "no place has this code", where="path.code", allowed=allowed, code="no_such_place")


def _answer(site: str, kept: Kept) -> SignAnswer:
    place = kept.place
    return SignAnswer(
        code=place.code,
        name=place.name,
        kind=None if place.kind is None else kind_of(place.kind),
        longitude=place.spot.longitude,
        latitude=place.spot.latitude,
        accuracy_m=place.spot.accuracy_m,
        made=kept.made,
        reports=kept.reports,
        url=url_of(site, place),
        sign=f"/api/places/{place.code}/sign",
    )
