"""Reports that no longer stand are ended, by the road of what machines find."""

from datetime import datetime

from central.lines import announce
from central.store.database import Store
from central.store.reports_ending import end_reports
from central.terms import Ground


class Follower:
    """Looks once a second; few reports stand at a time."""

    name = "reports"

    def __init__(self, ground: Ground) -> None:
        self._terms = ground.terms

    def tick(self, store: Store, now: datetime) -> None:
        """End those that are to end."""
        for each in end_reports(store, now, self._terms):
            announce(each.event, each.outcome)

    def close(self) -> None:
        """Nothing is open."""
