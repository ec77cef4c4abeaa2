"""How the console's map begins, and what lies under it. Nothing is from outside unless it is named here."""

from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator
from typing_extensions import Self

from broker.settings import Settings

MAGIC = b"PMTiles"
Longitude = Annotated[float, Field(ge=-180, le=180)]
Latitude = Annotated[float, Field(ge=-85, le=85)]


def _tiles(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
        raise ValueError("tiles are at https://HOST/..., without a name or a password")
    if any(sign in parts.netloc for sign in "{};, '*"):
        raise ValueError("the host of the tiles is written out, for pages may load from that one alone")
    if missing := [each for each in ("{z}", "{x}", "{y}") if each not in url]:
        raise ValueError(f"the address of a tile has {{z}}, {{x}} and {{y}}; missing: {', '.join(missing)}")
    return url


class BaseSettings(Settings):
    """`none`: the grid alone. `raster`: tiles of an outside server. `pmtiles`: a file of ours.

    `datum`: the coordinates of raster tiles; Chinese services draw in GCJ-02.
    """

    kind: Literal["none", "raster", "pmtiles"] = "none"
    tiles: Annotated[str, Field(max_length=500), AfterValidator(_tiles)] | None = None
    attribution: Annotated[str, Field(max_length=200)] = ""
    datum: Literal["wgs84", "gcj02"] = "wgs84"
    path: Path | None = None

    @model_validator(mode="after")
    def _what_it_needs(self) -> Self:
        if (self.tiles is not None) != (self.kind == "raster"):
            raise ValueError("tiles belongs to kind: raster, which needs it")
        if (self.path is not None) != (self.kind == "pmtiles"):
            raise ValueError("path belongs to kind: pmtiles, which needs it")
        return self

    @property
    def outside(self) -> str | None:
        """The one origin that pages may load tiles from."""
        if self.tiles is None:
            return None
        parts = urlsplit(self.tiles)
        return f"{parts.scheme}://{parts.netloc}"

    def check(self) -> None:
        """Raises OSError where the file is not there or is something else."""
        if self.path is not None:
            with self.path.open("rb") as file:
                if file.read(len(MAGIC)) != MAGIC:
                    raise OSError(f"{self.path} is no PMTiles archive")


class MapSettings(Settings):
    """`center`: longitude and latitude, WGS84; where nothing is said the page shows all that there is."""

    center: tuple[Longitude, Latitude] | None = None
    zoom: Annotated[float, Field(ge=0, le=22)] | None = None
    base: BaseSettings = BaseSettings()
