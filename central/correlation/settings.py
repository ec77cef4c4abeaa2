"""What counts as one thing, as the configuration says it."""

from dataclasses import replace
from typing import Annotated

from pydantic import Field, model_validator
from typing_extensions import Self

from broker.fields import Word
from broker.settings import Duration, Settings
from central.correlation.bonds import Closeness, Kinds
from central.correlation.inhibition import Inhibition, Scope
from central.correlation.spots import SpotRule
from central.correlation.storms import StormRule

Metres = Annotated[float, Field(ge=0, le=50)]
# Metres. Vehicles stand side by side; a stall or a heap has no middle that two sources would agree on.
SHIPPED = {
    "illegal_parking": 2.0,
    "fire_lane_occupied": 2.0,
    "two_wheeler_parking": 4.0,
    "unlicensed_stall": 4.0,
    "shop_overflow": 5.0,
    "street_occupation": 5.0,
    "exposed_garbage": 5.0,
    "accumulated_debris": 5.0,
    "disorderly_piling": 5.0,
    "construction_materials": 6.0,
}


class ClosenessSettings(Settings):
    """Of a kind; what is left out is as usual."""

    reach_m: Metres | None = None
    most_m: Metres | None = None
    cool_down: Annotated[Duration, Field(ge=0)] | None = None

    def over(self, usual: Closeness) -> Closeness:
        """The same for the decisions."""
        return Closeness(
            usual.reach_m if self.reach_m is None else self.reach_m,
            usual.most_m if self.most_m is None else self.most_m,
            usual.cool_down_s if self.cool_down is None else self.cool_down,
        )


class UsualSettings(Settings):
    """Of every kind that says nothing of its own."""

    reach_m: Metres = Closeness().reach_m
    most_m: Metres = Closeness().most_m
    cool_down: Annotated[Duration, Field(ge=0)] = Closeness().cool_down_s

    def closeness(self) -> Closeness:
        """The same for the decisions."""
        return Closeness(self.reach_m, self.most_m, self.cool_down)


class StormSettings(Settings):
    """So many of one kind in one community within so long are one matter; 0: never."""

    number: Annotated[int, Field(ge=0, le=1000)] = StormRule().number
    window: Annotated[Duration, Field(ge=1, le=3600)] = StormRule().window_s

    def rule(self) -> StormRule | None:
        """The same for the decisions."""
        return StormRule(max(2, self.number), self.window) if self.number else None


class SpotSettings(Settings):
    """A place where a kind recurs: so often in so many days within so many metres."""

    times: Annotated[int, Field(ge=2, le=1000)] = SpotRule().times
    days: Annotated[float, Field(ge=1, le=366)] = SpotRule().days
    within_m: Annotated[float, Field(ge=1, le=200)] = SpotRule().within_m

    def rule(self) -> SpotRule:
        """The same for the decisions."""
        return SpotRule(self.times, self.days, self.within_m)


# Conditions in which a camera can say nothing of its street.
BLIND = (
    "covered",
    "global_scene_change",
    "signal_loss",
    "frozen",
    "image_too_dark",
    "image_too_bright",
    "image_too_blurry",
)


class InhibitionSettings(Settings):
    """While one of `when` (conditions of a source, kinds in a cell) stands, `kinds` there follow from it."""

    name: Word
    when: Annotated[list[Word], Field(min_length=1, max_length=64)]
    kinds: Annotated[list[Word], Field(max_length=64)] = []
    scope: Scope = "source"
    lead: Annotated[Duration, Field(ge=0, le=3600)] = 60.0
    settles: Annotated[Duration, Field(ge=0, le=3600)] = 120.0

    def rule(self) -> Inhibition:
        """The same for the decisions."""
        kinds = frozenset(self.kinds)
        return Inhibition(self.name, frozenset(self.when), kinds, self.scope, self.lead, self.settles)


BLIND_CAMERA = InhibitionSettings(name="blind_camera", when=list(BLIND))


class CorrelationSettings(Settings):
    """`usual`: of kinds that are not named. `same`: kinds that are one thing, each list under its first."""

    usual: UsualSettings = UsualSettings()
    kinds: dict[Word, ClosenessSettings] = {}
    same: list[Annotated[list[Word], Field(min_length=2)]] = []
    storms: StormSettings = StormSettings()
    spots: SpotSettings = SpotSettings()
    inhibitions: Annotated[list[InhibitionSettings], Field(max_length=64)] = [BLIND_CAMERA]

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        named = [kind for kinds in self.same for kind in kinds]
        if twice := sorted({kind for kind in named if named.count(kind) > 1}):
            raise ValueError(f"same: {', '.join(twice)} is in two lists; a kind is one thing with one other")
        heads = {kind: kinds[0] for kinds in self.same for kind in kinds[1:]}
        if lost := sorted(heads.keys() & self.kinds.keys()):
            told = ", ".join(f"{kind} goes by {heads[kind]}" for kind in lost)
            raise ValueError(f"kinds: {told}, which is where it is to be said")
        return self

    def table(self) -> Kinds:
        """The same for the decisions."""
        usual = self.usual.closeness()
        table = {kind: replace(usual, reach_m=reach) for kind, reach in SHIPPED.items()}
        table |= {kind: each.over(table.get(kind, usual)) for kind, each in self.kinds.items()}
        return Kinds(usual, table, {kind: kinds[0] for kinds in self.same for kind in kinds})
