"""Who is told of what, how and when. `docs/exports.md` explains every key."""

from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, model_validator
from typing_extensions import Self

from broker.fields import Word
from broker.settings import Duration, Settings
from broker.timetext import hours_text, minutes_in
from central.languages import Language
from central.notices.digests import Manner
from central.notices.happenings import Happening
from central.notices.quiet import Quiet
from central.notices.rules import DEPARTMENT, TOLD, WORDS, Rule
from central.target_settings import FilterSettings


def _quiet(text: Any) -> str:
    return hours_text(text, example="22:00-07:00")


def _channel(name: str) -> str:
    if name in WORDS:
        raise ValueError(f"is a word of the rules ({', '.join(WORDS)}); a channel is called otherwise")
    return name


Hours = Annotated[str, BeforeValidator(_quiet)]
Channel = Annotated[Word, AfterValidator(_channel)]
Gathers = Annotated[Duration, Field(ge=0, le=86_400)]
Lines = Annotated[int, Field(ge=1, le=100)]
Hourly = Annotated[int, Field(ge=1, le=1_000)]
Hushed = Annotated[list[Hours], Field(max_length=12)]


class MannerSettings(Settings):
    """How a channel is told, where it does not say otherwise itself."""

    digest: Gathers = 300.0
    lines: Lines = 10
    hourly: Hourly = 20
    quiet: Hushed = []
    working_time: bool = False


class ChannelSettings(FilterSettings):
    """`url_file`: its one line is the URL of Apprise. What is left out is as `notify.usual` says."""

    url_file: Path
    digest: Gathers | None = None
    lines: Lines | None = None
    hourly: Hourly | None = None
    quiet: Hushed | None = None
    working_time: bool | None = None


class RuleSettings(FilterSettings):
    """`to`: channels, or `department`: the ticket's own, or `told`: those that the routing names besides."""

    happenings: Annotated[list[Happening], Field(min_length=1)]
    to: Annotated[list[Word], Field(min_length=1, max_length=100)]


USUAL = [
    RuleSettings(happenings=["dispatched", "due_soon", "overdue", "supervised", "returned"], to=[DEPARTMENT]),
    RuleSettings(happenings=["dispatched"], to=[TOLD]),
]


class NotifySettings(Settings):
    """`rules`: all that fit count; left out, departments with a `notify_file` hear of what is theirs."""

    language: Language = "zh"
    usual: MannerSettings = MannerSettings()
    channels: Annotated[dict[Channel, ChannelSettings], Field(max_length=200)] = {}
    rules: Annotated[list[RuleSettings], Field(max_length=500)] = USUAL

    @model_validator(mode="after")
    def _known_channels(self) -> Self:
        for n, rule in enumerate(self.rules):
            if unknown := sorted(set(rule.to) - {*self.channels, *WORDS}):
                known = ", ".join([*self.channels, *WORDS])
                raise ValueError(f"rules[{n}].to: {unknown[0]} is no channel; those are {known}")
        return self

    def manner(self, channel: ChannelSettings | None = None) -> Manner:
        """How a channel is told."""
        own = channel.model_dump() if channel is not None else {}
        said = {name: own.get(name) for name in MannerSettings.model_fields}
        whole = self.usual.model_dump() | {name: value for name, value in said.items() if value is not None}
        quiet = Quiet(tuple(map(minutes_in, whole["quiet"])), whole["working_time"])
        return Manner(whole["digest"], whole["lines"], whole["hourly"], quiet)

    def table(self) -> list[Rule]:
        """The rules for the decisions."""
        return [
            Rule(f"notify.rules[{n}]", tuple(rule.happenings), tuple(rule.to), rule.filter())
            for n, rule in enumerate(self.rules)
        ]
