"""The indicators as the API and the command line tell them; and that a sheet runs nothing."""

import csv
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from shapely import box
from sqlalchemy import delete

from central.api.figure_answers import IndicatorAnswer
from central.cli import main
from central.figure_sheets import INDICATOR_COLUMNS
from central.grid.areas import Area
from central.indicators.formulas import FIGURES, TALLIES
from central.indicators.uptime import Look
from central.people.asker import COMMAND_LINE
from central.people.roles import ROLES, TABLE
from central.sheets import safe, sheet
from central.store.database import Store, sqlite_url
from central.store.grids import import_cut
from central.store.indicator_tables import camera_days, indicator_cases
from central.store.migrate import migrate
from central.store.uptimes import add_looks
from tests.unit.central.counted import OCTOBER, case, put
from tests.unit.central.desk import Desk, desk

__all__ = ["desk"]
EVIL = '=cmd|" /C calc"!A0'
CASES = [
    *(case(n) for n in range(1, 21)),
    *(case(n, in_time=False, reworks=1) for n in range(21, 25)),
    *(case(n, state="deferred", handled_at=None) for n in range(25, 27)),
    *(case(n, department=EVIL, state="false_alarm", origin="drone") for n in range(27, 29)),
    case(29, department=None, cell=None, community=None, opened_at=OCTOBER - timedelta(days=40)),
]


@pytest.fixture
def filled(desk: Desk) -> Iterator[Desk]:
    put(desk.store, CASES)
    yield desk
    with desk.store.write() as connection:
        connection.execute(delete(indicator_cases))
        connection.execute(delete(camera_days))


def get(desk: Desk, path: str, role: str = "viewer") -> Any:
    return desk.ask("GET", path, headers=desk.as_role(role))


def test_the_figures_of_departments(filled: Desk) -> None:
    found = get(filled, "/api/indicators?by=department&period=2026-10").json()
    assert [each["key"] for each in found["groups"]] == ["", EVIL, "sanitation"]
    assert found["period"].pop("today")
    assert found["period"] == {
        "name": "2026-10",
        "first": "2026-10-01",
        "last": "2026-10-31",
        "since": "2026-09-30T16:00:00.000Z",
        "until": "2026-10-31T16:00:00.000Z",
    }
    assert (found["state"], found["cut_off"]) == ("open", "2026-11-03T16:00:00.000Z")
    mine = found["groups"][-1]
    assert mine["tallies"]["due"] == 26
    assert mine["figures"]["in_time_rate"] == {
        "value": 20 / 24,
        "numerator": 20,
        "denominator": 24,
        "why": None,
    }
    assert found["groups"][0]["figures"]["false_alarm_rate"]["why"]["code"] == "nothing_to_divide_by"
    assert set(mine["figures"]) == {*FIGURES, "camera_uptime"}
    assert found["total"]["tallies"] == {
        name: sum(each["tallies"][name] for each in found["groups"]) for name in TALLIES
    }


@pytest.mark.parametrize("path", ["/api/indicators", "/api/evaluation"])
def test_what_day_it_is_is_the_matter_of_the_place(
    filled: Desk, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """Sunday evening in Greenwich, and who asks may be anywhere."""
    monkeypatch.setattr("central.api.indicators.now", lambda: datetime(2026, 11, 22, 16, tzinfo=UTC))
    found = get(filled, f"{path}?by=department").json()
    assert found["period"]["today"] == "2026-11-23"


def test_the_answer_is_the_model_that_the_document_shows(filled: Desk) -> None:
    """Groups are written without their models."""
    for query in ("by=department", "by=cell&compare=true"):
        said = get(filled, f"/api/indicators?{query}&period=2026-10").content
        assert IndicatorAnswer.model_validate_json(said).model_dump_json().encode() == said


def test_each_figure_leads_to_its_tickets(filled: Desk) -> None:
    """Both sides of each figure, of each group: as many tickets as the figure says."""
    report = get(filled, "/api/indicators?by=kind&period=2026-10").json()
    for group in report["groups"]:
        for name, figure in FIGURES.items():
            for part, tally in (("numerator", figure.numerator), ("denominator", figure.denominator)):
                path = f"/api/indicators/tickets?by=kind&key={group['key']}&figure={name}&part={part}"
                found = get(filled, f"{path}&period=2026-10&limit=1000").json()
                assert found["tally"] == tally
                expected = group["figures"][name][part]
                if TALLIES[tally].tickets:
                    assert len(found["items"]) == expected, (name, part)
                else:
                    assert sum(each[tally] for each in found["items"]) == expected


def test_pages_follow_each_other(filled: Desk) -> None:
    path = "/api/indicators/tickets?tally=closed&period=2026-10&limit=10&department=sanitation"
    numbers, cursor = [], ""
    for _ in range(3):
        page = get(filled, path + cursor).json()
        numbers += [each["number"] for each in page["items"]]
        cursor = f"&cursor={page['next']}"
    assert page["next"] is None
    assert numbers == [f"T-{n:06d}" for n in range(24, 0, -1)]


def test_filters_and_days(filled: Desk) -> None:
    for query, due in (
        ("period=2026-10&area=131002", 26),
        ("period=2026-10&area=131002001", 26),
        ("period=2026-10&area=131002001001001", 26),
        ("period=2026-10&area=131002002", 0),
        ("period=2026-10&department=sanitation&kind=exposed_garbage&origin=camera", 26),
        ("from=2026-10-02&to=2026-10-02", 27),
        ("from=2026-10-03", 0),
        ("period=2026-W40", 27),
    ):
        found = get(filled, f"/api/indicators?{query}")
        assert found.status_code == 200, found.text
        if "area" in query:
            assert found.json()["total"]["tallies"]["due"] == due + (query.endswith("=131002")), query
        else:
            assert found.json()["total"]["tallies"]["due"] == due, query


@pytest.mark.parametrize(
    ("path", "where", "said"),
    [
        ("/api/indicators?period=october", "query.period", "is no period: a day 2026-10-03, a week"),
        ("/api/indicators?from=2026-10-02&to=2026-10-01", "query.from", "ends on 2026-10-01 before"),
        ("/api/indicators?period=2026-10&from=2026-10-01", "query.period", "period goes without from and to"),
        ("/api/indicators?area=1310", "query.area", "String should match pattern"),
        ("/api/indicators?by=person", "query.by", "Input should be 'department', 'cell'"),
        ("/api/indicators/tickets?figure=speed", "query.figure", "there is no such figure"),
        ("/api/indicators/tickets", "query.figure", "one of figure and tally is expected"),
        ("/api/indicators/tickets?tally=speed", "query.tally", "there is no such tally"),
        ("/api/evaluation?by=kind", "query.by", "Input should be 'department', 'cell' or 'community'"),
    ],
)
def test_what_cannot_be_asked(desk: Desk, path: str, where: str, said: str) -> None:
    found = get(desk, path)
    assert found.status_code == 422
    assert (found.json()["where"], said in found.json()["detail"]) == (where, True), found.text


def test_a_cursor_of_ones_own_making(desk: Desk) -> None:
    assert get(desk, "/api/indicators/tickets?tally=due&cursor=x").status_code == 400


def test_as_csv(filled: Desk) -> None:
    answer = get(filled, "/api/indicators?by=department&period=2026-10&format=csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].endswith('"indicators-department-2026-10-01-2026-10-31.csv"')
    assert not answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(StringIO(answer.content.decode())))
    assert tuple(rows[0]) == INDICATOR_COLUMNS
    assert [(row["by"], row["key"]) for row in rows] == [
        ("department", ""),
        ("department", f"'{EVIL}"),
        ("department", "sanitation"),
        ("total", ""),
    ]
    assert float(rows[2]["in_time_rate"]) == 20 / 24
    assert (rows[1]["closing_rate"], rows[1]["false_alarm_rate"]) == ("", "1.0")
    assert rows[0]["zh"] == "未归属"


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\n=1", "|x"])
def test_no_text_is_a_formula(cell: str) -> None:
    assert safe(cell) == f"'{cell}"
    assert next(csv.reader(StringIO(sheet(["a"], [[cell]]).partition("\r\n")[2], newline=""))) == [f"'{cell}"]


def test_numbers_stay_numbers() -> None:
    assert sheet(["a", "b", "c", "d"], [[-1, -0.5, None, True]]) == "a,b,c,d\r\n-1,-0.5,,true\r\n"
    assert safe('a,"b"') == 'a,"b"'


def test_the_evaluation(filled: Desk) -> None:
    found = get(filled, "/api/evaluation?by=department&period=2026-10").json()
    first, second = found["items"]
    assert (first["key"], second["key"], found["evaluation"]) == ("sanitation", EVIL, "standard")
    assert (first["grade"], first["grade_zh"]) == ("good", "良")
    assert [part["figure"] for part in first["parts"]][:2] == ["in_time_rate", "closing_rate"]
    assert first["parts"][0]["why"]["text"] == "20 of 24 is 0.8333: 67.41 points"
    assert (second["score"], second["grade"], second["why"]["code"]) == (None, None, "too_few")
    rows = list(csv.DictReader(StringIO(get(filled, "/api/evaluation?period=2026-10&format=csv").text)))
    assert (rows[0]["score"], rows[0]["closing_rate_points"]) == (str(first["score"]), "100.0")
    assert [row["score"] for row in rows][1:] == [""]


def test_cameras(filled: Desk) -> None:
    day = datetime(2026, 10, 3, tzinfo=timezone.utc).date()
    node = "gewu://131002/yard-7"
    for word in ("up", "up", "down", "unknown"):
        add_looks(filled.store, day, [Look(node, "cam-1", word)], 60)  # type: ignore[arg-type]
    found = get(filled, "/api/indicators/cameras?period=2026-10").json()
    assert found["items"] == [
        {"node": node, "source": "cam-1", "known_s": 180, "up_s": 120, "uptime": 120 / 180}
    ]
    assert get(filled, "/api/indicators/cameras?period=2026-09").json()["items"] == []
    report = get(filled, "/api/indicators?by=district&period=2026-10").json()
    assert report["groups"][0]["figures"]["camera_uptime"]["value"] == 120 / 180
    assert report["total"]["figures"]["camera_uptime"]["numerator"] == 120
    report = get(filled, "/api/indicators?by=cell&period=2026-10&area=131002").json()
    assert report["total"]["figures"]["camera_uptime"]["why"]["code"] == "not_kept"


def test_areas_and_kinds_have_their_names(filled: Desk) -> None:
    now = datetime(2026, 1, 1, tzinfo=timezone.utc)
    areas = [Area("131002001", "广阳一街", box(116.7, 39.5, 116.8, 39.6))]
    import_cut(filled.store, areas, valid_from=now, imported=now, by=COMMAND_LINE, title="-", sha256="0" * 64)
    groups = get(filled, "/api/indicators?by=street&period=2026-10").json()["groups"]
    assert [(each["key"], each["zh"]) for each in groups] == [("", "未归属"), ("131002001", "广阳一街")]
    groups = get(filled, "/api/indicators?by=kind&period=2026-10").json()["groups"]
    assert [(each["key"], each["zh"]) for each in groups] == [("exposed_garbage", "暴露垃圾")]


@pytest.mark.parametrize("role", ROLES)
def test_who_may_see_them(desk: Desk, role: str) -> None:
    may = role in TABLE["indicator.view"]
    for path in ("/api/indicators", "/api/indicators/tickets?tally=due", "/api/evaluation"):
        assert get(desk, path, role).status_code == (200 if may else 403), (role, path)


def test_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "c.yaml"
    config.write_text(
        yaml.safe_dump({"storage": {"directory": str(tmp_path)}, "broker": {"url": "mqtt://127.0.0.1"}})
    )
    store = Store(sqlite_url(tmp_path / "central.db"))
    migrate(store)
    put(store, CASES)
    store.close()
    words = ["indicators", str(config), "--by", "department", "--period", "2026-10"]
    assert main(words) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "2026-10 by department: open"
    assert "  in_time_rate            83.3%  20 / 24" in said
    assert main([*words, "--csv"]) == 0
    assert list(csv.DictReader(StringIO(capsys.readouterr().out)))[-1]["by"] == "total"
    assert main([*words, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["total"]["tallies"]["due"] == 27
    assert main([*words, "--evaluate"]) == 0
    assert "Good" in capsys.readouterr().out
    assert main([*words, "--evaluate", "--csv"]) == 0
    assert main([*words, "--evaluate", "--json"]) == 0
    capsys.readouterr()
    assert main([*words[:-1], "october"]) == 2
    assert "--period: is no period: a day 2026-10-03" in capsys.readouterr().err
    assert main([*words, "--evaluate", "--by", "kind"]) == 2
    assert "--evaluate: kind is not judged; allowed: department, cell, community" in capsys.readouterr().err
    assert main([*words, "--area", "1310"]) == 2
    assert "--area: '1310' is no code: so many digits are expected" in capsys.readouterr().err


def test_how_figures_went_is_what_each_period_says(filled: Desk) -> None:
    series = get(filled, "/api/indicators/series?length=month&count=3&period=2026-10").json()
    assert [each["period"]["name"] for each in series["items"]] == ["2026-08", "2026-09", "2026-10"]
    for each in series["items"]:
        report = get(filled, f"/api/indicators?by=kind&period={each['period']['name']}").json()
        assert (each["state"], each["total"]["tallies"]) == (report["state"], report["total"]["tallies"])
    weeks = get(
        filled, "/api/indicators/series?length=week&count=2&period=2026-10&department=sanitation"
    ).json()
    assert [each["period"]["last"] for each in weeks["items"]] == ["2026-10-25", "2026-11-01"]


def test_a_series_that_begins_too_early_is_refused(filled: Desk) -> None:
    answer = get(filled, "/api/indicators/series?length=month&period=2000-01&count=2")
    assert (answer.status_code, answer.json()["where"]) == (422, "query.from")
