"""/api/nodes: what an enrolled node asks for itself."""

import hashlib

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from broker.enrolment import BEARER_S, TIME_HEADER, Assertion, Bearer, Enrolment, Renewal
from broker.fields import rfc3339
from broker.topics import Address
from central.api.enrolment import body, secret_answer
from central.api.guard import own_door
from central.api.problems import Problem, responses
from central.identity.certifying import asked
from central.identity.configurations import configuration_of
from central.identity.doors import admit, body_of, own_node, registry, turned_away, without_authority
from central.identity.enrolling import renew
from central.identity.proving import asks_to_renew, bearer_for
from central.identity.refused import Refused
from central.identity.registry import NoAuthority, Registry

router = APIRouter(tags=["nodes"])
YAML = "application/yaml"


@router.post(
    "/api/nodes/token",
    response_model=Bearer,
    responses=responses(400, 401, 408, 413, 422, 429, 503),
    openapi_extra=body(Assertion) | own_door("a node, by its signature"),
)
async def token(request: Request) -> JSONResponse:
    """A bearer for ten minutes, for an assertion that a node signed with its key."""
    ours = registry(request)
    admit(request, ours.proofs)
    given = await body_of(request, Assertion)
    try:
        answer = await run_in_threadpool(_bearer, ours, given)
    except Refused as error:
        raise turned_away(request, error, ours.proofs) from error
    except NoAuthority as error:
        raise without_authority(error) from error
    headers = {"Cache-Control": "no-store", TIME_HEADER: rfc3339(answer.at)}
    return JSONResponse(answer.model_dump(mode="json"), headers=headers)


def _bearer(ours: Registry, given: Assertion) -> Bearer:
    now = ours.now()
    bearer = bearer_for(ours.store, given.assertion, audiences=ours.audiences(), now=now)
    return Bearer(access_token=bearer, expires_in=BEARER_S, at=now)


@router.post(
    "/api/nodes/self/renew",
    response_model=Enrolment,
    responses=responses(400, 401, 408, 409, 413, 422, 429, 503),
    openapi_extra=body(Renewal) | own_door("a node, by its bearer and its signature"),
)
async def renew_self(request: Request) -> JSONResponse:
    """Certify a new key of the calling node. The same key again gets the same answer."""
    ours = registry(request)
    node = await run_in_threadpool(own_node, request)
    wanted = await body_of(request, Renewal)
    try:
        answer = await run_in_threadpool(_renew, ours, node, wanted)
    except Refused as error:
        raise turned_away(request, error) from error
    except (NoAuthority, OSError) as error:
        raise without_authority(error) from error
    return secret_answer(answer)


def _renew(ours: Registry, node: str, wanted: Renewal) -> Enrolment:
    asks_to_renew(ours.store, node, wanted, audiences=ours.audiences(), now=ours.now())
    return ours.enrolment(renew(ours.store, ours.hand(), node, asked(wanted.csr)), first=False)


@router.get(
    "/api/nodes/self/configuration",
    response_class=Response,
    responses=responses(
        401, 404, 503, s200={"content": {YAML: {}}}, s304={"description": "It is as it was."}
    ),
    openapi_extra=own_door("a node, by its bearer"),
)
def own_configuration(request: Request) -> Response:
    """The configuration that the centre holds for the calling node, and for no other."""
    ours = registry(request)
    node = own_node(request)
    try:
        text = configuration_of(ours.settings.configuration, Address.of(node))
    except OSError as error:
        raise without_authority(error) from error
    if text is None:
        raise Problem(404, "there is no configuration for this node here", where="path")
    tag = f'"{hashlib.sha256(text.encode()).hexdigest()}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(text.encode(), media_type=YAML, headers=headers)
