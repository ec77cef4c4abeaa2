"""Routes and the cases that test them, as a configuration says them."""

from datetime import datetime, timezone
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import Field

from broker.fields import Word
from broker.settings import Settings
from central.correlation.sightings import Origin
from central.routing.matching import Facts, Match, Matter, Severity
from central.routing.moments import When
from central.routing.tree import First, Route
from central.routing.writing import Area, Areas, Codes, Days, Hours, Names, Time, Title, span

Listed = Field(max_length=500)
USUAL_TIME = datetime(2026, 3, 4, 2, tzinfo=timezone.utc)  # a Wednesday, 10:00 in China


class TimesSettings(Settings):
    """Hours on certain days."""

    days: Days = ["daily"]
    hours: Hours = "00:00-24:00"


class MatchSettings(Settings):
    """All that is said must hold; of a list, one."""

    kinds: Annotated[list[Word], Listed] = []
    codes: Annotated[list[Codes], Listed] = []
    areas: Areas = []
    severities: Annotated[list[Severity], Listed] = []
    origins: Annotated[list[Origin], Listed] = []
    matter: Matter | None = None
    times: Annotated[list[TimesSettings], Field(max_length=50)] = []
    working_time: bool | None = None

    def match(self, served: tuple[str, ...]) -> Match:
        """The same for the decisions. served: where the route's departments work."""
        return Match(
            tuple(self.kinds),
            tuple(self.codes),
            tuple(self.areas),
            served,
            tuple(self.severities),
            tuple(self.origins),
            self.matter,
            When(tuple(span(each.days, each.hours) for each in self.times), self.working_time),
        )


class RouteSettings(Settings):
    """One branch. What is left out is as in the route above; of several departments the place decides."""

    name: Word
    match: MatchSettings = MatchSettings()
    department: Annotated[Names, Field(max_length=500)] = []
    post: Word | None = None
    first: First | None = None
    tell: Annotated[Names, Field(max_length=20)] = []
    routes: list["RouteSettings"] = []

    def route(self, areas: dict[str, list[str]]) -> Route:
        """The same for the decisions. areas: where each department works."""
        served = [areas[name] for name in self.department]
        anywhere = not all(served)
        return Route(
            self.name,
            self.match.match(() if anywhere else tuple(dict.fromkeys(a for each in served for a in each))),
            tuple(self.department),
            self.post,
            self.first,
            tuple(self.tell),
            tuple(child.route(areas) for child in self.routes),
        )


class FactsSettings(Settings):
    """What a case's ticket is. `area`: the cell, or a larger area where no cell is known."""

    kind: Word
    code: Codes | None = None
    area: Area | None = None
    outside: bool = False
    severity: Severity = "normal"
    origin: Origin = "camera"
    owner: Word | None = None

    def facts(self) -> Facts:
        """The same for the decisions."""
        given: dict[str, Any] = self.model_dump(exclude_none=True)
        return Facts(**given)


class CaseSettings(Settings):
    """A ticket, when it is dispatched, and where it must go. What is left out is not asked.

    `at`: without a zone in the place's own hours. `worked`, `working_time`: what its day and time are taken
    for, whatever they are.
    """

    name: Title
    ticket: FactsSettings
    at: Time = USUAL_TIME
    worked: bool | None = None
    working_time: bool | None = None
    department: Word
    post: Word | None = None
    told: Annotated[Names, Field(max_length=500)] | None = None

    def instant(self, zone: ZoneInfo) -> float:
        """Seconds since 1970."""
        return (self.at if self.at.tzinfo else self.at.replace(tzinfo=zone)).timestamp()
