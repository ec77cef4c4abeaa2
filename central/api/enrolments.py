"""/api/enrolments: people make nodes one of ours, and see how far each is."""

from datetime import timedelta
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import AfterValidator, BaseModel, Field

from broker.fields import Timestamp
from broker.pki.errors import PkiError
from broker.pki.names import common_name
from broker.topics import Address
from central.api.guard import Auditing, needs, now
from central.api.problems import Problem, responses
from central.api.service_parts import Here, Parts
from central.api.signin import Asked as Body
from central.identity.doors import without_authority
from central.identity.known import enrolled, offered
from central.identity.registry import NoAuthority, Registry

router = APIRouter(tags=["nodes"])
HOUR_S = 3600


def _named(given: str) -> str:
    """Raises ValueError."""
    try:
        common_name(Address.named(given))
    except PkiError as error:
        raise ValueError(str(error)) from error
    return given


class EnrolmentWanted(Body):
    """`node`: DISTRICT/NODE, six digits and a name. `life_s`: how long its token may be used."""

    node: Annotated[str, Field(max_length=96, examples=["131002/edge-01"]), AfterValidator(_named)]
    life_s: Annotated[int, Field(ge=60, le=30 * 24 * HOUR_S)] | None = None


class EnrolmentOffer(BaseModel):
    """`token`: shown this once, for one use at one node: `gewu-edge enroll CENTRE_URL TOKEN`."""

    node: str
    token: str
    expires: Timestamp
    centre_url: str


class EnrolmentState(BaseModel):
    """How far a node is: `offered` (a token waits for it), `enrolled`, `revoked`; since when, on whose word.

    `until`: of the token that waits, or else of the certificate.
    """

    node: str
    state: Literal["offered", "enrolled", "revoked"]
    since: Timestamp
    by: str
    until: Timestamp | None


class EnrolmentList(BaseModel):
    """By node. `centre_url`, `broker_url`: where nodes are told to find us."""

    items: list[EnrolmentState]
    centre_url: str
    broker_url: str


@router.get("/api/enrolments", responses=responses(401, 403, 503), openapi_extra=needs("node.view"))
def list_enrolments(here: Here) -> EnrolmentList:
    """Nodes that were ever enrolled, and those that a token waits for."""
    ours = _ours(here)
    found: dict[str, EnrolmentState] = {}
    for row in enrolled(here.store):
        node = Address.of(row.node).name
        state: Literal["enrolled", "revoked"] = "revoked" if row.state == "revoked" else "enrolled"
        found[node] = EnrolmentState(node=node, state=state, since=row.since, by=row.said_by, until=row.until)
    for one in offered(here.store, now()):
        node = Address.of(one.node).name
        if node not in found or found[node].state == "revoked":
            found[node] = EnrolmentState(
                node=node, state="offered", since=one.made, by=one.made_by, until=one.expires
            )
    items = [found[node] for node in sorted(found)]
    return EnrolmentList(items=items, centre_url=ours.told.centre_url, broker_url=ours.told.broker_url)


@router.post(
    "/api/enrolments",
    status_code=201,
    responses=responses(401, 403, 422, 503),
    openapi_extra=needs("node.enroll"),
)
def make_token(here: Here, by: Auditing, wanted: EnrolmentWanted) -> EnrolmentOffer:
    """A one-time token that makes a machine this node. A token of before for it ends."""
    ours = _ours(here)
    expires = ours.now() + timedelta(seconds=wanted.life_s or ours.settings.token)
    try:
        token = ours.offer(Address.named(wanted.node), by=by, expires=expires)
    except NoAuthority as error:
        raise without_authority(error) from error
    return EnrolmentOffer(
        node=wanted.node, token=token.write(), expires=expires, centre_url=ours.told.centre_url
    )


def _ours(here: Parts) -> Registry:
    """Raises Problem."""
    if here.identity is None:
        raise Problem(503, "this centre enrols no nodes", where="nodes.authority", code="no_authority")
    return here.identity
