"""When the rules of a zone apply: always, or by a schedule in local time. Pure: time is an argument."""

import math
from typing import Protocol

from broker.events import Reason


class Hours(Protocol):
    """The hours of one zone; times are UTC seconds."""

    def seconds(self, since: float, until: float) -> float:
        """Seconds of that span in which the rules apply; 0 for a span turned round."""
        ...

    def closed(self, utc: float) -> Reason | None:
        """Why the rules do not apply at this time; None while they do."""
        ...

    def unchanged(self, utc: float) -> float:
        """Up to when `closed` says the same at least, whatever the time is then."""
        ...

    def note(self, utc: float) -> Reason | None:
        """What whoever reads a decision of this time should know about the hours; mostly nothing."""
        ...


class Always:
    """No schedule."""

    def seconds(self, since: float, until: float) -> float:
        """The whole span."""
        return max(0.0, until - since)

    def closed(self, utc: float) -> Reason | None:  # noqa: ARG002 - the protocol's
        """Never."""
        return None

    def unchanged(self, utc: float) -> float:  # noqa: ARG002 - the protocol's
        """For ever."""
        return math.inf

    def note(self, utc: float) -> Reason | None:  # noqa: ARG002 - the protocol's
        """Nothing."""
        return None


ALWAYS = Always()
