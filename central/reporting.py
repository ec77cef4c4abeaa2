"""The counter at which reports come in: by which terms, and how many of whom."""

import hashlib
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from types import MappingProxyType
from typing import Final

from central.correlation.sightings import Origin
from central.limits import Allowance
from central.people.asker import counted_as
from central.people.roles import Role
from central.reports.settings import HOUR_S, ReportsSettings
from central.store.seating import Terms

# An operator passes on what a citizen told; whoever else may report saw it with their own eyes.
ORIGINS: Final[Mapping[Role, Origin]] = MappingProxyType(
    {"grid_worker": "grid_worker", "department": "department", "operator": "citizen"}
)


class Pace:
    """How often citizens may report. Addresses are known by a hash that ends with this process."""

    def __init__(self, settings: ReportsSettings) -> None:
        self._salt = secrets.token_bytes(16)
        self._lock = threading.Lock()
        self._by_name = {
            "address": Allowance(settings.hourly_by_address, HOUR_S),
            "place": Allowance(settings.hourly_by_place, HOUR_S),
            "all": Allowance(settings.hourly_by_citizens, HOUR_S),
        }

    def wait_s(self, address: str, place: str | None, now: float) -> float:
        """Count one report; seconds to wait when it is one too many, and then it is not counted."""
        names = {"address": self.hidden(address), "all": "all"} | ({"place": place} if place else {})
        with self._lock:
            wait = max(self._by_name[sort].wait_s(name, now) for sort, name in names.items())
            if wait <= 0:
                for sort, name in names.items():
                    self._by_name[sort].spend(name, 1.0, now)
        return wait

    def __len__(self) -> int:
        return sum(len(each) for each in self._by_name.values())

    def hidden(self, address: str) -> str:
        """What an address is counted as."""
        return hashlib.sha256(self._salt + counted_as(address).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Counter:
    """What the routes need to take reports. since: when this centre began to take them by these settings."""

    settings: ReportsSettings = field(default_factory=ReportsSettings)
    terms: Terms = field(default_factory=Terms)
    pace: Pace = field(default_factory=lambda: Pace(ReportsSettings()))
    since: datetime = field(default_factory=lambda: datetime.now(timezone.utc))

    @property
    def settings_sha256(self) -> str:
        """Of what reports are taken by."""
        return hashlib.sha256(self.settings.model_dump_json().encode()).hexdigest()


def counter_of(settings: ReportsSettings, terms: Terms) -> Counter:
    """The counter of one process."""
    return Counter(settings, terms, Pace(settings))
