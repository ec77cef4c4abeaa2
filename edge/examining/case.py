"""What an examination is given: the configuration as the node runs it, the box, and what others measured."""

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from broker.settings import Fault, SettingsError
from edge.config import Configuration, load
from edge.configured import EdgeSettings
from edge.desired.running import running
from edge.diagnosis.cameras import Stream
from edge.diagnosis.node import Holder
from edge.diagnosis.sign import Finding
from edge.enrolment.credentials import Credentials
from edge.enrolment.folder import IdentityError
from edge.examining.processes import Processes
from edge.frames import Picture
from models.runtime import LoadedDetector


class Examination(Protocol):
    """A file of `edge/doctor/`. TITLE: what it is about, for people. BOX: whether it needs no configuration.

    ALONE: whether it measures what others would disturb, so that it runs after them and by itself.
    """

    TITLE: str
    BOX: bool
    ALONE: bool

    def examine(self, case: "Case") -> Iterable[Finding]:
        """Everything it finds. It may raise anything: then this examination is told to be broken."""
        ...

    def limit_s(self, case: "Case") -> float:
        """How long it may take."""
        ...


# One picture as frames are made of it; it stays in memory.
Seen: TypeAlias = "NDArray[np.uint8] | Picture"


@dataclass(frozen=True, slots=True)
class Measured:
    """One source that came: what it is like, and one picture of it."""

    stream: Stream
    seen: Seen


class Board:
    """What examinations measure for those that come after them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sources: dict[str, Measured] = {}
        self._detector: LoadedDetector | None = None

    def put_source(self, name: str, measured: Measured) -> None:
        """A source was watched."""
        with self._lock:
            self._sources[name] = measured

    @property
    def sources(self) -> dict[str, Measured]:
        """Those that were watched so far."""
        with self._lock:
            return dict(self._sources)

    @property
    def detector(self) -> LoadedDetector | None:
        """The main model, once it was loaded."""
        with self._lock:
            return self._detector

    def put_detector(self, detector: LoadedDetector) -> None:
        """The main model was loaded."""
        with self._lock:
            self._detector = detector


@dataclass(frozen=True)
class Case:
    """One box at one time.

    seconds: how long a thing is watched or measured. root: where /proc and /sys lie. holder: who has the
    storage folder. faults: what is wrong with the file; there is no configuration then.
    """

    path: Path
    seconds: float = 5.0
    root: Path = Path("/")
    configuration: Configuration | None = None
    overlaid: str | None = None
    faults: tuple[Fault, ...] = ()
    holder: Holder | None = None
    board: Board = field(default_factory=Board)

    @property
    def settings(self) -> EdgeSettings:
        """As the node runs them. Only where there is a configuration."""
        if self.configuration is None:
            raise RuntimeError("there is no configuration")
        return self.configuration.settings

    @property
    def processes(self) -> Processes:
        """The box's processes."""
        return Processes(self.root)

    @property
    def beside(self) -> bool:
        """Whether a node works in the storage folder: what could disturb it is left out."""
        return self.holder is not None

    @property
    def node(self) -> int | None:
        """The process of the node of this configuration, where it runs and can be seen."""
        return self.holder.pid if self.holder is not None and self.holder.same else None

    def credentials(self) -> Credentials | None:
        """The node's identity; None where there is none, or none to be used."""
        settings = self.settings
        if settings.identity is None:
            return None
        try:
            return self.identity()
        except IdentityError:
            return None

    def identity(self) -> Credentials:
        """The node's identity. Raises IdentityError."""
        settings = self.settings
        if settings.identity is None:
            raise IdentityError("no identity is configured")
        central = settings.central
        return Credentials(
            settings.identity.directory,
            settings.address,
            url=central.url if central else None,
            ca_file=central.ca_file if central else None,
            utc_s=time.time,
        )


def opened(path: Path, seconds: float, root: Path = Path("/")) -> Case:
    """Read the configuration, and see who has its storage folder."""
    try:
        own = load(path)
    except SettingsError as error:
        return Case(path, seconds, root, faults=tuple(error.faults))
    found, wanted = running(own)
    holder = Processes(root).holder(own.settings.storage.directory / "lock", path)
    return Case(path, seconds, root, found, wanted.version if wanted else None, holder=holder)
