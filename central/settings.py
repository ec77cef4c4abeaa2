"""The centre's configuration file. `docs/central.md` explains every key."""

from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, Field, model_validator
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError
from typing_extensions import Self

from broker.fields import Identifier
from broker.link_settings import LinkSettings
from broker.settings import Settings
from broker.tracing import TracingSettings
from central.casework_settings import CaseworkSettings
from central.clock.settings import ClockSettings
from central.correlation.settings import CorrelationSettings
from central.delivery_settings import DeliverySettings
from central.export_settings import ExportsSettings
from central.identity.settings import NodesSettings
from central.indicators.settings import IndicatorSettings
from central.ingest_settings import IngestSettings
from central.limits import LimitSettings
from central.map_settings import MapSettings
from central.model_settings import ModelSettings
from central.notice_settings import NotifySettings
from central.people.settings import PeopleSettings
from central.pictures.settings import PicturesSettings
from central.reports.settings import ReportsSettings
from central.retention.settings import RetentionSettings
from central.routing.settings import RoutingSettings
from central.still_settings import StillSettings
from central.store.database import sqlite_url


def _database_url(url: str) -> str:
    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = None
    if parsed is None or parsed.get_backend_name() not in ("sqlite", "postgresql"):
        raise ValueError("a database is written sqlite:///FILE or postgresql://USER@HOST/NAME")
    if parsed.password is not None or any("pass" in key.lower() for key in parsed.query):
        raise ValueError("the url carries no password; use password_file")
    if parsed.get_backend_name() == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise ValueError("tickets need a file: sqlite:///FILE")
    return url


class ListenSettings(Settings):
    """Where the console and the API are served."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65_535)] = 8080


class StorageSettings(Settings):
    """The folder of everything the centre keeps, unless a key below says otherwise."""

    directory: Path


class DatabaseSettings(Settings):
    """`url` None: a SQLite file in the storage folder. A server's password stands in a file of its own."""

    url: Annotated[str, AfterValidator(_database_url)] | None = None
    password_file: Path | None = None


class EvidenceSettings(Settings):
    """Where pictures lie, how large one may be, and how much of the disk stays free."""

    directory: Path | None = None
    max_bytes: Annotated[int, Field(ge=1_000, le=2_000_000_000)] = 20_000_000
    keep_free_mb: Annotated[float, Field(ge=0)] = 200.0
    max_pixels: Annotated[int, Field(ge=10_000, le=100_000_000)] = 33_177_600  # 7680 x 4320


class CentralSettings(Settings):
    """All of it."""

    name: Identifier = "central"
    storage: StorageSettings
    broker: LinkSettings
    listen: ListenSettings = ListenSettings()
    database: DatabaseSettings = DatabaseSettings()
    evidence: EvidenceSettings = EvidenceSettings()
    ingest: IngestSettings = IngestSettings()
    delivery: DeliverySettings = DeliverySettings()
    correlation: CorrelationSettings = CorrelationSettings()
    casework: CaseworkSettings = CaseworkSettings()
    indicators: IndicatorSettings = IndicatorSettings()
    clock: ClockSettings = ClockSettings()
    limits: LimitSettings = LimitSettings()
    map: MapSettings = MapSettings()
    models: ModelSettings = ModelSettings()
    nodes: NodesSettings = NodesSettings()
    people: PeopleSettings = PeopleSettings()
    routing: RoutingSettings = RoutingSettings()
    pictures: PicturesSettings = PicturesSettings()
    reports: ReportsSettings = ReportsSettings()
    retention: RetentionSettings = RetentionSettings()
    stills: StillSettings = StillSettings()
    exports: ExportsSettings = ExportsSettings()
    notify: NotifySettings = NotifySettings()
    tracing: TracingSettings | None = None
    max_event_bytes: Annotated[int, Field(ge=1_000, le=16_000_000)] = 262_144
    token_file: Path | None = None

    @model_validator(mode="before")
    @classmethod
    def _time_of_the_clock(cls, said: Any) -> Any:
        """Routing goes by the clock's zone, unless it names it too."""
        if not _nested(said, "clock") or not _nested({"routing": {}} | said, "routing"):
            return said
        zone = {"timezone": said["clock"]["timezone"]} if "timezone" in said["clock"] else {}
        return said | {"routing": zone | said.get("routing", {})}

    @model_validator(mode="after")
    def _one_time(self) -> Self:
        if self.clock.timezone != self.routing.timezone:
            two = f"clock.timezone is {self.clock.timezone}, routing.timezone is {self.routing.timezone}"
            raise ValueError(f"{two}; a place has one time")
        return self

    @property
    def evidence_directory(self) -> Path:
        """Where pictures lie."""
        return self.evidence.directory or self.storage.directory / "evidence"

    @property
    def stills_directory(self) -> Path:
        """Where stills lie."""
        return self.stills.directory or self.storage.directory / "stills"

    @property
    def models_directory(self) -> Path:
        """Where bundles of models lie."""
        return self.models.directory or self.storage.directory / "models"

    @property
    def authority_directory(self) -> Path:
        """Where the authority that certifies nodes lies."""
        return self.nodes.authority or self.storage.directory / "authority"

    def database_url(self) -> str:
        """With the password out of its file. Raises OSError when that cannot be read."""
        if self.database.url is None:
            return sqlite_url(self.storage.directory / "central.db")
        url = make_url(self.database.url)
        if self.database.password_file is not None:
            url = url.set(password=secret(self.database.password_file))
        return url.render_as_string(hide_password=False)


def _nested(said: Any, name: str) -> bool:
    return isinstance(said, dict) and isinstance(said.get(name), dict)


def secret(path: Path) -> str:
    """The one line of a secret's file. Raises OSError."""
    return path.read_text(encoding="utf-8").strip()
