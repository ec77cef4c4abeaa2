"""Which tickets somebody wants to hear of, and why not of this one. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final

from broker.events import Reason
from central.notices.heard import Subject


@dataclass(frozen=True, slots=True)
class Filter:
    """All that is said must hold; of several values one. kinds: patterns in which `*` stands for anything."""

    kinds: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    posts: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    severities: tuple[str, ...] = ()

    def why_not(self, subject: Subject) -> Reason | None:
        """Why it is not of interest; None: it is."""
        if self.kinds and not any(fnmatchcase(subject.kind, pattern) for pattern in self.kinds):
            return _other("kinds", self.kinds, subject.kind)
        if self.areas and not any(subject.lies_in(area) for area in self.areas):
            return _other("areas", self.areas, subject.cell or subject.community)
        for name, wanted, found in (
            ("states", self.states, subject.state),
            ("departments", self.departments, subject.department),
            ("posts", self.posts, subject.post),
            ("levels", self.levels, subject.level),
            ("severities", self.severities, subject.severity),
        ):
            if wanted and found not in wanted:
                return _other(name, wanted, found)
        return None


ALL: Final = Filter()


def _other(name: str, wanted: Sequence[str], found: str | None) -> Reason:
    several = ", ".join(wanted[:5]) + (" ..." if len(wanted) > 5 else "")
    text = f"{name} are {several}; this one has {found or 'none'}"
    return Reason(code=f"other_{name}", text=text[:240])
