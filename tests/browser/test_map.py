"""Map and list: one set of tickets and one filter for both, live, by keyboard, kept under a name."""

import json
import random
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from broker.events import Location, Point, SourceRef, ZoneRef
from tests.brokers import Mosquitto
from tests.browser.looking import Watched, looks_well, no_serious, speak
from tests.centre import Centre, Wire, until
from tests.unit.central.makers import NODE, event

Enter = Callable[..., Watched]
KINDS = ("illegal_parking", "exposed_garbage", "bin_full", "shop_overflow")
PLACES = ("Xinhua Road 3", "Yinhe Road 12", "爱民道 7 号")
MANY = 40
LIVE = "[data-line=live]"
ALL_ROWS = """async (list) => {
  const found = new Set();
  const note = () => list.querySelectorAll('li[data-number]').forEach((row) => found.add(row.dataset.number));
  for (let top = 0; ; top += 300) {
    list.scrollTop = top;
    await new Promise((next) => requestAnimationFrame(() => setTimeout(next)));
    note();
    if (top > list.scrollHeight) return [...found];
  }
}"""
COUNT_PULSES = """() => {
  window.pulsed = 0;
  const seen = (node) => { if (node.dataset && 'pulse' in node.dataset) window.pulsed += 1; };
  new MutationObserver((all) => all.forEach(({ addedNodes }) => addedNodes.forEach(seen)))
    .observe(document, { subtree: true, childList: true });
}"""
ON_MAP = "async () => (await document.querySelector('[data-idle]').drawnNumbers()).sort((a, b) => a - b)"


def told(number: int, phase: str = "opened", revision: int = 0, **changes: Any) -> Any:
    """Of one of many: kinds and places in turn, spread over a few streets; every eighth has no position."""
    point = Point(type="Point", coordinates=(116.70 + 0.004 * (number % 7), 39.50 + 0.003 * (number // 7)))
    location = Location(geometry=point, accuracy_m=3.0, method="surveyed")
    facts: dict[str, Any] = {
        "kind": KINDS[number % 4],
        "place": PLACES[number % 3],
        "location": None if number % 8 == 7 else location,
        "severity": "high" if number % 5 == 0 else "normal",
        "source": SourceRef(id=f"cam-{number}", kind="camera"),
        "zone": ZoneRef(id=f"kerb-{number}", version="v1"),
    }
    sequence = 1000 * revision + number
    return event(phase, revision, subject=f"map-{number}", sequence=sequence, **facts | changes)


@pytest.fixture(scope="module")
def wire(broker: Mosquitto) -> Any:
    """A node's connection, for all tests of this file."""
    made = Wire(broker.url, NODE)
    yield made
    made.close()


@pytest.fixture(scope="module")
def tickets(wire: Wire, centre: Centre) -> list[dict[str, Any]]:
    """Many tickets, in several states."""
    for each in (told(number) for number in range(MANY)):
        wire.insist(each.encode(), each.id)
    with centre.client() as client:
        for number in range(1, 9):
            name = f"T-{number:06d}"
            act = {"action": "accept", "version": client.get(f"/api/tickets/{name}").json()["version"]}
            client.post(f"/api/tickets/{name}/actions", json={**act, "request": f"accept-{number:06d}"})
    gone = [told(number, "cleared", 1) for number in (9, 17, 30)]
    for each in gone:
        wire.insist(each.encode(), each.id)
    return centre.tickets()


def drawn(page: Page, many: int) -> None:
    """Wait until list and map show so many; the map has none of those without a position."""
    expect(page.locator("[data-many]").first).to_have_attribute("data-many", str(many))
    expect(page.locator("[data-idle]")).to_be_attached()
    expect(page.locator(f"[data-idle][data-many='{many}']")).to_be_attached()


def both(page: Page) -> tuple[set[str], set[str]]:
    """The numbers in the list, and on the map."""
    listed = page.get_by_role("region", name="List of tickets").evaluate(ALL_ROWS)
    return set(listed), {f"T-{number:06d}" for number in page.evaluate(ON_MAP)}


def wanted(tickets: list[dict[str, Any]], filters: dict[str, Any]) -> set[str]:
    """What the API's own answers say of a set of filters."""

    def passes(ticket: dict[str, Any]) -> bool:
        words = [ticket["number"], ticket["place"], ticket["kind"]["en"], ticket["kind"]["zh"]]
        show = filters.get("show", "open")
        return (
            (show == "all" or ticket["open"] == (show == "open"))
            and ticket["kind"]["word"] in filters.get("kind", [ticket["kind"]["word"]])
            and ticket["state"] in filters.get("state", [ticket["state"]])
            and (not filters.get("high") or ticket["severity"] == "high")
            and filters.get("q", "").lower() in " ".join(words).lower()
        )

    return {ticket["number"] for ticket in tickets if passes(ticket)}


def filters(chance: random.Random) -> dict[str, Any]:
    """A set of them."""
    found: dict[str, Any] = {}
    if chance.random() < 0.5:
        found["show"] = chance.choice(["done", "all"])
    if chance.random() < 0.5:
        found["kind"] = chance.sample(KINDS, chance.randint(1, 3))
    if chance.random() < 0.3:
        found["state"] = chance.sample(["reported", "accepted", "self_cleared"], 2)
    if chance.random() < 0.3:
        found["high"] = True
    if chance.random() < 0.4:
        found["q"] = chance.choice(["xinhua", "道", "T-00001", "garbage", "nothing of that"])
    return found


def address(found: dict[str, Any]) -> str:
    """The link to it."""
    said = {name: value if isinstance(value, str) else json.dumps(value) for name, value in found.items()}
    return "/map?" + urlencode(said)


def test_list_and_map_agree_whatever_is_asked_for(
    enter: Enter, centre: Centre, tickets: list[dict[str, Any]]
) -> None:
    page = enter("operator", "/map").page
    placed = {each["number"] for each in tickets if each["location"] is not None}
    chance = random.Random(7)  # noqa: S311 - the same at every run
    for found in [{}, *(filters(chance) for _ in range(12))]:
        page.goto(centre.url + address(found))
        expected = wanted(tickets, found)
        drawn(page, len(expected))
        until(lambda expected=expected: both(page) == (expected, expected & placed), f"they agree on {found}")


def test_it_is_where_one_begins_and_well_to_look_at(enter: Enter, tickets: Any, pictures: Any) -> None:
    page = enter("operator", "/").page
    expect(page).to_have_url(re.compile("/map"))
    expect(page).to_have_title("Map · Gewu 格物")
    expect(page.locator(LIVE)).to_be_visible()
    expect(page.locator("[data-idle]")).to_be_visible()
    looks_well(page, pictures, "map")
    page.set_viewport_size({"width": 390, "height": 900})
    speak(page, "en")
    page.get_by_role("button", name="List", exact=True).click()
    expect(page.locator("li[data-number]").first).to_be_visible()
    looks_well(page, pictures, "list")


def test_dark_is_drawn_too(enter: Enter, tickets: Any, pictures: Any) -> None:
    page = enter("viewer", "/map", color_scheme="dark").page
    expect(page.locator("[data-idle]")).to_be_visible()
    no_serious(page)
    pictures(page, "dark")


def test_what_happens_is_on_list_and_map_at_once(
    enter: Enter, centre: Centre, wire: Wire, tickets: Any
) -> None:
    page = enter("operator", "/map?kind=illegal_parking").page
    expect(page.locator(LIVE)).to_be_visible()
    expect(page.locator("[data-idle]")).to_be_visible()
    before = set(both(page)[1])
    page.evaluate("window.same = true")
    page.evaluate(COUNT_PULSES)
    place = Point(type="Point", coordinates=(116.712, 39.53))
    there = Location(geometry=place, accuracy_m=3.0, method="surveyed")
    fresh = told(100, kind="illegal_parking", location=there)
    name = wire.insist(fresh.encode(), fresh.id).ticket
    expect(page.locator(f"li[data-number='{name}']")).to_be_attached()
    until(lambda: both(page)[1] == before | {name})
    until(lambda: page.evaluate("window.pulsed") == 1)
    gone = told(100, "cleared", 1, kind="illegal_parking", location=there)
    wire.insist(gone.encode(), gone.id)
    until(lambda: both(page)[1] == before)
    assert page.evaluate("window.same")


def test_by_keyboard_from_row_to_row_into_the_panel_and_back(enter: Enter, tickets: Any) -> None:
    page = enter("operator", "/map?sort=oldest&show=all").page
    expect(page.locator("li[data-number]").first).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("j")
    row = page.locator("li[aria-current]")
    expect(row).to_have_attribute("aria-posinset", "2")
    page.keyboard.press("x")
    expect(row.get_by_role("checkbox")).to_be_checked()
    expect(page.get_by_role("region", name="Picked tickets")).to_contain_text("1 picked")
    page.keyboard.press("Enter")
    name = row.get_attribute("data-number")
    panel = page.get_by_role("complementary", name=name)
    expect(panel).to_contain_text("standing")
    expect(page).to_have_url(re.compile(f"ticket={name}"))
    no_serious(page)
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(page.get_by_role("region", name="List of tickets")).to_be_focused()
    page.keyboard.press("/")
    page.keyboard.type("T-000003")
    expect(page).to_have_url(re.compile("q=T-000003"))
    expect(page.locator("li[data-number]")).to_have_count(1)


def test_a_link_leads_to_the_same_place_ticket_and_layers(enter: Enter, tickets: Any) -> None:
    page = enter("operator", "/map?at=116.71,39.51,15&ticket=T-000002&off=%5B%22cells%22%5D").page
    expect(page.get_by_role("complementary", name="T-000002")).to_be_visible()
    expect(page.locator("[data-idle]")).to_be_visible()
    page.get_by_role("button", name="Zoom in").click()
    expect(page).to_have_url(re.compile(r"at=116\.71\d*%2C39\.51\d*%2C16"))
    page.get_by_role("button", name="Close").click()
    page.get_by_text("Layers").click()
    page.get_by_role("checkbox", name="Tickets").uncheck()
    expect(page).to_have_url(re.compile("tickets"))


def test_pointing_shows_the_same_on_both_sides(enter: Enter, tickets: Any) -> None:
    page = enter("operator", "/map?q=T-000002").page
    expect(page.locator("[data-idle]")).to_be_visible()
    row = page.locator("li[data-number]")
    box = page.locator("[data-idle]").bounding_box()
    assert box is not None
    middle, height = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def found() -> float | None:
        """Where it is drawn: near the middle, for what floats over the map is left free."""
        for aside in range(-40, 41, 4):
            page.mouse.move(middle + aside, height)
            page.wait_for_timeout(30)
            if "pointed" in (row.get_attribute("class") or ""):
                return middle + aside
        return None

    page.mouse.click(until(found), height)
    expect(page.get_by_role("complementary", name="T-000002")).to_be_visible()


def test_only_a_part_of_the_map_and_a_view_kept_for_everybody(enter: Enter, tickets: Any) -> None:
    page = enter("supervisor", "/map?kind=bin_full&at=116.70,39.50,16").page
    expect(page.locator("[data-idle]")).to_be_visible()
    page.get_by_role("button", name="Only this part of the map").click()
    expect(page).to_have_url(re.compile("box="))
    page.get_by_text("Views").click()
    page.get_by_label("Keep this view as").fill("Bins at the gate")
    share = page.get_by_role("checkbox", name="For everybody")
    if share.count():
        share.check()
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.get_by_role("button", name="Bins at the gate", exact=True)).to_be_visible()
    page.goto(page.url.partition("?")[0])
    page.get_by_text("Views").click()
    page.get_by_role("button", name="Bins at the gate", exact=True).click()
    expect(page).to_have_url(re.compile("kind=.*bin_full.*"))
    expect(page).to_have_url(re.compile("box="))


def test_without_webgl_the_list_works_alone(enter: Enter, centre: Centre, tickets: Any) -> None:
    watched = enter("operator", "/help")
    watched.page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    watched.page.goto(f"{centre.url}/map")
    expect(watched.page.get_by_text("This browser cannot draw the map")).to_be_visible()
    expect(watched.page.locator("li[data-number]").first).to_be_visible()
    no_serious(watched.page)
