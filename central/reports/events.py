"""A report as the events that tickets are made of. Pure.

Nothing of this travels by MQTT: the contract knows machines alone. Inside the centre what people saw has the
same shape, so that it goes the same road; only who saw it may be more.
"""

from datetime import datetime
from functools import lru_cache
from typing import Final

from broker.codes import code_of
from broker.events import (
    Audit,
    Clock,
    Evidence,
    Incident,
    IncidentCleared,
    IncidentOpened,
    Location,
    Point,
    Reason,
    RuleRef,
    SourceRef,
)
from broker.fields import read
from central.correlation.sightings import Origin
from central.reports.report import Report

TOLD: Final = "gewu://000000/reports"  # no district has this number, so no node speaks for it
REMEMBERED: Final = 1024  # some kB each
RULE: Final = RuleRef(id="report", kind="report", version="1")
_BY: Final = {
    "citizen": "a citizen reported it",
    "grid_worker": "a grid worker reported it",
    "department": "a department reported it",
}


class Speaker(SourceRef):
    """A source of the contract, or people. Of people the id is the channel by which they spoke."""

    kind: Origin  # type: ignore[assignment]  # wider than the contract's, inside the centre alone


class Facts(Incident):
    """An incident as the centre keeps it."""

    source: Speaker


class Reported(IncidentOpened):
    """Somebody saw something."""

    data: Facts


class Over(IncidentCleared):
    """What somebody saw counts as gone."""

    data: Facts


@lru_cache(maxsize=REMEMBERED)
def facts_in(source: str, body: str) -> Incident:
    """The facts of a situation as the database has them. source: whose situation it is.

    What is new is read again and again: by each page that is open, and with whatever comes next.
    """
    return told_in(body) if source == TOLD else read(Incident, body)


def told_in(body: str) -> Facts:
    """The same of what people told."""
    return read(Facts, body)


def event_of(report: Report, pictures: list[Evidence], *, software: str, settings: str) -> Reported:
    """The opening. settings: the sha256 of those by which it was taken.

    It happened when it was told: nobody changes what was decided before by saying that it was seen long ago,
    and the time to do something about it runs from then.
    """
    teller = report.teller
    facts = Facts(
        kind=report.kind,
        code=code_of(report.kind),
        state="open",
        revision=0,
        reasons=[Reason(code=f"told_by_{teller.origin}", text=_BY[teller.origin])],
        since=report.seen,
        last_seen=report.seen,
        observed_s=0.0,
        coverage=0.0,
        source=Speaker(id=teller.channel, kind=teller.origin),
        place=report.address or None,
        rule=RULE,
        location=_location(report),
        evidence=pictures,
        audit=Audit(software=software, configuration=settings, clock=Clock(quality="unknown")),
    )
    return Reported(
        id=f"{report.id}-seen",
        source=TOLD,
        subject=report.id,
        time=report.received,
        recordedtime=report.received,
        epoch="reports",
        sequence="000000000000",
        data=facts,
    )


def over_of(report_id: str, facts: Facts, until: datetime, why: Reason, now: datetime) -> Over:
    """The clearing. until: from when on the thing counts as gone."""
    known = {"state": "cleared", "revision": 1, "reasons": [why], "last_seen": max(facts.since, until)}
    return Over(
        id=f"{report_id}-over",
        source=TOLD,
        subject=report_id,
        time=until,
        recordedtime=now,
        epoch="reports",
        sequence="000000000001",
        data=facts.model_copy(update=known),
    )


def _location(report: Report) -> Location:
    spot = report.spot
    return Location(
        geometry=Point(type="Point", coordinates=(spot.longitude, spot.latitude)),
        accuracy_m=spot.accuracy_m,
        method="surveyed" if report.surveyed else "device",
    )
