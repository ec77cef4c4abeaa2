"""Departments, posts, their rosters and owners of parts, as a configuration says them."""

from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator
from typing_extensions import Self

from broker.fields import Word
from broker.settings import Settings
from broker.timetext import Date
from central.routing.deciding import Department, Owner, Post
from central.routing.rosters import Roster, Shift
from central.routing.writing import Accounts, Areas, Codes, Days, Hours, Title, span

LONGEST_EXCEPTION_DAYS = 60


class DepartmentSettings(Settings):
    """`areas`: where it works, everywhere without any. `accounts`: of its own post.

    `notify_file`: file whose one line is the URL that notifications go to.
    """

    zh: Title
    en: Title
    areas: Areas = []
    accounts: Accounts = []
    notify_file: Path | None = None

    def department(self, name: str) -> Department:
        """The same for the decisions."""
        return Department(name, self.zh, self.en, tuple(self.areas), tuple(self.accounts))


class TurnSettings(Settings):
    """Hours, and the accounts that have them."""

    hours: Hours = "00:00-24:00"
    accounts: Annotated[Accounts, Field(min_length=1)]


class ShiftSettings(TurnSettings):
    """The same on certain days of every week."""

    days: Days = ["daily"]


class ExceptionSettings(Settings):
    """The shifts that begin on a date, or on all of them up to `to`, instead of the weekly ones."""

    date: Date
    to: Date | None = None
    shifts: Annotated[list[TurnSettings], Field(max_length=50)] = []

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        days = (self.to - self.date).days if self.to is not None else 0
        if not 0 <= days < LONGEST_EXCEPTION_DAYS:
            raise ValueError(f"`to` is not within {LONGEST_EXCEPTION_DAYS} days after `date`")
        return self

    def dates(self) -> list[Date]:
        """Every day of it."""
        return [self.date + timedelta(days=n) for n in range(((self.to or self.date) - self.date).days + 1)]


class RosterSettings(Settings):
    """Who holds a post when."""

    weekly: Annotated[list[ShiftSettings], Field(min_length=1, max_length=100)]
    exceptions: Annotated[list[ExceptionSettings], Field(max_length=400)] = []

    @model_validator(mode="after")
    def _each_date_once(self) -> Self:
        days = Counter(day for each in self.exceptions for day in each.dates())
        if twice := sorted(day for day, times in days.items() if times > 1):
            raise ValueError(f"exceptions: {twice[0]} is there twice")
        return self

    def roster(self) -> Roster:
        """The same for the decisions."""
        weekly = tuple(Shift(span(each.days, each.hours), tuple(each.accounts)) for each in self.weekly)
        exceptions = {day: _shifts(each.shifts) for each in self.exceptions for day in each.dates()}
        return Roster(weekly, exceptions)


def _shifts(turns: list[TurnSettings]) -> tuple[Shift, ...]:
    return tuple(Shift(span(["daily"], each.hours), tuple(each.accounts)) for each in turns)


class PostSettings(Settings):
    """A duty post of a `department`, or without one a grid worker's post of its `areas`.

    `accounts` hold it always, or those of its `roster` by turns; with neither, whoever has the role.
    """

    zh: Title
    en: Title
    department: Word | None = None
    areas: Areas = []
    accounts: Accounts = []
    roster: RosterSettings | None = None

    @model_validator(mode="after")
    def _somewhere_and_once(self) -> Self:
        if self.department is None and not self.areas:
            raise ValueError("needs a department (a duty post), or areas (a grid worker's post)")
        if self.accounts and self.roster is not None:
            raise ValueError("has accounts and a roster; accounts hold a post always, or a roster says when")
        return self

    def post(self, name: str) -> Post:
        """The same for the decisions."""
        roster = None if self.roster is None else self.roster.roster()
        areas, accounts = tuple(self.areas), tuple(self.accounts)
        return Post(name, self.zh, self.en, self.department, areas, accounts, roster)


class OwnerSettings(Settings):
    """Who owns the parts of some `codes`, in some `areas` or everywhere; its `department` answers for it."""

    name: Word
    codes: Annotated[list[Codes], Field(min_length=1, max_length=200)]
    areas: Areas = []
    department: Word

    def owner(self) -> Owner:
        """The same for the decisions."""
        return Owner(self.name, self.department, tuple(self.codes), tuple(self.areas))
