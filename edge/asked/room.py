"""What answering may use of the node."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from edge.asked.itself import Itself
from edge.centre_door import CentreDoor
from edge.config import Configuration
from edge.frames import SourceClock
from edge.onvif.discovery import EVERYBODY
from edge.stills.sending import Sender
from edge.watching import Watching

# Opens a sealed secret under a name. Raises SealError.
Unseal = Callable[[str, str], bytes]


@dataclass(frozen=True, slots=True)
class Room:
    """watching: what is watched now. desired: the version of the centre's configuration that runs.

    folder: of the storage. unseal: None for a node without an identity. everybody: whom a search asks.
    itself: of the node, where it runs as one. door: the centre's; node: DISTRICT/NODE.
    """

    watching: Callable[[], Watching]
    desired: Callable[[], str | None]
    folder: Path
    clock: SourceClock
    stills: Sender
    unseal: Unseal | None
    software: str
    everybody: tuple[str, int] = EVERYBODY
    itself: Itself | None = None
    door: CentreDoor | None = None
    node: str = ""

    @property
    def configuration(self) -> Configuration:
        """The one that runs now."""
        return self.watching().configuration

    @property
    def journal(self) -> Path:
        """Where the journal lies."""
        return self.watching().journal.directory

    @property
    def secrets(self) -> Path:
        """Where secrets lie that the node was entrusted with."""
        return self.folder / "secrets"
