"""The figures of a period: live, or as they were when its report was frozen."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from broker.codes import named as kinds_named
from broker.events import Reason
from central.indicators.counting import Span
from central.indicators.evaluation import Evaluation, Judged, Score, scores_of
from central.indicators.formulas import By, Sums, Value, added, divided, none, values_of
from central.indicators.months import AREAS, split, wider
from central.indicators.periods import Period, cut_off_of
from central.indicators.settings import IndicatorSettings, evaluation_of
from central.remembered import Remembered
from central.settings import CentralSettings
from central.store.database import Store
from central.store.figuring import Wanted, changed_since, tallied
from central.store.freezing import Frozen, frozen_report
from central.store.grids import area_names, last_cut
from central.store.monthly import summed, with_months
from central.store.uptimes import Uptime, uptimes

State = Literal["running", "open", "frozen"]
UPTIME = "camera_uptime"
NOT_KEPT = Reason(code="not_kept", text="the uptime of cameras is known of districts and of all together")
UNKEPT = Value(None, 0, 0, NOT_KEPT)
REMEMBERED = 16  # groupings of frozen reports; one of thousands of cells is some megabytes
Groups = dict[str, dict[str, int]]
NO_NAME = ("未归属", "none")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which tickets count. area: a code of any level. live: as they are now, also where it is frozen."""

    period: Period
    kind: str | None = None
    department: str | None = None
    origin: str | None = None
    area: str | None = None
    live: bool = False

    @property
    def narrowed(self) -> bool:
        """Whether not all tickets count."""
        return any((self.kind, self.department, self.origin, self.area))

    def by_area_alone(self, by: By) -> bool:
        """Whether nothing narrows it but an area, of which the grouping is one."""
        if any((self.kind, self.department, self.origin)):
            return False
        return self.area is None or wider(by, self.area) is not None


@dataclass(frozen=True, slots=True)
class Group:
    """The tallies and figures of one department, area, kind or zone; key empty: of what has none."""

    key: str
    zh: str
    en: str
    sums: Sums
    uptime: Value

    @property
    def values(self) -> dict[str, Value]:
        """Every figure; made when it is asked for, for a city has thousands of cells."""
        return values_of(self.sums) | {UPTIME: self.uptime}


@dataclass(frozen=True, slots=True)
class Difference:
    """What a figure of a frozen report would be now."""

    key: str
    figure: str
    frozen: Value
    now: Value


@dataclass(frozen=True, slots=True)
class Report:
    """Of a period. cut_off None: it is never frozen. changed: tickets that are otherwise since it was.

    today: the place's day when it was made.
    """

    by: By
    period: Period
    state: State
    made: datetime
    today: date
    cut_off: datetime | None
    frozen: datetime | None
    changed: int | None
    groups: tuple[Group, ...]
    total: Group


@dataclass(frozen=True, slots=True)
class Evaluated:
    """Who was judged, by what. report: what the points are made of."""

    plan: Evaluation
    report: Report
    scores: tuple[Score, ...]


@dataclass(frozen=True, slots=True)
class Indicators:
    """By what this centre counts. departments: their names, Chinese and English."""

    settings: IndicatorSettings = field(default_factory=IndicatorSettings)
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    evaluation: Evaluation = field(default_factory=lambda: evaluation_of(IndicatorSettings()))
    departments: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    remembered: Remembered[Groups] = field(default_factory=lambda: Remembered(REMEMBERED))
    names: Remembered[dict[str, str]] = field(default_factory=lambda: Remembered(len(AREAS)))

    def report(self, store: Store, by: By, asked: Asked, now: datetime) -> Report:
        """Count, or count again what a frozen report counted. Raises StoreAway."""
        with store.snapshot() as connection:
            return self._report(connection, by, asked, now)

    def series(self, store: Store, periods: Sequence[Period], asked: Asked, now: datetime) -> list[Report]:
        """One report a period, without groups to speak of: for how figures went. Raises StoreAway."""
        by: By = "origin"  # the fewest groups; of one area alone its own sums are read
        with store.snapshot() as connection:
            return [self._report(connection, by, replace(asked, period=each), now) for each in periods]

    def differences(self, store: Store, by: By, asked: Asked, now: datetime) -> list[Difference]:
        """What a frozen report would be now; nothing for one that is not frozen. Raises StoreAway."""
        with store.snapshot() as connection:
            then = self._report(connection, by, asked, now)
            if then.state != "frozen":
                return []
            here = self._report(connection, by, replace(asked, live=True), now)
        return list(_differences(then, here))

    def evaluate(self, store: Store, by: Judged, asked: Asked, now: datetime) -> Evaluated:
        """Judge each; a frozen report by what counted then. Raises StoreAway."""
        with store.snapshot() as connection:
            frozen = frozen_of(connection, asked)
            report = self._report(connection, by, asked, now)
        plan = self.evaluation if frozen is None else Evaluation.model_validate(frozen.evaluation)
        groups = {each.key: each.sums for each in report.groups}
        return Evaluated(plan, report, tuple(scores_of(plan, by, groups)))

    def _report(self, connection: Connection, by: By, asked: Asked, now: datetime) -> Report:
        frozen = frozen_of(connection, asked)
        wanted = wanted_of(asked, frozen, now)
        groups = self._tallied(connection, by, wanted, asked)
        cameras = [] if asked.narrowed else uptimes(connection, asked.period.first, asked.period.last)
        uptime = _uptimes(cameras, by, asked)
        named = self._names(connection, by)
        return Report(
            by=by,
            period=asked.period,
            state=_state(asked, frozen, now),
            made=now,
            today=now.astimezone(self.zone).date(),
            cut_off=self._cut_off(asked),
            frozen=None if frozen is None else frozen.frozen,
            changed=None if frozen is None else changed_since(connection, wanted),
            groups=tuple(Group(key, *named(key), sums, uptime(key)) for key, sums in sorted(groups.items())),
            total=_total(added(groups), cameras, asked),
        )

    def _tallied(self, connection: Connection, by: By, wanted: Wanted, asked: Asked) -> Groups:
        """What a frozen report counted never changes, so it is counted once; whole months have their sums."""
        if wanted.edition is not None:
            key = (str(connection.engine.url), by, wanted)
            return self.remembered.get(key, lambda: tallied(connection, by, wanted))
        months, rests = split(asked.period, self.zone)
        if months and asked.by_area_alone(by) and summed(connection, self.zone):
            return with_months(connection, by, wanted, months, rests)
        return tallied(connection, by, wanted)

    def _cut_off(self, asked: Asked) -> datetime | None:
        if asked.period.kind not in self.settings.freeze:
            return None
        return cut_off_of(asked.period, self.settings.cut_off)

    def _area_names(self, connection: Connection, by: By) -> dict[str, str]:
        """Cuts never change, so names are read once after each."""
        key = (str(connection.engine.url), by, last_cut(connection))
        return self.names.get(key, lambda: area_names(connection, AREAS[by]))

    def _names(self, connection: Connection, by: By) -> Callable[[str], tuple[str, str]]:
        areas = self._area_names(connection, by) if by in AREAS else {}

        def named(key: str) -> tuple[str, str]:
            if not key:
                return NO_NAME
            if by == "kind" and (found := kinds_named().get(key)) is not None:
                return found.zh, found.en
            if by == "department" and key in self.departments:
                return self.departments[key]
            return areas.get(key, key), areas.get(key, key)

        return named


def indicators_of(settings: CentralSettings) -> Indicators:
    """By what it is counted here. Raises SettingsError."""
    names = {name: (each.zh, each.en) for name, each in settings.routing.departments.items()}
    zone = ZoneInfo(settings.clock.timezone)
    return Indicators(settings.indicators, zone, evaluation_of(settings.indicators), names)


def frozen_of(connection: Connection, asked: Asked) -> Frozen | None:
    """The frozen report that is asked for; None where it is live."""
    if asked.live or asked.period.kind is None:
        return None
    return frozen_report(connection, asked.period.name)


def wanted_of(asked: Asked, frozen: Frozen | None, now: datetime) -> Wanted:
    """The rows that count. Of a frozen report by its own instants, should the zone be another since."""
    edition = None if frozen is None else frozen.edition
    span = Span(asked.period.since, asked.period.until, now)
    if frozen is not None:
        span = Span(frozen.since, frozen.until, frozen.frozen)
    return Wanted(span, edition, asked.kind, asked.department, asked.origin, asked.area)


def _state(asked: Asked, frozen: Frozen | None, now: datetime) -> State:
    if frozen is not None:
        return "frozen"
    return "running" if now < asked.period.until else "open"


def _total(sums: Sums, cameras: Sequence[Uptime], asked: Asked) -> Group:
    uptime = UNKEPT if asked.narrowed else _share(cameras)
    return Group("", "合计", "total", sums, uptime)


def _uptimes(cameras: Iterable[Uptime], by: By, asked: Asked) -> Callable[[str], Value]:
    """Of each group by its key."""
    if by != "district" or asked.narrowed:
        return lambda _key: UNKEPT
    found: dict[str, list[Uptime]] = defaultdict(list)
    for each in cameras:
        found[each.district].append(each)
    return lambda key: _share(found[key])


def _share(cameras: Sequence[Uptime]) -> Value:
    up, known = sum(each.up_s for each in cameras), sum(each.known_s for each in cameras)
    return divided(up, known, "the time in which anything was known of cameras")


def _differences(then: Report, here: Report) -> Iterator[Difference]:
    frozen, live = ({each.key: each for each in report.groups} for report in (then, here))
    yield from _between("total", then.total, here.total)
    for key in sorted({*frozen, *live}):
        yield from _between(key, frozen.get(key), live.get(key))


def _between(key: str, old: Group | None, new: Group | None) -> Iterator[Difference]:
    empty = Group(key, key, key, none(), UNKEPT)
    then, here = (old or empty).values, (new or empty).values
    for figure, was in then.items():
        now = here[figure]
        if (was.numerator, was.denominator) != (now.numerator, now.denominator):
            yield Difference(key, figure, was, now)
