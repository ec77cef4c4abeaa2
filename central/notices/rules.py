"""Which happening goes to which channels. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from broker.events import Reason
from central.notices.filters import ALL, Filter
from central.notices.happenings import Happening, Meant, meant
from central.notices.heard import Heard

DEPARTMENT: Final = "department"  # that of the ticket
TOLD: Final = "told"  # those that the routing names besides
WORDS: Final = (DEPARTMENT, TOLD)


def channel_of(department: str) -> str:
    """The channel of a department that has its own."""
    return f"department.{department}"


@dataclass(frozen=True, slots=True)
class Rule:
    """to: channels by their names, or one of `WORDS`."""

    said: str
    happenings: tuple[Happening, ...]
    to: tuple[str, ...]
    of: Filter = ALL


class Told(NamedTuple):
    """What one channel is told of a line, or why it is not. happening None: nothing."""

    happening: Happening | None
    reason: Reason


def told(line: Heard, rules: Sequence[Rule], filters: Mapping[str, Filter]) -> dict[str, Told]:
    """What each channel is told of a line, once; of those that no rule names, why. filters: by channel."""
    happened = meant(line)
    found = dict.fromkeys(filters, _nothing(happened))
    for rule in rules:
        happening, why_not = _matching(line, happened, rule)
        for name in _channels(line, rule.to):
            if name not in filters or found[name].happening is not None:
                continue
            found[name] = _told(line, rule, happening, why_not, filters[name])
    return found


def _nothing(happened: Meant) -> Told:
    if not happened.happenings:
        return Told(None, happened.reason)
    of = ", ".join(happened.happenings)
    return Told(None, Reason(code="no_rule", text=f"no rule sends {of} of this ticket here"))


def _matching(line: Heard, happened: Meant, rule: Rule) -> tuple[Happening | None, Reason]:
    happening = next((each for each in happened.happenings if each in rule.happenings), None)
    if happening is None or line.subject is None:
        code = "other_happenings" if happened.happenings else happened.reason.code
        text = f"{rule.said} is of {', '.join(rule.happenings)}"[:240]
        return None, Reason(code=code, text=text, words={"rule": rule.said})
    return happening, happened.reason


def _told(line: Heard, rule: Rule, happening: Happening | None, why_not: Reason, of: Filter) -> Told:
    if happening is None or line.subject is None:
        return Told(None, why_not)
    if (other := rule.of.why_not(line.subject) or of.why_not(line.subject)) is not None:
        return Told(None, Reason(code=other.code, text=f"{rule.said}: {other.text}"[:240]))
    return Told(happening, Reason(code=happening, text=f"{rule.said}: {why_not.text}"[:240]))


def _channels(line: Heard, to: Sequence[str]) -> list[str]:
    """Names in place of the words."""
    named = []
    for word in to:
        if word == DEPARTMENT:
            own = line.subject.department if line.subject is not None else None
            named += [channel_of(own)] if own is not None else []
        elif word == TOLD:
            named += [channel_of(str(name)) for name in line.details.get("told", ())]
        else:
            named.append(word)
    return named
