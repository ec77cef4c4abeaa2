"""What of a ticket may go by a time, and why not yet. Pure.

Theory of operation. A ticket's time begins when it has ended, so what is worked on never goes. A ticket goes
whole, with those that were merged into it, when its limit is over and nothing needs it: no hold, no window in
which places count as recurring, no report that is still to be frozen, no other ticket that refers to it. Of
its pictures, and of the words of those who reported it, only the hold and the limit decide.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from broker.events import Reason
from central.retention.plan import DAY_S, Part, Plan, days_text

Code = Literal["open", "held", "too_young", "recurs", "not_frozen", "referred_to", "time_is_over"]


@dataclass(frozen=True, slots=True)
class Case:
    """A ticket. `ended` None: it is open. `holds` that cover it; `needed_by`: tickets that refer to it."""

    number: int
    kind: str
    opened: float
    ended: float | None
    holds: tuple[int, ...] = ()
    needed_by: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Terms:
    """By what is decided. recurs_s: how long a ticket counts where things recur.

    frozen: up to when reports are frozen; None: nothing here is ever frozen.
    """

    plan: Plan
    recurs_s: float = 0.0
    frozen: float | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether it goes, and why or why not. `at`: when, as far as time alone decides; None: people decide."""

    goes: bool
    reason: Reason
    at: float | None = None

    @property
    def waits(self) -> bool:
        """Whether it is old enough, and something else keeps it."""
        return not self.goes and self.code != "too_young"

    @property
    def code(self) -> Code:
        """The reason in one word."""
        return self.reason.code  # type: ignore[return-value]


def verdict(part: Part, case: Case, terms: Terms, now: float) -> Verdict:
    """Of one ticket."""
    if case.ended is None:
        return _stays("open", "the ticket is not done with")
    if case.holds:
        named = ", ".join(str(number) for number in case.holds[:5])
        return _stays("held", f"hold {named}")
    limit = getattr(terms.plan.of(case.kind), part)
    if now < case.ended + limit:
        text = f"it ended {_ago(now, case.ended)} ago; {part} of {case.kind} are kept {days_text(limit)}"
        return _stays("too_young", text, case.ended + limit)
    if part == "tickets" and (still := _needed(case, terms, now)) is not None:
        return still
    text = f"it ended {_ago(now, case.ended)} ago; {part} of {case.kind} are kept {days_text(limit)}"
    return Verdict(True, _why("time_is_over", text), case.ended + limit)


def _needed(case: Case, terms: Terms, now: float) -> Verdict | None:
    if now < case.opened + terms.recurs_s:
        text = f"it counts for {days_text(terms.recurs_s)} where things recur"
        return _stays("recurs", text, case.opened + terms.recurs_s)
    if terms.frozen is not None and (case.ended or 0.0) >= terms.frozen:
        return _stays("not_frozen", "no frozen report has counted it yet")
    if case.needed_by:
        text = f"{len(case.needed_by)} tickets refer to it, T-{case.needed_by[0]:06d} first"
        return _stays("referred_to", text)
    return None


def together(verdicts: Iterable[Verdict]) -> Verdict:
    """Of what goes only together: the first that stays decides; of what waits for time the last."""
    found: Sequence[Verdict] = list(verdicts)
    for each in found:
        if not each.goes and each.at is None:
            return each
    waiting = [each for each in found if not each.goes]
    return max(waiting or found, key=lambda each: each.at or 0.0)


def _ago(now: float, then: float) -> str:
    return f"{max(0.0, now - then) / DAY_S:.1f} days"


def _stays(code: Code, text: str, at: float | None = None) -> Verdict:
    return Verdict(False, _why(code, text), at)


def _why(code: Code, text: str) -> Reason:
    return Reason(code=code, text=text[:240])
