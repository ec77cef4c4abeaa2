"""How much one node may ask, so that none takes what the others need. Pure: time is an argument."""

from typing import Annotated

from pydantic import Field

from broker.settings import Settings

DAY_S = 86_400.0
MOST_KEPT = 10_000  # names remembered; who is forgotten begins with a full allowance


class LimitSettings(Settings):
    """Of one node, at one worker. Events beyond theirs are taken all the same, and told: none may be lost."""

    evidence_mb_per_day: Annotated[float, Field(gt=0)] = 5_000.0
    uploads_at_once: Annotated[int, Field(ge=1, le=100)] = 4
    events_per_minute: Annotated[float, Field(gt=0)] = 3_000.0


class Allowance:
    """So much a period for each name; it fills evenly, up to one period's worth.

    What is spent may overdraw it once, for the size of a thing is known only when it has come.
    """

    def __init__(self, most: float, period_s: float) -> None:
        self._most = most
        self._rate = most / period_s
        self._spent: dict[str, tuple[float, float]] = {}  # how much, and when that was so

    def __len__(self) -> int:
        return len(self._spent)

    def wait_s(self, name: str, now: float) -> float:
        """Seconds until something may be spent again; 0 when it may be now."""
        over = self._left(name, now) - self._most
        return over / self._rate if over > 0 else 0.0

    def spend(self, name: str, amount: float, now: float) -> float:
        """Spend it; returns `wait_s` of what comes next."""
        spent = self._left(name, now) + amount
        self._spent.pop(name, None)
        self._spent[name] = (spent, now)  # the last place in the order: the first is forgotten first
        self._forget(now)
        return self.wait_s(name, now)

    def _left(self, name: str, now: float) -> float:
        """What is still spent, after what time has given back."""
        spent, at = self._spent.get(name, (0.0, now))
        return max(0.0, spent - self._rate * max(0.0, now - at))

    def _forget(self, now: float) -> None:
        """Names whose allowance is whole again, oldest first; beyond the bound the oldest in any case."""
        while self._spent:
            oldest = next(iter(self._spent))
            if len(self._spent) <= MOST_KEPT and self._left(oldest, now) > 0.0:
                return
            del self._spent[oldest]


class Uploads:
    """What each node uploads: at most so many at once, and so many bytes a day."""

    def __init__(self, settings: LimitSettings, *, stills_mb_per_day: float | None = None) -> None:
        """stills_mb_per_day: where these are no evidence, and are counted by themselves."""
        self._at_once = settings.uploads_at_once
        mb = settings.evidence_mb_per_day if stills_mb_per_day is None else stills_mb_per_day
        self._key = "limits.evidence_mb_per_day" if stills_mb_per_day is None else "stills.mb_per_day"
        self._bytes = Allowance(mb * 1e6, DAY_S)
        self._running: dict[str, int] = {}

    @property
    def running(self) -> int:
        """Uploads that have begun and not ended."""
        return sum(self._running.values())

    def begin(self, node: str, now: float) -> tuple[float, str] | None:
        """None when it may, and then `end` follows; else in how many seconds it may, and why not now."""
        if self._running.get(node, 0) >= self._at_once:
            return 1.0, f"{self._at_once} uploads of this node are running"
        if (wait_s := self._bytes.wait_s(node, now)) > 0:
            return wait_s, f"this node has used up its bytes of pictures ({self._key})"
        self._running[node] = self._running.get(node, 0) + 1
        return None

    def end(self, node: str, size: int, now: float) -> None:
        """It is over, and so many bytes came."""
        self._running[node] -= 1
        if not self._running[node]:
            del self._running[node]
        self._bytes.spend(node, size, now)


class Noise:
    """Which nodes send more events than they may. They are taken all the same; people are told."""

    def __init__(self, settings: LimitSettings) -> None:
        self._events = Allowance(settings.events_per_minute, 60.0)
        self._noisy: dict[str, float] = {}  # until when

    def heard(self, node: str, now: float) -> bool:
        """Count one event; True when the node becomes noisy by it."""
        self._quiet(now)
        if (wait_s := self._events.spend(node, 1.0, now)) <= 0:
            return False
        new = node not in self._noisy
        self._noisy[node] = now + wait_s + 60.0
        return new

    def noisy(self, now: float) -> list[str]:
        """Nodes that were too loud within the last minute."""
        self._quiet(now)
        return sorted(self._noisy)

    def _quiet(self, now: float) -> None:
        if self._noisy and min(self._noisy.values()) <= now:
            self._noisy = {node: until for node, until in self._noisy.items() if until > now}
