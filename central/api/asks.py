"""/api/asks: people ask a node something, and read what it answers."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from fastapi.encoders import jsonable_encoder
from fastapi.responses import JSONResponse
from pydantic import SecretStr, ValidationError

from broker.asks import Ask
from broker.fields import rfc3339
from central.api.ask_models import AskAnswer, AskAsked, AskMade, AskWanted
from central.api.guard import Asking, Auditing, needs, now
from central.api.problems import Problem, responses
from central.api.service_parts import Here, Parts
from central.asking.plaintext import exposed
from central.asking.rules import COMMANDS, TABLE, lasts_s
from central.identity.sealing import NotSealed, sealed_for
from central.letters import faults
from central.people.asker import Asker, Who
from central.people.roles import allowed
from central.store.asking import NotAsked, Wanted, ask_node, find_ask, new_name, result_of, status_of
from central.store.audit import noted

router = APIRouter(tags=["asks"])
STATUS = {"no_node": 404, "no_source": 404, "away": 409, "too_many_yours": 429, "too_many_there": 429}
Name = Annotated[str, Path(max_length=64, pattern=r"^[A-Za-z0-9._-]+$")]


@router.post(
    "/api/asks",
    status_code=202,
    responses=responses(401, 403, 404, 409, 422, 429, 503),
    openapi_extra=needs("zone.tune"),
)
def ask(here: Here, who: Asking, by: Auditing, asked: AskAsked) -> AskMade:
    """Ask a node; the answer comes by and by: read it at /api/asks/{name}, or hear of it on /api/stream.

    `discover`, `probe` and `entrust` need the action `node.manage`. A secret is sealed for the node before
    anything is written down.
    """
    model = COMMANDS[asked.command]
    _may(here, who, by, model)
    at = now()
    expires = at + timedelta(seconds=lasts_s(model, getattr(asked, "for_s", None)))
    command = _command(here, model, asked, expires=expires)
    said = TABLE[model].words.format(about=_about(asked))
    try:
        ask_node(here.store, Wanted(asked.node, command, who.account, said), by, at)
    except NotAsked as error:
        status = STATUS[error.code]
        raise Problem(
            status,
            str(error),
            where=f"body.{error.where}",
            allowed=error.allowed or None,
            code=error.code,
            headers={"Retry-After": "5"} if status == 429 else None,
        ) from error
    here.stir()
    return AskMade(id=command.id, expires=expires)


@router.get(
    "/api/asks/{name}",
    response_model=AskAnswer,
    responses=responses(401, 403, 404, 422, 503),
    openapi_extra=needs("zone.tune"),
)
def one_ask(
    here: Here,
    who: Asking,
    name: Name,
    after: Annotated[int, Query(ge=0, le=1000, description="only answers from this number on")] = 0,
) -> JSONResponse:
    """How far it is, and what came so far. Whoever asked may read it, for an hour."""
    row = own_ask(here, name, who.account)
    told = {each: getattr(row, each) for each in ("id", "node", "command", "source", "progress", "parts")}
    told |= {"asked": rfc3339(row.asked), "expires": rfc3339(row.expires), "status": status_of(row, now())}
    told |= {"reasons": row.reasons or [], "result": result_of(here.store, name, after=after)}
    return JSONResponse(jsonable_encoder(told))


def own_ask(here: Parts, name: str, account: int) -> Any:
    """The row of an ask, for whoever asked. Raises Problem."""
    row = find_ask(here.store, name, account)
    if row is None:
        allowed = "an id that POST /api/asks gave you within the last hour"
        raise Problem(
            404, f"there is no ask {name} of yours", where="path.name", allowed=allowed, code="no_ask"
        )
    return row


def _may(here: Parts, who: Who, by: Asker, model: type[Ask]) -> None:
    """Raises Problem, and puts down that it was tried."""
    action = TABLE[model].action
    decision = allowed(who.role, action, who.scopes)
    if not decision.ok:
        noted(here.store, now(), by.was_refused(action, "/api/asks", decision.reason.text))
        raise Problem(403, decision.reason.text, where="body.command", code=decision.reason.code)


def _about(asked: AskWanted) -> str:
    source = getattr(asked, "source", None)
    if isinstance(source, dict):
        source = str(source.get("id", ""))
    return source or str(getattr(asked, "name", ""))


def _command(here: Parts, model: type[Ask], asked: AskWanted, **added: Any) -> Ask:
    """The command as it travels, its secret sealed. Raises Problem."""
    fields = {name: getattr(asked, name) for name in type(asked).model_fields if name != "node"}
    if isinstance(tree := fields.get("source"), dict) and (where := next(exposed(tree), None)):
        text = f"source.{where} holds a secret in the open"
        raise Problem(
            422,
            text,
            where=f"body.source.{where}",
            allowed="the field secret, which is sealed",
            code="secret_in_the_open",
        )
    if isinstance(secret := fields.pop("secret", None), SecretStr):
        fields["secret"] = _sealed(here, asked, _about(asked), secret)
    try:
        return model(id=new_name(), **added, **fields)
    except ValidationError as error:
        raise Problem(422, faults(error), where="body", code="unfit") from None


def _sealed(here: Parts, asked: AskWanted, name: str, secret: SecretStr) -> str:
    try:
        return sealed_for(here.store, asked.node, name, secret.get_secret_value())
    except NotSealed as error:
        raise Problem(409, str(error), where="body.secret", code="not_sealed") from None
