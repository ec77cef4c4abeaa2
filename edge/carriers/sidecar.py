"""A file beside the film, or at a path of its own: a DJI sidecar, a telemetry log."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from edge.carrier import Chunk, FilmCarrier, NoTelemetry
from edge.flight.telling import LARGEST


class Settings(FilmCarrier):
    """path: of the file; without it, it has the film's name and `suffix`, by default its telemetry's own."""

    kind: Literal["sidecar"]
    path: Path | None = None
    suffix: Annotated[str, Field(pattern=r"^\.[A-Za-z0-9]{1,12}$")] | None = None

    def beside(self, film: Path, suffix: str) -> Path | None:
        """Where it is, or will be; in whichever case its suffix is written."""
        if self.path is not None:
            return self.path
        usual = film.with_suffix(self.suffix or suffix)
        spelt = (usual, usual.with_suffix(usual.suffix.lower()), usual.with_suffix(usual.suffix.upper()))
        return next((one for one in spelt if one.is_file()), usual)

    def chunks(self, film: Path, suffix: str) -> Iterator[Chunk]:
        """All of it at once."""
        path = self.beside(film, suffix)
        if path is None or not path.is_file():
            raise NoTelemetry(f"there is no file {path}")
        try:
            if path.stat().st_size > LARGEST:
                raise NoTelemetry(f"{path} is larger than the {LARGEST} bytes that are read")
            body = path.read_bytes()
        except OSError as error:
            raise NoTelemetry(f"{path} cannot be read: {error.strerror}") from error
        yield body, None
