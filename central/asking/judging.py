"""What an answer does to its ask, whatever the order in which answers come. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from broker.asks import Answer
from broker.events import Reason

Status = Literal["waiting", "sent", "working", "done", "refused", "failed", "expired"]
OPEN: tuple[Status, ...] = ("waiting", "sent", "working")
MOST_PARTS = 400
MOST_BYTES = 8_000_000


@dataclass(frozen=True, slots=True)
class Standing:
    """An ask as it stands. `ends`, `outcome`: number and status of the last answer, once that has come."""

    node: str
    expires: datetime
    status: Status
    parts: int = 0
    size: int = 0
    progress: float | None = None
    ends: int | None = None
    outcome: Status | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the answer is kept, why or why not, and how the ask stands then."""

    kept: bool
    reason: Reason
    after: Standing


def judge(ask: Standing, node: str, answer: Answer, size: int, now: datetime) -> Verdict:
    """An answer of so many bytes that is not known yet."""
    if node != ask.node:
        return _not_kept(ask, "not_asked", f"{ask.node} was asked, and {node} answers")
    if ask.status not in OPEN:
        return _not_kept(ask, "not_open", f"the ask is {ask.status} already")
    if now > ask.expires:
        return _not_kept(ask, "too_late", "nobody waits for it any more")
    if ask.parts >= MOST_PARTS or answer.number >= MOST_PARTS or ask.size + size > MOST_BYTES:
        text = f"the answer has more than {MOST_PARTS} parts or {MOST_BYTES} bytes"
        return Verdict(False, Reason(code="too_much", text=text), _standing(ask, "failed"))
    return _kept(ask, answer, size)


def _kept(ask: Standing, answer: Answer, size: int) -> Verdict:
    ends, outcome = ask.ends, ask.outcome
    if answer.status == "done" or answer.status == "refused" or answer.status == "failed":
        ends, outcome = answer.number, answer.status
    progress = max(ask.progress or 0.0, answer.progress or 0.0) if _tells(ask, answer) else None
    after = Standing(
        ask.node, ask.expires, "working", ask.parts + 1, ask.size + size, progress, ends, outcome
    )
    if outcome is not None and (outcome != "done" or after.parts == (ends or 0) + 1):
        after = _standing(after, outcome)
    return Verdict(True, Reason(code="answer_taken", text=f"answer {answer.number}"), after)


def _tells(ask: Standing, answer: Answer) -> bool:
    return ask.progress is not None or answer.progress is not None


def _standing(ask: Standing, status: Status) -> Standing:
    progress = 1.0 if status == "done" else ask.progress
    return Standing(ask.node, ask.expires, status, ask.parts, ask.size, progress, ask.ends, ask.outcome)


def _not_kept(ask: Standing, code: str, text: str) -> Verdict:
    return Verdict(False, Reason(code=code, text=text[:240]), ask)
