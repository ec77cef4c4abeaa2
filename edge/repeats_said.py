"""Lines of the log that say the same again and again are summed up. Pure: time is an argument.

Of each line so many are let through; then only how often it came, after a minute, after two, up to once an
hour. When it has been quiet for that long, it is as if it had never been said.
"""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Final

FREELY: Final = 10  # of one line in the first minute
FIRST_S: Final = 60.0
LONGEST_S: Final = 3600.0
MOST: Final = 1000  # different lines that are known; the one that was said longest ago is forgotten


@dataclass(slots=True)
class _Line:
    """since: when its present stretch began, of `lasts` seconds. held: lines kept back in it."""

    since: float
    lasts: float = FIRST_S
    said: int = 0
    held: int = 0


class RepeatsSaid:
    """`heard` for every line."""

    def __init__(self) -> None:
        self._lines: OrderedDict[Hashable, _Line] = OrderedDict()

    def __len__(self) -> int:
        return len(self._lines)

    def heard(self, line: Hashable, now: float) -> tuple[bool, int]:
        """Whether it may be said at `now` (monotonic seconds), and how many like it were kept back before."""
        known = self._lines.get(line)
        if known is None or now >= known.since + 2 * known.lasts:
            kept_back = 0 if known is None else known.held
            self._lines[line] = known = _Line(now)
        else:
            kept_back = self._next(known, now)
        self._lines.move_to_end(line)
        if len(self._lines) > MOST:
            self._lines.popitem(last=False)
        known.said += 1
        if kept_back or known.said <= FREELY:
            return True, kept_back
        known.held += 1
        return False, 0

    @staticmethod
    def _next(known: _Line, now: float) -> int:
        """What was kept back in a stretch that is over."""
        if now < known.since + known.lasts:
            return 0
        kept_back, known.held = known.held, 0
        known.since, known.lasts = now, min(2 * known.lasts, LONGEST_S)
        known.said = FREELY if kept_back else 0
        return kept_back
