"""What a line of the log means to people who have to act. Pure."""

from typing import Literal, NamedTuple, get_args

from broker.events import Reason
from central.notices.heard import Heard

Happening = Literal[
    "new", "dispatched", "due_soon", "overdue", "urged", "escalated", "supervised", "returned", "storm",
    "camera_health",
]  # fmt: skip
HAPPENINGS: tuple[Happening, ...] = get_args(Happening)
RETURNS = frozenset({"rework", "send_back"})


class Meant(NamedTuple):
    """What happened, the gravest first, and by what that is known. Nothing: the reason says why not."""

    happenings: tuple[Happening, ...]
    reason: Reason


def meant(line: Heard) -> Meant:
    """What a line means."""
    if line.subject is None:
        return _nothing("no_subject", "the line is about no ticket and no source")
    if "timer" in line.details or line.effect in ("urged", "supervised"):
        return _by_the_clock(line)
    if line.effect == "opened":
        return _so("new", "a new ticket")
    if line.action == "dispatch":
        return _so("dispatched", f"it went to {line.subject.department}", department=line.subject.department)
    if line.action in RETURNS:
        return _so("returned", f"it came back: {line.action}")
    if line.action == "escalate":
        return _so("escalated", f"it lies with the {line.subject.level}")
    if line.effect == "folded" and line.reason.code == "storm":
        return _so("storm", "tickets of a storm were folded into it")
    if line.effect in ("raised", "recovered"):
        return _so("camera_health", line.reason.text)
    return _nothing("no_happening", f"nobody is told of {line.action or line.effect}")


def _by_the_clock(line: Heard) -> Meant:
    if line.details.get("overtaken"):
        return _nothing("overtaken", "a later timer of the same ticket fired at the same look")
    share = float(line.details.get("share", 1.0))
    found: list[Happening] = []
    if line.effect == "supervised" or line.details.get("supervise"):
        found.append("supervised")
    if line.action == "escalate":
        found.append("escalated")
    found.append("overdue" if share >= 1 else "due_soon")
    if line.effect == "urged":
        found.append("urged")
    return Meant(
        tuple(found),
        Reason(code=found[0], text=f"{share:.0%} of its limit have passed", values={"share": share}),
    )


def _so(happening: Happening, text: str, **words: str | None) -> Meant:
    known = {name: word for name, word in words.items() if word}
    return Meant((happening,), Reason(code=happening, text=text[:240], words=known or None))


def _nothing(code: str, text: str) -> Meant:
    return Meant((), Reason(code=code, text=text))
