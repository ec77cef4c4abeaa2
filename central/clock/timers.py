"""Timers: what of all tickets is to happen, when, and which of it happens now. Pure.

Theory of operation. A timer is a row: ticket, version of its clock, round, kind, instant. It fires at the
first look at or after its instant, however late, and what fired is remembered by (ticket, round, kind) in the
transaction of its effect; so it fires once, whatever restarts, whoever else looks, and however the clock is
put back. A timer of another version than its ticket's clock has now was overtaken by what people did, and
goes. Of several that one ticket missed the earlier ones are told as overtaken: levels rise through all of
them, but nobody needs to be urged of what is late already.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from broker.events import Reason
from central.clock.courses import Rules, TicketClock
from central.clock.deadlines import alarms_of
from central.clock.escalation import Escalation, EscalationStep, Named

Key = tuple[int, int, str]  # ticket, round, kind
Why = Literal["not_yet", "fired_before", "other_version", "no_ticket", "no_step"]
LATE_S: Final = 60.0  # firing later than this is told in the reason
STEP_S: Final = 30.0  # a clock that moved by so much more or less than time passed was set


@dataclass(frozen=True, slots=True)
class Timer:
    """One row. ticket: its number. at: UTC seconds."""

    ticket: int
    version: int
    round: int
    kind: str
    at: float

    @property
    def key(self) -> Key:
        """By which it is remembered once it fired."""
        return self.ticket, self.round, self.kind


@dataclass(frozen=True, slots=True)
class Firing:
    """A timer that fires, and what is to be done. overtaken: a graver one of its ticket fires as well."""

    timer: Timer
    step: EscalationStep
    overtaken: bool
    reason: Reason


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A timer that does not fire, and why; `not_yet` apart, it never will, and its row may go."""

    timer: Timer
    why: Why
    reason: Reason


@dataclass(frozen=True, slots=True)
class Look:
    """What came of a look at timers. again_at: when the next one is due; None: none is."""

    firings: tuple[Firing, ...]
    passed_over: tuple[PassedOver, ...]
    again_at: float | None


def timers_of(ticket: int, clock: TicketClock, rules: Rules) -> tuple[Timer, ...]:
    """The rows of a ticket, in place of all that it had; none while its clock stands."""
    course = clock.running
    alarms = () if course is None else alarms_of(course, rules.calendar, rules.escalation)
    return tuple(Timer(ticket, clock.version, clock.round, alarm.kind, alarm.at) for alarm in alarms)


def look(
    timers: Iterable[Timer],
    now: float,
    *,
    versions: Mapping[int, int],
    fired: Collection[Key],
    escalation: Escalation,
) -> Look:
    """Which timers fire now, in the order of their instants, and why the others do not.

    versions: of the clocks of the tickets that are still open. fired: keys that are remembered.
    """
    known = set(fired)
    firing: list[tuple[Timer, Named]] = []
    over: list[PassedOver] = []
    for timer in sorted(timers, key=lambda each: _order(each, escalation)):
        named = escalation.named(timer.kind)
        why = _unfit(timer, now, versions.get(timer.ticket), known)
        if named is None:
            why = _over(timer, "no_step", f"clock.escalation has no step {timer.kind} any more")
        if why is not None:
            over.append(why)
        elif named is not None:
            known.add(timer.key)
            firing.append((timer, named))
    last = {timer.ticket: timer for timer, _ in firing}
    firings = tuple(_fires(each, named, now, each is not last[each.ticket]) for each, named in firing)
    again = min((each.timer.at for each in over if each.why == "not_yet"), default=None)
    return Look(firings, tuple(over), again)


def _order(timer: Timer, escalation: Escalation) -> tuple[float, int, float, str]:
    """By time; of one ticket at one instant by the share, so that levels rise."""
    named = escalation.named(timer.kind)
    return timer.at, timer.ticket, named.step.at if named is not None else 0.0, timer.kind


def _unfit(timer: Timer, now: float, version: int | None, fired: Collection[Key]) -> PassedOver | None:
    if version is None:
        return _over(timer, "no_ticket", "its ticket is closed, or is none")
    if version != timer.version:
        text = f"made for version {timer.version} of the ticket's clock, which has {version} now"
        return _over(timer, "other_version", text)
    if timer.key in fired:
        return _over(timer, "fired_before", "it fired before in this round")
    if timer.at > now:
        return _over(timer, "not_yet", f"it fires in {spoken(timer.at - now)}", timer.at - now)
    return None


def _over(timer: Timer, why: Why, text: str, seconds: float | None = None) -> PassedOver:
    values = None if seconds is None else {"in_s": seconds}
    return PassedOver(timer, why, Reason(code=why, text=text, values=values))


def _fires(timer: Timer, named: Named, now: float, overtaken: bool) -> Firing:
    late = now - timer.at
    text = f"{named.step.at:.0%} of the limit to {named.stage} has passed: {named.step.told}"
    if late > LATE_S:
        text += f"; {spoken(late)} late, for nobody looked in time or the clock was set"
    if overtaken:
        text += "; a graver one follows"
    values = {"share": named.step.at, "late_s": late}
    return Firing(timer, named.step, overtaken, Reason(code="timer_fired", text=text, values=values))


def stepped(since: float, now: float, passed_s: float) -> Reason | None:
    """Whether the clock was set between two looks of one process, to be logged.

    since, now: the clock at both. passed_s: by the monotonic clock. Timers go by the clock either way: put
    forward, they fire at once; put back, those to come wait and those that fired do not fire again.
    """
    by = now - since - passed_s
    if abs(by) <= STEP_S:
        return None
    way = "forward" if by > 0 else "back"
    text = f"the clock was put {way} by {spoken(abs(by))}; timers go by it from now on"
    return Reason(code="clock_step", text=text, values={"by_s": by})


def spoken(seconds: float) -> str:
    """A time between two instants, as people say it."""
    for length, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= length:
            return f"{seconds / length:.3g} {unit}"
    return f"{seconds:.3g} s"
