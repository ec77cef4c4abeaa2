"""Who hears of what, when and in which words: pure, so every case is a line."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.events import Reason
from broker.timetext import minutes_in
from broker.workdays import Workdays
from central.clock.worktime import Hours, WorkCalendar
from central.languages import Language
from central.notices import digests, retries
from central.notices.digests import Manner, Note, Window, decide, gathered
from central.notices.filters import Filter
from central.notices.happenings import meant
from central.notices.heard import Heard, Subject
from central.notices.quiet import Quiet
from central.notices.retries import Outcome
from central.notices.rules import Rule, told
from central.notices.wording import Namer, line_of, message_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
CALENDAR = WorkCalendar("Asia/Shanghai", [Hours(540, 720), Hours(780, 1080)], Workdays("none", [], []))
SUBJECT = Subject(
    "T-000007",
    "bin_full",
    state="dispatched",
    level="grid",
    department="sanitation",
    post="north",
    cell="131002001001001",
    community="131002001001",
    place="Shoe Street",
    ticket=7,
)


def local(text: str) -> float:
    """By the place's clock; 2026-03-04 is a Wednesday."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).timestamp()


def heard(effect: str = "acted", action: str | None = None, code: str = "x", **details: Any) -> Heard:
    return Heard(5, 0.0, effect, Reason(code=code, text="because"), SUBJECT, action, details)


@pytest.mark.parametrize(
    ("line", "happenings", "code"),
    [
        (heard("opened"), ("new",), "new"),
        (heard(action="dispatch"), ("dispatched",), "dispatched"),
        (heard(action="rework"), ("returned",), "returned"),
        (heard(action="send_back"), ("returned",), "returned"),
        (heard(action="escalate"), ("escalated",), "escalated"),
        (heard("urged", timer="handle_urge", share=0.8), ("due_soon", "urged"), "due_soon"),
        (heard("urged", timer="accept_urge", share=1.0), ("overdue", "urged"), "overdue"),
        (heard("urged", timer="handle_urge", share=0.8, overtaken=True), (), "overtaken"),
        (
            heard(action="escalate", timer="handle_street", share=1.0, overtaken=False),
            ("escalated", "overdue"),
            "escalated",
        ),
        (
            heard(action="escalate", timer="handle_district", share=1.5, supervise=True),
            ("supervised", "escalated", "overdue"),
            "supervised",
        ),
        (heard("supervised", timer="handle_supervise", share=2), ("supervised", "overdue"), "supervised"),
        (heard("folded", code="storm"), ("storm",), "storm"),
        (heard("folded", code="no_storm"), (), "no_happening"),
        (heard("raised"), ("camera_health",), "camera_health"),
        (heard(action="accept"), (), "no_happening"),
        (replace(heard("kept"), subject=None), (), "no_subject"),
    ],
)
def test_what_a_line_means(line: Heard, happenings: tuple[str, ...], code: str) -> None:
    assert meant(line).happenings == happenings
    assert meant(line).reason.code == code


@pytest.mark.parametrize(
    ("of", "code"),
    [
        (Filter(), None),
        (Filter(kinds=("bin_*",), areas=("131002001",), departments=("parks", "sanitation")), None),
        (Filter(areas=("131002001001",), posts=("north",), levels=("grid",), severities=("normal",)), None),
        (Filter(kinds=("illegal_*",)), "other_kinds"),
        (Filter(areas=("131003",)), "other_areas"),
        (Filter(states=("closed",)), "other_states"),
        (Filter(departments=("parks",)), "other_departments"),
        (Filter(posts=("south",)), "other_posts"),
        (Filter(levels=("street",)), "other_levels"),
        (Filter(severities=("high",)), "other_severities"),
    ],
)
def test_what_somebody_wants_to_hear_of(of: Filter, code: str | None) -> None:
    why_not = of.why_not(SUBJECT)
    assert (why_not.code if why_not else None) == code


def rule(*to: str, happenings: Any = ("dispatched",), of: Filter = Filter()) -> Rule:  # noqa: B008
    return Rule("notify.rules[0]", happenings, to, of)


@pytest.mark.parametrize(
    ("rules", "line", "channel", "happening", "code"),
    [
        ([rule("desk")], heard(action="dispatch"), "desk", "dispatched", "dispatched"),
        ([rule("desk")], heard(action="accept"), "desk", None, "no_happening"),
        ([rule("desk")], heard(action="rework"), "desk", None, "other_happenings"),
        ([rule("other")], heard(action="dispatch"), "desk", None, "no_rule"),
        ([rule("desk", of=Filter(kinds=("x",)))], heard(action="dispatch"), "desk", None, "other_kinds"),
        ([rule("parks")], heard(action="dispatch"), "parks", None, "other_departments"),
        ([rule("department")], heard(action="dispatch"), "department.sanitation", "dispatched", "dispatched"),
        ([rule("department")], heard(action="dispatch"), "department.parks", None, "no_rule"),
        (
            [rule("told")],
            heard(action="dispatch", told=["parks"]),
            "department.parks",
            "dispatched",
            "dispatched",
        ),
        (
            [rule("desk", happenings=("new",)), rule("desk")],
            heard(action="dispatch"),
            "desk",
            "dispatched",
            "dispatched",
        ),
        (
            [rule("desk", happenings=("overdue", "escalated"))],
            heard(action="escalate", timer="x", share=1),
            "desk",
            "escalated",
            "escalated",
        ),
    ],
)
def test_who_is_told_and_why_not(
    rules: list[Rule], line: Heard, channel: str, happening: str | None, code: str
) -> None:
    filters = dict.fromkeys(["desk", "department.sanitation", "department.parks"], Filter())
    filters["parks"] = Filter(departments=("parks",))
    found = told(line, rules, filters)[channel]
    assert (found.happening, found.reason.code) == (happening, code)


NOTES = [Note(n, float(n), "new", f"line {n}") for n in range(30)]


def test_many_happenings_are_one_message_with_counts_and_the_first_lines() -> None:
    window = gathered(None, NOTES, 3, 100.0)
    window = gathered(window, [Note(40, 1.0, "overdue", "late", grave=True), NOTES[0]], 3, 200.0)
    assert window == Window(100.0, 0, {"new": 31, "overdue": 1}, ("late",), ("line 0", "line 1"), True)
    assert digests.read(digests.written(window)) == window
    message = message_of(window, "en", "https://tickets.example")
    assert message.title == "Gewu: new 31, overdue 1"
    assert message.text == "late\nline 0\nline 1\nand 29 more\nhttps://tickets.example"
    assert message_of(window, "zh", "").title == "格物: 新工单 31, 超期 1"
    assert gathered(None, [], 3, 1.0) is None


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), max_size=60), st.integers(1, 5))
def test_a_window_never_grows_beyond_its_lines_and_counts_all(notes: list[Any], most: int) -> None:
    window = None
    for n, (text, grave) in enumerate(notes):
        window = gathered(window, [Note(n, n, "new", f"line {text} {grave}", grave)], most, n)
        assert window is not None
        assert len(window.grave) + len(window.lines) <= most
        assert window.total == n + 1
    if any(grave for _, grave in notes):
        assert window is not None
        assert window.grave
        assert window.urgent


NIGHT = Quiet((minutes_in("22:00-07:00"),))
WORK = Quiet(working=True)


@pytest.mark.parametrize(
    ("quiet", "at", "until"),
    [
        (Quiet(), "2026-03-04T03:00", None),
        (NIGHT, "2026-03-04T21:59", None),
        (NIGHT, "2026-03-04T22:00", "2026-03-05T07:00"),
        (NIGHT, "2026-03-05T06:59", "2026-03-05T07:00"),
        (NIGHT, "2026-03-05T07:00", None),
        (WORK, "2026-03-04T10:00", None),
        (WORK, "2026-03-04T12:30", "2026-03-04T13:00"),
        (WORK, "2026-03-06T18:00", "2026-03-09T09:00"),  # a Friday
        (Quiet((minutes_in("08:00-10:00"),), working=True), "2026-03-06T18:00", "2026-03-09T10:00"),
        (Quiet((minutes_in("00:00-24:00"),)), "2026-03-04T10:00", "2026-05-03T24:00"),
    ],
)
def test_until_when_it_is_quiet(quiet: Quiet, at: str, until: str | None) -> None:
    hush = quiet.hush(local(at), CALENDAR)
    if until is None:
        assert hush is None
    elif until.endswith("T24:00"):
        assert hush is not None
        assert hush.until >= local("2026-05-03T00:00")
    else:
        assert hush is not None
        assert hush.until == local(until)


NOON = local("2026-03-04T11:00")
MANNER = Manner(digest_s=300, hourly=2, quiet=NIGHT)


@pytest.mark.parametrize(
    ("since", "now", "urgent", "sent", "code", "until"),
    [
        (NOON, NOON + 299, False, [], "gathering", NOON + 300),
        (NOON, NOON + 300, False, [], "window_over", None),
        (NOON, NOON, True, [], "urgent", None),
        (NOON, NOON + 300, True, [NOON - 10, NOON - 20], "rate_limited", NOON - 20 + 3600),
        (NOON, NOON + 300, False, [NOON - 3600, NOON - 20], "window_over", None),
        (NOON, local("2026-03-04T23:00"), False, [], "quiet_hours", local("2026-03-05T07:00")),
        (NOON, local("2026-03-04T23:00"), True, [], "urgent", None),
    ],
)
def test_when_a_window_is_sent(
    since: float, now: float, urgent: bool, sent: list[float], code: str, until: float | None
) -> None:
    found = decide(Window(since, 1, {"new": 1}, urgent=urgent), now, MANNER, CALENDAR, sent)
    assert (found.send, found.reason.code, found.until) == (until is None, code, until)


def later(after_s: float | None = None) -> Outcome:
    return Outcome("later", Reason(code="http_500", text="HTTP 500"), after_s)


def test_the_pauses_between_tries_grow_and_end() -> None:
    now, tries, dues = 1000.0, 0, []
    while True:
        tries += 1
        found = retries.after(later(), id="a", tries=tries, made=1000.0, now=now, give_up_s=3 * 86_400)
        if found.state == "given_up":
            break
        dues.append(found.due - now)
        now = found.due
    assert all(0.9 <= due / wanted <= 1.1 for due, wanted in zip(dues, retries.DELAYS_S, strict=False))
    assert 15 <= tries <= 20
    assert found.reason.code == "too_old"
    assert "HTTP 500" in found.reason.text


def test_what_a_receiver_asks_for_counts() -> None:
    found = retries.after(later(900.0), id="a", tries=1, made=0.0, now=0.0, give_up_s=86_400)
    assert found.due == 900.0
    assert [retries.pause(n, later()) for n in (1, 2, 3, 99)] == [1, 2, 4, 60]
    assert retries.pause(1, later(900.0)) == 900.0
    gone = Outcome("gone", Reason(code="gone", text="gone"))
    assert retries.after(gone, id="a", tries=1, made=0.0, now=9e9, give_up_s=60).state == "waiting"


def namer(language: Language) -> Namer:
    return Namer(language, str.upper, str.title, CALENDAR.told)


@pytest.mark.parametrize(
    ("language", "line", "happening", "text"),
    [
        ("en", heard(), "dispatched", "T-000007 dispatched · BIN_FULL · Shoe Street · → Sanitation"),
        ("zh", heard(), "dispatched", "T-000007 派遣 · BIN_FULL · Shoe Street · → Sanitation"),
        (
            "zh",
            replace(heard(), subject=replace(SUBJECT, level="street", due_at=NOON)),
            "escalated",
            "T-000007 升级 · BIN_FULL · Shoe Street · → 街道 · 应于 Wed 2026-03-04 11:00 前",
        ),
        (
            "en",
            replace(heard("raised"), subject=Subject("yard-7/cam-1", "signal_loss")),
            "camera_health",
            "source health: yard-7/cam-1 signal_loss has begun",
        ),
        (
            "zh",
            replace(heard("recovered"), subject=Subject("yard-7/cam-1", "signal_loss")),
            "camera_health",
            "设备状况: yard-7/cam-1 signal_loss 恢复",
        ),
    ],
)
def test_one_line_in_both_languages(language: Language, line: Heard, happening: Any, text: str) -> None:
    assert line_of(line, happening, namer(language)) == text
