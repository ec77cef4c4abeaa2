"""Who handles what, as a configuration says it. `docs/routing.md` explains every key."""

from collections.abc import Mapping
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError
from typing_extensions import Self

from broker.codes import table
from broker.fields import Word
from broker.settings import Settings
from broker.timetext import zone_name
from central.routing import cases, checking
from central.routing.checking import Finding, Written
from central.routing.deciding import Plan, Posts
from central.routing.duty_settings import DepartmentSettings, OwnerSettings, PostSettings
from central.routing.moments import Worked, weekdays
from central.routing.route_settings import CaseSettings, RouteSettings

USUAL = {"city_management": DepartmentSettings(zh="城市管理", en="City management")}
ROOT = "city"


class RoutingSettings(Settings):
    """`catch_all`: who gets what lies outside the grid; left out, the root's department.

    `routes`: left out, everything goes to the first department.
    """

    timezone: Annotated[str, AfterValidator(zone_name)] = "Asia/Shanghai"
    departments: Annotated[dict[Word, DepartmentSettings], Field(min_length=1, max_length=500)] = USUAL
    posts: Annotated[dict[Word, PostSettings], Field(max_length=10_000)] = {}
    owners: Annotated[list[OwnerSettings], Field(max_length=1_000)] = []
    routes: RouteSettings | None = None
    catch_all: Word | None = None
    tests: Annotated[list[CaseSettings], Field(max_length=1_000)] = []

    @property
    def root(self) -> RouteSettings:
        """The root of the tree, also where none is written."""
        return self.routes or RouteSettings(name=ROOT, department=[next(iter(self.departments))])

    @property
    def named(self) -> dict[str, tuple[str, str]]:
        """Departments that are written, by name, zh and en; none where the usual one stands in."""
        if "departments" not in self.model_fields_set:
            return {}
        return {name: (each.zh, each.en) for name, each in self.departments.items()}

    @property
    def zone(self) -> ZoneInfo:
        """The hours of the place."""
        return ZoneInfo(self.timezone)

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        found = checking.unknown_names(self._written())
        if not found:
            plan = self.plan()
            found = checking.never_reached(plan) or list(cases.failing(plan, self.tests))
        if found:
            raise ValidationError.from_exception_data("routing", [_fault(each) for each in found])
        return self

    def _written(self) -> Written:
        return Written(self.root, self.departments, self.posts, self.owners, self.catch_all, self.tests)

    def plan(self, worked: Worked | None = None) -> Plan:
        """The same for the decisions. worked: by the city's calendar; else Monday to Friday, 09 to 17."""
        areas = {name: each.areas for name, each in self.departments.items()}
        return Plan(
            self.zone,
            worked or weekdays(self.zone),
            self.root.route(areas),
            self.catch_all or next(name for name in self.root.department if not areas[name]),
            {name: each.department(name) for name, each in self.departments.items()},
            Posts(each.post(name) for name, each in self.posts.items()),
            tuple(each.owner() for each in self.owners),
            codes_of_kinds(),
        )


def codes_of_kinds() -> Mapping[str, str]:
    """The matter of each kind in the national table."""
    return {kind: row.code.code for kind, row in table().items()}


def _fault(found: Finding) -> InitErrorDetails:
    kind = PydanticCustomError("routing", "{text}", {"text": found.text})
    return InitErrorDetails(type=kind, loc=found.way, input=None)
