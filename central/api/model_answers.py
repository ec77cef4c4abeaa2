"""What is said of models, and of the nodes that run them."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, JsonValue

from broker.events import ModelRef, Reason
from broker.fields import Timestamp
from broker.messages import LookingReport, ShadowReport
from broker.model_offers import full_name
from central.models.reading import Signed
from central.sources import NodeView


class ModelAnswer(BaseModel):
    """A bundle that is here. `called`: as a configuration names it. `network`: the sha256 of what is run.

    `signed`: by trusted keys (checked), by somebody (unchecked: the centre has no keys), or by nobody.
    """

    called: str
    name: str
    version: int
    title: str
    role: str
    sha256: str
    size: int
    network: str
    signed: Signed
    signers: list[str]
    by: str
    at: Timestamp
    card: dict[str, JsonValue]


class ModelList(BaseModel):
    """By name, the newest version first."""

    items: list[ModelAnswer]


class ModelNode(BaseModel):
    """What one node looks with, by its own word. `model` is null where it never said.

    `wanted`: the model that the centre wants there, `shadow_wanted`: the one beside; `status`: what became
    of that, with its reasons.
    """

    node: str
    online: bool | None
    model: ModelRef | None
    named: str | None
    looking: LookingReport | None
    shadow: ShadowReport | None
    wanted: str | None = None
    shadow_wanted: str | None = None
    status: str | None = None
    reasons: list[Reason] = []


class ModelNodes(BaseModel):
    """By name. `next`: the last one of the page, where there are more."""

    items: list[ModelNode]
    next: str | None


def answer(row: Any) -> ModelAnswer:
    """One row."""
    names = (
        "name",
        "version",
        "title",
        "role",
        "sha256",
        "size",
        "network",
        "signed",
        "signers",
        "at",
        "card",
    )
    told: dict[str, Any] = {name: getattr(row, name) for name in (*names, "at", "card")}
    return ModelAnswer(called=full_name(row.name, row.version), by=row.who, **told)


def node_of(view: NodeView, wanted: Any | None) -> ModelNode:
    """One node. wanted: its newest version of the section `model`, where there is any."""
    about, health = view.words.about, view.words.health
    refs = (about.models if about is not None else None) or []
    section = (wanted.body or {}) if wanted is not None else {}
    shadow = section.get("shadow")
    return ModelNode(
        node=view.words.node,
        online=view.online,
        model=next((ref for ref in refs if ref.role == "detector"), None),
        named=about.model if about is not None else None,
        looking=health.looking if health is not None else None,
        shadow=health.shadow if health is not None else None,
        wanted=section.get("name"),
        shadow_wanted=shadow.get("name") if isinstance(shadow, dict) else None,
        status=wanted.status if wanted is not None else None,
        reasons=[_plain(each) for each in (wanted.reasons or [])] if wanted is not None else [],
    )


def _plain(reason: Mapping[str, Any]) -> Reason:
    return Reason.model_validate({name: value for name, value in reason.items() if name != "where"})
