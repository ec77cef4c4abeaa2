"""Who may ask what: every route declares its action, and one that declares nothing is closed.

`openapi_extra=needs("ticket.view")` on a route; `public(why)` where nobody has to be known; `own_door(why)`
where something else than a person asks and the route looks for itself who that is.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timezone
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import Depends, Query, Request
from starlette.routing import BaseRoute

from central.api.problems import Problem, of_reason
from central.api.service_parts import Here, Parts, parts
from central.people.asker import Asker, Who, origin_of
from central.people.keys import TOKEN_PREFIX, digest, forgery_key, same
from central.people.roles import Action, allowed
from central.store.audit import noted
from central.store.database import StoreAway
from central.store.sessions import touched, who_by_session, who_by_token

ACTION, PUBLIC, DOOR = "x-gewu-action", "x-gewu-public", "x-gewu-door"
FORGERY_HEADER = "x-gewu-forgery-key"
QUIET_HEADER = "x-gewu-quiet"  # a page's own question, which is no sign that somebody is there
NO_REASON = "no reason was given"
CHANGES_NOTHING = ("GET", "HEAD", "OPTIONS")


def needs(action: Action) -> dict[str, Any]:
    """For a route: whoever asks must be allowed to do this."""
    return {ACTION: action}


def public(why: str) -> dict[str, Any]:
    """For a route: anybody may ask."""
    return {PUBLIC: why}


def own_door(why: str) -> dict[str, Any]:
    """For a route: something else than a person asks, and the route itself finds out who."""
    return {DOOR: why}


def declared(route: BaseRoute) -> dict[str, str]:
    """What a route declares of the three."""
    extra = getattr(route, "openapi_extra", None) or {}
    return {key: extra[key] for key in (ACTION, PUBLIC, DOOR) if key in extra}


def guard(request: Request) -> None:
    """Runs before every route. Raises Problem."""
    said = declared(request.scope["route"])
    here = parts(request)
    if DOOR in said:
        return
    known_host(here, request)
    if PUBLIC in said:
        return
    action: Any = said.get(ACTION)
    if action is None:
        raise Problem(
            403,
            "this path declares no action, so nobody may ask it",
            where=request.url.path,
            code="no_action",
        )
    if action == "metrics.view" and here.people.settings.metrics == "open":
        return
    request.state.who = entitled(here, request, action)


def who_asks(request: Request) -> Who:
    """Whoever asks, for the routes that need an action."""
    found: Who = request.state.who
    return found


Asking = Annotated[Who, Depends(who_asks)]


def asker_of(request: Request, who: Who | None = None) -> Asker:
    """Whom the audit names."""
    origin = origin_of(request.client.host if request.client else None)
    if who is None:
        return Asker("nobody", "nobody", origin)
    return Asker(who.login, "session" if who.scopes is None else "token", origin)


def asks(request: Request, who: Asking) -> Asker:
    """Whom the audit names, for the routes that need an action."""
    return asker_of(request, who)


Auditing = Annotated[Asker, Depends(asks)]


def viewing(
    here: Here,
    by: Auditing,
    reason: Annotated[str, Query(max_length=240, description="why, for the audit: a ticket, or words")] = "",
) -> Callable[[str], None]:
    """For routes that show evidence: told what is shown, it puts down who saw it and why."""

    def seen(what: str) -> None:
        noted(here.store, now(), by.did("evidence.view", what, reason or NO_REASON))

    return seen


Viewing = Annotated[Callable[[str], None], Depends(viewing)]


def now() -> datetime:
    """This moment."""
    return datetime.now(timezone.utc)


def known_host(here: Parts, request: Request) -> None:
    """Refuse a request to a name that is not ours: DNS rebinding. Raises Problem."""
    given = request.headers.get("host", "")
    if not here.people.knows_host(given):
        allowed = "an address, localhost, or a name from people.public_url or people.hosts"
        raise Problem(
            421,
            "this centre does not answer to that name",
            where="header.Host",
            allowed=allowed,
            code="strange_host",
        )


def cookie_name(secure: bool) -> str:
    """`__Host-` makes a browser refuse the cookie from any other host or path, and without TLS."""
    return "__Host-gewu" if secure else "gewu"


def is_secure(here: Parts, request: Request) -> bool:
    """Whether the browser reaches us by TLS."""
    return here.people.secure(request.url.scheme)


def session_secret(here: Parts, request: Request) -> str | None:
    """What the browser shows for its session."""
    return request.cookies.get(cookie_name(is_secure(here, request)))


def stands(here: Parts, who: Who) -> bool:
    """Whether the session or token still holds; for what goes on for long. Raises StoreAway."""
    if who.scopes is None:
        return who_by_session(here.store, who.key, now(), here.people.ends) is not None
    return who_by_token(here.store, who.key, now()) is not None


def from_here(here: Parts, request: Request) -> bool:
    """Whether a browser says that a page of this centre asks; False also where it says nothing."""
    if (site := request.headers.get("sec-fetch-site")) is not None and site != "same-origin":
        return False
    if (origin := request.headers.get("origin")) is None:
        return site is not None
    if origin == here.people.settings.public_url:
        return True
    parts = urlsplit(origin)
    return parts.scheme in ("http", "https") and parts.netloc == request.headers.get("host")


def entitled(here: Parts, request: Request, action: Action) -> Who:
    """Whoever asks, who may do this. Raises Problem or StoreAway."""
    who = _who(here, request)
    if who.scopes is None and request.method not in CHANGES_NOTHING:
        _no_forgery(here, request)
    decision = allowed(who.role, action, who.scopes)
    if not decision.ok:
        where = f"{request.method} {request.url.path}"
        asker = asker_of(request, who)
        noted(here.store, now(), asker.was_refused(action, where, decision.reason.text))
        raise Problem(403, decision.reason.text, where=where, **of_reason(decision.reason))
    return who


def may(here: Parts, request: Request, action: Action) -> bool:
    """Whether whoever asks is known and may do this; nothing is written down. Raises StoreAway."""
    try:
        who = _who(here, request)
    except Problem:
        return False
    return allowed(who.role, action, who.scopes).ok


def _who(here: Parts, request: Request) -> Who:
    """By token where one is shown, else by session. Raises Problem or StoreAway."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme:
        found = None
        if scheme.lower() == "bearer" and given.strip().startswith(TOKEN_PREFIX):
            found = who_by_token(here.store, digest(given.strip()), now())
    else:
        secret = session_secret(here, request) or ""
        found = who_by_session(here.store, digest(secret), now(), here.people.ends)
    if found is None:
        raise _unknown(shown=bool(scheme))
    if QUIET_HEADER not in request.headers:
        _touch(here, found)
    return found


def _touch(here: Parts, who: Who) -> None:
    with suppress(StoreAway):  # reading goes on while nothing can be written
        touched(here.store, who, now())


def _unknown(*, shown: bool) -> Problem:
    return Problem(
        401,
        "the token is not known or does not hold any more" if shown else "nobody is signed in",
        where="header.Authorization" if shown else "header.Cookie",
        allowed="signing in at /signin, or an API token: Authorization: Bearer gewu_...",
        headers={"WWW-Authenticate": 'Bearer realm="gewu"'},
        code="token_unknown" if shown else "signed_out",
    )


def _no_forgery(here: Parts, request: Request) -> None:
    """A change with a cookie comes from our own page and shows its key. Raises Problem."""
    if not from_here(here, request):
        raise Problem(
            403,
            "another site's page asks, or the browser does not say which",
            where="header.Origin",
            code="other_site",
        )
    secret = session_secret(here, request) or ""
    if not same(request.headers.get(FORGERY_HEADER, ""), forgery_key(secret)):
        allowed = "the `forgery_key` of GET /api/me"
        where = f"header.{FORGERY_HEADER}"
        raise Problem(
            403,
            "the request does not show the session's key",
            where=where,
            allowed=allowed,
            code="no_forgery_key",
        )
