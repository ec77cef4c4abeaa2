"""Zones and configurations as pages see them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, JsonValue

from broker.events import Location
from broker.fields import Timestamp
from broker.messages import PlacedReason, SourceAbout
from central.store.configuring import changes_of, reasons_of

Status = Literal["wanted", "sent", "preparing", "applied", "refused", "rolled_back", "superseded", "file"]


class ZoneBrief(BaseModel):
    """A zone as its node tells it."""

    id: str
    name: str | None
    kinds: list[str]


class ZonedSource(BaseModel):
    """A source with zones. `version`: the newest that the centre made of it, null where its file counts."""

    district: str
    node: str
    source: str
    kind: str
    name: str | None
    place: str | None
    location: Location | None
    zones: list[ZoneBrief]
    version: int | None
    status: Status
    saved_at: Timestamp | None
    by: str | None
    online: bool | None


class ZonedSources(BaseModel):
    """By node and source."""

    items: list[ZonedSource]


class SourceSettings(BaseModel):
    """The newest version of a source's settings. `version` 0: none was made, the node's own file counts.

    `body`: what the version says, over what the node told within the last hour (`origin` `node`: that alone;
    null: ask it, by the command `inspect`). `runs`: by zone the hash that events name it by. `until`: it
    holds for a time; then what was before comes back.
    """

    version: int
    body: dict[str, JsonValue] | None
    origin: Literal["version", "node"] | None
    status: Status
    status_at: Timestamp | None
    reasons: list[PlacedReason]
    by: str | None
    at: Timestamp | None
    why: str | None
    until: Timestamp | None
    runs: dict[str, str]


class VersionAnswer(BaseModel):
    """A version of a source's settings. `diff`: from the one before it, in words.

    `status`: wanted, sent (handed to the broker), then what the node said; superseded: a newer one came
    before it said anything.
    """

    version: int
    by: str
    at: Timestamp
    why: str
    diff: list[str]
    status: Status
    status_at: Timestamp | None
    applied_s: float | None
    reasons: list[PlacedReason]
    rollout: int | None
    until: Timestamp | None


class WholeVersion(VersionAnswer):
    """The same with what it says; null: the node's own file counts."""

    body: dict[str, JsonValue] | None


class VersionList(BaseModel):
    """The newest first; `next` as `before` gives the ones before."""

    items: list[VersionAnswer]
    next: int | None


class Difference(BaseModel):
    """What is different in the second of two versions, in words."""

    diff: list[str]


def status_of(row: Any, newest: int) -> Status:
    """What became of a version; newest: of the node."""
    if row.status != "wanted":
        said: Status = row.status
        return said
    if row.number < newest:
        return "superseded"
    return "sent" if row.published is not None else "wanted"


def version_answer(row: Any, newest: int) -> dict[str, Any]:
    """The fields of a version. newest: of the node, whatever part it changed."""
    took = (row.changed - row.at).total_seconds() if row.status == "applied" else None
    return {
        "version": row.number,
        "by": row.who,
        "at": row.at,
        "why": row.why,
        "diff": changes_of(row),
        "status": status_of(row, newest),
        "status_at": row.said,
        "applied_s": took,
        "reasons": reasons_of(row),
        "rollout": row.rollout,
        "until": row.until,
    }


def settings_answer(
    row: Any, newest: int, told: Mapping[str, JsonValue] | None, about: SourceAbout | None
) -> SourceSettings:
    """Of a source. row: its newest version, where there is one; told: its settings by the node itself."""
    runs = {zone.id: zone.version for zone in about.zones} if about else {}
    body = row.body if row is not None else None
    whole = {**(told or {}), **(body or {})} if told is not None or body is not None else None
    mine = body is not None and "zones" in body
    return SourceSettings(
        version=row.number if row is not None else 0,
        body=whole,
        origin="version" if mine else "node" if told is not None else None,
        status=status_of(row, newest) if row is not None else "file",
        status_at=row.said if row is not None else None,
        reasons=[PlacedReason.model_validate(each) for each in reasons_of(row)] if row is not None else [],
        by=row.who if row is not None else None,
        at=row.at if row is not None else None,
        why=row.why if row is not None else None,
        until=row.until if row is not None else None,
        runs=runs,
    )


def zoned(node: str, about: SourceAbout, row: Any, newest: int, online: bool | None) -> ZonedSource:
    """A source as lists have it."""
    district, _, name = node.removeprefix("gewu://").partition("/")
    saved: datetime | None = row.at if row is not None else None
    return ZonedSource(
        district=district,
        node=name,
        source=about.source.id,
        kind=about.source.kind,
        name=about.source.name,
        place=about.place,
        location=about.location,
        zones=[ZoneBrief(id=zone.id, name=zone.name, kinds=zone.kinds) for zone in about.zones],
        version=row.number if row is not None else None,
        status=status_of(row, newest) if row is not None else "file",
        saved_at=saved,
        by=row.who if row is not None else None,
        online=online,
    )
