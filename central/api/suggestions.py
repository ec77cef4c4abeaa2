"""/api/suggestions: changes of a zone that might end its false alarms, tried by its node."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field, JsonValue, ValidationError

from broker.asks import Backtest, Variant
from broker.events import Reason
from broker.fields import Identifier
from central.api.ask_models import Node
from central.api.asks import STATUS, Name
from central.api.comparisons import ComparedAnswer, comparison
from central.api.guard import Asking, Auditing, needs, now
from central.api.problems import Problem, responses
from central.api.service_parts import Here, Parts
from central.api.signin import Asked as Body
from central.asking.judging import Status
from central.asking.rules import lasts_s
from central.feedback.suggesting import Suggestion, suggest
from central.store.asking import NotAsked, Wanted, ask_node, new_name
from central.store.marked import Known, marks_of_source, zones_of
from central.store.suggested import find_suggestions, keep_suggestions

router = APIRouter(tags=["feedback"])
LOOKED_BACK = timedelta(days=90)  # for marks that suggestions come of
LONGEST_DAYS = 30
MOST_TOLD = 1000
Tree = dict[str, JsonValue]


class SuggestionsAsked(Body):
    """What might end the false alarms of a zone. `zones`, `ignore`: as they are now, where the page has them.

    `days`: over which each change is tried.
    """

    node: Node
    source: Identifier
    zone: Identifier
    zones: Annotated[list[Tree], Field(min_length=1, max_length=64)] | None = None
    ignore: list[list[tuple[float, float]]] | None = None
    days: Annotated[float, Field(ge=0.1, le=LONGEST_DAYS)] = 7.0


class SuggestionAnswer(BaseModel):
    """A change of the zone. `zones`: all of the source's, ready to be saved. `effect` null: not tried yet.

    `rank`: 1 is the best by its effect.
    """

    id: str
    change: str
    reason: Reason
    zones: list[Tree]
    effect: ComparedAnswer | None = None
    rank: int | None = None


class SuggestionList(BaseModel):
    """`ask`: the trial of all of them; `now`: what runs today, in the same trial."""

    ask: str
    status: Status
    node: str
    source: str
    zone: str
    now: ComparedAnswer | None
    items: list[SuggestionAnswer]


@router.post(
    "/api/suggestions",
    status_code=202,
    responses=responses(401, 403, 404, 409, 422, 429, 503),
    openapi_extra=needs("zone.tune"),
)
def propose(here: Here, who: Asking, by: Auditing, asked: SuggestionsAsked) -> SuggestionList:
    """Change a zone in several ways and have the node try them all; nothing is changed by itself."""
    at = now()
    known = _zones(here, asked)
    found = _suggested(here, asked, known, at)
    since = at - timedelta(days=asked.days)
    ask = Backtest(
        id=new_name(),
        expires=at + timedelta(seconds=lasts_s(Backtest, None)),
        source=asked.source,
        since=since,
        until=at,
        variants=[_variant(each, known) for each in found],
        most=MOST_TOLD,
    )
    words = f"tried {len(found)} changes of {asked.source} {asked.zone}"
    try:
        ask_node(here.store, Wanted(asked.node, ask, who.account, words), by, at)
    except NotAsked as error:
        status = STATUS.get(error.code, 422)
        where = f"body.{error.where}"
        raise Problem(
            status, str(error), where=where, allowed=error.allowed or None, code=error.code
        ) from error
    keep_suggestions(here.store, ask.id, (asked.node, asked.source, asked.zone), who.login, found, at)
    here.stir()
    return _list(here, who.account, ask.id)


@router.get(
    "/api/suggestions/{name}", responses=responses(401, 403, 404, 422, 503), openapi_extra=needs("zone.tune")
)
def suggestions(here: Here, who: Asking, name: Name) -> SuggestionList:
    """How far the trial is; once it is done each change with its effect, the best first."""
    return _list(here, who.account, name)


def _list(here: Parts, account: int, name: str) -> SuggestionList:
    row = find_suggestions(here.store, name)
    if row is None:
        allowed = "an id that POST /api/suggestions gave you within the last hour"
        raise Problem(
            404, f"there are no suggestions {name}", where="path.name", allowed=allowed, code="no_suggestions"
        )
    status, _, found = comparison(here, account, name, row.zone)
    effects = {each.variant: each for each in found} if status == "done" else {}
    items = [SuggestionAnswer(**each, effect=effects.get(each["id"])) for each in row.variants]
    if effects:
        items.sort(key=_worth)
        items = [each.model_copy(update={"rank": n}) for n, each in enumerate(items, 1)]
    same = {"node": row.node, "source": row.source, "zone": row.zone}
    return SuggestionList(ask=name, status=status, now=effects.get("now"), items=items, **same)


def _worth(each: SuggestionAnswer) -> tuple[float, int]:
    """False alarms that go, right ones that go counting twice; of two as good what changes less else."""
    if each.effect is None:
        return 0.0, 0
    marks = each.effect.marks
    gone = marks["false_alarm"]["dropped"] - marks["false_alarm"]["added"] + marks["missed"]["added"]
    return -(gone - 2.0 * marks["right"]["dropped"]), len(each.effect.new) + len(each.effect.gone)


def _zones(here: Parts, asked: SuggestionsAsked) -> Known:
    """Raises Problem."""
    if asked.zones is not None:
        found: Known | None = Known(asked.zones, asked.ignore, "given")
    else:
        found = zones_of(here.store, asked.node, asked.source)
    if found is None:
        what = f"the zones of {asked.source} are not known here"
        allowed = "zones in the body, or asking the node to inspect first"
        raise Problem(409, what, where="body.zones", allowed=allowed, code="not_known")
    names = sorted(str(each.get("id")) for each in found.zones)
    if asked.zone not in names:
        what = f"{asked.source} has no zone {asked.zone!r}"
        raise Problem(404, what, where="body.zone", allowed=", ".join(names)[:200], code="no_zone")
    return found


def _suggested(here: Parts, asked: SuggestionsAsked, known: Known, at: datetime) -> list[Suggestion]:
    """Raises Problem."""
    told = marks_of_source(here.store, asked.node, asked.source, at - LOOKED_BACK, at, zone=asked.zone)
    marks = [each.marked for each in told]
    if not any(each.mark == "false_alarm" for each in marks):
        what = f"nothing in {asked.zone} is marked a false alarm"
        allowed = "marks of tickets of this zone first"
        raise Problem(409, what, where="body.zone", allowed=allowed, code="no_false_alarms")
    found = suggest(known.zones, asked.zone, marks, here.indicators.zone)
    if not found:
        what = "its false alarms have nothing in common that a change of the zone could end"
        raise Problem(409, what, where="body.zone", allowed="more marks", code="nothing_found")
    return found


def _variant(each: Suggestion, known: Known) -> Variant:
    """Raises Problem."""
    try:
        return Variant.model_validate({"id": each.id, "zones": list(each.zones), "ignore": known.ignore})
    except ValidationError as error:
        what = f"the zones cannot be sent: {error.errors()[0]['msg']}"
        raise Problem(422, what, where="body.zones", code="unfit") from None
