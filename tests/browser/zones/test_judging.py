"""What people say of a trial's situations, what that makes of a zone's precision, and what would help."""

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.looking import no_serious
from tests.browser.zones.hands import PATH, canvas, wait_for_picture
from tests.centre import Centre, until
from tests.workers import Worker

ANSWER = 90_000  # a node goes through a day, on a machine that has more to do


def test_marks_make_precision_and_suggestions(
    bench: Callable[..., Page], centre: Centre, pictures: Any
) -> None:
    # What still stands has no length that a longer time could be above of: the first one has to be gone.
    until(lambda: any(each["cleared_at"] for each in centre.tickets()), "the car has come and gone")
    page = bench(search="?zone=kerb")
    wait_for_picture(page)
    canvas(page).focus()
    page.keyboard.press("Control+d")  # a zone beside it that opens something else: what it finds is new
    expect(page.get_by_role("textbox", name="Id in events")).to_have_value("kerb-1")
    page.get_by_role("combobox", name="Opens").first.select_option("fire_lane_occupied")
    page.get_by_role("button", name=re.compile("^Kerb")).first.click()
    page.get_by_role("textbox", name="May stand for").fill("10m")
    page.keyboard.press("Escape")
    canvas(page).focus()
    page.keyboard.press("b")
    rows = page.get_by_role("list", name="Situations").get_by_role("listitem")
    gone, new = (page.locator(f"li[data-sort='{sort}']").first for sort in ("gone", "new"))
    expect(gone).to_be_visible(timeout=ANSWER)
    expect(new).to_be_visible()
    link = gone.get_by_role("link", name=re.compile("^Ticket T-"))
    expect(link).to_have_attribute("href", re.compile(r"/tickets/T-\d+$"))

    gone.get_by_role("button", expanded=False).click()
    expect(gone.get_by_text(re.compile("it stood for"))).to_be_visible()
    page.keyboard.press("f")
    expect(gone.get_by_text("false alarm", exact=True)).to_be_visible()
    expect(page.get_by_text(re.compile(r"^By \d+ marks?$"))).to_be_visible()
    expect(new.get_by_text(re.compile("it stood for"))).to_be_visible()  # f went on to the next
    page.keyboard.press("m")
    expect(new.get_by_text("missed", exact=True)).to_be_visible()
    said = {each["mark"] for each in centre.get("/api/marks")["items"]}
    assert {"false_alarm", "missed"} <= said
    page.keyboard.press("k")
    expect(rows.get_by_role("button", expanded=True)).to_have_count(1)
    pictures(page, "marked")

    page.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("link", name="Advice").click()
    kerb = page.locator("li[data-zone='kerb']")
    expect(kerb.get_by_text(re.compile(r"0 ?% right .* 1 false"))).to_be_visible()
    kerb.get_by_role("button", name="What would help?").click()
    offers = page.get_by_role("list", name="Suggested changes").get_by_role("listitem")
    first = offers.filter(has_text=re.compile(r"[1-9]\d* false alarms go")).first
    expect(first).to_be_visible(timeout=ANSWER)
    first.get_by_role("button", name="Show on the picture").click()
    pictures(page, "suggested")
    no_serious(page)
    first.get_by_role("button", name="Take over into the draft").click()
    expect(page.get_by_text("not saved", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Save…")).to_be_enabled()


def test_a_situation_leads_to_its_ticket_and_on_to_the_next(bench: Callable[..., Page]) -> None:
    page = bench("administrator", "?zone=kerb")
    canvas(page).focus()
    page.keyboard.press("b")
    link = page.get_by_role("link", name=re.compile("^Ticket T-")).first
    expect(link).to_be_visible(timeout=ANSWER)
    ticket = link.inner_text()
    link.click()
    expect(page).to_have_url(re.compile(f"/tickets/{ticket}$"))
    kept = page.evaluate("sessionStorage.getItem('gewu.list')")
    assert ticket in kept
    page.go_back()
    expect(page).to_have_url(re.compile(re.escape(PATH)))


def test_what_the_camera_does_not_tell_for_a_while(
    bench: Callable[..., Page], centre: Centre, pictures: Any
) -> None:
    until(lambda: len(centre.tickets()) > 0, "the car is told")
    (one, *_) = (each for each in centre.tickets() if each["source"]["id"] == "cam-1")
    guard = Worker(centre, "guard", "operator")
    asked = {"request": "hide-the-car", "ticket": one["number"], "lasts": "1d", "words": "the guard's own"}
    made = guard.client.post("/api/suppressions", json=asked)
    guard.close()
    assert made.status_code == 201, made.text
    page = bench(search="?part=hidden")
    shown = page.get_by_role("list", name="Not told for a while").get_by_role("listitem").first
    expect(shown).to_contain_text("the guard's own")
    expect(shown.get_by_role("link", name=one["number"])).to_be_visible()
    wait_for_picture(page)
    shown.get_by_role("button", name="Show on the picture").click()
    pictures(page, "hidden")
    no_serious(page)
    shown.get_by_role("button", name="Lift …").focus()
    page.keyboard.press("Enter")
    page.get_by_role("dialog").get_by_label("Why").fill("sold")
    page.keyboard.press("Enter")
    expect(shown).to_contain_text("lifted by operator")
