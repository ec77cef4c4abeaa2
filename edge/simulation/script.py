"""A script: what a street has, what happens there and when, and what must come of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, ValidationError, model_validator
from typing_extensions import Self

from broker.fields import Identifier
from broker.link import LinkSettings
from broker.settings import Duration, Fault, Settings, SettingsError, load, settings_of_kinds
from broker.timetext import zone_name
from edge import simulated
from edge.centre_door import web_address
from edge.simulation.thing import Moment, Thing, ThingSettings, seconds_of
from edge.simulation.timetable import Words, changes

if TYPE_CHECKING:
    AnyThing = ThingSettings
else:
    AnyThing = settings_of_kinds(simulated)


class BrokerWay(Settings):
    """Messages go to an MQTT broker, such as that which a node's intake reads."""

    broker: LinkSettings


class PostWay(Settings):
    """Messages are posted to an address. token_file: holds what is sent as `Authorization: Bearer`."""

    post: str
    token_file: Path | None = None

    @model_validator(mode="after")
    def _is_an_address(self) -> Self:
        web_address(self.post)
        return self


def _window(value: object) -> object:
    """One moment, give or take a minute, or two: not before and not after."""
    if isinstance(value, list):
        return value
    t = seconds_of(value)
    return [max(0.0, t - GIVE_S), t + GIVE_S]


GIVE_S = 60.0
Window = Annotated[tuple[Moment, Moment], BeforeValidator(_window)]


class Expected(Settings):
    """A situation that must come. kind: of incident. source: the device or camera, or part of a zone's.

    opened, cleared: when, give or take a minute, or not before and not after. times: how many such there are.
    """

    kind: str
    source: Identifier
    zone: Identifier | None = None
    opened: Window | None = None
    cleared: Window | Literal["never"] | None = None
    times: Annotated[int, Field(ge=0)] = 1


def _alike(things: object) -> object:
    """A thing that is `like` an earlier one has all its keys, where it has none of its own."""
    if not isinstance(things, list):
        return things
    whole: list[object] = []
    by_id: dict[str, dict[str, object]] = {}
    for n, each in enumerate(things):
        if isinstance(each, dict) and "like" in each:
            if (model := by_id.get(str(each["like"]))) is None:
                raise ValueError(f"[{n}]: like {each['like']!r}: no thing before it has that id")
            each = model | {key: value for key, value in each.items() if key != "like"}  # noqa: PLW2901
        if isinstance(each, dict) and isinstance(each.get("id"), str):
            by_id[each["id"]] = each
        whole.append(each)
    return whole


class ScriptSettings(Settings):
    """The whole file. lasts: how much of the street's time is played. begin: when that begins, or midnight of
    a time zone, so that all of it is past; with neither, it ends now. speed: at most so many times real time;
    unset, as fast as all keep up. ways: where to play to, in place of the node's own ways in. others: what
    counts as too much that `expect` does not name.
    """

    lasts: Annotated[Duration, Field(gt=0, le=31 * 86_400)]
    begin: AwareDatetime | None = None
    midnight: Annotated[str, AfterValidator(zone_name)] | None = None
    speed: Annotated[float, Field(ge=1, le=1_000_000)] | None = None
    seed: int = 1
    cameras: bool = True
    ways: dict[Identifier, BrokerWay | PostWay] = {}
    things: Annotated[list[AnyThing], Field(max_length=16_000), BeforeValidator(_alike)]
    expect: list[Expected] | None = None
    others: Literal["allowed", "too_many"] = "too_many"

    @model_validator(mode="after")
    def _begins_once(self) -> Self:
        if self.begin is not None and self.midnight is not None:
            raise ValueError("begin and midnight say the same; give one of them")
        return self

    def begins(self, now: float) -> float:
        """UTC seconds of the first moment. Raises ValueError where not all of it is past."""
        if self.begin is None and self.midnight is None:
            return now - self.lasts
        if self.begin is not None:
            if self.begin.timestamp() + self.lasts > now:
                raise ValueError("begin: a street ends before now; begin it earlier")
            return self.begin.timestamp()
        day = datetime.fromtimestamp(now - self.lasts, ZoneInfo(str(self.midnight)))
        return day.replace(hour=0, minute=0, second=0, microsecond=0).timestamp()


@dataclass(frozen=True, slots=True)
class Actor:
    """A thing, ready to play."""

    settings: ThingSettings
    words: Words
    thing: Thing


def read(path: Path) -> ScriptSettings:
    """Raises SettingsError with every fault."""
    script = load(path, ScriptSettings)
    faults = [Fault(str(path), 1, 1, f"things[{n}]", text) for n, text in _faults(script)]
    if faults:
        raise SettingsError(faults)
    return script


def actors(script: ScriptSettings, streets: int = 1) -> list[Actor]:
    """Everything that speaks, of so many streets."""
    return [actor_of(each) for street in range(1, streets + 1) for each in of_street(script.things, street)]


def of_street(things: Sequence[ThingSettings], street: int) -> list[ThingSettings]:
    """The things as that street has them; those of which there can be one only are in the first."""
    return [each.copy_for(street) for each in things if street == 1 or not each.single]


def actor_of(settings: ThingSettings) -> Actor:
    """The thing that these settings are for."""
    kind = import_module(f"{simulated.__name__}.{settings.kind}")
    return Actor(settings, kind.WORDS, kind.build(settings))


def _faults(script: ScriptSettings) -> Iterator[tuple[int, str]]:
    """Names that are given twice, words that no kind knows, and fields that cannot be said."""
    ids: set[str] = set()
    for n, settings in enumerate(script.things):
        if settings.id in ids:
            yield n, f"{settings.id!r} is there already; ids are unique"
        ids.add(settings.id)
        try:
            actor = actor_of(settings)
            for fields in (settings.fields, *(change for _, change in changes(settings, actor.words))):
                actor.thing.check(fields)
        except (ValueError, ValidationError) as error:
            yield n, str(error)
