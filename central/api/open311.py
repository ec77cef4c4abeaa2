"""/open311/v2: Open311 GeoReport v2, in XML and JSON. Its errors have the standard's shape, not ours."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from starlette.requests import ClientDisconnect

from broker.fields import rfc3339
from central.api.guard import known_host, now, own_door, public
from central.api.open311_answers import Route, answer, documents, in_form, in_query, key_holder
from central.api.reports import taken
from central.api.service_parts import Here, Parts
from central.casework.facts import label
from central.open311 import asking, shapes
from central.open311.asking import Fault, Sent
from central.open311.writing import MEDIA_TYPES, Value, bare
from central.reports.report import Given, Place
from central.reports.settings import ReportsSettings
from central.reports.words import STANDING, is_open
from central.store import reports_view
from central.store.reports import find_place
from central.store.reports_view import Standing

ROOT = "/open311/v2"
IDEMPOTENCY = "idempotency-key"

ANYBODY = public("GeoReport v2 asks for no key here")
FIELDS = (
    *("api_key", "jurisdiction_id", "service_code", "lat", "long", "address_string", "address_id"),
    *("description", "media_url", *asking.PERSONAL),
)
ASKED = (
    *("api_key", "jurisdiction_id", "service_request_id", "service_code", "start_date", "end_date", "status"),
    *("page", "page_size", "extensions"),
)
BY_KEY = own_door("platforms, by the api_key of GeoReport v2")


router = APIRouter(tags=["open311"], route_class=Route, default_response_class=Response)


async def _sent(request: Request) -> Sent:
    """The form, of which nothing about persons is left from here on."""
    try:
        body = await request.body()
    except ClientDisconnect as error:
        raise Fault(400, "the connection ended before the form did") from error
    return asking.form_in(body, request.headers.get("content-type", ""))


Form = Annotated[Sent, Depends(_sent)]


@router.get("/open311/discovery", include_in_schema=False, openapi_extra=ANYBODY)
@router.get("/open311/discovery.{ending}", responses=documents(404, 421), openapi_extra=ANYBODY)
def discovery(here: Here, request: Request) -> Response:
    """Where the interface is and what it speaks."""
    _known_ending(request)
    counter, public_url = here.reports, here.people.settings.public_url
    url = (public_url or str(request.base_url).rstrip("/")) + ROOT
    words = counter.settings.open311
    told = shapes.discovery(url, counter.since, words.contact, words.language)
    return answer(request, "discovery", told)


@router.get(f"{ROOT}/services", include_in_schema=False, openapi_extra=ANYBODY)
@router.get(
    f"{ROOT}/services.{{ending}}",
    responses=documents(400, 404, 421),
    openapi_extra=ANYBODY | in_query("jurisdiction_id"),
)
def services(here: Here, request: Request) -> Response:
    """What may be reported."""
    _known_ending(request)
    settings = _of_jurisdiction(here, request.query_params.get("jurisdiction_id"))
    told = shapes.services(settings.reportable(), settings.open311.language)
    return answer(request, "services", told)


@router.get(
    f"{ROOT}/services/{{code}}",
    responses=documents(400, 404, 421, 422),
    openapi_extra=ANYBODY | in_query("jurisdiction_id"),
)
def definition(here: Here, request: Request, code: str) -> Response:
    """What else may be said of one kind."""
    settings = _of_jurisdiction(here, request.query_params.get("jurisdiction_id"))
    kind = _kind(bare(code), settings.reportable())
    return answer(request, "service_definition", shapes.definition(kind, settings.open311.language))


@router.post(
    f"{ROOT}/requests",
    include_in_schema=False,
    status_code=201,
    openapi_extra=BY_KEY,
)
@router.post(
    f"{ROOT}/requests.{{ending}}",
    status_code=201,
    responses=documents(201, 400, 403, 404, 409, 415, 429, 503),
    openapi_extra=BY_KEY | in_form(*FIELDS),
)
def make(here: Here, request: Request, sent: Form) -> Response:
    """Take a request. The same again within ten minutes, or under the same Idempotency-Key, is the same."""
    _known_ending(request)
    fields = sent.fields
    who = key_holder(here, request, fields.get("api_key"), "report.make")
    settings = _of_jurisdiction(here, fields.get("jurisdiction_id"))
    if "service_code" not in fields:
        raise Fault(400, "service_code was not provided")
    kind = _kind(fields["service_code"], settings.reportable())
    place = _place(here, fields)
    given = _given(kind, sent, request.headers.get(IDEMPOTENCY))
    kept, report = taken(here, request, given, place, who, "open311")
    language, link = settings.open311.language, "media_url" in fields
    notice = shapes.notice(label(kept.number), sent.dropped, report.left, link, language)
    return answer(request, "service_requests", shapes.made(kept.id, notice), 201 if kept.fresh else 200)


@router.get(
    f"{ROOT}/requests",
    include_in_schema=False,
    openapi_extra=BY_KEY,
)
@router.get(
    f"{ROOT}/requests.{{ending}}",
    responses=documents(400, 403, 404, 421, 503),
    openapi_extra=BY_KEY | in_query(*ASKED),
)
def requests(here: Here, request: Request) -> Response:
    """Requests and their states, the latest first."""
    _known_ending(request)
    _reads(here, request)
    settings = _of_jurisdiction(here, request.query_params.get("jurisdiction_id"))
    wanted = asking.wanted_in(request.query_params, now())
    asked = reports_view.Asked(wanted.ids, wanted.codes, wanted.since, wanted.until, wanted.open)
    found = reports_view.listed(here.store, asked, page=wanted.page, size=wanted.size)
    extended = request.query_params.get("extensions") == "true"
    told: list[Value] = [
        shapes.request(_request(each), settings.open311.language, extended=extended) for each in found
    ]
    return answer(request, "service_requests", told)


@router.get(
    f"{ROOT}/requests/{{name}}",
    responses=documents(400, 403, 404, 421, 422, 503),
    openapi_extra=BY_KEY | in_query("api_key", "jurisdiction_id", "extensions"),
)
def one_request(here: Here, request: Request, name: str) -> Response:
    """One request and its state."""
    _reads(here, request)
    settings = _of_jurisdiction(here, request.query_params.get("jurisdiction_id"))
    found = reports_view.by_id(here.store, bare(name))
    if found is None:
        raise Fault(404, "service_request_id was not found")
    extended = request.query_params.get("extensions") == "true"
    told = shapes.request(_request(found), settings.open311.language, extended=extended)
    return answer(request, "service_requests", [told])


@router.get(
    f"{ROOT}/tokens/{{token}}",
    responses=documents(400, 404, 421, 422, 503),
    openapi_extra=ANYBODY | in_query("jurisdiction_id"),
)
def of_token(here: Here, request: Request, token: str) -> Response:
    """The request of a token. Requests made here have their id at once; those by phone have a token."""
    _of_jurisdiction(here, request.query_params.get("jurisdiction_id"))
    found = reports_view.by_token(here.store, bare(token))
    if found is None:
        raise Fault(404, "token was not found")
    told: list[Value] = [{"service_request_id": found.report.id, "token": found.report.token}]
    return answer(request, "service_requests", told)


@router.api_route(
    "/open311/{rest:path}",
    methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
    include_in_schema=False,
    openapi_extra=ANYBODY,
)
def nothing(request: Request) -> Response:
    """What is not there, in the standard's shape too."""
    raise Fault(404, f"there is no {request.method} of this path; {ROOT}/services.xml is there")


def _known_ending(request: Request) -> None:
    ending = request.path_params.get("ending", "xml")
    if ending not in MEDIA_TYPES:
        raise Fault(404, f"there is no format {ending[:20]!r}; there are xml and json")


def _of_jurisdiction(here: Parts, given: str | None) -> ReportsSettings:
    """The settings, when it is ours that is asked for. Raises Fault."""
    settings = here.reports.settings
    ours = settings.open311.jurisdiction
    if given and ours is not None and given != ours:
        raise Fault(404, "jurisdiction_id was not found")
    return settings


def _kind(code: str, kinds: Sequence[str]) -> str:
    if code not in kinds:
        raise Fault(404, f"service_code was not found; there are {', '.join(kinds)}")
    return code


def _place(here: Parts, fields: Mapping[str, str]) -> Place | None:
    """By its code, or by its name where nothing else says where it is. Raises Fault or StoreAway."""
    if "address_id" in fields:
        if (place := find_place(here.store, code=fields["address_id"])) is None:
            raise Fault(400, "address_id is the code of no place here; send lat and long")
        return place
    if "lat" in fields or "long" in fields:
        return None
    if "address_string" not in fields:
        raise Fault(400, "a location was not provided: lat and long, address_id or address_string")
    if (place := find_place(here.store, name=fields["address_string"].strip())) is None:
        raise Fault(400, "address_string is the name of no place here; send lat and long, or address_id")
    return place


def _given(kind: str, sent: Sent, name: str | None) -> Given:
    """What was sent, as any report is given. Raises Fault."""
    fields, attributes = sent.fields, sent.attributes
    known = {code for code, _, variable, *_ in shapes.ATTRIBUTES if variable}
    if strange := sorted(attributes.keys() - known):
        raise Fault(400, f"attribute[{strange[0]}] is not known; there are {', '.join(sorted(known))}")
    lat, long, accuracy = fields.get("lat"), fields.get("long"), attributes.get("accuracy_m")
    seen = attributes.get("seen_at")
    return Given(
        kind=kind,
        longitude=asking.number_in("long", long) if long else None,
        latitude=asking.number_in("lat", lat) if lat else None,
        accuracy_m=asking.number_in("attribute[accuracy_m]", accuracy[0]) if accuracy else None,
        address=fields.get("address_string", ""),
        text=fields.get("description", ""),
        seen=asking.when_in("attribute[seen_at]", seen[0]) if seen else None,
        pictures=attributes.get("picture", ()),
        id=name,
    )


def _reads(here: Parts, request: Request) -> None:
    """Whether requests may be read. Raises Fault, Problem or StoreAway."""
    known_host(here, request)
    if here.reports.settings.open311.reading == "keyed":
        key_holder(here, request, request.query_params.get("api_key"), "ticket.view")


def _request(found: Standing) -> shapes.Request:
    told = found.report
    return shapes.Request(
        id=told.id,
        open=is_open(found.state),
        notes=STANDING[found.state],
        kind=told.kind,
        description=told.text,
        requested=told.received,
        updated=found.updated,
        address=told.address,
        place=told.place,
        longitude=told.longitude,
        latitude=told.latitude,
        extras={
            "ticket": label(found.number),
            "state": found.state,
            "seen_datetime": rfc3339(told.seen),
            "accuracy_m": told.accuracy_m,
            "origin": told.origin,
        },
    )
