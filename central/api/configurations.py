"""/api/configurations: what the centre wants a node to run beside its own file: sources, a model."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, JsonValue

from broker.fields import Timestamp
from broker.messages import PlacedReason
from central.api.guard import Auditing, needs
from central.api.node_paths import NodeHere, PathName
from central.api.problems import Problem, responses
from central.api.saving import save_part
from central.api.service_parts import Here, Parts
from central.api.signin import Asked as Body
from central.api.zone_answers import Status, status_of
from central.api.zones import Base, Why
from central.configuration.overlay import REMOVED, changed, part_of
from central.store.configuring import (
    body_of,
    changes_of,
    configurations_of,
    newest_applied,
    newest_by_part,
    parts_of,
    reasons_of,
    versions_of,
)
from central.store.queries import node_words

router = APIRouter(tags=["configurations"])
Section = Literal["model", "inference", "journal", "verify", "stills"]


class ConfigurationPart(BaseModel):
    """What a version changed of a part, in words."""

    part: str
    diff: list[str]


class ConfigurationBrief(BaseModel):
    """A version of a node's configuration, and what became of it."""

    version: int
    by: str
    at: Timestamp
    why: str
    status: Status
    status_at: Timestamp | None
    reasons: list[PlacedReason]
    rollout: int | None
    parts: list[ConfigurationPart]


class ConfigurationAnswer(BaseModel):
    """What is wanted of a node now. `bases`: of each part the newest version, to be given as `base`.

    `applied`: the newest version that the node said it runs.
    """

    version: int
    applied: int | None
    body: dict[str, JsonValue]
    bases: dict[str, int]
    versions: list[ConfigurationBrief]
    next: int | None


class PartSaved(Body):
    """Keys that are left out stay as they are; null leaves them to the node's own file."""

    base: Base
    why: Why = ""
    settings: dict[str, JsonValue]


class Saved(BaseModel):
    """The version that says so."""

    version: int


@router.get(
    "/api/configurations/{district}/{node}",
    responses=responses(401, 403, 404, 422, 503),
    openapi_extra=needs("node.view"),
)
def configuration(
    here: Here,
    node: NodeHere,
    before: Annotated[int | None, Query(ge=1, lt=2**31)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 20,
) -> ConfigurationAnswer:
    """What is wanted of a node beside its own file, and its versions, the newest first."""
    _known(here, node)
    rows = configurations_of(here.store, node, limit=limit, before=before)
    newest = configurations_of(here.store, node, limit=1)
    number = newest[0].number if newest else 0
    parts = parts_of(here.store, node, [row.number for row in rows])
    items = [
        ConfigurationBrief(
            version=row.number,
            by=row.who,
            at=row.at,
            why=row.why,
            status=status_of(row, number),
            status_at=row.said,
            reasons=[PlacedReason.model_validate(each) for each in reasons_of(row)],
            rollout=row.rollout,
            parts=[
                ConfigurationPart(part=p.part, diff=changes_of(p)) for p in parts if p.number == row.number
            ],
        )
        for row in rows
    ]
    return ConfigurationAnswer(
        version=number,
        applied=newest_applied(here.store, node),
        body=body_of(newest[0]) if newest else {},
        bases={row.part: row.number for row in newest_by_part(here.store, node)},
        versions=items,
        next=items[-1].version if len(items) == limit else None,
    )


@router.put(
    "/api/configurations/{district}/{node}/sources/{source}",
    responses=responses(401, 403, 404, 409, 422, 503),
    openapi_extra=needs("node.manage"),
)
def save_source(here: Here, by: Auditing, node: NodeHere, source: PathName, given: PartSaved) -> Saved:
    """Add a source, or change settings of one; a source that the node's file does not have must be whole."""
    return _save(here, by, node, part_of(source), given)


@router.delete(
    "/api/configurations/{district}/{node}/sources/{source}",
    responses=responses(401, 403, 404, 409, 422, 503),
    openapi_extra=needs("node.manage"),
)
def remove_source(
    here: Here,
    by: Auditing,
    node: NodeHere,
    source: PathName,
    base: Annotated[int, Query(ge=0, lt=2**31)],
    why: Annotated[Why, Query()] = "",
) -> Saved:
    """Take a source away; what it found stays. Saving it again brings it back."""
    _known(here, node)
    part, action = part_of(source), "configuration.save"
    return Saved(version=save_part(here, by, node, part, REMOVED, base=base, why=why, action=action))


@router.put(
    "/api/configurations/{district}/{node}/sections/{section}",
    responses=responses(401, 403, 404, 409, 422, 503),
    openapi_extra=needs("node.manage"),
)
def save_section(here: Here, by: Auditing, node: NodeHere, section: Section, given: PartSaved) -> Saved:
    """Change a section of one node's configuration; for many nodes there are roll-outs."""
    return _save(here, by, node, section, given)


def _save(here: Parts, by: Auditing, node: str, part: str, given: PartSaved) -> Saved:
    _known(here, node)
    last = next(iter(versions_of(here.store, node, part, limit=1)), None)
    body = changed(last.body if last is not None else None, given.settings)
    action = "configuration.save"
    number = save_part(here, by, node, part, body, base=given.base, why=given.why, action=action)
    return Saved(version=number)


def _known(here: Parts, node: str) -> None:
    """Raises Problem."""
    if node_words(here.store, node) is None:
        allowed = "a node from /api/sources"
        raise Problem(404, f"there is no node {node}", where="path.node", allowed=allowed, code="no_node")
