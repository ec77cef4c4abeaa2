"""The indicators: drawn, as a table, as scores, as a report; from a figure to the very tickets."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from broker.events import SourceRef
from tests.brokers import Mosquitto
from tests.browser.looking import Watched, looks_well, no_serious
from tests.browser.roles import Crew
from tests.centre import Centre, Wire, until
from tests.unit.central.makers import NODE, START, event
from tests.workers import Worker

Enter = Callable[..., Watched]
MONTH = f"{START:%Y-%m}"  # when the makers' events were found; everything else happens now
DAY = f"{START:%Y-%m-%d}"


@pytest.fixture(scope="module")
def names(centre: Centre, broker: Mosquitto) -> list[str]:
    """Two tickets: the first went through the loop, at its second dispatch; the second was a false alarm."""
    wire = Wire(broker.url, NODE)
    names = []
    for n in (1, 2):
        opened = event("opened", 0, subject=f"sit-{n}", source=SourceRef(id=f"cam-{n}", kind="camera"))
        names.append(str(wire.insist(opened.encode(), opened.id).ticket))
    wire.close()
    olga, dai, gao = workers = [
        Worker(centre, "olga", "operator"),
        Worker(centre, "dai", "department", "Sanitation"),
        Worker(centre, "gao", "grid_worker"),
    ]
    for each in workers:
        each.on = names[0]
    olga.does("accept")
    olga.does("dispatch", department="Parks")
    olga.does("dispatch", department="Sanitation")
    dai.does("feed_back", reason="swept")
    gao.does("verify")
    olga.on = names[1]
    olga.does("reject", reason="a shadow")
    until(lambda: found(olga) == (2, 1), "both are counted")
    for each in workers:
        each.close()
    return names


def found(worker: Worker) -> tuple[int, int]:
    answer = worker.client.get("/api/indicators", params={"by": "kind", "period": MONTH})
    total = answer.json()["total"]["tallies"]
    return total["found"], total["false_alarms"]


def tile(page: Page, name: str) -> Any:
    """The tile of a figure."""
    return page.locator("dl > div").filter(has=page.get_by_text(name, exact=True))


def test_the_overview_leads_from_a_figure_to_its_tickets(
    enter: Enter, names: list[str], pictures: Any
) -> None:
    page = enter("supervisor", f"/indicators?length=month&from={DAY}").page
    expect(page.get_by_role("heading", name="Indicators")).to_be_visible()
    expect(tile(page, "False alarms")).to_contain_text("50%")
    expect(tile(page, "False alarms")).to_contain_text("1 / 2")
    expect(page.get_by_role("img", name="Found, and by whom")).to_be_visible()
    looks_well(page, pictures, "overview")
    page.get_by_role("button", name="50%").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("tbody tr")).to_have_count(1)
    expect(dialog.get_by_role("link")).to_have_text(names[1])
    dialog.get_by_role("button", name="Out of").click()
    expect(dialog.locator("tbody tr")).to_have_count(2)
    no_serious(page)
    pictures(page, "counted")


def test_every_chart_has_its_table_and_can_be_kept(enter: Enter, names: list[str], tmp_path: Path) -> None:
    page = enter("supervisor", f"/indicators?length=month&from={DAY}").page
    chart = page.get_by_role("region", name="Found, and by whom")
    chart.get_by_text("As a table").click()
    row = chart.get_by_role("row").filter(has_text=MONTH)
    expect(row).to_contain_text("2")
    with page.expect_download() as kept:
        chart.get_by_role("button", name="Keep as a picture").click()
    picture = tmp_path / "chart.png"
    kept.value.save_as(picture)
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_the_table_leads_into_groups_and_back(enter: Enter, names: list[str], pictures: Any) -> None:
    page = enter("supervisor", "/indicators?sheet=table&length=day").page
    rows = page.locator("tbody tr")
    expect(rows.filter(has_text="Sanitation")).to_have_count(1)
    looks_well(page, pictures, "table")
    with page.expect_download() as kept:
        page.get_by_role("link", name="Download CSV").click()
    assert Path(kept.value.path()).read_text(encoding="utf-8").startswith("by,key,zh,en,from,to,state,found")
    rows.get_by_role("button", name="Sanitation", exact=True).click()
    expect(page).to_have_url(re.compile("department=Sanitation.*by=kind|by=kind.*department=Sanitation"))
    expect(rows.filter(has_text="Illegal parking")).to_have_count(1)
    page.get_by_role("button", name="Take this filter away: Department: Sanitation").click()
    expect(page).not_to_have_url(re.compile("department="))
    page.get_by_label("Group by").select_option("department")
    page.get_by_role("button", name="Rightly dispatched").click()
    expect(page.get_by_role("button", name="Rightly dispatched")).to_contain_text("↓")


def test_periods_are_walked_by_button_and_key(enter: Enter, names: list[str]) -> None:
    page = enter("supervisor", f"/indicators?sheet=table&length=month&from={DAY}").page
    expect(page.get_by_role("status").filter(has_text=MONTH)).to_be_visible()
    page.get_by_role("button", name="Later period").click()
    expect(page.get_by_text("No ticket counts in this period")).to_be_visible()
    page.keyboard.press("[")
    expect(page.get_by_role("status").filter(has_text=MONTH)).to_be_visible()
    page.get_by_role("button", name="Week").click()
    expect(page.get_by_role("status").filter(has_text=re.compile(r"W\d\d"))).to_be_visible()


def test_scores_say_what_their_points_are_made_of(enter: Enter, names: list[str], pictures: Any) -> None:
    page = enter("supervisor", "/indicators?sheet=scores&length=day").page
    expect(page.locator("tbody tr").filter(has_text="Sanitation")).to_contain_text("too few")
    looks_well(page, pictures, "scores")


def test_the_report_is_a_sheet_of_paper(
    enter: Enter, names: list[str], pictures: Any, tmp_path: Path
) -> None:
    page = enter("supervisor", f"/indicators?sheet=report&length=month&from={DAY}").page
    expect(page.get_by_role("heading", name=f"Monthly report {MONTH}")).to_be_visible()
    expect(page.get_by_role("img", name="Found, and by whom").locator("canvas")).to_be_visible()
    looks_well(page, pictures, "report")
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Print")).to_be_hidden()
    expect(page.get_by_role("navigation").first).to_be_hidden()
    pictures(page, "print")
    paper = page.pdf(path=tmp_path / "report.pdf", format="A4")
    assert paper.startswith(b"%PDF")
    assert len(paper) > 20_000


def test_those_without_the_right_are_told(enter: Enter, crew: Crew) -> None:
    watched = enter("department", "/indicators")
    watched.expects("403")
    expect(watched.page.get_by_role("alert").first).to_be_visible()
    expect(watched.page.get_by_role("link", name="Indicators")).to_have_count(0)
