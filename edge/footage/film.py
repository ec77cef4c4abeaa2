"""One film, flown through once."""

from pathlib import Path
from typing import ClassVar, Literal

from edge.filming import FilmSettings, found_in
from edge.landing import Found


class Settings(FilmSettings):
    """path: the film. It is taken again only when another lies there."""

    live: ClassVar[bool] = False
    waits: ClassVar[bool] = False
    kind: Literal["film"]
    path: Path

    def listed(self) -> list[Found]:
        """The film, where it is there. Raises OSError for one that is not."""
        return [found_in(self.path)]
