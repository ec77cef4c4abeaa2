"""The working clock, as the configuration says it."""

import re
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator
from typing_extensions import Self

from broker.settings import Settings
from broker.timetext import DAY_MINUTES, Date, hours_text, minutes_in, zone_name
from broker.workdays import CalendarName, Workdays
from central.clock.courses import Rules
from central.clock.escalation import LEVELS, Escalation, EscalationStep
from central.clock.limits import STAGES, LimitRule, Limits, Severity, Stage, read_limit
from central.clock.shipped import ESCALATION, LIMITS
from central.clock.worktime import Hours, WorkCalendar

_KINDS: Final = re.compile(r"[a-z*][a-z0-9_*]{0,47}")
_CODES: Final = re.compile(r"[0-9A-Za-z*][0-9A-Za-z._*-]{0,23}")
NONE: Final = "none"


def _hours(text: Any) -> str:
    return hours_text(text, example="09:00-12:00")


def _limit(text: Any) -> str:
    if not isinstance(text, str):
        raise ValueError("is no limit; a text is, such as 4 working hours, or none")
    return text if text == NONE else str(read_limit(text))


def _kind(text: str) -> str:
    if _KINDS.fullmatch(text) is None:
        raise ValueError("is no pattern of kinds; small letters a-z, digits, '_' and '*' are, such as bin_*")
    return text


def _code(text: str) -> str:
    if _CODES.fullmatch(text) is None:
        raise ValueError("is no pattern of codes; letters, digits, '.', '_', '-' and '*' are, such as 09*")
    return text


Clockwork = Annotated[str, BeforeValidator(_hours)]
Kinds = Annotated[str, AfterValidator(_kind)]


def minutes_of(text: str) -> Hours:
    """09:00-12:00 in minutes from the midnight before."""
    return Hours(*minutes_in(text))


class LimitSettings(Settings):
    """One line of `clock.limits`. `limit`: none where there is to be none."""

    stage: Stage
    limit: Annotated[str, BeforeValidator(_limit)]
    kinds: Annotated[list[Kinds], Field(max_length=100)] = []
    codes: Annotated[list[Annotated[str, AfterValidator(_code)]], Field(max_length=100)] = []
    severities: Annotated[list[Severity], Field(max_length=3)] = []

    def rule(self, said: str) -> LimitRule:
        """The same for the decisions."""
        limit = None if self.limit == NONE else read_limit(self.limit)
        severities = tuple(self.severities)
        return LimitRule(self.stage, limit, tuple(self.kinds), tuple(self.codes), severities, said)


class EscalationSettings(Settings):
    """One step. `at`: the share of the limit; 1 is due."""

    at: Annotated[float, Field(gt=0, le=100)]
    urge: bool = False
    escalate: Literal["street", "district"] | None = None
    supervise: bool = False
    stages: Annotated[list[Stage], Field(min_length=1)] = list(STAGES)

    @model_validator(mode="after")
    def _does_something_in_time(self) -> Self:
        if not (self.urge or self.escalate or self.supervise):
            raise ValueError("nothing happens; urge: true, escalate: street or supervise: true is expected")
        if self.at < 1 and (self.escalate or self.supervise):
            raise ValueError("escalates before it is due; before 1.0 only urge is allowed")
        return self

    def step(self) -> EscalationStep:
        """The same for the decisions."""
        return EscalationStep(self.at, self.urge, self.escalate, self.supervise, tuple(self.stages))


class ClockSettings(Settings):
    """`limits` come before the shipped ones. `escalation` left out: as shipped; given: instead of that."""

    timezone: Annotated[str, AfterValidator(zone_name)] = "Asia/Shanghai"
    hours: Annotated[list[Clockwork], Field(min_length=1, max_length=12)] = ["09:00-12:00", "13:00-18:00"]
    calendar: CalendarName = "china"
    holidays: Annotated[list[Date], Field(max_length=1000)] = []
    workdays: Annotated[list[Date], Field(max_length=1000)] = []
    limits: Annotated[list[LimitSettings], Field(max_length=500)] = []
    escalation: Annotated[list[EscalationSettings], Field(max_length=20)] | None = None
    rework_share: Annotated[float, Field(ge=0, le=1)] = 0.5

    @model_validator(mode="after")
    def _hours_follow_each_other(self) -> Self:
        spans = sorted(zip(map(minutes_of, self.hours), self.hours, strict=True))
        first = (Hours(spans[0][0].begins + DAY_MINUTES, spans[0][0].ends + DAY_MINUTES), spans[0][1])
        for (span, text), (after, other) in zip(spans, [*spans[1:], first], strict=True):
            if after.begins < span.ends:
                raise ValueError(f"hours: {text} and {other} overlap; each minute is given once")
        return self

    @model_validator(mode="after")
    def _no_day_is_both(self) -> Self:
        if both := sorted(set(self.holidays) & set(self.workdays)):
            raise ValueError(f"{both[0]} is among the holidays and among the workdays; it can only be one")
        return self

    @model_validator(mode="after")
    def _every_line_counts(self) -> Self:
        rules = self._own()
        for n, rule in enumerate(rules):
            if hidden := next((other for other in rules[:n] if other.hides(rule)), None):
                text = (
                    f"never counts, for {hidden.said} comes first and fits all that it names; put it before"
                )
                raise ValueError(f"{rule.said} {text}")
        return self

    @model_validator(mode="after")
    def _levels_rise(self) -> Self:
        for stage in STAGES:
            steps = [each for each in self.escalation or () if stage in each.stages]
            rising = [each.escalate for each in sorted(steps, key=lambda each: each.at) if each.escalate]
            if rising != sorted(set(rising), key=LEVELS.index):
                told = ", then ".join(rising)
                raise ValueError(f"escalation: {stage} goes to {told}; each level is higher than the last")
        return self

    def working_calendar(self) -> WorkCalendar:
        """The same for the decisions."""
        days = Workdays(self.calendar, self.holidays, self.workdays)
        return WorkCalendar(self.timezone, list(map(minutes_of, self.hours)), days)

    def rules(self) -> Rules:
        """All of it for the decisions."""
        steps = [each.step() for each in self.escalation or ()]
        escalation = ESCALATION if self.escalation is None else Escalation(steps)
        return Rules(self.working_calendar(), Limits((*self._own(), *LIMITS)), escalation, self.rework_share)

    def _own(self) -> list[LimitRule]:
        return [each.rule(f"clock.limits[{n}]") for n, each in enumerate(self.limits)]
