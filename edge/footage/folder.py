"""A folder into which films of flights are put: each is one flight."""

import os
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from broker.settings import Duration
from edge.filming import FILMS, FilmSettings, found_in
from edge.landing import Found

MOST = 20_000


class Settings(FilmSettings):
    """path: the folder. poll: how often it is looked into. settle: a film must not have changed for so long.

    wait: how long the file of its telemetry is waited for; after that the film is flown through without.
    """

    live: ClassVar[bool] = False
    waits: ClassVar[bool] = True
    kind: Literal["folder"]
    path: Path
    poll: Annotated[Duration, Field(ge=0.1, le=3600)] = 10.0
    settle: Annotated[Duration, Field(ge=0.1, le=86_400)] = 10.0
    wait: Annotated[Duration, Field(ge=0, le=86_400)] = 300.0

    def listed(self) -> list[Found]:
        """The films in it, hidden ones left out, by name, MOST at most. Raises OSError."""
        with os.scandir(self.path) as entries:
            names = sorted(
                entry.name
                for entry in entries
                if Path(entry.name).suffix.lower() in FILMS and not entry.name.startswith(".")
            )
        found = []
        for name in names[:MOST]:
            try:
                found.append(found_in(self.path / name))
            except OSError:
                continue  # gone since the folder was read
        return found
