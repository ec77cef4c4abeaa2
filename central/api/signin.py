"""/api/signin, /api/signout, /api/setup: how somebody comes to have a session."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from central.api.guard import (
    Asking,
    Auditing,
    asker_of,
    cookie_name,
    from_here,
    is_secure,
    needs,
    now,
    public,
)
from central.api.problems import Problem, of_reason, responses
from central.api.service_parts import Here, Parts
from central.people.asker import Asker
from central.people.claims import LOGIN, NAME_LENGTH, shown_name
from central.people.hashing import Busy
from central.people.keys import digest, new_key
from central.people.passwords import MOST, doubt
from central.store import signing_in
from central.store.accounts import Account, NotDone, count_accounts, find_account, keep_rehashed
from central.store.sessions import end_session

router = APIRouter(tags=["people"])
Login = Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True, pattern=rf"^{LOGIN}$")]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=NAME_LENGTH)]
Password = Annotated[str, Field(min_length=1, max_length=4 * MOST, repr=False)]
WRONG = "the login name or the password is wrong"


class Asked(BaseModel):
    """Of what a page sends: nothing else is in it."""

    model_config = ConfigDict(extra="forbid")


class SignIn(Asked):
    """A login name and its password."""

    login: Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True, max_length=256)]
    password: Password


class Link(Asked):
    """The secret of a set-up link."""

    token: Annotated[str, Field(min_length=1, max_length=200, repr=False)]


class SetUp(Link):
    """A new password. Login and name are for the first administrator alone."""

    password: Password
    login: Login | None = None
    name: Name | None = None


class WaysAnswer(BaseModel):
    """How one may sign in here. `outside`: the name of the provider of OpenID Connect, if there is one."""

    outside: str | None
    set_up: bool


class LinkAnswer(BaseModel):
    """Whose link it is; null for the first administrator's."""

    login: str | None


@router.get("/api/signin", responses=responses(421, 503), openapi_extra=public("how to sign in"))
def ways(here: Here) -> WaysAnswer:
    """How one may sign in; `set_up` while nobody can yet."""
    oidc = here.people.settings.oidc
    return WaysAnswer(outside=oidc.label if oidc else None, set_up=count_accounts(here.store) == 0)


@router.post(
    "/api/signin",
    status_code=204,
    responses=responses(401, 403, 421, 422, 429, 503),
    openapi_extra=public("signing in"),
)
def sign_in(here: Here, request: Request, asked: SignIn) -> Response:
    """Begin a session. An unknown name and a wrong password get the same answer."""
    own_page(here, request)
    at, address = now(), request.client.host if request.client else ""
    keys = signing_in.keys_of(asked.login, address)
    if wait := signing_in.try_to_sign_in(here.store, keys, at):
        here.metrics.sign_ins.labels(outcome="has to wait").inc()
        raise waits(wait)
    account = find_account(here.store, asked.login)
    known = account.password if account and not account.disabled else None
    asker = asker_of(request)
    if not _right(here, known, asked.password) or account is None:
        here.metrics.sign_ins.labels(outcome="refused").inc()
        why = (
            "wrong password" if known else "disabled" if account and account.disabled else "no such password"
        )
        signing_in.failed(here.store, keys, asker, account.login if account else None, why, at)
        raise Problem(401, WRONG, where="body", code="wrong_password")
    answer = begin(here, request, account, "by password", keys)
    if account.password and here.people.hasher.outdated(account.password):
        keep_rehashed(here.store, account, hashed(here, asked.password))
    return answer


@router.post(
    "/api/signout", status_code=204, responses=responses(401, 403, 503), openapi_extra=needs("account.own")
)
def sign_out(here: Here, request: Request, who: Asking, by: Auditing) -> Response:
    """End this session."""
    end_session(here.store, who, by, now())
    return forget_cookie(here, request, Response(status_code=204))


@router.post(
    "/api/setup/look", responses=responses(403, 410, 421, 422, 503), openapi_extra=public("a set-up link")
)
def look(here: Here, request: Request, asked: Link) -> LinkAnswer:
    """Whose set-up link it is, if it holds."""
    own_page(here, request)
    try:
        account = signing_in.link_is_for(here.store, asked.token, now())
    except NotDone as error:
        raise Problem(410, str(error), where="body.token", allowed="a new link", code=error.code) from error
    return LinkAnswer(login=account.login if account else None)


@router.post(
    "/api/setup",
    status_code=204,
    responses=responses(403, 409, 410, 421, 422, 503),
    openapi_extra=public("a set-up link"),
)
def set_up(here: Here, request: Request, asked: SetUp) -> Response:
    """Use a set-up link: set its account's password, or make the first administrator. Signs in."""
    holder = look(here, request, Link(token=asked.token)).login
    login = holder or asked.login
    if login is None:
        raise Problem(422, "the first administrator needs a login name", where="body.login", code="no_login")
    fit(asked.password, login)
    name, by = asked.name or login, Asker(login, "link", asker_of(request).origin)
    secret = hashed(here, asked.password)
    try:
        account = signing_in.link_used(
            here.store, asked.token, secret, by, now(), login=login, name=shown_name(name) or login
        )
    except NotDone as error:
        raise Problem(410, str(error), where="body.token", allowed="a new link", code=error.code) from error
    return begin(here, request, account, "by a set-up link")


def own_page(here: Parts, request: Request) -> None:
    """Nobody's session is at stake yet, but nobody is to be signed in by another site's page either."""
    says = {"origin", "sec-fetch-site"} & set(request.headers.keys())
    if says and not from_here(here, request):
        raise Problem(403, "another site's page asks", where="header.Origin", code="other_site")


def fit(password: str, login: str) -> None:
    """Raises Problem when the password cannot be taken."""
    if (why := doubt(password, login)) is not None:
        raise Problem(422, why.text, where="body.password", **of_reason(why))


def hashed(here: Parts, password: str) -> str:
    """What is kept of it. Raises Problem."""
    try:
        return here.people.hasher.hash(password)
    except Busy as error:
        raise _busy(error) from error


def verified(here: Parts, request: Request, account: Account, password: str, at: datetime) -> None:
    """The owner's password once more, counted as a sign-in is. Raises Problem."""
    keys = signing_in.keys_of(account.login, request.client.host if request.client else "")
    if wait := signing_in.try_to_sign_in(here.store, keys, at):
        raise waits(wait)
    if not _right(here, account.password, password):
        signing_in.failed(here.store, keys, asker_of(request), account.login, "wrong password", at)
        raise Problem(403, "the password is wrong", where="body.old", code="wrong_old_password")
    signing_in.over(here.store, keys)


def begin(
    here: Parts,
    request: Request,
    account: Account,
    how: str,
    keys: signing_in.Keys | None = None,
    answer: Response | None = None,
) -> Response:
    """Give the browser a session. Raises Problem."""
    secret, ends = new_key(), here.people.ends
    by = Asker(account.login, "sign-in", asker_of(request).origin)
    try:
        signing_in.signed_in(here.store, account, by, digest(secret), now(), ends, how, keys)
    except NotDone as error:
        raise Problem(401, str(error), where="body", code=error.code) from error
    here.metrics.sign_ins.labels(outcome="signed in").inc()
    answer, secure = answer or Response(status_code=204), is_secure(here, request)
    answer.set_cookie(cookie_name(secure), secret, httponly=True, secure=secure, samesite="strict")
    return answer


def waits(wait: float) -> Problem:
    """The same whether the account exists or not."""
    seconds = max(1, round(wait))
    detail = f"too many failures in a row; the next attempt is possible in {seconds} s"
    return Problem(
        429,
        detail,
        where="body.login",
        code="too_many_failures",
        more={"values": {"wait_s": float(seconds)}},
        headers={"Retry-After": str(seconds)},
    )


def forget_cookie(here: Parts, request: Request, answer: Response) -> Response:
    """The browser's session is over."""
    secure = is_secure(here, request)
    answer.delete_cookie(cookie_name(secure), httponly=True, secure=secure, samesite="strict")
    return answer


def _right(here: Parts, known: str | None, password: str) -> bool:
    try:
        return here.people.hasher.verify(known, password)
    except Busy as error:
        raise _busy(error) from error


def _busy(error: Busy) -> Problem:
    return Problem(503, str(error), code="busy", allowed="trying again", headers={"Retry-After": "2"})
