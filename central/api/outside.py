"""/api/signin/oidc: signing in by OpenID Connect."""

import json
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from broker.events import Reason
from central.api.guard import asker_of, is_secure, now, public
from central.api.problems import Problem, responses
from central.api.service_parts import Here, Parts
from central.api.signin import begin
from central.people.asker import Asker
from central.people.claims import identity_of, role_of
from central.people.providing import ProviderAway, ProviderRefused, Start
from central.store import signing_in
from central.store.accounts import Account, NotDone

if TYPE_CHECKING:
    from central.people.oidc import Provider

router = APIRouter(tags=["people"])
OUTSIDE = "/api/signin/oidc"
REFUSED = "/signin#refused"
AWAY_S = 600  # how long somebody may be at the provider


@router.get(
    OUTSIDE,
    status_code=303,
    response_class=RedirectResponse,
    responses=responses(404, 421, 503),
    openapi_extra=public("signing in by OpenID Connect"),
)
def go_outside(here: Here, request: Request) -> RedirectResponse:
    """Send the browser to the provider of OpenID Connect."""
    try:
        url, start = _provider(here).begin()
    except ProviderAway as error:
        raise Problem(503, str(error), code="provider_away", headers={"Retry-After": "10"}) from error
    answer = RedirectResponse(url, 303)
    carried = json.dumps([start.state, start.nonce, start.verifier])
    secure = is_secure(here, request)
    # Lax: the provider's page sends the browser back here, and the cookie has to come along.
    answer.set_cookie(
        _carry_name(secure), carried, max_age=AWAY_S, httponly=True, secure=secure, samesite="lax"
    )
    return answer


@router.get(
    f"{OUTSIDE}/back",
    status_code=303,
    response_class=RedirectResponse,
    responses=responses(404, 421, 503),
    openapi_extra=public("coming back from OpenID Connect"),
)
def come_back(here: Here, request: Request) -> Response:
    """Whoever the provider vouches for gets the role that the settings map, or is refused."""
    answer = _let_in(here, request, _provider(here))
    secure = is_secure(here, request)
    answer.delete_cookie(_carry_name(secure), httponly=True, secure=secure, samesite="lax")
    return answer


def _provider(here: Parts) -> "Provider":
    """Raises Problem."""
    if here.people.provider is None:
        said = "no provider of OpenID Connect is configured"
        raise Problem(404, said, where="people.oidc", code="no_provider")
    return here.people.provider


def _let_in(here: Parts, request: Request, provider: "Provider") -> Response:
    """Anybody may come, also by a page elsewhere: who did not set out from here leaves no line."""
    keys = signing_in.keys_from(request.client.host if request.client else "")
    start = _carried(here, request)
    if start is None or signing_in.try_to_sign_in(here.store, keys, now()):
        here.metrics.sign_ins.labels(outcome="refused" if start is None else "has to wait").inc()
        return RedirectResponse(REFUSED, 303)
    asker = Asker("nobody", "sign-in", asker_of(request).origin)
    try:
        claims = provider.finish(str(request.url), start)
        account = _vouched(here, claims, asker)
    except (ProviderRefused, ProviderAway, NotDone) as error:
        here.metrics.sign_ins.labels(outcome="refused").inc()
        signing_in.refused_outside(here.store, asker, f"OpenID Connect: {error}", now())
        return RedirectResponse(REFUSED, 303)
    return begin(
        here, request, account, "by OpenID Connect", keys, answer=RedirectResponse("/signin#done", 303)
    )


def _vouched(here: Parts, claims: dict[str, Any], asker: Asker) -> Account:
    """Raises NotDone when the claims give no role or the account may not sign in."""
    settings = here.people.settings.oidc
    assert settings is not None  # noqa: S101 - there is a provider
    who, role = identity_of(claims), role_of(claims, settings.claim, settings.roles)
    if isinstance(role, Reason):
        signing_in.lost_role(here.store, who.outside)
        raise NotDone(role.code, role.text)
    return signing_in.from_outside(here.store, who, role, asker, now())


def _carry_name(secure: bool) -> str:
    return "__Host-gewu-outside" if secure else "gewu-outside"


def _carried(here: Parts, request: Request) -> Start | None:
    """What the browser was given on its way out."""
    try:
        found = json.loads(request.cookies.get(_carry_name(is_secure(here, request)), ""))
        state, nonce, verifier = (str(each) for each in found)
    except (ValueError, TypeError, RecursionError):
        return None
    return Start(state, nonce, verifier)
