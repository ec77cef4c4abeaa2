"""Several people, several cameras, fingers, hours, and a picture that goes on."""

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.looking import Watched, no_serious
from tests.browser.zones.hands import PATH, at, canvas, drag, runs, save, settled, wait_for_picture
from tests.centre import Centre, until

OTHER = PATH.replace("cam-1", "cam-2")


def test_whoever_saves_second_sees_both(
    enter: Callable[..., Watched], bench: Callable[..., Page], centre: Centre, pictures: Any
) -> None:
    watched = enter("operator", f"{PATH}?zone=gate")
    watched.expects("409")
    mine, theirs = watched.page, bench("administrator", "?zone=gate")
    for page, name in ((mine, "Gate of mine"), (theirs, "Gate of theirs")):
        page.get_by_role("textbox", name="Name").fill(name)
    mine.get_by_role("button", name="Save…").click()
    mine.get_by_role("textbox", name="Why").fill("mine")
    last = centre.get(f"/api{PATH}")["version"]
    save(theirs, "theirs was first")
    first = settled(theirs, "applied", last)
    mine.get_by_role("button", name="Save and apply").click()
    dialog = mine.get_by_role("dialog", name="Somebody saved meanwhile")
    expect(dialog.get_by_text("theirs was first")).to_be_visible()
    expect(dialog.get_by_text("changed by both")).to_be_visible()
    pictures(mine, "both")
    no_serious(mine)
    dialog.get_by_role("radio", name="theirs").check()
    dialog.get_by_role("button", name="Take over into my draft").click()
    expect(mine.get_by_role("textbox", name="Name")).to_have_value("Gate of theirs")
    expect(mine.get_by_text("not saved", exact=True)).to_have_count(0)
    mine.get_by_role("textbox", name="Name").fill("Gate of both")
    save(mine, "after both had looked")
    newest = settled(mine, "applied", first)
    until(lambda: runs(centre)["gate"] == "Gate of both", "the node runs it")

    mine.get_by_role("link", name="History").click()
    mine.locator(f"li[data-version='{first}']").get_by_role("button", name="Back to this").click()
    settled(mine, "applied", newest)
    until(lambda: runs(centre)["gate"] == "Gate of theirs", "what was saved before counts again")
    expect(mine.get_by_role("textbox", name="Name")).to_have_value("Gate of theirs")


def test_a_live_picture_goes_on_until_it_is_stopped(bench: Callable[..., Page]) -> None:
    page = bench()
    wait_for_picture(page)
    fetched: list[str] = []
    page.on("response", lambda answer: fetched.append(answer.url) if "/api/stills/" in answer.url else None)
    page.get_by_role("button", name="Live", exact=True).click()
    until(lambda: page.wait_for_timeout(200) or len(set(fetched)) >= 3, "picture after picture")
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.get_by_role("button", name="Live", exact=True)).to_be_visible()
    wait_for_picture(page)


def test_fingers_draw(enter: Callable[..., Watched]) -> None:
    page = enter("operator", PATH, has_touch=True, width=820).page
    wait_for_picture(page)
    page.get_by_role("button", name="Zone", exact=True).tap()
    for x, y in [(0.05, 0.6), (0.14, 0.6), (0.14, 0.8), (0.05, 0.8)]:
        page.touchscreen.tap(*at(page, x, y))
    expect(page.get_by_text("4 corners")).to_be_visible()
    page.get_by_role("button", name="Close", exact=True).tap()
    expect(page.get_by_role("textbox", name="Id in events")).to_have_value("zone-1")
    page.get_by_role("link", name="Corners").tap()
    left = page.get_by_role("spinbutton", name="Corner 2 from the left, %")
    expect(left).to_have_value(re.compile(r"^(13|14)"))


def test_a_zone_is_pasted_at_another_camera(bench: Callable[..., Page]) -> None:
    page = bench("administrator", "?zone=kerb")
    expect(page.get_by_role("textbox", name="Id in events")).to_have_value("kerb")
    canvas(page).focus()
    page.keyboard.press("Control+c")
    page.goto(page.url.split("/zones/")[0] + OTHER)
    zones = page.get_by_role("list", name="Zones of this camera").get_by_role("listitem")
    expect(zones).to_have_count(1)
    canvas(page).focus()
    page.keyboard.press("Control+v")
    expect(zones).to_have_count(2)
    expect(page.get_by_role("textbox", name="Id in events")).to_have_value("kerb")
    expect(page.get_by_role("textbox", name="May stand for")).to_have_value("3s")
    for _ in range(2):  # it went back to where it was, and is away again
        page.keyboard.press("Control+z")
    expect(zones).to_have_count(1)


def test_hours_are_painted(bench: Callable[..., Page]) -> None:
    page = bench("administrator", "?zone=gate&side=hours")
    page.get_by_role("checkbox", name="Always").uncheck()
    expect(page.get_by_text("98 hours a week")).to_be_visible()
    begin, end = (
        page.get_by_role("button", name=f"Monday {hours}") for hours in ("21:00-21:30", "22:30-23:00")
    )
    begin.hover()
    page.mouse.down()
    end.hover()
    page.mouse.up()
    expect(page.get_by_text("100 hours a week")).to_be_visible()
    expect(end).to_have_attribute("aria-pressed", "true")
    end.focus()
    page.keyboard.press("Shift+ArrowDown")
    expect(page.get_by_role("button", name="Tuesday 22:30-23:00")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Tuesday 22:30-23:00")).to_have_attribute("aria-pressed", "false")
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("checkbox", name="Always").check()
    expect(page.get_by_text("not saved", exact=True)).to_have_count(0)


def test_rectangles_are_pulled_and_corners_dragged(bench: Callable[..., Page]) -> None:
    page = bench("administrator", "?side=points")
    wait_for_picture(page)
    page.get_by_role("button", name="Rectangle").click()
    drag(page, (0.1, 0.7), (0.18, 0.9))
    left = page.get_by_role("spinbutton", name="Corner 1 from the left, %")
    expect(left).to_have_value(re.compile(r"^(9\.|10)"))
    drag(page, (0.1, 0.7), (0.05, 0.7))
    expect(left).to_have_value(re.compile(r"^(4\.|5)"))
    page.get_by_role("button", name="Undo").click()
    expect(left).to_have_value(re.compile(r"^(9\.|10)"))
    page.get_by_role("button", name="Undo").click()
