"""Of each command of people: who may give it, how long it waits, what the audit is told. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from broker.asks import (
    ASKS,
    Ask,
    Backtest,
    Discover,
    Entrust,
    Explain,
    Film,
    Inspect,
    Look,
    Probe,
)
from broker.events import Reason
from broker.fleet import Diagnose, Examine, Renew, Reread, Restart, Tidy
from central.people.roles import Action

MOST_OF_ONE = 8  # asks of one account that are under way
MOST_AT_NODE = 16  # and at one node
KEPT_S = 3600.0  # then an ask goes with its answers


@dataclass(frozen=True, slots=True)
class Rule:
    """`waits_s`: for an answer, beside what the command itself takes. `words`: with the source's name."""

    action: Action
    waits_s: float
    words: str


TABLE: Mapping[type[Ask], Rule] = MappingProxyType(
    {
        Look: Rule("zone.tune", 30.0, "looked live at {about}"),
        Inspect: Rule("zone.tune", 30.0, "read the settings of {about}"),
        Explain: Rule("zone.tune", 60.0, "asked why and why not at {about}"),
        Backtest: Rule("zone.tune", 300.0, "tried zones of {about} on what it has seen"),
        Film: Rule("zone.tune", 60.0, "went through the boxes of {about}"),
        Discover: Rule("node.manage", 30.0, "looked for cameras near the node"),
        Probe: Rule("node.manage", 60.0, "tried the new source {about}"),
        Entrust: Rule("node.manage", 30.0, "entrusted the secret {about} to the node"),
        Examine: Rule("node.manage", 240.0, "had the node examined"),
        Diagnose: Rule("node.manage", 300.0, "fetched diagnostics of the node"),
        Reread: Rule("node.manage", 30.0, "had the node read its file again"),
        Restart: Rule("node.manage", 30.0, "restarted the node"),
        Renew: Rule("node.manage", 120.0, "had the node's certificate renewed"),
        Tidy: Rule("node.manage", 60.0, "had the node tidy its storage"),
    }
)
COMMANDS: Mapping[str, type[Ask]] = MappingProxyType(
    {str(model.model_fields["command"].default): model for model in ASKS}
)


def lasts_s(model: type[Ask], for_s: float | None) -> float:
    """How long an answer is waited for. for_s: what the command itself takes, where it says so."""
    return TABLE[model].waits_s + (for_s or 0.0)


def too_many(of_one: int, at_node: int) -> Reason | None:
    """Why one more cannot be asked now, by how many are under way."""
    if of_one >= MOST_OF_ONE:
        return Reason(code="too_many_yours", text=f"{MOST_OF_ONE} of your asks are under way; wait for one")
    if at_node >= MOST_AT_NODE:
        return Reason(code="too_many_there", text=f"{MOST_AT_NODE} asks are under way at this node")
    return None
