"""How long what is kept: by kind of incident, and what belongs to no ticket. Seconds throughout. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Literal, get_args

DAY_S = 86_400.0
LONGEST_S = 3_650 * DAY_S  # what has to stay longer has a reason of its own: that is what holds are for
Part = Literal["tickets", "pictures", "texts"]
PARTS: tuple[Part, ...] = get_args(Part)
Loose = Literal["other_events", "loose_pictures", "quarantine", "audit", "identity"]
LOOSE: tuple[Loose, ...] = get_args(Loose)


@dataclass(frozen=True, slots=True)
class Shipped:
    """A limit that counts where nobody says another one, and why."""

    days: float
    why: str

    @property
    def seconds(self) -> float:
        """The same in seconds."""
        return self.days * DAY_S


USUAL: Mapping[Part, Shipped] = MappingProxyType(
    {
        "tickets": Shipped(
            1095,
            "a season is compared with the same one before, and contracts of those who handle run for years",
        ),
        "pictures": Shipped(
            180, "what was decided by a picture is disputed within half a year or not at all"
        ),
        "texts": Shipped(90, "who reported is asked back within weeks; afterwards kind and place say enough"),
    }
)
OF_LOOSE: Mapping[Loose, Shipped] = MappingProxyType(
    {
        "other_events": Shipped(
            90,
            "readings, flights, health, digests, openings that never came: gaps are searched so far back",
        ),
        "loose_pictures": Shipped(30, "no ticket shows them; an event that names one may be weeks late"),
        "quarantine": Shipped(
            90, "so long may it take until a node's fault is found; raw bytes may hold anything"
        ),
        "audit": Shipped(365, "whoever looked at a picture can be asked about it for a year"),
        "identity": Shipped(
            1825, "ids and hashes alone; a node's disk may be restored from a copy that is years old"
        ),
    }
)
_VEHICLE = Shipped(90, "make and colour show whose it is, also where the plate is masked")
_TRADE = Shipped(90, "a stall shows whose it is")
# Never longer than what is usual here.
PICTURES_OF: Mapping[str, Shipped] = MappingProxyType(
    {
        **dict.fromkeys(("illegal_parking", "two_wheeler_parking", "fire_lane_occupied"), _VEHICLE),
        **dict.fromkeys(("unlicensed_stall", "shop_overflow", "street_occupation"), _TRADE),
    }
)


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one kind, in seconds after a ticket has ended. Nothing outlives its ticket."""

    tickets: float = USUAL["tickets"].seconds
    pictures: float = USUAL["pictures"].seconds
    texts: float = USUAL["texts"].seconds


@dataclass(frozen=True, slots=True)
class Plan:
    """All of it. kinds: those that differ from what is usual. settles: how long a clock has to run first."""

    usual: Limits = Limits()
    kinds: Mapping[str, Limits] = field(default_factory=dict)
    other_events: float = OF_LOOSE["other_events"].seconds
    loose_pictures: float = OF_LOOSE["loose_pictures"].seconds
    quarantine: float = OF_LOOSE["quarantine"].seconds
    audit: float = OF_LOOSE["audit"].seconds
    identity: float = OF_LOOSE["identity"].seconds
    settles: float = DAY_S

    def of(self, kind: str) -> Limits:
        """What counts for a kind."""
        return self.kinds.get(kind, self.usual)

    def shortest(self, part: Part) -> float:
        """Of all kinds: nothing that is younger can go."""
        every: list[float] = [getattr(each, part) for each in (self.usual, *self.kinds.values())]
        return min(every)


def joined(limits: Limits, said: Mapping[str, float | None]) -> Limits:
    """With what is said in place of what was; None: nothing is said. Nothing outlives its ticket."""
    told = {name: value for name, value in said.items() if value is not None}
    found = {each.name: told.get(each.name, getattr(limits, each.name)) for each in fields(Limits)}
    return Limits(**{name: min(value, found["tickets"]) for name, value in found.items()})


def as_shipped(kind: str, usual: Limits) -> Limits:
    """Of a kind that nobody says anything of."""
    shipped = PICTURES_OF.get(kind)
    return usual if shipped is None else joined(usual, {"pictures": min(usual.pictures, shipped.seconds)})


def days_text(seconds: float) -> str:
    """As the configuration writes it: 90d, 36h."""
    for unit, size in (("d", DAY_S), ("h", 3600.0), ("m", 60.0)):
        if seconds % size == 0:
            return f"{seconds / size:g}{unit}"
    return f"{seconds:g}s"
