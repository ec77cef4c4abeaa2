"""The citizens' page: from a sign on the wall to a ticket, with a photo, and without a line."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from central.cli import main
from tests.browser.lines import NO_LINE, loses_one
from tests.browser.looking import Watched, looks_well, no_serious
from tests.centre import PASSWORD, Centre
from tests.masking import photograph
from tests.unit.central.reports import HERE
from tests.workers import Worker


@pytest.fixture(scope="module")
def settings(masks: dict[str, Any]) -> dict[str, Any]:
    """Citizens report, and what they send is masked."""
    return masks | {"reports": {"citizens": True}, "map": {"center": list(HERE), "zoom": 16}}


@pytest.fixture
def citizen(new_page: Callable[..., Watched], centre: Centre) -> Callable[..., Watched]:
    """A telephone of anybody: `citizen("/report")`."""

    def make(path: str = "/report", **options: Any) -> Watched:
        how: dict[str, Any] = {"width": 390, "height": 844, "has_touch": True, "is_mobile": True} | options
        watched = new_page(**how)
        watched.page.goto(f"{centre.url}{path}")
        return watched

    return make


def fill(page: Page, kind: str, east: float = 0.0) -> None:
    """What it is, and where, by hand."""
    page.get_by_role("button", name=kind).tap()
    if not page.get_by_label("Latitude").is_visible():
        page.get_by_text("Enter the position").tap()
    page.get_by_label("Latitude").fill(str(HERE[1]))
    page.get_by_label("Longitude").fill(str(HERE[0] + east))


def send(page: Page) -> None:
    page.get_by_role("button", name="Send", exact=True).tap()


def taken(page: Page) -> str:
    """The number that the citizen is told."""
    card = page.get_by_role("region", name="It was received").first
    expect(card).to_be_visible(timeout=40_000)
    found = re.search(r"T-\d+", card.inner_text())
    assert found is not None
    return found.group()


def test_a_citizen_reports_with_a_photo_and_sees_what_becomes_of_it(
    centre: Centre, citizen: Callable[..., Watched], pictures: Any
) -> None:
    place = {"longitude": HERE[0], "latitude": HERE[1], "accuracy": 9}
    page = citizen(geolocation=place, permissions=["geolocation"]).page
    send(page)
    expect(page.get_by_role("alert")).to_contain_text("choose what it is")
    page.get_by_role("button", name="Exposed garbage").tap()
    send(page)
    expect(page.get_by_role("alert")).to_contain_text("say where it is")
    page.get_by_role("button", name="Use my phone's position").tap()
    expect(page.get_by_text("39.500500, 116.700500 (within about 9 m)")).to_be_visible()
    body = photograph((640, 360), seed=7)
    page.locator("input[type=file]").set_input_files(
        {"name": "heap.jpg", "mimeType": "image/jpeg", "buffer": body}
    )
    expect(page.get_by_alt_text("Your photo")).to_be_visible()
    page.get_by_label("A few words").fill("<img src=x onerror=document.title='hurt'> call 13812345678")
    pictures(page, "filled")
    no_serious(page)
    send(page)
    number = taken(page)
    expect(page.get_by_text("Cut out of the text: a number")).to_be_visible()
    pictures(page, "taken")
    ticket = centre.get(f"/api/tickets/{number}")
    (picture,) = ticket["evidence"]
    assert picture["here"]
    assert picture["masked"]
    assert ticket["reports"][0]["text"].endswith("call ▢")

    page.get_by_role("link", name="See what becomes of it").tap()
    expect(page.get_by_text("It was received and waits to be looked at.")).to_be_visible()
    expect(page.get_by_text("call ▢")).to_be_visible()
    assert "Gewu" in page.title()
    page.get_by_role("button", name="中文").tap()
    expect(page.get_by_text("已收到，等待查看。")).to_be_visible()
    pictures(page, "standing")
    no_serious(page)


def test_a_draft_and_a_report_live_without_a_line(centre: Centre, citizen: Callable[..., Watched]) -> None:
    watched = citizen()
    watched.expects(*NO_LINE)
    page = watched.page
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    before = len(centre.tickets())
    page.context.set_offline(True)
    fill(page, "Things piled", 0.01)
    page.get_by_label("A few words").fill("planks on the pavement")
    page.locator("input[type=file]").set_input_files(
        {"name": "planks.jpg", "mimeType": "image/jpeg", "buffer": photograph((640, 360), seed=8)}
    )
    expect(page.get_by_alt_text("Your photo")).to_be_visible()
    page.wait_for_timeout(300)  # until the draft is written
    page.reload()
    expect(page.get_by_text("There is no line.")).to_be_visible()
    expect(page.get_by_label("A few words")).to_have_value("planks on the pavement")
    expect(page.get_by_alt_text("Your photo")).to_be_visible()
    send(page)
    expect(page.get_by_text("Waits for the network")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Waits for the network")).to_be_visible()
    assert len(centre.tickets()) == before
    page.context.set_offline(False)
    number = taken(page)
    assert len(centre.tickets()) == before + 1
    assert len(centre.get(f"/api/tickets/{number}")["evidence"]) == 1


def test_an_answer_that_was_lost_makes_no_second_report(
    centre: Centre, citizen: Callable[..., Watched]
) -> None:
    page = citizen().page
    page.add_init_script(loses_one("/api/v1/reports"))
    page.reload()
    fill(page, "construction materials", 0.02)
    send(page)
    number = taken(page)
    assert page.evaluate("window.lost") == 2
    assert len(centre.get(f"/api/tickets/{number}")["members"]) == 1


def test_a_sign_knows_the_place_and_its_kind(
    centre: Centre, citizen: Callable[..., Watched], capsys: pytest.CaptureFixture[str]
) -> None:
    where = [str(HERE[0]), str(HERE[1] + 0.03)]
    assert main(["places", str(centre.config), "add", "Gate 3", *where, "--kind", "bin_full"]) == 0
    code = capsys.readouterr().out.split()[0]
    page = citizen(f"/report?at={code}").page
    expect(page.get_by_text("Place: Gate 3")).to_be_visible()
    expect(page.locator("[aria-pressed=true]")).to_have_count(1)
    send(page)
    number = taken(page)
    assert centre.get(f"/api/tickets/{number}")["kind"]["word"] == "bin_full"
    gone = citizen("/report?at=gone-for-good")
    gone.expects("404")
    expect(gone.page.get_by_role("alert")).to_contain_text("code counts no more")


def test_a_sign_is_hung_printed_reported_at_and_taken_away(
    centre: Centre, enter: Callable[..., Watched], citizen: Callable[..., Watched], pictures: Any
) -> None:
    watched = enter("administrator", "/people?part=signs", height=1100)
    watched.expects("409")
    chief = watched.page
    expect(
        chief.get_by_text("There is no place with a sign yet").or_(chief.get_by_role("table"))
    ).to_be_visible()
    looks_well(chief, pictures, "signs-none")
    form = chief.get_by_role("form", name="Add a place")
    form.get_by_label("Place", exact=True).fill("East market, gate 2")
    form.get_by_label("What is reported").select_option("Exposed garbage")
    form.get_by_role("region", name="Map: a press puts it there").click()
    expect(form.get_by_label("Latitude")).to_have_value(re.compile(rf"^{HERE[1]:.2f}"))
    expect(form.get_by_label("Longitude")).to_have_value(re.compile(rf"^{HERE[0]:.2f}"))
    form.get_by_label("Latitude").fill(str(HERE[1] + 0.04))
    form.get_by_role("button", name="Add").press("Enter")
    expect(chief.get_by_text("East market, gate 2 has its sign")).to_be_visible()
    row = chief.get_by_role("row").filter(has_text="East market, gate 2")
    expect(row).to_contain_text("Exposed garbage")
    expect(form.get_by_label("Place", exact=True)).to_have_value("")
    looks_well(chief, pictures, "signs")
    form.get_by_label("Place", exact=True).fill("East market, gate 2")
    form.get_by_label("Latitude").fill("39.5")
    form.get_by_label("Longitude").fill("116.7")
    with chief.expect_response("**/api/places") as refused:
        form.get_by_role("button", name="Add").click()
    assert refused.value.status == 409
    expect(form.get_by_role("alert")).to_contain_text("East market, gate 2")

    with chief.context.expect_page() as opened:
        row.get_by_role("link", name="Print the sign: East market, gate 2").click()
    paper = opened.value
    expect(paper.get_by_role("heading", name="East market, gate 2")).to_be_visible()
    expect(paper.locator("h1")).to_have_css("font-size", "40px")  # its own style counts, and nothing else
    url = paper.get_by_text("/report?at=").inner_text()
    assert url.startswith(centre.url)
    sheet = enter(
        "administrator", paper.url.removeprefix(centre.url)
    ).page  # one in the background has no picture
    pictures(sheet, "paper")

    page = citizen(url.removeprefix(centre.url)).page
    expect(page.get_by_text("Place: East market, gate 2")).to_be_visible()
    send(page)
    number = taken(page)
    assert centre.get(f"/api/tickets/{number}")["place"] == "East market, gate 2"
    chief.reload()
    expect(row.get_by_role("cell").nth(3)).to_have_text("1")
    row.get_by_role("button", name="Take away …").click()
    pictures(chief, "take")
    chief.get_by_role("dialog").get_by_role("button", name="Take away", exact=True).click()
    expect(row).to_have_count(0)
    gone = citizen(url.removeprefix(centre.url))
    gone.expects("404")
    expect(gone.page.get_by_role("alert")).to_contain_text("code counts no more")
    did = [each["action"] for each in centre.get("/api/audit", limit=50)["items"]]
    assert {"place.add", "place.drop"} <= set(did)


def test_what_a_worker_reports_waits_for_the_worker_when_the_session_is_over(
    centre: Centre, citizen: Callable[..., Watched]
) -> None:
    wang = Worker(centre, "wang", "grid_worker")
    watched = citizen("/report")
    watched.expects("401")
    page = watched.page
    name, value = wang.cookie
    page.context.add_cookies([{"name": name, "value": value, "url": centre.url}])
    page.goto(f"{centre.url}/report")
    expect(page.get_by_role("link", name="Sign in to work")).to_have_count(0)
    before = len(centre.tickets())
    assert wang.client.delete("/api/me/sessions").status_code == 204
    fill(page, "Shop", 0.05)
    send(page)
    expect(page.get_by_text(re.compile("Waits for the network|once you have signed in"))).to_be_visible()
    page.reload()
    expect(page.get_by_text("Is sent by itself once you have signed in")).to_be_visible()
    assert len(centre.tickets()) == before, "no citizen told it"
    page.get_by_role("link", name="Sign in to work").tap()
    page.get_by_label("Login name").fill("wang")
    page.get_by_label("Password").fill(f"{PASSWORD} of wang")
    page.get_by_role("button", name="Sign in").tap()
    number = taken(page)
    expect(page).to_have_url(re.compile("/report$"))
    (member,) = centre.get(f"/api/tickets/{number}")["members"]
    assert member["origin"] == "grid_worker"
    wang.close()


def test_it_is_well_to_look_at_in_both_languages(citizen: Callable[..., Watched], pictures: Any) -> None:
    watched = citizen(is_mobile=False, has_touch=False)
    page = watched.page
    expect(page.get_by_role("button", name="Send", exact=True)).to_be_visible()
    looks_well(page, pictures, "form")
    watched.expects("404")
    page.goto(page.url.rstrip("/") + "/no-such-token")
    expect(page.get_by_role("alert")).to_be_visible()
    looks_well(page, pictures, "none")
