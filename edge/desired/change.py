"""A change that is wanted of a node's configuration, and what has to be prepared for one."""

from dataclasses import dataclass
from typing import Protocol

from broker.messages import DesiredConfiguration
from edge.assembly import Models
from edge.config import Configuration, OwnFile
from edge.configured import EdgeSettings
from edge.desired.overlay import Misfit


@dataclass(frozen=True, slots=True)
class Change:
    """A configuration that passed every check. desired: None for the node's own file alone.

    models: loaded and tried, where others are to look than those that do now.
    """

    own: OwnFile
    desired: DesiredConfiguration | None
    configuration: Configuration
    models: Models | None = None


class Preparation(Protocol):
    """Has models brought, loads them, and drops old ones."""

    def missing(self, settings: EdgeSettings) -> list[str]:
        """The names of models that are not here. Raises Refused."""
        ...

    def want(self, name: str | None) -> None:
        """Have this one brought, or none any more; `Desired.fetched` hears what came of it."""
        ...

    def models(self, configuration: Configuration) -> Models | None:
        """Loaded and tried; None where those that look now go on. Raises Refused."""
        ...

    def applied(self, configuration: Configuration) -> None:
        """It runs now."""
        ...


@dataclass(frozen=True, slots=True)
class Fetched:
    """A model has come, or why it never will."""

    name: str
    why: Misfit | None = None
