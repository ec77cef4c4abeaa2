"""What the centre says on its standard output: one line a ticket change, for people or as JSON."""

import logging
import sys
from typing import Any, Literal

from broker.codes import named
from broker.events import AnyEvent, IncidentCleared, IncidentOpened, IncidentUpdated, SourceHealthChanged
from broker.loglines import Json
from broker.tracing import trace_of
from central.casework.facts import label
from central.letters import tellable
from central.store.outcome import Outcome

log = logging.getLogger(__name__)
SAID = ("opened", "joined", "reopened", "updated", "cleared")
QUIET = ("broker", "alembic", "uvicorn", "httpx")  # the last tells requests with their addresses


def speak(form: Literal["text", "json"]) -> None:
    """Send every log line to the standard output in this form."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(Json() if form == "json" else logging.Formatter("%(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def announce(event: AnyEvent, outcome: Outcome) -> None:
    """Say what an event did, when people should know."""
    if isinstance(event, IncidentOpened | IncidentUpdated | IncidentCleared):
        if outcome.effect in SAID and outcome.number is not None:
            fields = _incident_fields(event, outcome)
            log.info("%s", tellable(_incident_line(fields)), extra={"fields": fields})
    elif isinstance(event, SourceHealthChanged) and outcome.effect in ("raised", "recovered"):
        words = "; ".join(reason.text for reason in event.data.reasons)
        data, trace = event.data, trace_of(event.traceparent)
        fields = {"source": data.source.id, "node": event.source, "condition": data.condition}
        fields |= {"event": event.id} | ({"trace": trace} if trace else {})
        text = f"source    {outcome.effect}  {event.data.condition}  {event.data.source.id}  {words}"
        log.warning("%s", tellable(text), extra={"fields": fields | {"effect": outcome.effect}})


def _incident_fields(
    event: IncidentOpened | IncidentUpdated | IncidentCleared, outcome: Outcome
) -> dict[str, Any]:
    data = event.data
    kind = named().get(data.kind)
    return {
        "ticket": label(outcome.number or 0),
        "effect": outcome.effect,
        "state": outcome.state,
        "kind": data.kind,
        "name": kind.zh if kind else data.kind,
        "source": data.source.id,
        "zone": data.zone.id if data.zone else None,
        "place": data.place,
        "node": event.source,
        "situation": event.subject,
        "event": event.id,
        "trace": trace_of(event.traceparent),
        "reasons": [reason.text for reason in data.reasons],
        "why": outcome.reason.code,
    }


def _incident_line(fields: dict[str, Any]) -> str:
    where = f"{fields['source']}/{fields['zone']}" if fields["zone"] else fields["source"]
    effect = fields["effect"]
    if effect == "opened" and fields["state"] == "self_cleared":
        effect = "opened, cleared already"
    parts = [f"{fields['ticket']} {effect:<7}", fields["kind"], fields["name"], where, fields["place"]]
    return "  ".join([*(part for part in parts if part), "; ".join(fields["reasons"])])
