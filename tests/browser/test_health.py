"""How sources and nodes fare: the worst first, live, in three views, with everything about one beside it."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from broker.events import SourceRef
from broker.fields import utc
from broker.parts import Reason, ViewTrust
from broker.topics import Address
from tests.brokers import Mosquitto
from tests.browser.looking import Watched, looks_well, no_serious
from tests.browser.nodesaying import Saying, cameras, node_of, show_still
from tests.centre import Centre, Wire, until
from tests.unit.central.makers import health

Enter = Callable[..., Watched]
PLACES = ["North gate", "Market street", "Bus stop", "School lane"]
LOW = ViewTrust(state="low", reasons=[Reason(code="part_covered", text="a third of the picture is covered")])


@pytest.fixture(scope="module")
def wires() -> Iterator[list[Wire]]:
    """Nodes' connections for as long as the file runs."""
    made: list[Wire] = []
    yield made
    for wire in made:
        wire.close()


@pytest.fixture(scope="module")
def yard(centre: Centre, broker: Mosquitto, wires: list[Wire]) -> Saying:
    """Two nodes with four cameras and a gate; one camera has no signal, the other node is away."""

    def make(*args: Any, **options: Any) -> Wire:
        wires.append(Wire(*args, **options))
        return wires[-1]

    yard, depot = node_of(make, broker.url, "yard-7"), node_of(make, broker.url, "depot-1")
    yard.there([*cameras(PLACES), SourceRef(id="gate-1", kind="gate", name="Yard gate")])
    yard.fares(
        {
            "cam-1": {"state": "lost", "fps": 0.0, "delay_s": None, "age_s": 310.0},
            "cam-2": {"trust": LOW, "delay_s": 7.2},
        },
        certificate_until=utc(0) + timedelta(days=365 * 60),
    )
    depot.there(cameras(["Depot"]), online=False, place="Depot road")
    until(lambda: centre.get("/api/health/sources")["totals"]["sources"] == 6, "all sources are known")
    raised = health("raised", 1)
    yard.wire.insist(raised.encode(), raised.id)
    show_still(centre, yard.address, "cam-2")
    until(
        lambda: any(each["still"] for each in centre.get("/api/health/sources")["items"]), "the still is here"
    )
    return yard


def test_the_worst_first_with_its_picture_and_all_about_it(yard: Saying, enter: Enter, pictures: Any) -> None:
    page = enter("operator", "/health").page
    tiles = page.get_by_role("list", name="Sources").get_by_role("listitem")
    expect(tiles).to_have_count(6)
    expect(tiles.first).to_contain_text("No signal", timeout=20_000)  # told now and then
    expect(tiles.last).to_contain_text(re.compile("Yard gate|School lane"))
    expect(page.get_by_role("img", name="Last masked picture of Market street")).to_have_js_property(
        "complete", True
    )
    looks_well(page, pictures, "wall")
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    pictures(page, "dark")
    no_serious(page)
    page.evaluate("document.documentElement.dataset.theme = 'light'")

    page.keyboard.press("j")
    about = page.get_by_role("complementary", name=re.compile("^Details of North gate"))
    expect(about).to_contain_text("What is wrong")
    expect(about).to_contain_text("connection lost")
    expect(about.get_by_role("link", name="Live and replay")).to_have_attribute(
        "href", "/cameras/131002/yard-7/cam-1"
    )
    expect(about).to_contain_text("in step")
    expect(about).to_contain_text("street-s 3")
    expect(page).to_have_url(re.compile("at="))
    page.keyboard.press("j")
    expect(page.get_by_role("complementary")).not_to_have_attribute("aria-label", re.compile("North gate"))
    page.goto(f"{page.url.partition('?')[0]}?at=131002%2Fyard-7%2Fcam-2")
    about = page.get_by_role("complementary", name="Details of Market street")
    expect(about).to_contain_text("partly trusted")
    expect(about.get_by_text("The last day")).to_be_visible()
    looks_well(page, pictures, "details")
    page.keyboard.press("Escape")
    expect(page.get_by_role("complementary")).to_have_count(0)


def test_filters_are_in_the_address_and_the_tables_show_the_figures(
    yard: Saying, enter: Enter, pictures: Any
) -> None:
    page = enter("viewer", "/health?show=table").page
    rows = page.get_by_role("table", name="Sources").get_by_role("row")
    expect(rows).to_have_count(7)
    expect(rows.nth(1)).to_contain_text("North gate")
    looks_well(page, pictures, "table")
    page.get_by_role("button", name=re.compile("^Unwell")).click()
    expect(rows).to_have_count(2)
    page.get_by_role("button", name=re.compile("^Unwell")).click()
    page.get_by_role("combobox", name="Kind").select_option("gate")
    expect(rows).to_have_count(2)
    expect(rows.nth(1)).to_contain_text("Yard gate")
    page.get_by_role("button", name="Clear").click()
    page.keyboard.press("/")
    page.keyboard.type("depot")
    expect(rows).to_have_count(2)
    expect(page).to_have_url(re.compile("q=depot"))
    expect(rows.nth(1)).to_contain_text("Node offline")
    page.get_by_role("button", name="Clear").click()
    page.get_by_role("button", name="Nodes").click()
    nodes = page.get_by_role("table", name="Nodes").get_by_role("row")
    expect(nodes).to_have_count(3)
    expect(nodes.nth(1)).to_contain_text("depot-1")
    expect(nodes.nth(2)).to_contain_text("41 GB")
    expect(nodes.nth(2)).to_contain_text("54 °C")
    looks_well(page, pictures, "nodes")
    assert page.locator("#main").evaluate("main => main.scrollWidth <= main.clientWidth")
    nodes.nth(2).get_by_role("link").click()
    expect(page.get_by_role("complementary", name="Details of 131002/yard-7")).to_contain_text("812 MB")
    page.get_by_role("searchbox").fill("nothing like it")
    expect(page.get_by_text("No source fits these filters")).to_be_visible()


def test_what_changes_is_shown_by_itself(yard: Saying, enter: Enter) -> None:
    page = enter("operator", "/health").page
    tile = page.get_by_role("listitem").filter(has_text="School lane")
    expect(tile).to_contain_text("Well")
    yard.fares({"cam-4": {"state": "stalled", "fps": 0.0}, "cam-1": {"state": "lost"}})
    expect(tile).to_contain_text("no pictures", timeout=20_000)
    expect(page.get_by_role("button", name=re.compile("^Unwell"))).to_contain_text("2", timeout=20_000)
    yard.fares({"cam-1": {"state": "lost"}})
    expect(tile).to_contain_text("Well", timeout=20_000)


def test_two_thousand_sources_are_drawn_where_one_looks(
    yard: Saying, centre: Centre, broker: Mosquitto, wires: list[Wire], enter: Enter, pictures: Any
) -> None:
    addresses = [Address("131003", f"mast-{n}") for n in range(4)]
    wires += [Wire(broker.url, each, name=each.node) for each in addresses]
    for n, wire in enumerate(wires[-4:]):
        many = Saying(wire, wire.address)
        many.there(cameras(f"Mast {n}-{k:03}" for k in range(500)), place=f"District {n}")
        many.fares({"cam-77": {"state": "failed"}})
    until(lambda: centre.get("/api/health/sources", q="mast")["totals"]["sources"] == 2000, "they are known")
    page = enter("operator", "/health").page
    expect(page.get_by_text(re.compile("^2,006 sources"))).to_be_visible(timeout=20_000)
    items = page.get_by_role("list", name="Sources").get_by_role("listitem")
    expect(items.nth(1)).to_contain_text("failed")
    assert items.count() < 60
    pictures(page, "many")
    page.locator("#main").evaluate("main => main.scrollTo(0, main.scrollHeight)")
    expect(items.last).to_have_attribute("aria-posinset", "2006")
    assert items.count() < 60
    page.get_by_role("button", name="Table").click()
    rows = page.get_by_role("table", name="Sources").get_by_role("row")
    expect(rows.nth(3)).to_contain_text("failed")
    assert rows.count() < 60
