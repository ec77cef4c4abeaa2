"""The kinds of source, rule, intake, poller and decoder that there are, as a configuration knows them."""

from types import ModuleType
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, Field, create_model

from broker.settings import kinds, one_of, settings_of_kinds
from edge import analytics, decoders, intakes, pollers, rules, sources
from edge.decoding import DecoderSettings
from edge.foreign.settings import MOST_CAMERAS, AnalyticsSettings
from edge.poller import PollerSettings
from edge.settings import RuleSettings, SourceSettings, ZoneSettings, at_least_one_rule
from edge.taking import IntakeSettings

if TYPE_CHECKING:
    AnyRule = RuleSettings
else:
    AnyRule = settings_of_kinds(rules)


class ConfiguredZone(ZoneSettings):
    """A zone with rules of the kinds that the folder of rules holds."""

    rules: Annotated[list[AnyRule], AfterValidator(at_least_one_rule)]


# Every kind of source, each with zones of that sort.
SOURCES: dict[str, type[SourceSettings]] = {
    name: create_model("Settings", __base__=module.Settings, zones=(list[ConfiguredZone], []))
    for name, module in kinds(sources)
}
if TYPE_CHECKING:
    AnySource = SourceSettings
else:
    AnySource = one_of(tuple(SOURCES.values()))


class ReadIntake(IntakeSettings):
    """An intake, and what reads its messages."""

    decoder: DecoderSettings


# Every kind of way in, each with a decoder of the kinds that there are.
INTAKES: dict[str, type[IntakeSettings]] = {
    name: create_model("Settings", __base__=module.Settings, decoder=(settings_of_kinds(decoders), ...))
    for name, module in kinds(intakes)
}
if TYPE_CHECKING:
    AnyIntake = ReadIntake
else:
    AnyIntake = one_of(tuple(INTAKES.values()))

if TYPE_CHECKING:
    AnyPoller = PollerSettings
else:
    AnyPoller = settings_of_kinds(pollers)


def _analysed(module: ModuleType) -> type[AnalyticsSettings]:
    camera = create_model("Camera", __base__=module.Camera, zones=(list[ConfiguredZone], []))
    cameras = Annotated[list[camera], Field(min_length=1, max_length=MOST_CAMERAS)]  # type: ignore[valid-type]
    made: type[AnalyticsSettings] = create_model("Settings", __base__=module.Settings, cameras=(cameras, ...))
    return made


# Every kind of system that analyses cameras, with zones of that sort.
ANALYTICS: dict[str, type[AnalyticsSettings]] = {name: _analysed(module) for name, module in kinds(analytics)}
if TYPE_CHECKING:
    AnyAnalytics = AnalyticsSettings
else:
    AnyAnalytics = one_of(tuple(ANALYTICS.values()))
