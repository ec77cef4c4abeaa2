"""Zones in the console: drawn, tried, saved and applied at a real node that looks at a film of a street."""

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.looking import Watched, looks_well, no_serious
from tests.browser.zones.hands import PATH, at, canvas, runs, save, settled, status, wait_for_picture
from tests.centre import Centre, until
from tests.nodes import Node


def test_the_list_leads_to_the_workbench(node: Node, enter: Callable[..., Watched], pictures: Any) -> None:
    page = enter("operator", "/zones").page
    expect(page.get_by_role("link", name="West gate")).to_be_visible()
    looks_well(page, pictures, "list")
    page.get_by_role("link", name="Kerb").click()
    expect(page.get_by_role("heading", name="West gate")).to_be_visible()
    expect(page.get_by_role("textbox", name="Name")).to_have_value("Kerb")


def test_the_workbench_looks_well(bench: Callable[..., Page], pictures: Any) -> None:
    page = bench(search="?zone=kerb")
    expect(page.get_by_text(re.compile(r"old$")).first).to_be_visible()
    looks_well(page, pictures, "workbench")


def test_draw_try_save_and_applied_while_it_looks(
    bench: Callable[..., Page], centre: Centre, pictures: Any
) -> None:
    until(lambda: len(centre.tickets()) > 0, "the car is told")
    page = bench()
    wait_for_picture(page)
    page.get_by_role("button", name="Zone", exact=True).click()
    for x, y in [(0.85, 0.5), (0.97, 0.5), (0.97, 0.9), (0.85, 0.9)]:
        page.mouse.click(*at(page, x, y))
    page.get_by_role("button", name="Close", exact=True).click()
    expect(page.get_by_role("textbox", name="Id in events")).to_have_value("zone-1")
    page.get_by_role("link", name="Corners").click()
    expect(page.get_by_role("spinbutton", name="Corner 4 from the top, %")).to_have_value(
        re.compile("^(89|90)")
    )
    page.get_by_role("link", name="Rules").click()
    page.get_by_role("textbox", name="Name").fill("East bay")
    page.get_by_role("textbox", name="May stand for").fill("90")
    expect(page.get_by_text("A number with s, m, h or d, such as 90s or 5m")).to_be_visible()
    page.get_by_role("textbox", name="May stand for").fill("90s")
    expect(page.get_by_text("A number with s, m, h or d, such as 90s or 5m")).to_have_count(0)

    page.get_by_role("button", name=re.compile("^Kerb")).click()
    page.get_by_role("textbox", name="May stand for").fill("10m")
    page.keyboard.press("Escape")
    canvas(page).focus()
    page.keyboard.press("b")
    expect(page.get_by_text("would vanish").first).to_be_visible(timeout=60_000)
    row = page.get_by_role("list", name="Situations").get_by_role("listitem").first
    expect(row).to_have_attribute("data-sort", "gone")
    row.get_by_role("button", expanded=False).click()
    expect(row.get_by_text(re.compile("it stood for"))).to_be_visible()
    page.keyboard.press("r")
    expect(page.get_by_text("right", exact=True).first).to_be_visible()
    expect(page.get_by_text(re.compile("real time"))).to_be_visible()
    print("trial:", page.get_by_text(re.compile("real time")).inner_text())
    pictures(page, "trial")
    no_serious(page)
    page.get_by_role("textbox", name="May stand for").fill("4s")
    expect(page.get_by_text("the draft has changed since")).to_be_visible()

    save(page, "vans unload at the east bay")
    number = settled(page, "applied")
    until(lambda: runs(centre).get("zone-1") == "East bay", "the node runs it")
    assert number >= 1
    took = status(page).get_attribute("data-took")
    print(f"from the click to applied: {float(took or 'nan'):.2f} s")
    expect(page.get_by_role("button", name="Save…")).to_be_disabled()


def test_two_operators_at_once_and_back_again(
    bench: Callable[..., Page], centre: Centre, pictures: Any
) -> None:
    mine, theirs = bench(search="?zone=gate"), bench("administrator", search="?zone=kerb")
    last = centre.get(f"/api{PATH}")["version"]
    theirs.get_by_role("textbox", name="Name").fill("Kerb of theirs")
    mine.get_by_role("textbox", name="Name").fill("Gate of mine")
    save(theirs, "their words")
    before = settled(theirs, "applied", last)
    expect(mine.get_by_text(re.compile(f"saved v{before}"))).to_be_visible()
    pictures(mine, "newer")
    mine.get_by_role("button", name="See both").click()
    pictures(mine, "merge")
    no_serious(mine)
    mine.get_by_role("button", name="Take over into my draft").click()
    save(mine, "my words")
    newest = settled(mine, "applied", before)
    until(lambda: set(runs(centre).values()) >= {"Kerb of theirs", "Gate of mine"}, "both are kept")

    mine.get_by_role("link", name="History").click()
    row = mine.locator(f"li[data-version='{before}']")
    expect(row.get_by_text("their words")).to_be_visible()
    row.get_by_role("button", name="Show").click()
    pictures(mine, "history")
    no_serious(mine)
    row.get_by_role("button", name="Back to this").click()
    until(lambda: "Gate of mine" not in runs(centre).values(), "the version before counts again")
    settled(mine, "applied", newest)


def test_a_draft_is_refused_at_its_field_and_survives_a_reload(
    node: Node, enter: Callable[..., Watched], pictures: Any
) -> None:
    watched = enter("operator", f"{PATH}?zone=kerb&side=points")
    watched.expects("422")
    page = watched.page
    corner = page.get_by_role("spinbutton", name="Corner 1 from the left, %")
    corner.fill("95")
    page.get_by_role("spinbutton", name="Corner 2 from the left, %").fill("5")
    expect(page.get_by_text(re.compile("crosses or touches itself")).first).to_be_visible()
    page.reload()
    expect(page.get_by_text(re.compile("was not saved yet"))).to_be_visible()
    expect(corner).to_have_value("95")
    save(page, "a bow")
    expect(page.get_by_role("dialog").get_by_role("alert")).to_be_visible()
    pictures(page, "refused")
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Tickets").click()
    expect(page.get_by_role("dialog", name="Leave without saving?")).to_be_visible()
    page.get_by_role("button", name="Stay").click()
    canvas(page).focus()
    for _ in range(8):
        page.keyboard.press("Control+z")
    page.get_by_role("button", name="Discard it").click()
    expect(page.get_by_text("not saved", exact=True)).to_have_count(0)


def test_all_of_it_by_keyboard(bench: Callable[..., Page]) -> None:
    page = bench()
    zones = page.get_by_role("list", name="Zones of this camera").get_by_role("listitem")
    count = zones.count()
    canvas(page).focus()
    page.keyboard.press("r")
    expect(page.get_by_role("textbox", name="Id in events")).to_have_value(re.compile(r"zone-\d"))
    page.get_by_role("link", name="Corners").click()
    first = page.get_by_role("spinbutton", name="Corner 1 from the left, %")
    expect(first).to_have_value("40")
    canvas(page).focus()
    page.keyboard.press("ArrowRight")
    expect(first).to_have_value("41")
    page.keyboard.press("]")
    page.keyboard.press("Shift+ArrowLeft")
    expect(first).to_have_value("36")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    expect(first).to_have_value("40")
    page.keyboard.press("Control+y")
    expect(first).to_have_value("41")
    page.keyboard.press("Control+c")
    page.keyboard.press("Control+v")
    expect(zones).to_have_count(count + 2)
    page.keyboard.press("Delete")
    expect(zones).to_have_count(count + 1)


def test_a_viewer_looks_and_changes_nothing(
    node: Node, centre: Centre, enter: Callable[..., Watched]
) -> None:
    page = enter("supervisor", f"{PATH}?zone=kerb").page
    expect(page.get_by_role("textbox", name="Name")).to_be_visible(timeout=20_000)
    expect(page.get_by_role("button", name="Save…")).to_have_count(0)
