"""What people read in a message, in both languages. Pure."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from central.languages import Language, Words
from central.notices.digests import Window, counted
from central.notices.happenings import Happening
from central.notices.heard import Heard, Subject

LONGEST = 240

HAPPENING: Final[Mapping[Happening, Words]] = MappingProxyType(
    {
        "new": Words("新工单", "new"),
        "dispatched": Words("派遣", "dispatched"),
        "due_soon": Words("即将超期", "due soon"),
        "overdue": Words("超期", "overdue"),
        "urged": Words("催办", "urged"),
        "escalated": Words("升级", "escalated"),
        "supervised": Words("督办", "supervised"),
        "returned": Words("退回返工", "returned"),
        "storm": Words("集中发生", "storm"),
        "camera_health": Words("设备状况", "source health"),
    }
)
LEVEL: Final[Mapping[str, Words]] = MappingProxyType(
    {
        "grid": Words("网格", "the grid"),
        "street": Words("街道", "the street"),
        "district": Words("区", "the district"),
    }
)
_HEALTH: Final[Mapping[str, Words]] = MappingProxyType(
    {"raised": Words("出现", "has begun"), "recovered": Words("恢复", "is over")}
)
_DUE: Final = Words("应于 {} 前", "due {}")
_NAME: Final = Words("格物", "Gewu")
_MORE: Final = Words("另有 {} 件", "and {} more")


class Namer(NamedTuple):
    """How things are called. kind, department: by their word. told: an instant by the place's clock."""

    language: Language
    kind: Callable[[str], str]
    department: Callable[[str], str]
    told: Callable[[float], str]


class Message(NamedTuple):
    """What a channel is sent."""

    title: str
    text: str


def line_of(heard: Heard, happening: Happening, namer: Namer) -> str:
    """One happening in one line."""
    subject = heard.subject
    if subject is None:
        return ""
    named = HAPPENING[happening].in_(namer.language)
    if happening == "camera_health":
        over = _HEALTH[heard.effect].in_(namer.language)
        return f"{named}: {subject.label} {subject.kind} {over}"[:LONGEST]
    parts = [
        f"{subject.label} {named}",
        namer.kind(subject.kind),
        subject.place,
        _to(subject, happening, namer),
    ]
    if subject.due_at is not None:
        parts.append(_DUE.in_(namer.language).format(namer.told(subject.due_at)))
    return " · ".join(part for part in parts if part)[:LONGEST]


def message_of(window: Window, language: Language, link: str) -> Message:
    """One message for all that a window holds. link: where the rest is to be seen; may be empty."""
    counts = counted(window)
    told = ", ".join(f"{HAPPENING[name].in_(language)} {number}" for name, number in counts)  # type: ignore[index]
    shown = [*window.grave, *window.lines]
    lines = [*shown]
    if window.total > len(shown):
        lines.append(_MORE.in_(language).format(window.total - len(shown)))
    if link:
        lines.append(link)
    return Message(f"{_NAME.in_(language)}: {told}", "\n".join(lines))


def _to(subject: Subject, happening: Happening, namer: Namer) -> str:
    if happening == "escalated" and subject.level in LEVEL:
        return f"→ {LEVEL[subject.level].in_(namer.language)}"
    return f"→ {namer.department(subject.department)}" if subject.department else ""
