"""When the loop that looks last went round, and what that says of the node."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from broker.events import Reason
from broker.messages import SourceReport

Stage = Literal["starting", "looking", "ending"]
# Seconds without a sign of life. Opening models on a slow board takes a while, and so do the last deliveries.
ALLOWED: dict[Stage, float] = {"starting": 300.0, "looking": 60.0, "ending": 120.0}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said to who asks."""

    alive: bool
    stage: Stage
    reason: Reason


def judge(stage: Stage, silent_s: float, sources: Sequence[SourceReport]) -> Verdict:
    """A camera that is away is told and is no fault of the node: to begin anew would bring none back."""
    allowed = ALLOWED[stage]
    giving = sum(report.state == "ok" for report in sources)
    values: dict[str, float] = {
        "silent_s": round(silent_s, 1),
        "allowed_s": allowed,
        "sources": float(len(sources)),
        "giving": float(giving),
    }
    if silent_s > allowed:
        words = f"{stage}, and has not gone on for {silent_s:.0f} s; {allowed:.0f} s are allowed"
        return Verdict(False, stage, Reason(code="node_stands", text=words, values=values))
    words = f"{stage}; went round {silent_s:.1f} s ago; {giving} of {len(sources)} sources give pictures"
    return Verdict(True, stage, Reason(code="node_lives", text=words, values=values))


class Pulse:
    """Beaten by the loop that looks, read by any thread. sources: how each fares now."""

    def __init__(
        self, sources: Callable[[], Sequence[SourceReport]], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._sources = sources
        self._clock = clock
        self._last: tuple[Stage, float] = ("starting", clock())

    def beat(self, stage: Stage = "looking") -> None:
        """It goes on."""
        self._last = (stage, self._clock())

    def verdict(self) -> Verdict:
        """What is to be said now."""
        stage, at = self._last
        return judge(stage, self._clock() - at, self._sources() if stage == "looking" else ())
