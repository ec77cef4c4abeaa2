"""What an operator sets about reports. `docs/reports.md` explains every key."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from broker.codes import table
from broker.fields import Word
from broker.settings import Duration, Settings
from central.languages import Language

HOUR_S, DAY_S = 3_600.0, 86_400.0
# Of what stands for hours, and of what lies for weeks; whatever is not named: `reports.lasts`.
SHIPPED = {
    "illegal_parking": 12 * HOUR_S,
    "two_wheeler_parking": 2 * DAY_S,
    "fire_lane_occupied": 12 * HOUR_S,
    "unlicensed_stall": 12 * HOUR_S,
    "shop_overflow": DAY_S,
    "street_occupation": DAY_S,
    "bin_full": 3 * DAY_S,
}
Lasting = Annotated[Duration, Field(ge=60.0, le=365 * DAY_S)]
PerHour = Annotated[float, Field(gt=0, le=1_000_000)]


def _known_kind(word: str) -> str:
    if word not in table():
        raise ValueError(f"is not in the table of kinds; those are {', '.join(table())}")
    return word


KnownKind = Annotated[Word, AfterValidator(_known_kind)]


class Open311Settings(Settings):
    """`jurisdiction`: what the standard calls jurisdiction_id; None: any is taken. `reading`: of requests."""

    jurisdiction: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    reading: Literal["keyed", "open"] = "keyed"
    language: Language = "zh"
    contact: Annotated[str, Field(max_length=240)] = ""


class ReportsSettings(Settings):
    """Who may report what, how exact, how often, and for how long a report stands by itself."""

    citizens: bool = False
    kinds: list[KnownKind] = []
    lasts: Lasting = 7 * DAY_S
    lasts_by_kind: dict[KnownKind, Lasting] = {}
    oldest: Annotated[Duration, Field(ge=60.0, le=90 * DAY_S)] = 7 * DAY_S
    accuracy_m: Annotated[float, Field(gt=0, le=200)] = 15.0
    worst_accuracy_m: Annotated[float, Field(gt=0, le=1_000)] = 200.0
    hourly_by_address: PerHour = 60.0
    hourly_by_place: PerHour = 60.0
    hourly_by_citizens: PerHour = 2_000.0
    open311: Open311Settings = Open311Settings()

    def reportable(self) -> list[str]:
        """The kinds that may be reported, in the order of the table."""
        return [word for word in table() if word in self.kinds or not self.kinds]

    def lasts_s(self, kind: str) -> float:
        """For how long a report of a kind stands when nobody says anything more, in seconds."""
        return self.lasts_by_kind.get(kind, SHIPPED.get(kind, self.lasts))
