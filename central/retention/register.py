"""The public register: what is sensed, why, how long it is kept, who sees it. Made from what counts. Pure."""

import re
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml
from pydantic import BaseModel

from broker.codes import named as kinds_named
from broker.codes import table
from broker.fields import Timestamp
from broker.messages import About, SourceAbout
from central.languages import Language
from central.people.roles import ROLES, TABLE, Action
from central.retention.plan import LOOSE, PARTS, Plan
from central.retention.settings import PublicSettings

SEEING: tuple[Action, ...] = (
    "ticket.view", "evidence.view", "zone.tune", "source.view", "quarantine.view", "audit.view",
    "ticket.hold",
)  # fmt: skip
SORTS = ("camera", "drone", "gate", "sensor")
MOST_PLACES = 1000
# A way to a device is nobody's business: an address of the network, or anything that looks like a URL.
_WAY_IN = re.compile(
    r"://|(?<!\d)(?:\d{1,3}\.){3}\d{1,3}(?!\d)|@|\b[0-9a-f]{1,4}(?::[0-9a-f]{0,4}){3,}", re.I
)


class Named(BaseModel):
    """Something in both languages."""

    zh: str
    en: str

    def said(self, language: Language) -> str:
        """In one of them."""
        return self.zh if language == "zh" else self.en


class Placed(BaseModel):
    """Where a source is, where that is told. The position in WGS84 degrees."""

    name: str | None
    longitude: float | None = None
    latitude: float | None = None


class SourcesOfSort(BaseModel):
    """How many there are of one sort, and what they look for."""

    sort: str
    named: Named
    number: int
    kinds: list[str]
    places: list[Placed]


class SensedKind(BaseModel):
    """A kind of incident. The three last in seconds after its ticket has ended."""

    kind: str
    code: str | None
    named: Named
    purpose: Named
    found_by: list[str]
    tickets_s: float
    pictures_s: float
    texts_s: float


class KeptThing(BaseModel):
    """Something that belongs to no ticket, and how many seconds it is kept."""

    what: str
    named: Named
    kept_s: float


class SeeingRole(BaseModel):
    """Who may see what."""

    role: str
    named: Named
    may: list[str]


class Register(BaseModel):
    """All of it. `citizens`: whether anybody may report without an account."""

    at: Timestamp
    operator: str
    contact: str
    basis: str
    sources: list[SourcesOfSort]
    kinds: list[SensedKind]
    masking: list[Named]
    kept: list[KeptThing]
    roles: list[SeeingRole]
    departments: list[Named]
    citizens: bool
    open311: Literal["keyed", "open"]
    uploads: bool


@dataclass(frozen=True, slots=True)
class Running:
    """What the configuration says that runs. unused_s: how long a photograph waits for what shows it.

    stills_s: how long the newest still of a source stays where no newer one comes.
    """

    public: PublicSettings
    plan: Plan
    reportable: tuple[str, ...] = ()
    departments: tuple[tuple[str, str], ...] = ()
    citizens: bool = False
    open311: Literal["keyed", "open"] = "keyed"
    uploads: bool = False
    unused_s: float = 3600.0
    stills_s: float = 7 * 86_400.0


@cache
def words() -> Mapping[str, Any]:
    """The texts, by section and name."""
    loaded: Mapping[str, Any] = yaml.safe_load(
        files("central.retention").joinpath("words.yaml").read_text(encoding="utf-8")
    )
    return loaded


def named(section: str, name: str) -> Named:
    """A text in both languages; what has none goes by its own name."""
    found = words()[section].get(name)
    return Named(**found) if found else Named(zh=name, en=name.replace("_", " "))


def register_of(running: Running, abouts: Iterable[About], at: datetime) -> Register:
    """What there is to tell at that time."""
    sources = [each for about in abouts for each in about.sources]
    by_sort = {sort: [each for each in sources if each.source.kind == sort] for sort in SORTS}
    looked = {sort: {kind for each in those for kind in looks_for(each)} for sort, those in by_sort.items()}
    texts = [Named(**each) for each in words()["masking"]]
    texts += [Named(**words()["uploads"])] if running.uploads else []
    texts += [Named(**words()["citizens"])]
    public = running.public
    return Register(
        at=at,
        operator=public.operator,
        contact=public.contact,
        basis=public.basis,
        sources=[
            _of_sort(sort, by_sort[sort], looked[sort], public.places) for sort in SORTS if by_sort[sort]
        ],
        kinds=[
            _kind(kind, running, looked) for kind in _ordered({*running.reportable}.union(*looked.values()))
        ],
        masking=texts,
        kept=_kept(running),
        roles=[_role(role) for role in ROLES],
        departments=[Named(zh=zh, en=en) for zh, en in running.departments],
        citizens=running.citizens,
        open311=running.open311,
        uploads=running.uploads,
    )


def _ordered(kinds: Set[str]) -> list[str]:
    """As the table has them, a site's own ones after it."""
    return [kind for kind in table() if kind in kinds] + sorted(kinds - table().keys())


def looks_for(source: SourceAbout) -> set[str]:
    """The kinds that a source looks for, in its zones or without any."""
    return {kind for zone in source.zones for kind in zone.kinds} | set(source.kinds or ())


def _of_sort(sort: str, those: list[SourceAbout], kinds: Set[str], told: str) -> SourcesOfSort:
    places = [] if told == "number" else [_place(each, exact=told == "exact") for each in those[:MOST_PLACES]]
    places = [each for each in places if each.name is not None or each.longitude is not None]
    return SourcesOfSort(
        sort=sort, named=named("sorts", sort), number=len(those), kinds=_ordered(kinds), places=places
    )


def _place(source: SourceAbout, *, exact: bool) -> Placed:
    name = source.place or source.source.name
    told = Placed(name=None if name is None or _WAY_IN.search(name) else name)
    where = source.location.geometry if source.location is not None else None
    if exact and where is not None and where.type == "Point":
        longitude, latitude = where.coordinates[:2]
        return told.model_copy(update={"longitude": longitude, "latitude": latitude})
    return told


def _kind(kind: str, running: Running, looked: Mapping[str, Set[str]]) -> SensedKind:
    known, called = table().get(kind), kinds_named().get(kind)
    purposes = words()["purposes"]
    found = [sort for sort, kinds in looked.items() if kind in kinds]
    limits = running.plan.of(kind)
    return SensedKind(
        kind=kind,
        code=known.code.code if known else None,
        named=Named(zh=called.zh, en=called.en) if called else Named(zh=kind, en=kind.replace("_", " ")),
        purpose=Named(**purposes.get(kind, purposes["other"])),
        found_by=found + (["people"] if kind in running.reportable else []),
        **{f"{part}_s": getattr(limits, part) for part in PARTS},
    )


def _kept(running: Running) -> list[KeptThing]:
    times: dict[str, float] = {name: getattr(running.plan, name) for name in LOOSE}
    times |= {"stills": running.stills_s}
    times |= {"unsent_uploads": running.unused_s} if running.uploads else {}
    return [KeptThing(what=name, named=named("kept", name), kept_s=times[name]) for name in times]


def _role(role: Any) -> SeeingRole:
    may = [action for action in SEEING if role in TABLE[action]]
    return SeeingRole(role=role, named=named("roles", role), may=list(may))
