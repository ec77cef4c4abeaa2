"""The shapes of what is said about the work on a ticket."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from pydantic import BaseModel

from broker.events import Reason
from broker.fields import Timestamp
from central.api.answers import PictureAnswer, TicketDetail, picture
from central.api.log_answers import LogLine, log_line
from central.casework.deeds import called, fields_of
from central.casework.facts import Facts, label
from central.casework.machine import ACTIONS, BY_SCENE, Action
from central.casework.profile import Profile
from central.casework.rights import Doer, options
from central.store.acting import Performed
from central.store.acting_below import Below
from central.store.clock_view import ClockNow
from central.store.trail import Sort, Trace, TrailPage
from central.store.work_columns import COUNTERS, INSTANTS


class StepAnswer(BaseModel):
    """A step of the city's way. `at`: whether the ticket is past it, at it, or has it ahead."""

    key: str
    zh: str
    en: str
    states: list[str]
    at: str | None = None


class OptionAnswer(BaseModel):
    """An action, and whether the asker may do it now. `needed`, `besides`: the fields that it takes."""

    action: str
    allowed: bool
    why_not: Reason | None
    needed: list[str]
    besides: list[str]


class ClockAnswer(BaseModel):
    """The stage that runs, or that ran last. Seconds are of the limit's sort, null without a limit.

    `stands`: it does not run. `working`: working time counts. `runs`: some of it is used at this instant.
    """

    stage: str
    stands: bool
    working: bool
    runs: bool
    limit_s: float | None
    used_s: float
    left_s: float | None
    in_time: bool | None
    reason: Reason


class WorkedTicket(TicketDetail):
    """A ticket with its steps, what the asker may do, who handles it in this round, and its figures.

    `clock`: null where nothing is due at any time.
    """

    steps: list[StepAnswer]
    actions: list[OptionAnswer]
    handled_by: list[str]
    clock: ClockAnswer | None
    counters: dict[str, int]
    moments: dict[str, Timestamp | None]


class ProfileAnswer(BaseModel):
    """The city's way. `automatic`: what the centre does by itself; `fields`: what each action needs.

    `pictures`: whether people's can be taken.
    """

    name: str
    zh: str
    en: str
    steps: list[StepAnswer]
    automatic: list[str]
    fields: dict[str, list[str]]
    pictures: bool


class EventBrief(BaseModel):
    """The event behind a line."""

    id: str
    type: str
    time: Timestamp
    recorded: Timestamp
    received: Timestamp
    deliveries: int


class TraceAnswer(LogLine):
    """One line of the trail. `pictures`: those that came with it, or that the event names."""

    sort: Sort
    source: str
    about: EventBrief | None
    pictures: list[PictureAnswer]


class TrailAnswer(BaseModel):
    """The trail, oldest first. `next` is the cursor of the following page, null at the end."""

    items: list[TraceAnswer]
    next: str | None


class FoldedAnswer(BaseModel):
    """One that is folded into the ticket. `why_not`: null where the same was done to it."""

    ticket: str
    why_not: Reason | None


class PerformedAnswer(BaseModel):
    """What was done, and what the centre did by itself after it. `again`: it had been done before."""

    line: LogLine
    followed: list[LogLine]
    again: bool
    folded: list[FoldedAnswer]


def worked(
    profile: Profile, facts: Facts, doer: Doer, fields: dict[str, Any], clock: ClockNow | None
) -> WorkedTicket:
    """A ticket as one account sees it."""
    return WorkedTicket(
        **fields,
        clock=None if clock is None else ClockAnswer(**asdict(clock)),
        steps=steps_of(profile, facts),
        actions=[
            OptionAnswer(
                action=option.action,
                allowed=option.why_not is None,
                why_not=option.why_not.reason if option.why_not else None,
                needed=_needed(profile, option.action),
                besides=_besides(profile, option.action),
            )
            for option in options(profile, facts, doer)
        ],
        handled_by=[each.who for each in facts.handlers],
        counters={name: getattr(facts, name) for name in COUNTERS},
        moments={name: getattr(facts, name) for name in INSTANTS},
    )


def performed(found: Performed, below: Sequence[Below]) -> PerformedAnswer:
    """What came of an action, and of the same with what is folded into its ticket."""
    return PerformedAnswer(
        line=log_line(found.line),
        followed=[log_line(each) for each in found.followed],
        again=found.again,
        folded=[FoldedAnswer(ticket=label(each.number), why_not=each.why_not) for each in below],
    )


def steps_of(profile: Profile, facts: Facts) -> list[StepAnswer]:
    """The main line, and where the ticket is on it; nowhere, when it left the line for good."""
    now = profile.step_of(facts.state, facts.held_from or facts.before)
    place = profile.steps.index(now) if now is not None else None
    words = {-1: "past", 0: "now", 1: "ahead"}
    return [
        StepAnswer(
            **step.model_dump(),
            at=words[(n > place) - (n < place)] if place is not None else None,
        )
        for n, step in enumerate(profile.steps)
    ]


def about_profile(profile: Profile, *, pictures: bool) -> ProfileAnswer:
    """The profile as the API tells it."""
    return ProfileAnswer(
        name=profile.name,
        zh=profile.zh,
        en=profile.en,
        steps=[StepAnswer(**step.model_dump()) for step in profile.steps],
        automatic=list(profile.automatic),
        fields={action: _needed(profile, action) for action in ACTIONS if action not in BY_SCENE},
        pictures=pictures,
    )


def trail(page: TrailPage) -> TrailAnswer:
    """A page of the trail."""
    following = f"after-{page.after}" if page.after is not None else None
    return TrailAnswer(items=[_trace(each, page) for each in page.traces], next=following)


def _trace(trace: Trace, page: TrailPage) -> TraceAnswer:
    line = trace.line
    named = _came_with(line.details or {}) or _named_by(line.body)
    about = None
    if line.type is not None:
        names = ("type", "time", "recorded", "received", "deliveries")
        about = EventBrief(id=line.event, **{name: getattr(line, name) for name in names})
    shown = [picture(page.pictures[sha256]) for sha256 in named if sha256 in page.pictures]
    fields = log_line(line).model_dump()
    return TraceAnswer(**fields, sort=trace.sort, source=line.source, about=about, pictures=shown)


def _came_with(details: dict[str, Any]) -> list[str]:
    return [details["sha256"]] if "sha256" in details else details.get("pictures", [])


def _named_by(body: str | None) -> list[str]:
    if not body:
        return []
    data = json.loads(body).get("data", {})
    parts = [data, *data.get("answers", [])]  # of a look each answer has its own
    return [each["sha256"] for part in parts for each in part.get("evidence", [])]


def _needed(profile: Profile, action: Action) -> list[str]:
    needed = _named(fields_of(action)[0])
    asks = profile.needs.get(action)
    return [*needed, "reason"] if asks and asks.comment and "reason" not in needed else needed


def _besides(profile: Profile, action: Action) -> list[str]:
    needed = _needed(profile, action)
    return [name for name in _named(fields_of(action)[1]) if name not in needed]


def _named(names: tuple[str, ...]) -> list[str]:
    return [called(name) for name in names]
