"""What a reader of telemetry is: bytes of one make in, poses out, or a refusal that says why. Pure."""

from collections import Counter
from dataclasses import dataclass, field
from typing import ClassVar, Final, Protocol

from pydantic import Field

from broker.events import Reason
from broker.settings import Settings
from edge.flight.pose import Pose, Spread

LARGEST: Final = 134_217_728  # bytes of one log or sidecar; an hour at 60 entries a second has half of them
MOST: Final = 500_000  # poses of one log


@dataclass(frozen=True, slots=True)
class Told:
    """poses: in the order of the source. left: what was not understood or left out, and why, one a cause."""

    poses: tuple[Pose, ...] = ()
    left: tuple[Reason, ...] = ()


class Telemetry(Protocol):
    """One make's telemetry. `edge/telemetry/<kind>.py` has `Settings` and `build` that makes it."""

    def read(self, body: bytes, t: float | None = None) -> Told:
        """Raises NotDecoded, and nothing else, whatever the bytes are.

        body: a whole sidecar, one packet of a data stream, one message, or the next bytes of a log; each kind
        says which. t: the stream's time of it, where it has one.
        """
        ...


class TelemetrySettings(Settings):
    """Fields of every kind. The deviations are of what the make measures; rounding is added to them.

    suffix: of the file that such telemetry usually is in, beside the film; empty where there is none such.
    film_time: whether a pose's `t` counts from the film's first picture; else poses are found by UTC.
    """

    suffix: ClassVar[str] = ""
    film_time: ClassVar[bool] = False
    kind: str
    position_sd_m: float = Field(default=2.5, gt=0, le=1000)
    height_sd_m: float = Field(default=2.0, gt=0, le=1000)
    yaw_sd_deg: float = Field(default=3.0, gt=0, le=90)
    tilt_sd_deg: float = Field(default=1.0, gt=0, le=45)

    def spread(self, step_m: float = 0.0) -> Spread:
        """step_m: what one unit of the last digit of the position is on the ground; adds that of rounding."""
        ground = (self.position_sd_m**2 + step_m**2 / 12.0) ** 0.5
        return Spread(ground, self.height_sd_m, self.yaw_sd_deg, self.tilt_sd_deg)


@dataclass
class Leftovers:
    """Counts what was left out, by cause, and where each cause first was; bounded by the number of causes."""

    texts: dict[str, str]
    what: str = "entry"
    counts: Counter[str] = field(default_factory=Counter)
    first: dict[str, int] = field(default_factory=dict)

    def add(self, code: str, number: int) -> None:
        """One more. number: of the entry, from 1."""
        self.counts[code] += 1
        self.first.setdefault(code, number)

    def reasons(self) -> tuple[Reason, ...]:
        """One a cause, the most frequent first."""
        return tuple(self._reason(code, count) for code, count in self.counts.most_common())

    def _reason(self, code: str, count: int) -> Reason:
        number = self.first[code]
        text = f"{self.texts[code]}: {count} of them, {self.what} {number} is the first"
        return Reason(code=code, text=text[:240], values={"count": float(count), "first": float(number)})
