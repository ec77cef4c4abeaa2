"""How each page comes to show what its picture is of. Nothing here depends on the language."""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

QUIET_MS = 500
NODE_MS = 120_000
COME = """() => [...document.images].every((each) =>
  each.getBoundingClientRect().top > innerHeight || (each.complete && each.naturalWidth > 0))"""


def settled(page: "Page") -> None:
    """Read, its pictures too."""
    page.locator("h1").first.wait_for()
    page.wait_for_function("!document.querySelector('[aria-busy=true]')")
    whole(page)


def whole(page: "Page") -> None:
    """Every picture that is in sight has come."""
    page.wait_for_function(COME)
    page.wait_for_timeout(QUIET_MS)


def signin(page: "Page") -> None:
    """The form, as somebody begins to fill it in."""
    page.locator("input").first.fill("desk")
    whole(page)


def setup(page: "Page") -> None:
    """The link's page, with the form."""
    page.locator("input[type=password]").first.wait_for()
    whole(page)


def city_map(page: "Page") -> None:
    """Drawn, with its tickets."""
    page.locator("canvas").first.wait_for()
    page.wait_for_timeout(4_000)
    settled(page)


def pictured(page: "Page") -> None:
    """A ticket with its evidence."""
    page.locator("main img").first.wait_for()
    settled(page)


def why(page: "Page") -> None:
    """The node's answer, with the ladder of what came furthest."""
    told = page.locator("main ol button[aria-pressed]")
    told.first.wait_for(timeout=NODE_MS)
    told.filter(has_text=re.compile("T-0")).or_(told).first.click()
    page.locator("[data-gate]").first.wait_for()
    settled(page)


def workbench(page: "Page") -> None:
    """The zones on a picture of now."""
    page.get_by_role("application").wait_for()
    page.get_by_text(re.compile(r" old$|前$")).first.wait_for(timeout=NODE_MS)
    settled(page)


def trial(page: "Page") -> None:
    """A draft in which things may stand for longer, tried on what was seen."""
    workbench(page)
    page.locator("main input[value='10s']").first.fill("10m")
    page.get_by_role("application").focus()
    page.keyboard.press("b")
    row = page.locator("li[data-sort]").first
    row.wait_for(timeout=NODE_MS)
    row.locator("button[aria-expanded]").first.click()
    settled(page)


def charts(page: "Page") -> None:
    """Drawn."""
    page.locator("canvas").first.wait_for()
    settled(page)


def live(page: "Page") -> None:
    """A masked still of now."""
    page.locator("main img, main canvas").first.wait_for(timeout=NODE_MS)
    settled(page)


def replay(page: "Page") -> None:
    """The boxes of the last minutes."""
    page.locator("main input[type=range]").first.wait_for(timeout=NODE_MS)
    settled(page)


def flown(page: "Page") -> None:
    """One flight, its path drawn where it is drawn."""
    page.wait_for_timeout(3_000)
    settled(page)


def phone(page: "Page") -> None:
    """The grid worker's list."""
    page.locator("main li, main a").first.wait_for()
    whole(page)


def report(page: "Page") -> None:
    """The kinds of things to report."""
    page.locator("main fieldset label, main fieldset button").first.wait_for()
    whole(page)
