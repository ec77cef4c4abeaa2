"""The ground before a camera: calibrated on the picture and the map, and used for zones and their sizes."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import Watched, looks_well, no_serious
from tests.browser.zones.hands import PATH, at, canvas, place, save, seen, settled, wait_for_picture
from tests.centre import Centre, until
from tests.nodes import Node


def write(page: Page, number: int, east: float, north: float) -> None:
    """Type where a point lies on the ground; a text with both may be pasted."""
    lon, lat = place(east, north)
    page.get_by_role("textbox", name=f"Point {number}, longitude").fill(f"{lon:.7f}, {lat:.7f}")


def verdict(page: Page) -> Any:
    """What is said of all points."""
    return page.get_by_role("region", name="Calibrate").locator("[data-verdict]")


def test_the_ground_is_calibrated_and_zones_are_given_on_it(
    bench: Callable[..., Page], centre: Centre, pictures: Any
) -> None:
    """One way from end to end: each step needs what the one before it left."""
    page = bench()
    wait_for_picture(page)
    page.get_by_role("button", name="Calibrate").click()
    expect(verdict(page)).to_contain_text("at least four points")
    ground = [(-2.5, 8.0), (2.5, 8.0), (3.5, 16.0), (-3.0, 16.0)]
    for number, (east, north) in enumerate(ground, 1):
        page.mouse.click(*at(page, *seen(east, north)))
        expect(page.locator(f"[data-point='{number}']")).to_have_attribute("aria-current", "true")
        write(page, number, east, north)
    expect(verdict(page)).to_contain_text("Four points always fit")
    write(page, 3, 2.5, 24.0)
    write(page, 3, 2.5, 8.0)
    expect(verdict(page)).to_contain_text("Points 2, 3 are at the same place on the map")
    write(page, 3, 2.5, 16.0)
    page.get_by_role("textbox", name="Point 3 from the left, %").fill("81.25")
    expect(verdict(page)).to_contain_text("error not known")
    write(page, 3, 3.5, 16.0)
    page.get_by_role("textbox", name="Point 3 from the left, %").fill("71.88")
    for number, (east, north) in enumerate([(0.0, 11.0), (0.5, 30.0)], 5):
        page.mouse.click(*at(page, *seen(east, north)))
        write(page, number, east, north)
    expect(verdict(page)).to_contain_text(re.compile(r"fits to 0\.\d\d m \(6 points\)"))
    write(page, 5, 6.0, 11.0)
    expect(verdict(page)).to_contain_text(re.compile(r"Point 5 is wrong: the others have it (5|6)"))
    expect(page.locator("[data-point='5']")).to_have_attribute("data-wrong", "true")
    pictures(page, "wrong-point")
    write(page, 5, 0.0, 11.0)
    expect(page.get_by_role("button", name=re.compile("Grid of"))).to_have_attribute("aria-pressed", "true")
    looks_well(page, pictures, "calibrated")
    page.mouse.move(*at(page, *seen(2.0, 9.0)))
    shown = page.locator("[data-ground]")
    expect(shown).to_be_visible()
    told = [float(each) for each in str(shown.get_attribute("data-ground")).split(",")]
    assert told == pytest.approx(place(2.0, 9.0), abs=3e-6), "a third of a metre"
    expect(shown).to_contain_text(re.compile(r"± \d\.\d m"))

    page.get_by_role("link", name="Back to the zones").click()
    page.get_by_role("button", name=re.compile("^Kerb")).click()
    page.get_by_role("link", name="Corners").click()
    expect(page.get_by_text(re.compile(r"m² on the ground; sides"))).to_be_visible()
    page.get_by_role("radio", name="on the ground").check()
    corner = page.get_by_role("textbox", name="Corner 3, longitude")
    expect(corner).to_have_value(re.compile(r"^114\.0500\d+$"))
    pictures(page, "on-the-ground")
    no_serious(page)
    last = centre.get(f"/api{PATH}")["version"]
    save(page, "calibrated with six points")
    settled(page, "applied", last)
    saved = centre.get(f"/api{PATH}")
    assert len(saved["body"]["ground"]["points"]) == 6
    kerb = next(zone for zone in saved["body"]["zones"] if zone["id"] == "kerb")
    assert "polygon" not in kerb
    assert len(kerb["ground"]) == 4
    expect(page.get_by_text("not saved", exact=True)).to_have_count(0)
    page.reload()
    expect(page.get_by_role("list", name="Zones of this camera")).to_be_visible()
    expect(page.get_by_role("radio", name="on the ground")).to_be_checked()
    expect(page.get_by_text("not saved", exact=True)).to_have_count(0)
    until(lambda: centre.get("/api/map/sources")["items"], "the map knows the cameras")


def test_points_are_pressed_and_moved_on_the_picture_and_the_map(bench: Callable[..., Page]) -> None:
    page = bench("administrator", "?mode=ground")
    wait_for_picture(page)
    region = page.get_by_role("region", name="Calibrate")
    expect(page.locator("[data-points]")).to_be_visible()
    points = region.get_by_role("list", name="Known points of the ground").get_by_role("listitem")
    many = points.count()
    page.mouse.click(*at(page, 0.3, 0.95))
    expect(points).to_have_count(many + 1)
    lon = page.get_by_role("textbox", name=f"Point {many + 1}, longitude")
    expect(lon).to_have_value("")
    chart = region.locator("[data-idle] canvas")
    chart.click(position={"x": 60, "y": 60})
    expect(lon).to_have_value(re.compile(r"^114\.0\d+$"))
    before = lon.input_value()
    marker = region.get_by_role("button", name=str(many + 1), exact=True)
    box = marker.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 13, box["y"] + 13)
    page.mouse.down()
    page.mouse.move(box["x"] + 53, box["y"] + 13, steps=4)
    page.mouse.up()
    expect(lon).not_to_have_value(before)
    left = page.get_by_role("textbox", name=f"Point {many + 1} from the left, %")
    expect(left).to_have_value(re.compile("^(29|30)"))
    page.mouse.move(*at(page, 0.3, 0.95))
    page.mouse.down()
    page.mouse.move(*at(page, 0.4, 0.9), steps=4)
    page.mouse.up()
    expect(left).to_have_value(re.compile("^(39|40)"))
    expect(points).to_have_count(many + 1)
    canvas(page).focus()
    page.keyboard.press("ArrowRight")
    expect(left).to_have_value(re.compile(r"^(40\.[5-9]|41)"))
    page.get_by_role("button", name=f"Remove point {many + 1}").click()
    expect(points).to_have_count(many)
    page.get_by_role("button", name="Undo").click()
    expect(points).to_have_count(many + 1)


def test_a_measured_rectangle_stands_in_for_a_map(bench: Callable[..., Page]) -> None:
    page = bench("administrator", "?mode=ground")
    wait_for_picture(page)
    region = page.get_by_role("region", name="Calibrate")
    expect(page.locator("[data-points]")).to_be_visible()
    for each in reversed(range(1, 1 + region.get_by_role("listitem").count())):
        page.get_by_role("button", name=f"Remove point {each}").click()
    page.get_by_text("Without a map: a measured rectangle").click()
    page.get_by_role("textbox", name="Straight on, ° from north").fill("0")
    page.get_by_role("textbox", name="Straight on, m").fill("8")
    page.get_by_role("textbox", name="To the right, m").fill("5")
    page.get_by_role("button", name="Lay it out").click()
    expect(region.get_by_role("listitem")).to_have_count(4)
    corners = [(-2.5, 8.0), (-2.5, 16.0), (2.5, 16.0), (2.5, 8.0)]
    for left, (east, north) in zip((3, 2, 1, 0), corners, strict=True):
        page.mouse.click(*at(page, *seen(east, north)))
        said = f"{left} more point" if left else "error not known"
        expect(verdict(page)).to_contain_text(said)
    expect(page.get_by_role("button", name=re.compile("Grid of"))).to_be_visible()


def test_a_calibration_of_the_nodes_own_file_is_taken_away_and_comes_back(
    node: Node, enter: Callable[..., Watched], centre: Centre, pictures: Any
) -> None:
    path = PATH.replace("cam-1", "cam-2")
    page = enter("operator", f"{path}?mode=ground").page
    points = page.get_by_role("list", name="Known points of the ground").get_by_role("listitem")
    expect(points).to_have_count(5)
    last = centre.get(f"/api{path}")["version"]
    page.get_by_role("button", name="Take the calibration away").click()
    expect(page.get_by_text("also one that the node’s own file has")).to_be_visible()
    pictures(page, "taken-away")
    no_serious(page)
    save(page, "the camera was turned")
    version = settled(page, "applied", last)
    assert centre.get(f"/api{path}")["body"]["ground"] == {"points": []}
    expect(page.get_by_text("not saved", exact=True)).to_have_count(0)
    page.reload()
    expect(verdict(page)).to_contain_text("at least four points")
    page.goto(f"{centre.url}{path}?part=history")
    row = page.locator(f"[data-version='{version}']").last
    expect(row).to_contain_text("the calibration is taken away")
    page.get_by_role("listitem").filter(has_text="v0").get_by_role("button", name="Back to this").click()
    settled(page, "applied", version)
    page.goto(f"{centre.url}{path}?mode=ground")
    expect(points).to_have_count(5)


PRESS = """async ([canvas, spots]) => {
  for (const [clientX, clientY] of spots) {
    const how = { bubbles: true, pointerId: 1, pointerType: "mouse", isPrimary: true, clientX, clientY };
    canvas.dispatchEvent(new PointerEvent("pointerdown", how));
    canvas.dispatchEvent(new PointerEvent("pointerup", how));
    for (let turn = 0; turn < 5; turn++) await null; // nothing but what a press itself leads to
  }
}"""


def test_points_pressed_faster_than_the_page_draws_are_all_taken(bench: Callable[..., Page]) -> None:
    """Each goes to the next point, not to the one before once more."""
    page = bench("administrator", "?mode=ground")
    wait_for_picture(page)
    region = page.get_by_role("region", name="Calibrate")
    expect(page.locator("[data-points]")).to_be_visible()
    for each in reversed(range(1, 1 + region.get_by_role("listitem").count())):
        page.get_by_role("button", name=f"Remove point {each}").click()
    page.mouse.click(*at(page, *seen(0.0, 11.0)))  # the pointer is known to the page
    expect(region.get_by_role("listitem")).to_have_count(1)
    corners = [(-2.5, 8.0), (-2.5, 16.0), (2.5, 16.0), (2.5, 8.0)]
    page.evaluate(PRESS, [canvas(page).element_handle(), [at(page, *seen(*each)) for each in corners]])
    expect(region.get_by_role("listitem")).to_have_count(5)
