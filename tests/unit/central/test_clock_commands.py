"""`gewu-central due` and `gewu-central calendar`, as people see them."""

import json
from pathlib import Path

import pytest

from central.cli import main

LEAST = "storage: { directory: here }\nbroker: { url: 'mqtt://127.0.0.1' }\n"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "c.yaml"
    path.write_text(LEAST)
    return path


def said(capsys: pytest.CaptureFixture[str], *words: object, code: int = 0) -> list[str]:
    assert main([str(word) for word in words]) == code
    return capsys.readouterr().out.splitlines()


def test_due_shows_limit_reason_spans_and_timers(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = said(capsys, "due", config, "exposed_garbage", "--at", "2026-10-01T09:00+08:00")
    assert [line.split() for line in lines] == [
        line.split()
        for line in (
            "what exposed_garbage (06010), severity normal, stage handle",
            "limit 4 working hours to handle exposed_garbage (normal): as shipped, "
            "for kinds exposed_garbage, bin_full, two_wheeler_parking",
            "begins Thu 2026-10-01 09:00 in Asia/Shanghai, a holiday National Day",
            "counted Thu 2026-10-08 09:00 to 12:00 3 working hours",
            "Thu 2026-10-08 13:00 to 14:00 1 working hour",
            "due Thu 2026-10-08 14:00",
            "timer Thu 2026-10-08 13:12 handle_urge 80%: urge",
            "timer Thu 2026-10-08 14:00 handle_street 100%: escalate to street",
            "timer Thu 2026-10-08 16:00 handle_district 150%: escalate to district, supervise",
        )
    ]


def test_a_time_without_a_zone_is_the_place_s_own(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config.write_text(LEAST + "clock: { timezone: Europe/Berlin, calendar: none }\n")
    lines = said(capsys, "due", config, "fire_lane_occupied", "--at", "2026-10-24T23:30")
    assert lines[2:5] == [
        "begins   Sat 2026-10-24 23:30 in Europe/Berlin, a weekend",
        "counted  Sat 2026-10-24 23:30 to Sun 2026-10-25 00:30  1 hour",
        "due      Sun 2026-10-25 00:30",
    ]


def test_due_as_json(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("own_kind", "--code", "0901", "--severity", "high", "--stage", "handle", "--json")
    (line,) = said(capsys, "due", config, *words, "--at", "2026-12-31T14:00+08:00")
    assert json.loads(line) == {
        "kind": "own_kind",
        "code": "0901",
        "severity": "high",
        "stage": "handle",
        "limit": "4 working hours",
        "why": "4 working hours to handle own_kind (high): as shipped, for all kinds of severity high",
        "begins": "2026-12-31T06:00:00.000Z",
        "counted": [["2026-12-31T06:00:00.000Z", "2026-12-31T10:00:00.000Z"]],
        "due": "2026-12-31T10:00:00.000Z",
        "timers": [
            {"kind": "handle_urge", "at": "2026-12-31T09:12:00.000Z"},
            {"kind": "handle_street", "at": "2026-12-31T10:00:00.000Z"},
            {"kind": "handle_district", "at": json.loads(line)["timers"][2]["at"]},
        ],
        "note": None,
    }


def test_long_limits_no_limits_and_those_that_never_come(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    limits = "[{stage: handle, limit: 60 working days}, {stage: close, limit: none}]"
    config.write_text(LEAST + f"clock: {{ limits: {limits} }}\n")
    lines = said(capsys, "due", config, "bin_full", "--at", "2003-01-01")
    assert lines[3].startswith("counted  Wed 2003-01-01 09:00 to 12:00")
    assert "         and 80 spans more" in lines
    assert lines[-1].startswith("note     the public holidays of 2003 are not known here")
    lines = said(capsys, "due", config, "bin_full", "--stage", "close")
    assert lines[1] == "limit    no limit to close bin_full (normal): clock.limits[1], for all kinds"
    assert len(lines) == 3
    assert main(["due", str(config), "bin_full", "--at", "2099-12-31T17:00"]) == 1
    assert "do not come before the last year that is counted" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["due", "C", "bin_full", "--at", "soon"], "2026-10-01T09:00 or 2026-10-01T09:00+08:00 is expected"),
        (["due", "C", "bin_full", "--stage", "sleep"], "accept"),
        (["calendar", "C", "1999"], "a year from 2000 to 2099 is expected"),
        (["calendar", "C", "soon"], "a year from 2000 to 2099 is expected"),
    ],
)
def test_what_cannot_be_meant_is_told(
    words: list[str], told: str, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([str(config) if word == "C" else word for word in words])
    assert ended.value.code == 2
    assert told in capsys.readouterr().err


def test_a_year_s_days(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config.write_text(LEAST + "clock: { holidays: [2025-11-03], workdays: [2025-11-08, 2025-11-09] }\n")
    lines = said(capsys, "calendar", config, 2025)
    assert lines[0] == "2025: 249 working days of 8 h (09:00-12:00, 13:00-18:00, Asia/Shanghai)"
    assert lines[10] == "  2025-10  18 of 31 days are worked"
    assert lines[11] == "  2025-11  21 of 30 days are worked"
    assert lines[13:] == [
        "holidays:",
        "  Wed 2025-01-01  New Year's Day",
        "  Tue 2025-01-28 to Tue 2025-02-04  Spring Festival",
        "  Fri 2025-04-04 to Sun 2025-04-06  Tomb-sweeping Day",
        "  Thu 2025-05-01 to Mon 2025-05-05  Labour Day",
        "  Sat 2025-05-31 to Mon 2025-06-02  Dragon Boat Festival",
        "  Wed 2025-10-01 to Sun 2025-10-05  National Day",
        "  Mon 2025-10-06  Mid-autumn Festival",
        "  Tue 2025-10-07 to Wed 2025-10-08  National Day",
        "  Mon 2025-11-03  by the place's own list",
        "worked for others:",
        "  Sun 2025-01-26  worked for Spring Festival",
        "  Sat 2025-02-08  worked for Spring Festival",
        "  Sun 2025-04-27  worked for Labour Day",
        "  Sun 2025-09-28  worked for National Day",
        "  Sat 2025-10-11  worked for National Day",
        "worked here alone:",
        "  Sat 2025-11-08 to Sun 2025-11-09  by the place's own list",
    ]


def test_a_year_that_is_not_known_says_so(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = said(capsys, "calendar", config, 2003)
    assert lines[1].startswith("  the public holidays of this year are not known")
    assert len(lines) == 14


def test_this_year_and_every_day_of_it_as_json(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    days = [json.loads(line) for line in said(capsys, "calendar", config, "--json")]
    assert len(days) in (365, 366)
    days = [json.loads(line) for line in said(capsys, "calendar", config, 2026, "--json")]
    assert days[0] == {"day": "2026-01-01", "kind": "holiday", "name": "New Year's Day", "known": True}
