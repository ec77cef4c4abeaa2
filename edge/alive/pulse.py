"""When the node's own loops last went round, and what that says of the node.

One record of it: the watchdog ends the process by it, and who asks (`gewu-edge alive`, systemd, `/healthz`,
the page on the box, metrics) is told by it.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from broker.events import Reason
from broker.messages import SourceReport
from edge.beats import Beats

Stage = Literal["starting", "looking", "ending"]
LOOKING: Final = "looking"
PATIENCE_S: Final = 300.0
# Of the watchdog's patience. Opening models on a slow board takes a while; the loop that looks may do that,
# too, when everything is turned over. It is told well before the watchdog acts.
ALLOWED: Final[dict[Stage, float]] = {"starting": 1.0, "looking": 0.4, "ending": 0.4}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said to who asks. silent_s: since the loop that looks went round last."""

    alive: bool
    stage: Stage
    silent_s: float
    reason: Reason

    def said(self) -> dict[str, Any]:
        """As JSON has it."""
        reason = self.reason
        told = {"alive": self.alive, "stage": self.stage, "code": reason.code, "text": reason.text}
        return told | {"values": reason.values or {}}


def judge(stage: Stage, silent_s: float, allowed_s: float, sources: Sequence[SourceReport] = ()) -> Verdict:
    """A camera that is away is told and is no fault of the node: to begin anew would bring none back."""
    values: dict[str, float] = {"silent_s": round(silent_s, 1), "allowed_s": allowed_s}
    if silent_s > allowed_s:
        words = f"{stage}, and has not gone on for {silent_s:.0f} s; {allowed_s:.0f} s are allowed"
        return Verdict(False, stage, silent_s, Reason(code="node_stands", text=words, values=values))
    giving = sum(report.state == "ok" for report in sources)
    values |= {"sources": float(len(sources)), "giving": float(giving)}
    words = f"{stage}; went round {silent_s:.1f} s ago; {giving} of {len(sources)} sources give pictures"
    return Verdict(True, stage, silent_s, Reason(code="node_lives", text=words, values=values))


class Pulse:
    """Beaten by the loops, read by any thread. sources: how each fares now. patience_s: the watchdog's."""

    def __init__(
        self,
        sources: Callable[[], Sequence[SourceReport]],
        patience_s: float = PATIENCE_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.patience_s = patience_s
        self._sources, self._clock = sources, clock
        self._lock = threading.Lock()
        self._beats = Beats(patience_s)
        self._threads: dict[str, threading.Thread] = {}
        self._stage: Stage = "starting"
        self._began = clock()

    def beat(self, name: str = LOOKING, at_work: bool = True, *, stage: Stage = "looking") -> None:
        """The loop of this thread goes on; not at work: it waits, however long, or has ended as it should.

        stage: of the node; the loop that looks alone tells it.
        """
        with self._lock:
            if at_work:
                self._beats.beat(name, self._clock())
                self._threads[name] = threading.current_thread()
            else:
                self._beats.rest(name)
            if name == LOOKING:
                self._stage = stage

    def overdue(self, now: float) -> tuple[str, float, threading.Thread] | None:
        """The loop that is silent for longest, if that is too long, for how long, and its thread."""
        with self._lock:
            late = self._beats.overdue(now)
        return None if late is None else (*late, self._threads[late[0]])

    def verdict(self) -> Verdict:
        """What is to be said now. Of a node that stands nothing is asked that might stand, too."""
        stage, allowed_s = self._stage, ALLOWED[self._stage] * self.patience_s
        silent_s = max(0.0, self._clock() - self._beats.last(LOOKING, self._began))
        asks = stage == "looking" and silent_s <= allowed_s
        return judge(stage, silent_s, allowed_s, self._sources() if asks else ())
