"""What the routes work with."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timezone
from typing import Annotated

from fastapi import Depends, Request

from central.api.news import News
from central.casework_settings import CaseworkSettings, profile_of
from central.figures import Indicators
from central.identity.registry import Registry
from central.limits import LimitSettings, Uploads
from central.map_settings import MapSettings
from central.metrics import Metrics
from central.models.shelf import Shelf
from central.people.here import People
from central.people.settings import PeopleSettings
from central.pictures.masker import Masker
from central.pictures.settings import PicturesSettings
from central.pictures.turns import Turns
from central.pictures.uploading import Uploading
from central.registering import PublicRegister
from central.reporting import Counter
from central.retention.plan import Plan
from central.retention.register import Running
from central.retention.settings import PublicSettings
from central.store.database import Store
from central.store.keeping import Basis
from central.store.modelling import Room
from central.store.working import Work
from central.vault import Vault
from central.wall import Wall


@dataclass(frozen=True, slots=True)
class BrokerHealth:
    """How the ingest fares."""

    connected: bool
    alive: bool
    says: str
    waits_for: str | None


def _nobody() -> None:
    """Nothing carries what people want of nodes here; another process looks for it by itself."""


def _plain_register() -> PublicRegister:
    return PublicRegister(Running(PublicSettings(), Plan()))


@dataclass(frozen=True, slots=True)
class Parts:
    """Made by the composition root, asked for by the routes. `token` None: uploads need none.

    `ingest_health` None: events are taken elsewhere. `identity` None: no node is enrolled, and anybody may
    upload.
    """

    store: Store
    vault: Vault
    metrics: Metrics
    news: News
    ingest_health: Callable[[], BrokerHealth] | None
    token: str | None = field(default=None, repr=False)
    keep_free_mb: float = 0.0
    uploads: Uploads = field(default_factory=lambda: Uploads(LimitSettings()))
    identity: Registry | None = None
    people: People = field(default_factory=lambda: People(PeopleSettings()))
    reports: Counter = field(default_factory=Counter)
    work: Work = field(default_factory=lambda: Work(profile_of(CaseworkSettings())))
    pictures: PicturesSettings = field(default_factory=PicturesSettings)
    masker: Masker | None = None
    indicators: Indicators = field(default_factory=Indicators)
    turns: Turns = field(default_factory=lambda: turns_of(PicturesSettings()))
    basis: Basis = field(default_factory=lambda: Basis(Plan(), 0.0, timezone.utc))
    wall: Wall = field(default_factory=Wall)
    stills: Vault | None = None
    still_uploads: Uploads = field(default_factory=lambda: Uploads(LimitSettings()))
    stir: Callable[[], None] = _nobody  # there is something to be carried to a node
    register: PublicRegister = field(default_factory=_plain_register)
    map: MapSettings = field(default_factory=MapSettings)
    models: Shelf | None = None
    model_room: Room = field(default_factory=lambda: Room(0.0))

    @property
    def uploading(self) -> Uploading:
        """What masks and keeps pictures that people upload."""
        return Uploading(self.store, self.vault, self.masker)


def turns_of(settings: PicturesSettings) -> Turns:
    """No more uploads at once than the masker takes."""
    masker = settings.masker
    most = masker.processes + masker.waiting if masker else 1
    return Turns(most=most, per_hour=settings.uploads_per_hour)


def parts(request: Request) -> Parts:
    """The application's parts, for the routes."""
    found: Parts = request.app.state.parts
    return found


Here = Annotated[Parts, Depends(parts)]
