"""/api/me, /api/users, /api/tokens: one's own account, everybody's, and tokens for programs."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from broker.fields import Timestamp
from central.api.guard import Asking, Auditing, needs, now, session_secret
from central.api.problems import Problem, responses
from central.api.service_parts import Here
from central.api.signin import Asked, Login, Name, Password, begin, fit, forget_cookie, hashed, verified
from central.api.words import writable
from central.people.claims import shown_name
from central.people.keys import TOKEN_PREFIX, digest, forgery_key, new_key
from central.people.roles import ACTIONS, Action, Role, allowed, scopes_of
from central.store import sessions, signing_in
from central.store.accounts import Account, NotDone, all_accounts, change_account, find_account, tokens_of

router = APIRouter(tags=["people"])
Department = Annotated[str, StringConstraints(strip_whitespace=True, max_length=64), AfterValidator(writable)]
Whom = Annotated[str, Path(max_length=64)]


class MeAnswer(BaseModel):
    """Who asks. `forgery_key` goes into the header X-Gewu-Forgery-Key of every change."""

    login: str
    name: str
    role: Role
    department: str | None
    actions: list[Action]
    sessions: int
    password: bool
    forgery_key: str


class NewPassword(Asked):
    """The password as it is and as it shall be."""

    old: Password
    new: Password


class UserAnswer(BaseModel):
    """One account. `signs_in`: by password, outside, or not before a link was used."""

    login: str
    name: str
    role: Role
    disabled: bool
    signs_in: str
    created: Timestamp
    department: str | None


class UserList(BaseModel):
    """Every account, by login name."""

    items: list[UserAnswer]


class NewUser(Asked):
    """An account to be made; its owner sets the password by a link."""

    login: Login
    name: Name
    role: Role


class UserChange(Asked):
    """What is to be changed of an account; what is left out stays. An empty department: none."""

    name: Name | None = None
    role: Role | None = None
    disabled: bool | None = None
    department: Department | None = None


class LinkMade(BaseModel):
    """A path on this centre, shown once; it works once, within the hour."""

    link: str


class TokenAnswer(BaseModel):
    """One token. `token`: its secret, shown once, when it is made."""

    number: int
    name: str
    scopes: list[str]
    created: Timestamp
    expires: Timestamp
    used: Timestamp | None
    token: str | None = None


class TokenList(BaseModel):
    """One's own tokens, newest first. `scopes`: what one of this account's may be made for."""

    items: list[TokenAnswer]
    scopes: list[str]


class NewToken(Asked):
    """What a token is for, and for how long."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
    scopes: Annotated[list[str], Field(min_length=1, max_length=len(ACTIONS))]
    days: Annotated[int, Field(ge=1, le=sessions.LONGEST_TOKEN.days)] = 90


@router.get("/api/me", responses=responses(401, 403, 421, 503), openapi_extra=needs("account.own"))
def me(here: Here, request: Request, who: Asking) -> MeAnswer:
    """Who asks, and what that one may do."""
    account = find_account(here.store, who.login)
    return MeAnswer(
        login=who.login,
        name=who.name,
        role=who.role,
        department=who.department,
        actions=[action for action in ACTIONS if allowed(who.role, action, who.scopes).ok],
        sessions=sessions.count_sessions(here.store, who.account, now(), here.people.ends),
        password=bool(account and account.password),
        forgery_key=forgery_key(session_secret(here, request) or ""),
    )


@router.post(
    "/api/me/password",
    status_code=204,
    responses=responses(401, 403, 404, 422, 429, 503),
    openapi_extra=needs("account.own"),
)
def change_password(here: Here, request: Request, who: Asking, by: Auditing, asked: NewPassword) -> Response:
    """Set a new password. Every session ends, and this browser gets a new one."""
    account = _account(here.store, who.login)
    if account.password is None:
        raise Problem(
            404, "this account has no password; it signs in outside", where="body", code="signs_in_outside"
        )
    verified(here, request, account, asked.old, now())
    fit(asked.new, who.login)
    signing_in.password_changed(here.store, account, hashed(here, asked.new), by, now())
    return begin(here, request, _account(here.store, who.login), "after a change of the password")


@router.delete(
    "/api/me/sessions",
    status_code=204,
    responses=responses(401, 403, 503),
    openapi_extra=needs("account.own"),
)
def sign_out_everywhere(here: Here, request: Request, who: Asking, by: Auditing) -> Response:
    """End every session of this account, this one too."""
    sessions.end_every_session(here.store, who, by, now())
    return forget_cookie(here, request, Response(status_code=204))


@router.get("/api/users", responses=responses(401, 403, 503), openapi_extra=needs("user.manage"))
def list_users(here: Here) -> UserList:
    """Every account."""
    return UserList(items=[_user(account) for account in all_accounts(here.store)])


@router.post(
    "/api/users",
    status_code=201,
    responses=responses(401, 403, 409, 422, 503),
    openapi_extra=needs("user.manage"),
)
def add_user(here: Here, by: Auditing, asked: NewUser) -> LinkMade:
    """Make an account. The link is for its owner; nobody else ever knows the password."""
    name = shown_name(asked.name) or asked.login
    return _link(lambda: signing_in.new_account(here.store, asked.login, name, asked.role, by, now()))


@router.patch(
    "/api/users/{login}", responses=responses(401, 403, 409, 422, 503), openapi_extra=needs("user.manage")
)
def change_user(here: Here, by: Auditing, login: Whom, asked: UserChange) -> UserAnswer:
    """Another name or role, or no more signing in: a disabled account's sessions end at once."""
    name = shown_name(asked.name) or None if asked.name else None
    given = {"role": asked.role, "name": name, "disabled": asked.disabled, "department": asked.department}
    try:
        changed = change_account(here.store, login, by, now(), **given)  # type: ignore[arg-type]
    except NotDone as error:
        raise Problem(409, str(error), where="path.login", code=error.code) from error
    return _user(changed)


@router.post(
    "/api/users/{login}/link",
    status_code=201,
    responses=responses(401, 403, 409, 422, 503),
    openapi_extra=needs("user.manage"),
)
def reset_link(here: Here, by: Auditing, login: Whom) -> LinkMade:
    """A link where the account's owner sets a new password."""
    return _link(lambda: signing_in.reset_link(here.store, login, by, now()))


@router.get("/api/tokens", responses=responses(401, 403, 503), openapi_extra=needs("token.make"))
def list_tokens(here: Here, who: Asking) -> TokenList:
    """One's own tokens."""
    items = [_token(row) for row in tokens_of(here.store, who.account)]
    return TokenList(items=items, scopes=list(scopes_of(who.role)))


@router.post(
    "/api/tokens",
    status_code=201,
    responses=responses(401, 403, 409, 422, 503),
    openapi_extra=needs("token.make"),
)
def make_token(here: Here, who: Asking, by: Auditing, asked: NewToken) -> TokenAnswer:
    """Make a token. Its secret is in this answer and nowhere else."""
    secret = new_key(TOKEN_PREFIX)
    try:
        row = sessions.make_token(
            here.store,
            who,
            by,
            now(),
            key=digest(secret),
            name=shown_name(asked.name),
            scopes=asked.scopes,
            lasts=timedelta(days=asked.days),
        )
    except NotDone as error:
        raise Problem(409, str(error), where="body", code=error.code) from error
    return _token(row).model_copy(update={"token": secret})


@router.delete(
    "/api/tokens/{number}",
    status_code=204,
    responses=responses(401, 403, 404, 422, 503),
    openapi_extra=needs("token.make"),
)
def drop_token(
    here: Here, who: Asking, by: Auditing, number: Annotated[int, Path(ge=1, lt=2**63)]
) -> Response:
    """End one of one's own tokens."""
    try:
        sessions.drop_token(here.store, number, by, now(), account=who.account)
    except NotDone as error:
        raise Problem(404, str(error), where="path.number", code=error.code) from error
    return Response(status_code=204)


def _account(store: Any, login: str) -> Account:
    found = find_account(store, login)
    if found is None:
        raise Problem(401, "nobody is signed in", code="signed_out")
    return found


def _link(make: Any) -> LinkMade:
    try:
        return LinkMade(link=f"/setup#{make()}")
    except NotDone as error:
        raise Problem(409, str(error), where="login", code=error.code) from error


def _user(account: Account) -> UserAnswer:
    way = "password" if account.password else "outside" if account.outside else "link"
    return UserAnswer(
        login=account.login,
        name=account.name,
        role=account.role,
        disabled=account.disabled,
        signs_in=way,
        created=account.created,
        department=account.department,
    )


def _token(row: Any) -> TokenAnswer:
    return TokenAnswer(
        number=row.number,
        name=row.name,
        scopes=row.scopes,
        created=row.created,
        expires=row.expires,
        used=row.used,
    )
