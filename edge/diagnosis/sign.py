"""A sign that a doctor knows, and a finding: one sign seen at one thing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, get_args

State = Literal["fine", "note", "warning", "fault"]
Figure = str | int | float | bool | None
STATES: Final[tuple[State, ...]] = get_args(State)


@dataclass(frozen=True, slots=True)
class Finding:
    """What was seen, with figures for machines; what it means; what to change, empty where nothing is."""

    code: str
    state: State
    subject: str
    seen: str
    means: str = ""
    cure: str = ""
    figures: Mapping[str, Figure] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sign:
    """A code that stays, how bad it is, what it means and what helps. Words in braces are told when found."""

    code: str
    state: State
    means: str
    cure: str = ""

    def at(self, subject: str, seen: str, **figures: Figure) -> Finding:
        """It was seen. `figures` fill the braces, and are told to machines."""
        means, cure = self.means.format(**figures), self.cure.format(**figures)
        return Finding(self.code, self.state, subject, seen, means, cure, figures)


def worst(findings: Iterable[Finding]) -> State:
    """The worst state among them."""
    return max((finding.state for finding in findings), key=STATES.index, default="fine")


def signs(module: object) -> list[Sign]:
    """Every sign that a file of decisions knows, in its order."""
    return [value for value in vars(module).values() if isinstance(value, Sign)]
