"""By what tickets are made and worked on here; and where on the grid a point lay at a time."""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from broker.topics import Address
from central.casework.facts import Facts
from central.casework.routes import Destination, Dispatcher
from central.casework_settings import profile_of
from central.clock.worktime import WorkCalendar
from central.grid.places import Grid, Place
from central.remembered import Remembered
from central.routing.deciding import route_ticket
from central.routing.matching import Facts as Known
from central.routing.matching import lying
from central.routing.moments import Worked
from central.settings import CentralSettings
from central.store import grids
from central.store.clocking import Clockwork
from central.store.database import Store
from central.store.seating import NOWHERE, Following, Lying, Terms
from central.store.turning import Turned
from central.store.working import Work, follow

LOOKS_AGAIN_S = 5.0
HELD = 4  # grids in memory; older ones are asked for again


@dataclass(frozen=True, slots=True)
class Ground:
    """What tickets are made and worked on by here, built once: configurations are long to read."""

    settings: CentralSettings
    terms: Terms
    work: Work
    clockwork: Clockwork


def ground_of(settings: CentralSettings, store: Store) -> Ground:
    """The same for one database. Raises SettingsError."""
    clockwork = Clockwork(settings.clock.rules())
    inhibitions = tuple(each.rule() for each in settings.correlation.inhibitions)
    dispatcher = _dispatcher(settings, clockwork.rules.calendar)
    work = Work(profile_of(settings.casework), dispatcher, clockwork, inhibitions, settings.routing.named)
    terms = Terms(settings.correlation.table(), GridBook(store).place, following(work))
    return Ground(settings, terms, work, clockwork)


def _dispatcher(settings: CentralSettings, calendar: WorkCalendar) -> Dispatcher:
    plan = settings.routing.plan(Worked(calendar.is_worked, lambda at: calendar.worked(at, at + 1) > 0))

    def dispatch(facts: Facts, at: datetime) -> Destination:
        district = Address.of(facts.node).district if facts.node else ""
        area, outside = lying(facts.cell, facts.community, facts.cut, district)
        known = Known(facts.kind, area=area, outside=outside, severity=facts.severity, origin=facts.origin)  # type: ignore[arg-type]
        found = route_ticket(plan, known, at.timestamp())
        return Destination(found.department, found.post, (found.why, *found.reasons[:-1]), found.told)

    return dispatch


def following(work: Work) -> Following:
    """What the centre does by itself with tickets that are new or whose state has changed."""
    return partial(_follow, work)


def _follow(work: Work, connection: Connection, turned: Mapping[int, Turned], at: datetime) -> None:
    states = {number: each.state for number, each in turned.items()}
    actions = {number: each.action for number, each in turned.items()}
    new = {number: each.facts for number, each in turned.items() if each.facts is not None}
    follow(connection, states, at, work, actions, new)


class GridBook:
    """Where a point lay, by the cut of that time. Holds the cuts it was asked about; any thread may ask."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._looked: float | None = None
        self._cuts: list[grids.Cut] = []
        self._grids: Remembered[Grid] = Remembered(HELD)

    def place(self, longitude: float, latitude: float, at: datetime) -> Lying:
        """Cell, community and cut. Raises StoreAway."""
        found = self.find(longitude, latitude, at)
        if found is None:
            return NOWHERE
        cut, place = found
        return place.cell, place.community, cut.number

    def find(self, longitude: float, latitude: float, at: datetime) -> tuple[grids.Cut, Place] | None:
        """The cut of that time and where in it the point lies; None before the first. Raises StoreAway."""
        with self._lock:
            self._look()
            cut = grids.cut_at(self._cuts, at)
            if cut is None:
                return None
            grid = self._grids.get(cut.number, lambda: Grid(grids.areas_of(self._store, cut.number)))
            return cut, grid.locate(longitude, latitude)

    def _look(self) -> None:
        now = time.monotonic()
        if self._looked is None or now - self._looked > LOOKS_AGAIN_S:
            self._cuts = grids.cuts(self._store)
            self._looked = now
