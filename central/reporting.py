"""The counter at which reports come in: by which terms, how many of whom, and until when they stand."""

import hashlib
import logging
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from types import MappingProxyType
from typing import Final

from central.correlation.sightings import Origin
from central.limits import Allowance
from central.lines import announce
from central.people.asker import counted_as
from central.people.roles import Role
from central.reports.settings import HOUR_S, ReportsSettings
from central.store.database import Store, StoreAway
from central.store.reports_ending import end_reports
from central.store.seating import Terms

log = logging.getLogger(__name__)
PASS_S, AWAY_S = 2.0, 30.0
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


class Keeper:
    """Ends reports that no longer stand. A thread; `told` runs after each pass that ended some."""

    def __init__(self, store: Store, terms: Terms, told: Callable[[], None]) -> None:
        self.store = store
        self.terms = terms
        self._told = told
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="reports")

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after the pass in hand."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        wait_s = PASS_S
        while not self._stopping.wait(wait_s):
            try:
                wait_s = PASS_S if self._pass() else AWAY_S
            except Exception:  # a thread that ended would end no report ever again
                log.exception("reports: a pass stumbled")
                wait_s = AWAY_S

    def _pass(self) -> bool:
        """False: the database is away."""
        try:
            ended = end_reports(self.store, datetime.now(timezone.utc), self.terms)
        except StoreAway as error:
            log.warning("reports: database: %s", error)
            return False
        for each in ended:
            announce(each.event, each.outcome)
        if ended:
            self._told()
        return True
