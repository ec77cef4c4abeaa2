"""What somebody does at the workbench: with a mouse, in shares of the picture, and with its buttons."""

import math
import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.centre import Centre

PATH = "/zones/131002/edge-01/cam-1"
METRE = 1 / 111_320  # degrees of latitude
EAST = METRE / math.cos(math.radians(22.54))


def seen(east: float, north: float) -> tuple[float, float]:
    """Where a camera 5 m up shows a place on the ground, in shares; the horizon is at a fifth."""
    return 0.5 + 1.0 * east / north, 0.2 + 5.0 / north


def place(east: float, north: float) -> tuple[float, float]:
    """Longitude and latitude."""
    return 114.05 + east * EAST, 22.54 + north * METRE


def canvas(page: Page) -> Any:
    """The picture; its stage shows 4 : 3 in the middle of 16 : 9."""
    return page.get_by_role("application")


def at(page: Page, x: float, y: float) -> tuple[float, float]:
    """Where a share of the picture is on the screen."""
    box = canvas(page).bounding_box()
    width = box["height"] * 4 / 3
    return box["x"] + (box["width"] - width) / 2 + x * width, box["y"] + y * box["height"]


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """With the mouse, in shares of the picture."""
    page.mouse.move(*at(page, *start))
    page.mouse.down()
    page.mouse.move(*at(page, (start[0] + end[0]) / 2, (start[1] + end[1]) / 2))
    page.mouse.move(*at(page, *end))
    page.mouse.up()


def wait_for_picture(page: Page) -> None:
    """The node has been asked for one, and it is shown."""
    expect(page.get_by_text(re.compile(r" old$"))).to_be_visible(timeout=20_000)


def save(page: Page, why: str) -> None:
    """Save the draft."""
    page.get_by_role("button", name="Save…").click()
    page.get_by_role("textbox", name="Why").fill(why)
    page.get_by_role("button", name="Save and apply").click()


def status(page: Page) -> Any:
    """What became of the newest version."""
    return page.locator("span[data-version]")


def settled(page: Page, word: str, after: int = -1) -> int:
    """The number of the version that is newer than `after`, once the node has said this of it."""
    expect(status(page)).not_to_have_attribute("data-version", str(after))
    expect(status(page)).to_have_attribute("data-status", word, timeout=20_000)
    return int(status(page).get_attribute("data-version") or 0)


def runs(centre: Centre) -> dict[str, str]:
    """The zones of the camera as the node tells them."""
    camera = next(each for each in centre.get("/api/zones")["items"] if each["source"] == "cam-1")
    return {each["id"]: each["name"] for each in camera["zones"]}
