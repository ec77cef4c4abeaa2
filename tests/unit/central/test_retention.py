"""How long what is kept: the decisions, their settings, and that the page says the same."""

import re
from datetime import datetime, timezone
from itertools import pairwise
from math import inf
from pkgutil import iter_modules
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.codes import table
from broker.settings import SettingsError, loads
from central.gaps import Span
from central.retention.bygone import lies_in, merged
from central.retention.deciding import Case, Code, Terms, Verdict, together, verdict
from central.retention.holds import EVERYWHERE, Hold, Lying, covers
from central.retention.plan import DAY_S, OF_LOOSE, PARTS, PICTURES_OF, USUAL, Limits, Plan, days_text
from central.retention.settings import RetentionSettings
from central.retention.tallies import FEW, MACHINES, shown, tally_of
from central.retention.trusting import STEP_S, Watch, distrust, watched
from central.settings import CentralSettings
from central.store import sweeps
from tests.conftest import ROOT

DOCS = (ROOT / "docs" / "retention.md").read_text(encoding="utf-8")
LEAST = "storage: { directory: here }\nbroker: { url: 'mqtt://127.0.0.1' }\nretention:\n"
DAYS = st.integers(0, 5000).map(lambda n: n * DAY_S)
LIMITS = st.tuples(st.integers(1, 3650), st.integers(1, 3650), st.integers(1, 3650)).map(
    lambda days: Limits(*(min(n, days[0]) * DAY_S for n in days))
)
KINDS = ("bin_full", "illegal_parking")
PLANS = st.builds(Plan, LIMITS, st.dictionaries(st.sampled_from(KINDS), LIMITS))
TERMS = st.builds(Terms, PLANS, DAYS, st.none() | DAYS)
CASES = st.builds(
    Case,
    number=st.just(1),
    kind=st.sampled_from(KINDS),
    opened=DAYS,
    ended=st.none() | DAYS,
    holds=st.sampled_from([(), (3,), (1, 2)]),
    needed_by=st.sampled_from([(), (7,)]),
)


@given(st.sampled_from(PARTS), CASES, TERMS, DAYS, DAYS)
def test_what_goes_stays_gone_and_nothing_goes_that_is_needed(
    part: Any, case: Case, terms: Terms, now: float, more: float
) -> None:
    found = verdict(part, case, terms, now)
    assert found.code in get_args(Code)
    assert found.reason.text
    if found.goes:
        assert verdict(part, case, terms, now + more).goes
        assert case.ended is not None
        assert not case.holds
        assert now >= case.ended + getattr(terms.plan.of(case.kind), part)
    elif found.at is not None:
        assert now < found.at
        assert verdict(part, case, terms, found.at).code != found.code
        assert verdict(part, case, terms, found.at - 1).code in (found.code, "too_young")


@given(CASES, TERMS, DAYS)
def test_nothing_outlives_its_ticket(case: Case, terms: Terms, now: float) -> None:
    whole, *parts = (verdict(part, case, terms, now) for part in PARTS)
    assert not whole.goes or all(each.goes for each in parts)
    assert all(terms.plan.shortest(part) <= getattr(terms.plan.of(case.kind), part) for part in PARTS)


@given(st.lists(CASES, min_size=1, max_size=4), TERMS, DAYS)
def test_a_family_goes_when_the_last_of_it_may(cases: list[Case], terms: Terms, now: float) -> None:
    found = [verdict("tickets", case, terms, now) for case in cases]
    whole = together(found)
    assert whole in found
    assert whole.goes == all(each.goes for each in found)
    if not whole.goes and whole.at is not None:
        assert all(each.at is not None and each.at <= whole.at for each in found)


def test_each_reason_has_its_case() -> None:
    plan, now = Plan(Limits(10 * DAY_S, 5 * DAY_S, 2 * DAY_S)), 100 * DAY_S
    old = Case(1, "bin_full", 0.0, 80 * DAY_S)
    cases: dict[str, Verdict] = {
        "open": verdict("tickets", Case(1, "bin_full", 0.0, None), Terms(plan), now),
        "held": verdict("tickets", Case(1, "bin_full", 0.0, 80 * DAY_S, (4,)), Terms(plan), now),
        "too_young": verdict("tickets", Case(1, "bin_full", 0.0, 91 * DAY_S), Terms(plan), now),
        "recurs": verdict("tickets", old, Terms(plan, 200 * DAY_S), now),
        "not_frozen": verdict("tickets", old, Terms(plan, 0.0, 70 * DAY_S), now),
        "referred_to": verdict("tickets", Case(1, "bin_full", 0.0, 80 * DAY_S, (), (9,)), Terms(plan), now),
        "time_is_over": verdict("tickets", old, Terms(plan, 0.0, 81 * DAY_S), now),
    }
    assert {code: each.code for code, each in cases.items()} == {code: code for code in get_args(Code)}
    assert cases["too_young"].reason.text == "it ended 9.0 days ago; tickets of bin_full are kept 10d"
    assert cases["referred_to"].reason.text == "1 tickets refer to it, T-000009 first"
    assert [each.waits for each in cases.values()] == [True, True, False, True, True, True, False]
    assert verdict("pictures", old, Terms(plan, 200 * DAY_S, -inf), now).goes, (
        "which counts for tickets alone"
    )


@given(
    st.builds(
        Lying,
        st.just(1),
        st.lists(st.sampled_from(["131002001001001", "131003"])).map(tuple),
        DAYS,
        st.none() | DAYS,
    ),
    DAYS,
    DAYS,
)
def test_a_wider_hold_covers_more(what: Lying, since: float, long: float) -> None:
    hold = Hold(1, area="131002", since=since, until=since + long)
    assert covers(hold, what) <= covers(Hold(2, area="13", since=since, until=since + long), what)
    assert covers(hold, what) <= covers(Hold(2, area=EVERYWHERE, since=since - 1), what)
    assert covers(Hold(3, ticket=1), what)
    assert not covers(Hold(3, ticket=2), what)
    if not what.codes:
        assert covers(Hold(2, area="99"), what), "it may be anywhere"


def test_a_hold_of_a_time_meets_what_was_open_then() -> None:
    hold = Hold(1, area="131002", since=10.0, until=20.0)
    met = {
        (opened, ended): covers(hold, Lying(1, ("131002001",), opened, ended))
        for opened, ended in ((0.0, 9.0), (0.0, 10.0), (20.0, 30.0), (21.0, 30.0), (0.0, None), (0.0, 99.0))
    }
    assert list(met.values()) == [False, True, True, False, True, True]


SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 8)).map(lambda p: Span(p[0], p[0] + p[1])))


@given(SPANS, st.integers(0, 60))
def test_places_that_were_taken(spans: list[Span], place: int) -> None:
    found = merged(spans)
    assert lies_in(place, found) == lies_in(place, spans)
    assert all(a.last + 1 < b.first for a, b in pairwise(found)), "as few as can be"


@given(st.lists(st.integers(0, 3000).map(lambda n: n * 60.0), max_size=30), st.floats(0, 1e6))
def test_no_clock_is_believed_before_it_has_run(steps: list[float], settles: float) -> None:
    watch, now, even = watched(None, 0.0), 0.0, 0.0
    for step in steps:
        now += step
        even = even + step if step <= STEP_S else 0.0
        watch = watched(watch, now)
        assert (distrust(watch, settles) is None) == (even >= settles)


def test_a_clock_that_is_set_is_new() -> None:
    watch = Watch(seen=10 * DAY_S, since=0.0)
    assert distrust(watch, DAY_S) is None
    for now in (10 * DAY_S + STEP_S + 1, 9 * DAY_S):
        why = distrust(watched(watch, now), DAY_S)
        assert why is not None
        assert why.text == "the clock has run for 0d since the start, a pause or a step; 1d are waited for"
    assert watched(watch, 10 * DAY_S - 30.0) == watch, "a little back is no step"


@given(
    st.sampled_from(sorted(MACHINES | {"citizen", "grid_worker", "department"})),
    st.none() | st.just("131002001001001") | st.just("131002001001"),
    st.integers(1, 100),
)
def test_what_people_did_is_counted_coarsely(origin: str, area: str | None, number: int) -> None:
    opened = datetime(2026, 3, 5, tzinfo=timezone.utc)
    tally = tally_of("bin_full", origin, "closed", area, opened)
    assert tally is not None
    if origin in MACHINES:
        assert (tally.day, tally.area, shown(tally, number)) == ("2026-03-05", area or "", str(number))
    else:
        assert (tally.day, tally.area) == ("2026-03", (area or "")[:9])
        assert shown(tally, number) == (f"<{FEW}" if number < FEW else str(number))
    assert tally_of("bin_full", origin, "merged", area, opened) is None


def test_what_is_said_of_a_kind_counts_first() -> None:
    said = RetentionSettings.model_validate(
        {
            "usual": {"pictures": "100d"},
            "codes": {"0*": {"texts": "9d", "pictures": "80d"}, "090*": {"texts": "8d"}},
            "kinds": {"illegal_parking": {"texts": "7d"}, "own_kind": {"tickets": "50d"}},
        }
    )
    plan = said.plan()
    day = DAY_S
    assert plan.of("illegal_parking") == Limits(1095 * day, 80 * day, 7 * day)
    assert plan.of("unlicensed_stall") == Limits(1095 * day, 80 * day, 8 * day)
    assert plan.of("bin_full") == Limits(1095 * day, 80 * day, 9 * day)
    assert plan.of("own_kind") == Limits(50 * day, 50 * day, 50 * day), "cut to the ticket's"
    assert plan.of("another") == Limits(1095 * day, 100 * day, 90 * day)
    short = RetentionSettings.model_validate({"usual": {"pictures": "30d"}}).plan()
    assert short.of("illegal_parking").pictures == 30 * day, "what is shipped lengthens nothing"


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        (
            "  audit: 12h",
            "4:3: retention.audit: is 12h; 1d to 3650d are allowed (a hold keeps",
        ),
        ("  usual: { tickets: 4000d }", "4:12: retention.usual.tickets: is 4000d; 1d to 3650d are allowed"),
        (
            "  usual: { tickets: 30d, pictures: 60d }",
            "4:3: retention.usual: pictures (60d) would outlive",
        ),
        (
            "  kinds: { bin_full: { tickets: 30d, texts: 31d } }",
            "texts (31d) would outlive their tickets (30d)",
        ),
        (
            "  codes: { '77*': { texts: 3d } }",
            "no kind's code begins so; a beginning and '*' is expected, of 09009",
        ),
        ("  codes: { '09': { texts: 3d } }", "a beginning and '*' is expected"),
        ("  kinds: { Bin: { texts: 3d } }", "1 to 48 small letters"),
        ("  usual: { picture: 3d }", "4:12: retention.usual.picture: is not a known key"),
        ("  settles: 31d", "retention.settles: Input should be less than or equal to"),
        (
            "  public: { places: street }",
            "places: Input should be 'number', 'name' or 'exact'",
        ),
        ("people: { audit_kept: 1d }", "people.audit_kept: is not a known key"),
    ],
)
def test_faults_say_what_is_allowed(lines: str, fault: str) -> None:
    text = LEAST + lines if lines.startswith(" ") else LEAST.replace("retention:\n", lines)
    with pytest.raises(SettingsError, match=re.escape(fault)):
        loads(text, CentralSettings, name="x")


def test_the_page_shows_the_limits_that_are_shipped() -> None:
    rows = [f"| `usual.{part}` | `{USUAL[part].days:g}d` | {USUAL[part].why} |" for part in PARTS]
    rows += [
        f"| `kinds.{kind}.pictures` | `{each.days:g}d` | {each.why} |" for kind, each in PICTURES_OF.items()
    ]
    rows += [f"| `{name}` | `{each.days:g}d` | {each.why} |" for name, each in OF_LOOSE.items()]
    told = DOCS[DOCS.index("<!-- limits -->") : DOCS.index("<!-- /limits -->")].splitlines()
    assert told[3:] == rows
    assert set(PICTURES_OF) <= set(table())


def test_the_page_names_every_part_of_the_sweep_and_every_reason() -> None:
    names = {each.name for each in iter_modules(sweeps.__path__)}
    assert {name for name in names if f"| `{name}` |" not in DOCS} == set()
    assert {code for code in get_args(Code) if f"| `{code}` |" not in DOCS} == set()
    assert [days_text(seconds) for seconds in (DAY_S, 3600.0, 90.0)] == ["1d", "1h", "90s"]
