"""/api/enroll and /api/pki: how a node becomes one of ours, and whom everybody may trust."""

from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from broker.enrolment import Enrolment, EnrolmentRequest, RevokedList
from broker.pki.authority import Revoked
from central.api.guard import own_door
from central.api.problems import responses
from central.identity.certifying import asked
from central.identity.doors import admit, body_of, registry, turned_away, without_authority
from central.identity.enrolling import enrol
from central.identity.known import shut_out
from central.identity.refused import Refused
from central.identity.registry import NoAuthority, Registry

router = APIRouter(tags=["nodes"])
CRL_DAYS = 7
LISTED_AFTER_END = timedelta(days=1)  # clocks differ; a certificate's end alone is soon enough
PEM = "application/x-pem-file"
_LIST: dict[str, Any] = {"content": {PEM: {}}}


def body(model: type[Any]) -> dict[str, Any]:
    """For OpenAPI: the body, which is read by hand to bound it."""
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema(model)}}}}


def schema(model: type[Any]) -> dict[str, Any]:
    """A model as OpenAPI shows it."""
    found: dict[str, Any] = model.model_json_schema()
    return found


@router.post(
    "/api/enroll",
    response_model=Enrolment,
    responses=responses(400, 403, 408, 409, 413, 422, 429, 503),
    openapi_extra=body(EnrolmentRequest) | own_door("a node, by a one-time token"),
)
async def enroll(request: Request) -> JSONResponse:
    """Certify a node's key for a one-time token. The same token and key again get the same answer."""
    ours = registry(request)
    admit(request, ours.guesses)
    wanted = await body_of(request, EnrolmentRequest)
    try:
        answer = await run_in_threadpool(_enrol, ours, wanted)
    except Refused as error:
        raise turned_away(request, error, ours.guesses) from error
    except (NoAuthority, OSError) as error:
        raise without_authority(error) from error
    return secret_answer(answer)


def _enrol(ours: Registry, wanted: EnrolmentRequest) -> Enrolment:
    return ours.enrolment(enrol(ours.store, ours.hand(), wanted.token, asked(wanted.csr)), first=True)


def secret_answer(answer: Enrolment) -> JSONResponse:
    """For one reader, and nobody on the way."""
    return JSONResponse(answer.model_dump(mode="json"), headers={"Cache-Control": "no-store"})


@router.get(
    "/api/pki/ca",
    response_class=Response,
    responses=responses(503, s200=_LIST),
    openapi_extra=own_door("certificates are public"),
)
def authority(request: Request) -> Response:
    """The certificates of the authority that certifies nodes, as PEM."""
    return _pem(_ca(registry(request)))


@router.get(
    "/api/pki/crl",
    response_class=Response,
    responses=responses(503, s200=_LIST),
    openapi_extra=own_door("brokers ask who is shut out"),
)
def revocation_list(request: Request) -> Response:
    """The signed list of revoked certificates, as PEM."""
    ours = registry(request)
    try:
        hand = ours.hand()
    except NoAuthority as error:
        raise without_authority(error) from error
    _, rows = shut_out(ours.store, since=hand.now - LISTED_AFTER_END)
    revoked = [Revoked(row.serial, row.revoked) for row in rows]
    return _pem(hand.authority.crl(revoked, now=hand.now, days=CRL_DAYS))


@router.get(
    "/api/pki/revoked",
    response_model=RevokedList,
    responses=responses(503),
    openapi_extra=own_door("brokers ask who is shut out"),
)
def revocations(request: Request) -> RevokedList:
    """Which nodes and certificates are revoked, for brokers that look every few seconds."""
    ours = registry(request)
    now = ours.now()
    names, rows = shut_out(ours.store, since=now - LISTED_AFTER_END)
    return RevokedList(at=now, names=names, serials=[row.serial for row in rows])


def _ca(ours: Registry) -> bytes:
    try:
        return ours.authority().ca_pem
    except NoAuthority as error:
        raise without_authority(error) from error


def _pem(content: bytes) -> Response:
    return Response(content, media_type=PEM, headers={"Cache-Control": "no-cache"})
