"""/api/v1/reports: what grid workers, departments and citizens saw, and what became of it."""

import secrets
import time
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from broker.events import Reason
from broker.fields import Timestamp
from central.api.answers import KindAnswer, kind_of
from central.api.guard import (
    asker_of,
    entitled,
    from_here,
    known_host,
    may,
    now,
    own_door,
    public,
)
from central.api.problems import Problem, responses
from central.api.service_parts import Here, Parts
from central.casework.facts import label
from central.lines import announce
from central.people.asker import Who
from central.reporting import ORIGINS
from central.reports import words
from central.reports.report import Channel, Given, NotTaken, Place, Report, Teller, checked
from central.store import reports_view
from central.store.reports import Kept, find_place, take_report

router = APIRouter(tags=["reports"])
STATUS = {"id_reused": 409}  # of what is refused; all else is 422
NO_PHOTOS = "this centre takes no photos yet"
Coordinate = Annotated[float, Field(allow_inf_nan=False)]


class ReportBody(BaseModel):
    """One thing that somebody saw. No field is for a person's name, telephone or address: none is taken."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    id: str | None = Field(None, max_length=64, description="your own name for it, to send it twice safely")
    kind: str = Field(max_length=48)
    longitude: Coordinate | None = None
    latitude: Coordinate | None = None
    accuracy_m: Coordinate | None = Field(None, description="95 of 100 positions err by less")
    at: str | None = Field(None, max_length=16, description="the code of a place, in place of a position")
    text: str = Field("", max_length=4_000)
    seen: Timestamp | None = Field(None, description="when; now where it is left out")
    pictures: list[str] = Field([], max_length=20, description="sha256 of uploads")


class WordsAnswer(BaseModel):
    """The same in both languages."""

    zh: str
    en: str


class ReportAnswer(BaseModel):
    """A report that was taken. joined: why it is in this ticket. left: what was cut out of the text."""

    id: str
    ticket: str
    state: str
    joined: Reason
    token: str
    url: str
    left: list[str]


class ReportState(BaseModel):
    """What became of a report. words: its ticket's state, in plain words."""

    ticket: str
    state: str
    open: bool
    words: WordsAnswer
    kind: KindAnswer
    place: str
    text: str
    seen: Timestamp
    received: Timestamp
    updated: Timestamp


class PlaceAnswer(BaseModel):
    """A place with a code."""

    code: str
    name: str
    kind: str | None
    longitude: float
    latitude: float
    accuracy_m: float


class FormAnswer(BaseModel):
    """What the page for reports has to know. photos: why none can be sent; null: they can."""

    kinds: list[KindAnswer]
    citizens: bool
    signed_in: bool
    photos: str | None
    worst_accuracy_m: float
    place: PlaceAnswer | None
    asked: WordsAnswer


@router.post(
    "/api/v1/reports",
    status_code=201,
    response_model=ReportAnswer,
    responses=responses(
        400, 401, 403, 404, 409, 421, 422, 429, 503, s200={"description": "It was here already."}
    ),
    openapi_extra=own_door("citizens, where they may; else whoever is signed in and may report"),
)
def report(here: Here, request: Request, body: ReportBody) -> JSONResponse:
    """Take one report. The same again, under the same `id`, changes nothing and is answered alike."""
    known_host(here, request)
    who = reporter(here, request)
    place = place_coded(here, body.at)
    if who is None:
        in_turn(here, request, body.at)
    given = Given(**body.model_dump(exclude={"at", "seen"}), seen=body.seen)
    kept, found = taken(here, request, given, place, who, "phone" if _by_page(who) else "api")
    answer = ReportAnswer(
        id=kept.id,
        ticket=label(kept.number),
        state=kept.state,
        joined=kept.reason,
        token=kept.token,
        url=f"/report/{kept.token}",
        left=list(found.left),
    )
    return JSONResponse(answer.model_dump(mode="json", exclude_none=True), 201 if kept.fresh else 200)


@router.get(
    "/api/v1/reports/{token}",
    responses=responses(404, 421, 422, 503),
    openapi_extra=public("whoever has a report's token may know what became of it"),
)
def state_of(here: Here, token: Annotated[str, Path(max_length=64)]) -> ReportState:
    """What became of one report."""
    found = reports_view.by_token(here.store, token)
    if found is None:
        raise Problem(
            404,
            "there is no such report",
            where="path.token",
            allowed="the token of a report",
            code="no_report",
        )
    told, said = found.report, words.STANDING[found.state]
    return ReportState(
        ticket=label(found.number),
        state=found.state,
        open=words.is_open(found.state),
        words=WordsAnswer(zh=said.zh, en=said.en),
        kind=kind_of(told.kind),
        place=told.address,
        text=told.text,
        seen=told.seen,
        received=told.received,
        updated=found.updated,
    )


@router.get(
    "/api/v1/report-form",
    responses=responses(404, 421, 422, 503),
    openapi_extra=public("the page for reports has to know what it may ask"),
)
def form(here: Here, request: Request, at: Annotated[str | None, Query(max_length=16)] = None) -> FormAnswer:
    """Which kinds may be reported here, by whom, and where the place of a code is."""
    place, settings = place_coded(here, at), here.reports.settings
    return FormAnswer(
        kinds=[kind_of(word) for word in settings.reportable()],
        citizens=settings.citizens,
        signed_in=may(here, request, "report.make"),
        photos=photos_wanting(here),
        worst_accuracy_m=settings.worst_accuracy_m,
        place=_place(place) if place is not None else None,
        asked=WordsAnswer(zh=words.ASKED.zh, en=words.ASKED.en),
    )


def photos_wanting(here: Parts) -> str | None:
    """Why no photo can be sent with a report; None: it can."""
    return NO_PHOTOS if here.uploading.masker is None else None


def reporter(here: Parts, request: Request) -> Who | None:
    """Whoever asks and may report; None: a citizen, where citizens may. Raises Problem or StoreAway."""
    if request.headers.get("authorization") or may(here, request, "report.make"):
        return entitled(here, request, "report.make")
    if not here.reports.settings.citizens:
        allowed = "signing in at /signin, or an API token: Authorization: Bearer gewu_..."
        raise Problem(
            401,
            "citizens do not report to this centre",
            where="reports.citizens",
            allowed=allowed,
            code="no_citizens",
        )
    if request.headers.get("origin") and not from_here(here, request):
        raise Problem(403, "another site's page asks", where="header.Origin", code="other_site")
    return None


def in_turn(here: Parts, request: Request, code: str | None) -> None:
    """Count one report by a citizen. Raises Problem."""
    address = request.client.host if request.client else ""
    wait = here.reports.pace.wait_s(address, code, time.monotonic())
    if wait > 0:
        detail = "there were too many reports from here within the hour"
        raise Problem(
            429, detail, where="reports", code="too_many_reports", headers={"Retry-After": str(int(wait) + 1)}
        )


def place_coded(here: Parts, code: str | None) -> Place | None:
    """The place of a code; None where none was sent. Raises Problem or StoreAway."""
    if not code:
        return None
    if (place := find_place(here.store, code=code)) is None:
        allowed = "the code of a sign that counts"
        raise Problem(404, "no place has this code", where="at", allowed=allowed, code="no_such_place")
    return place


def taken(
    here: Parts, request: Request, given: Given, place: Place | None, who: Who | None, channel: Channel
) -> tuple[Kept, Report]:
    """Check and keep a report, and tell the pages that are open. Raises Problem or StoreAway."""
    teller = Teller(ORIGINS[who.role] if who else "citizen", channel, who.login if who else None)
    try:
        found = checked(given, place, teller, here.reports.settings, now())
        by = asker_of(request, who).did("report.make", found.id)
        kept = take_report(
            here.store,
            found,
            token=secrets.token_urlsafe(16),
            by=by,
            terms=here.reports.terms,
            settings=here.reports.settings_sha256,
        )
    except NotTaken as error:
        raise problem_of(error) from error
    if kept.event is not None and kept.outcome is not None:
        announce(kept.event, kept.outcome)
        here.news.call()
    return kept, found


def problem_of(error: NotTaken) -> Problem:
    """Why a report is refused, as the API says it."""
    return Problem(
        STATUS.get(error.code, 422), str(error), where=error.where, allowed=error.allowed, code=error.code
    )


def _by_page(who: Who | None) -> bool:
    return who is None or who.scopes is None


def _place(place: Place) -> PlaceAnswer:
    spot = place.spot
    return PlaceAnswer(
        code=place.code,
        name=place.name,
        kind=place.kind,
        longitude=spot.longitude,
        latitude=spot.latitude,
        accuracy_m=spot.accuracy_m,
    )
