"""The working clock as people write it: limits, escalation, and every fault with its words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.codes import table
from broker.settings import SettingsError, loads
from central.clock.escalation import EscalationStep, higher
from central.clock.limits import STAGES, Limit, Matter, matter_of, read_limit
from central.clock.settings import ClockSettings
from central.clock.shipped import ESCALATION, LIMITS


def clock(text: str) -> ClockSettings:
    return loads(text, ClockSettings, name="c.yaml")


def limit(text: str, matter: Matter, stage: str = "handle") -> tuple[str, str]:
    chosen = clock(text).rules().limits.of(stage, matter)  # type: ignore[arg-type]
    return str(chosen.limit), chosen.reason.text


@pytest.mark.parametrize(
    ("text", "seconds", "working"),
    [
        ("4 working hours", 4 * 3600, True),
        ("1 working day", 8 * 3600, True),
        ("4 working days", 32 * 3600, True),
        ("30 working minutes", 1800, True),
        ("30 minutes", 1800, False),
        ("7 days", 7 * 86_400, False),
        ("1.5 hours", 5400, False),
        (" 2  working   hours ", 7200, True),
    ],
)
def test_limits_are_written_as_people_say_them(text: str, seconds: float, working: bool) -> None:
    found = read_limit(text)
    assert found.seconds(ClockSettings().working_calendar()) == seconds
    assert found.working is working
    assert read_limit(str(found)) == found


@given(
    st.integers(1, 3000),
    st.sampled_from(["minutes", "hours", "days", "working minutes", "working hours", "working days"]),
)
def test_what_is_written_is_read_again(amount: int, unit: str) -> None:
    found = Limit(amount, unit)  # type: ignore[arg-type]
    assert read_limit(str(found)) == found


def test_a_working_day_is_as_long_as_its_hours() -> None:
    here = clock('hours: ["08:30-12:00", "14:00-17:30"]').working_calendar()
    assert read_limit("2 working days").seconds(here) == 14 * 3600


def test_the_first_line_that_fits_counts_and_the_shipped_ones_follow() -> None:
    text = """
limits:
  - {stage: handle, severities: [high], kinds: ["bin_*"], limit: 1 hour}
  - {stage: handle, kinds: ["bin_*"], limit: 2 working hours}
  - {stage: handle, codes: ["09*"], limit: 30 minutes}
  - {stage: close, limit: none}
"""
    assert limit(text, matter_of("bin_full", "high"))[0] == "1 hour"
    assert limit(text, matter_of("bin_full")) == (
        "2 working hours",
        "2 working hours to handle bin_full (normal): clock.limits[1], for kinds bin_*",
    )
    assert limit(text, matter_of("shop_overflow"))[0] == "30 minutes"
    assert limit(text, Matter("own_kind", "0901"))[0] == "30 minutes"
    assert limit(text, matter_of("exposed_garbage")) == (
        "4 working hours",
        "4 working hours to handle exposed_garbage (normal): as shipped, "
        "for kinds exposed_garbage, bin_full, two_wheeler_parking",
    )
    assert limit(text, matter_of("own_kind"))[0] == "1 working day"
    assert limit(text, matter_of("own_kind"), "close") == (
        "None",
        "no limit to close own_kind (normal): clock.limits[3], for all kinds",
    )


def test_the_figures_of_the_design_are_shipped_and_every_kind_has_all_its_limits() -> None:
    limits = ClockSettings().rules().limits
    assert str(limits.of("handle", matter_of("exposed_garbage")).limit) == "4 working hours"
    assert str(limits.of("handle", matter_of("accumulated_debris")).limit) == "4 working days"
    for kind in (*table(), "own_kind"):
        for stage in STAGES:
            assert limits.of(stage, matter_of(kind)).limit is not None
    named = {kind for rule in LIMITS for kind in rule.kinds}
    assert named == set(table())


def test_a_long_list_of_kinds_is_told_short() -> None:
    kinds = ", ".join(f"{'k' * 40}_{n}" for n in range(50))
    _, text = limit(f"limits: [{{stage: handle, limit: 1 hour, kinds: [{kinds}]}}]", Matter(f"{'k' * 40}_49"))
    assert text.endswith("and 47 more")


def test_escalation_as_written_and_as_shipped() -> None:
    names = [named.kind for named in ESCALATION.of("handle")]
    assert names == ["handle_urge", "handle_street", "handle_district"]
    assert [named.kind for named in ESCALATION.of("verify")] == ["verify_urge", "verify_urge_2"]
    text = """
escalation:
  - {at: 2, supervise: true}
  - {at: 0.9, urge: true, stages: [handle]}
  - {at: 0.5, urge: true, stages: [handle]}
  - {at: 1, escalate: district, supervise: true, urge: true, stages: [handle]}
"""
    escalation = clock(text).rules().escalation
    assert [(named.kind, named.step.at) for named in escalation.of("handle")] == [
        ("handle_urge", 0.5),
        ("handle_urge_2", 0.9),
        ("handle_district", 1.0),
        ("handle_supervise", 2.0),
    ]
    assert [named.kind for named in escalation.of("close")] == ["close_supervise"]
    found = escalation.named("handle_district")
    assert found is not None
    assert found.step == EscalationStep(1.0, urge=True, to="district", supervise=True, stages=("handle",))
    assert escalation.named("handle_street") is None
    assert clock("escalation: []").rules().escalation.of("handle") == ()


def test_a_level_that_was_raised_never_falls_back() -> None:
    assert higher("grid", "street") == higher("street", "grid") == "street"
    assert higher("district", "street") == "district"


LINE = "limits: [{stage: handle, limit: 1 hour"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("timezone: Mars/Base", "1:1: timezone: is no time zone; a name of the IANA table is, such as Asia/"),
        ("hours: []", "1:1: hours: List should have at least 1 item"),
        ("hours: [9-12]", '1:9: hours[0]: is no span of hours; "09:00-12:00" is, or past midnight "22:00-0'),
        ('hours: ["09:00-09:00"]', "1:9: hours[0]: begins when it ends; the whole day is"),
        ('hours: ["09:00-12:00", "11:00-14:00"]', "hours: 09:00-12:00 and 11:00-14:00 overlap; each minute"),
        ('hours: ["22:00-06:00", "05:00-07:00"]', "hours: 22:00-06:00 and 05:00-07:00 overlap; each minute"),
        ("calendar: moon", "1:1: calendar: Input should be 'china' or 'none'"),
        ("holidays: [7]", "1:12: holidays[0]: is no day; a date is, such as 2026-10-01 (given: 7)"),
        ("holidays: [2026-02-30]", "1:12: holidays[0]: cannot be read"),
        ("{holidays: [2026-10-10], workdays: [2026-10-10]}", "2026-10-10 is among the holidays and among th"),
        (LINE[:-4] + "week}]", "limits[0].limit: '1 week' is no limit; a number with minutes, hours, da"),
        (
            LINE[:-6] + "4}]",
            "limits[0].limit: is no limit; a text is, such as 4 working hours, or none (give",
        ),
        (LINE[:-6] + "four working hours}]", "limits[0].limit: 'four working hours' is no limit; a number w"),
        (
            LINE[:-6] + "4 arbeitstage}]",
            "limits[0].limit: '4 arbeitstage' is no limit; a number with minutes",
        ),
        (LINE[:-6] + "0 hours}]", "'0 hours' is no limit; more than 0 and at most 87840 hours are allowed"),
        (
            LINE[:-6] + "9999 working days}]",
            "'9999 working days' is no limit; more than 0 and at most 3660 wo",
        ),
        (
            LINE + ", kinds: [Bin]}]",
            "limits[0].kinds[0]: is no pattern of kinds; small letters a-z, digits, ",
        ),
        (LINE + ", codes: ['?']}]", "limits[0].codes[0]: is no pattern of codes; letters, digits, '.', '_',"),
        (LINE + ", codes: [7]}]", "limits[0].codes[0]: must be text; put it in quotes"),
        (LINE + ", severities: [grave]}]", "limits[0].severities[0]: Input should be 'low', 'normal' or 'hi"),
        ("limits: [{stage: sleep, limit: 1 hour}]", "limits[0].stage: Input should be 'accept', 'dispatch',"),
        ("limits: [{stage: handle}]", "limits[0].limit: is missing"),
        ("limits: [{stage: handle, limit: none, why: x}]", "limits[0].why: is not a known key"),
        (
            LINE + "}, {stage: close, limit: 1 day}, {stage: handle, kinds: [bin_full], limit: 1 day}]",
            "clock.limits[2] never counts, for clock.limits[0] comes first and fits all that it names",
        ),
        (
            "escalation: [{at: 0.8}]",
            "1:14: escalation[0]: nothing happens; urge: true, escalate: street or s",
        ),
        (
            "escalation: [{at: 0.8, escalate: street}]",
            "escalation[0]: escalates before it is due; before 1.0",
        ),
        ("escalation: [{at: 0.8, supervise: true}]", "escalation[0]: escalates before it is due; before 1.0"),
        ("escalation: [{at: 0, urge: true}]", "escalation[0].at: Input should be greater than 0 (given: 0)"),
        (
            "escalation: [{at: 101, urge: true}]",
            "escalation[0].at: Input should be less than or equal to 100",
        ),
        (
            "escalation: [{at: 1, escalate: grid}]",
            "escalation[0].escalate: Input should be 'street' or 'dist",
        ),
        (
            "escalation: [{at: 1, urge: true, stages: []}]",
            "escalation[0].stages: List should have at least 1",
        ),
        (
            "escalation: [{at: 2, escalate: street}, {at: 1, escalate: district}]",
            "escalation: accept goes to district, then street; each level is higher than the last",
        ),
        (
            "escalation: [{at: 2, escalate: street}, {at: 1, escalate: street}]",
            "escalation: accept goes to street, then street; each level is higher than the last",
        ),
        ("rework_share: 1.5", "rework_share: Input should be less than or equal to 1 (given: 1.5)"),
    ],
)
def test_faults_say_where_and_what_is_allowed(text: str, fault: str) -> None:
    with pytest.raises(SettingsError) as error:
        clock(text)
    assert str(error.value).startswith("c.yaml:1:")
    assert fault in str(error.value).replace("\n", " ")


@pytest.mark.parametrize(
    "lines",
    [
        "{kinds: [a], S}, {kinds: [a, b], S}",
        "{kinds: [a], S}, {codes: ['a'], S}",
        "{severities: [high], S}, {S}",
        "{severities: [high], kinds: ['*'], S}, {severities: [high, low], S}",
        "{kinds: ['*'], S}, {S}",
    ],
)
def test_a_line_that_still_says_something_is_no_fault(lines: str) -> None:
    assert len(clock(f"limits: [{lines}]".replace("S}", "stage: handle, limit: 1 hour}")).limits) == 2
