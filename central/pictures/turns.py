"""Who may upload a picture now: each lies in memory until it is masked. Pure: time is an argument."""

from broker.events import Reason
from central.limits import Allowance

HOUR_S = 3_600.0
AT_ONCE = 2  # of one account


class Turns:
    """At most `most` uploads at once and AT_ONCE of one account, and so many of an account an hour."""

    def __init__(self, *, most: int, per_hour: float) -> None:
        self._most = most
        self._allowance = Allowance(per_hour, HOUR_S)
        self._running: dict[str, int] = {}

    @property
    def running(self) -> int:
        """Uploads that have begun and not ended."""
        return sum(self._running.values())

    def begin(self, account: str, now: float) -> tuple[float, Reason] | None:
        """None when it may, and then `end` follows; else in how many seconds it may, and why not now."""
        if self.running >= self._most:
            return 5.0, Reason(code="masker_busy", text=f"{self._most} pictures are being masked")
        if self._running.get(account, 0) >= AT_ONCE:
            return 1.0, Reason(code="at_once", text=f"{AT_ONCE} uploads of this account are running")
        if (wait_s := self._allowance.wait_s(account, now)) > 0:
            text = "this account has used up its uploads of an hour (pictures.uploads_per_hour)"
            return wait_s, Reason(code="over_quota", text=text)
        self._running[account] = self._running.get(account, 0) + 1
        self._allowance.spend(account, 1.0, now)
        return None

    def end(self, account: str) -> None:
        """It is over."""
        self._running[account] -= 1
        if not self._running[account]:
            del self._running[account]
