"""Reports to test with."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from central.people.asker import Asker
from central.reports.report import Given, Place, Report, Teller, checked
from central.reports.settings import ReportsSettings
from central.store.database import Store
from central.store.reports import Kept, take_report
from central.store.seating import Terms
from tests.unit.central.makers import at

HERE = (116.700500, 39.500500)
METRE = 1 / 111_195  # of latitude, in degrees
CITIZEN = Teller("citizen", "phone")
WORKER = Teller("grid_worker", "phone", "li")
BY = Asker("nobody", "nobody", "public").did("report.make", "r")


def given(**changes: Any) -> Given:
    """A car in a fire lane, as a phone tells it."""
    usual = Given(
        kind="illegal_parking", longitude=HERE[0], latitude=HERE[1], accuracy_m=8.0, id="phone-0001"
    )
    return replace(usual, **changes)


def report(
    when: float = 0.0,
    *,
    teller: Teller = CITIZEN,
    place: Place | None = None,
    settings: ReportsSettings | None = None,
    **changes: Any,
) -> Report:
    """The same, checked; `when` it came."""
    return checked(given(**changes), place, teller, settings or ReportsSettings(), at(when))


def keep(store: Store, found: Report, mark: str | None = None, terms: Terms | None = None) -> Kept:
    """Take it."""
    return take_report(
        store, found, token=mark or f"token-{found.id}", by=BY, terms=terms or Terms(), settings="c" * 64
    )


def moved(metres: float) -> dict[str, Any]:
    """So far to the north."""
    return {"longitude": HERE[0], "latitude": HERE[1] + metres * METRE}


def seconds(moment: datetime) -> float:
    """After the start of the story."""
    return (moment - at(0)).total_seconds()
