"""When something that could not be sent is tried again, and when it is given up. Pure."""

import hashlib
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from broker.events import Reason

What = Literal["sent", "later", "never", "gone"]
# Seconds after each failure, the last one from then on.
DELAYS_S: Final = (5.0, 30.0, 120.0, 600.0, 1_800.0, 3_600.0, 7_200.0, 14_400.0, 21_600.0)
SPREAD: Final = 0.1  # so that those that failed together do not come back together
LONGEST_PAUSE_S: Final = 60.0
MOST_ASKED_S: Final = 86_400.0  # a receiver may ask for this much patience

State = Literal["waiting", "sent", "given_up"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one try. after_s: how long the receiver asks us to wait.

    later: another try may succeed. never: this very message is refused. gone: the receiver wants no more.
    """

    what: What
    reason: Reason
    after_s: float | None = None


class Next(NamedTuple):
    """What a delivery is now, and when it is tried again."""

    state: State
    due: float
    reason: Reason


def after(outcome: Outcome, *, id: str, tries: int, made: float, now: float, give_up_s: float) -> Next:  # noqa: A002
    """What follows from a try. tries: with this one; made: when the delivery was."""
    if outcome.what == "sent":
        return Next("sent", now, outcome.reason)
    if outcome.what == "never":
        return Next("given_up", now, outcome.reason)
    if outcome.what == "gone":
        return Next("waiting", now, outcome.reason)
    due = now + max(_delay(id, tries), min(outcome.after_s or 0.0, MOST_ASKED_S))
    if due > made + give_up_s:
        text = f"given up after {tries} tries in {(now - made) / 3600:.1f} h; the last: {outcome.reason.text}"
        return Next("given_up", now, Reason(code="too_old", text=text[:240]))
    return Next("waiting", due, outcome.reason)


def pause(failures: int, outcome: Outcome) -> float:
    """For how many seconds nothing at all is sent to a target, after so many failures in a row."""
    asked = min(outcome.after_s or 0.0, MOST_ASKED_S)
    return max(asked, min(LONGEST_PAUSE_S, 2.0 ** min(failures - 1, 10)))


def _delay(id: str, tries: int) -> float:  # noqa: A002
    """A little more or less for each, the same for the same."""
    part = int.from_bytes(hashlib.sha256(f"{id} {tries}".encode()).digest()[:4], "big") / 2**32
    return DELAYS_S[min(tries, len(DELAYS_S)) - 1] * (1 + SPREAD * (2 * part - 1))
