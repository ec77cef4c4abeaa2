"""/api/zones: the zones of a source in all their versions: saved on top of one another, and rolled back."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import AfterValidator, Field, JsonValue, StringConstraints

from broker.fields import ShortText, read
from broker.messages import About, SourceAbout
from central.api.guard import Auditing, needs, now
from central.api.node_paths import NodeHere, PathName
from central.api.problems import Problem, responses
from central.api.saving import save_part
from central.api.service_parts import Here, Parts
from central.api.signin import Asked as Body
from central.api.words import writable
from central.api.zone_answers import (
    Difference,
    SourceSettings,
    VersionAnswer,
    VersionList,
    WholeVersion,
    ZonedSource,
    ZonedSources,
    settings_answer,
    version_answer,
    zoned,
)
from central.configuration.differences import differences
from central.configuration.overlay import changed, part_of
from central.sources import NodeView
from central.store.configuring import newest_by_part, version_of, versions_of
from central.store.inspected import settings_told
from central.store.publishing import newest_of
from central.store.queries import node_words

router = APIRouter(tags=["zones"])
Why = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200), AfterValidator(writable)]
Base = Annotated[int, Field(ge=0, lt=2**31, description="the version that this was decided on; 0: none")]
Number = Annotated[int, Path(ge=0, lt=2**31)]
Trees = Annotated[list[dict[str, JsonValue]], Field(max_length=64)]
Outlines = Annotated[list[list[tuple[float, float]]], Field(max_length=64)]


class KnownPoint(Body):
    """A point of flat ground that is known in the picture (shares) and by longitude and latitude (WGS84)."""

    picture: tuple[float, float]
    position: tuple[float, float]


class KnownGround(Body):
    """A calibration of a camera that stands still: four points at least, a fifth shows the error."""

    points: Annotated[list[KnownPoint], Field(max_length=64)]


class ZonesSaved(Body):
    """Keys that are left out stay as they are; null leaves them to the node's own file.

    `for_s`: it holds for so long; then what was before comes back, unless somebody saved since.
    """

    base: Base
    why: Why = ""
    for_s: Annotated[int, Field(ge=10, le=3600)] | None = None
    zones: Trees | None = None
    ignore: Outlines | None = None
    name: ShortText | None = None
    place: ShortText | None = None
    position: dict[str, float] | None = None
    ground: KnownGround | None = None


class RollBack(Body):
    """`base`: the newest version, as you saw it."""

    base: Base
    why: Why = ""


@router.get("/api/zones", responses=responses(401, 403, 503), openapi_extra=needs("zone.tune"))
def list_zones(here: Here) -> ZonedSources:
    """Every source that has zones, or can have some."""
    views = here.wall.views(here.store)
    rows = {(row.node, row.part): row for row in newest_by_part(here.store)}
    newest: dict[str, int] = {}
    for (node, _part), row in rows.items():
        newest[node] = max(newest.get(node, 0), row.number)
    return ZonedSources(items=[each for view in views for each in _sources(view, rows, newest)])


def _sources(
    view: NodeView, rows: dict[tuple[str, str], Any], newest: dict[str, int]
) -> Iterator[ZonedSource]:
    node = view.words.node
    for source in view.sources:
        about = source.about
        if about is not None and (about.zones or about.source.kind == "camera"):
            yield zoned(node, about, rows.get((node, part_of(source.id))), newest.get(node, 0), view.online)


@router.get(
    "/api/zones/{district}/{node}/{source}",
    responses=responses(401, 403, 404, 422, 503),
    openapi_extra=needs("zone.tune"),
)
def source_settings(here: Here, node: NodeHere, source: PathName) -> SourceSettings:
    """The newest version of a source's settings, and what became of it."""
    return _settings(here, node, source)


@router.put(
    "/api/zones/{district}/{node}/{source}",
    responses=responses(401, 403, 404, 409, 422, 503),
    openapi_extra=needs("zone.edit"),
)
def save_zones(
    here: Here, by: Auditing, node: NodeHere, source: PathName, given: ZonesSaved
) -> SourceSettings:
    """Save a new version, and tell the node. 409 with what others saved since `base`, in `since`."""
    _about(here, node, source)
    keys = given.model_dump(mode="json", exclude={"base", "why", "for_s"}, exclude_unset=True)
    part = part_of(source)
    last = _newest(here, node, part)
    body = changed(last.body if last is not None else None, keys)
    until = now() + timedelta(seconds=given.for_s) if given.for_s else None
    save_part(here, by, node, part, body, base=given.base, why=given.why, action="zone.edit", until=until)
    return _settings(here, node, source)


@router.get(
    "/api/zones/{district}/{node}/{source}/versions",
    responses=responses(401, 403, 422, 503),
    openapi_extra=needs("zone.tune"),
)
def list_versions(
    here: Here,
    node: NodeHere,
    source: PathName,
    before: Annotated[int | None, Query(ge=1, lt=2**31)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> VersionList:
    """Who saved what when and why, and what became of it."""
    rows = versions_of(here.store, node, part_of(source), limit=limit, before=before)
    newest = _newest_number(here, node)
    items = [VersionAnswer(**version_answer(row, newest)) for row in rows]
    return VersionList(items=items, next=items[-1].version if len(items) == limit else None)


@router.get(
    "/api/zones/{district}/{node}/{source}/versions/{version}",
    responses=responses(401, 403, 404, 422, 503),
    openapi_extra=needs("zone.tune"),
)
def one_version(here: Here, node: NodeHere, source: PathName, version: Number) -> WholeVersion:
    """A version with what it says."""
    row = _version(here, node, source, version)
    return WholeVersion(**version_answer(row, _newest_number(here, node)), body=row.body)


@router.post(
    "/api/zones/{district}/{node}/{source}/versions/{version}/rollback",
    responses=responses(401, 403, 404, 409, 422, 503),
    openapi_extra=needs("zone.edit"),
)
def roll_back(
    here: Here, by: Auditing, node: NodeHere, source: PathName, version: Number, given: RollBack
) -> SourceSettings:
    """A new version that says what an old one said; 0: what the node's own file says."""
    body = _version(here, node, source, version).body if version else None
    why = given.why or (f"back to v{version}" if version else "back to the node's own file")
    save_part(here, by, node, part_of(source), body, base=given.base, why=why, action="zone.edit")
    return _settings(here, node, source)


@router.get(
    "/api/zones/{district}/{node}/{source}/diff",
    responses=responses(401, 403, 404, 422, 503),
    openapi_extra=needs("zone.tune"),
)
def difference(
    here: Here,
    node: NodeHere,
    source: PathName,
    first: Annotated[int, Query(ge=0, lt=2**31, alias="from")],
    second: Annotated[int, Query(ge=0, lt=2**31, alias="to")],
) -> Difference:
    """What is different between two versions; 0: the node's own file, of which only the keys are known."""
    before, after = (_version(here, node, source, n).body if n else None for n in (first, second))
    return Difference(diff=[each.text for each in differences(before, after)])


def _settings(here: Parts, node: str, source: str) -> SourceSettings:
    about = _about(here, node, source)
    row, told = _newest(here, node, part_of(source)), settings_told(here.store, node, source)
    return settings_answer(row, _newest_number(here, node), told, about)


def _newest(here: Parts, node: str, part: str) -> Any:
    return next(iter(versions_of(here.store, node, part, limit=1)), None)


def _newest_number(here: Parts, node: str) -> int:
    row = newest_of(here.store, node)
    return row.number if row is not None else 0


def _version(here: Parts, node: str, source: str, number: int) -> Any:
    row = version_of(here.store, node, part_of(source), number)
    if row is None:
        allowed = "a version of this source, from .../versions"
        raise Problem(
            404,
            f"there is no version {number} of {source}",
            where="path.version",
            allowed=allowed,
            code="no_version",
        )
    return row


def _about(here: Parts, node: str, source: str) -> SourceAbout | None:
    """What the node tells of the source; None where the centre itself has added it. Raises Problem."""
    row = node_words(here.store, node)
    sources = read(About, row.about).sources if row is not None and row.about else []
    found = next((each for each in sources if each.source.id == source), None)
    if found is None and _newest(here, node, part_of(source)) is None:
        allowed = "a source of a node, from /api/zones"
        raise Problem(
            404,
            f"{node} tells of no source {source!r}",
            where="path.source",
            allowed=allowed,
            code="no_source",
        )
    return found
