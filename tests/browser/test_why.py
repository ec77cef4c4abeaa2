"""Why and why not, and the replay of a ticket's boxes, asked of a real node that watches a street."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
import yaml
from playwright.sync_api import Page, expect

from tests.brokers import Mosquitto
from tests.browser.looking import Watched, looks_well, no_serious
from tests.centre import Centre, until
from tests.nodes import Node
from tests.street import configuration, film

Enter = Callable[..., Watched]
WATCHED = "131002/edge-01"
ZONES, RULES = 60, 10  # of the busy source: each rule of each zone says of the same car how far it came
ANSWER_MS = 60_000  # a node on a busy machine


@pytest.fixture(scope="module")
def node(broker: Mosquitto, centre: Centre, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """Watches a street where a car stands: the kerb tells of it, in the yard it may stand for hours."""
    folder = tmp_path_factory.mktemp("node")
    path = film(folder / "street.avi", 5, car=(0, 5))
    config = configuration(folder, url=broker.url, path=path, central=centre.url)
    settings = yaml.safe_load(config.read_text())
    source = settings["sources"][0]
    source |= {"repeat": "loop", "idle": "500ms", "name": "Gate street"}
    (kerb,) = source["zones"]
    source["zones"].append({**kerb, "id": "yard", "rules": [{**kerb["rules"][0], "dwell": "10h"}]})
    settings["sources"].append({**source, "id": "cam-2", "name": "Busy square", "zones": many(kerb)})
    config.write_text(json.dumps(settings))
    with Node(config) as running:
        try:
            until(
                lambda: any(each["here"] for one in centre.tickets() for each in one["evidence"]), "a picture"
            )
        except AssertionError as error:
            raise AssertionError(f"no ticket has a picture; the node said: {running.text[-2000:]}") from error
        yield running


def many(kerb: dict[str, Any]) -> list[dict[str, Any]]:
    """Zones over one another, in which nothing is told for hours: a car waits at half of the rules."""
    (rule,) = kerb["rules"]
    groups = {n: ["vehicle"] if n % 2 else ["two_wheeler"] for n in range(RULES)}
    rules = [{**rule, "id": f"rule-{n}", "dwell": "10h", "groups": groups[n]} for n in groups]
    return [{**kerb, "id": f"zone-{n:02}", "rules": rules} for n in range(ZONES)]


def asked(page: Page, centre: Centre) -> None:
    """Open the question by its deep link: the hour until a little after the ticket."""
    opened = datetime.fromisoformat(centre.tickets()[0]["opened_at"]) + timedelta(minutes=5)
    page.goto(
        f"{centre.url}/why?node={quote(WATCHED, safe='')}&source=cam-1&until={opened:%Y-%m-%dT%H:%M:%SZ}"
    )


def test_the_ladder_of_everything_that_was_seen(
    node: Node, centre: Centre, enter: Enter, pictures: Any
) -> None:
    page = enter("operator", "/why").page
    expect(page.get_by_text("Choose a source and a time")).to_be_visible()
    looks_well(page, pictures, "start")
    page.get_by_label("Source").select_option(f"{WATCHED}/cam-1")
    page.get_by_role("button", name="Now").click()
    page.get_by_role("button", name="Ask the node").click()
    found = page.get_by_role("region", name=re.compile("^Candidates")).get_by_role("button")
    expect(found).to_have_count(2, timeout=ANSWER_MS)
    told, waits = found.filter(has_text="kerb"), found.filter(has_text="yard")
    expect(told).to_contain_text("T-000001")
    expect(waits).to_contain_text("still waiting")

    waits.click()
    ladder = page.get_by_role("region", name="The way to a ticket")
    expect(ladder.locator("[data-gate=dwell]")).to_have_attribute("data-state", "waiting")
    expect(ladder.locator("[data-gate=dwell]")).to_contain_text("of 36,000 s")
    ladder.get_by_role("button", name="Show the place on a picture of now").click()
    expect(ladder.locator("polygon")).to_have_count(1, timeout=ANSWER_MS)

    page.keyboard.press("k")
    expect(told).to_have_attribute("aria-pressed", "true")
    expect(page).to_have_url(re.compile("pick="))
    gates = ladder.locator("[data-gate]")
    expect(gates.last).to_contain_text("made ticket T-000001")
    assert gates.evaluate_all("all => all.map((one) => one.dataset.state)")[0] == "passed"
    expect(ladder.get_by_role("img")).to_have_js_property("complete", True)
    looks_well(page, pictures, "ladder")
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    pictures(page, "dark")
    no_serious(page)

    page.get_by_label("Outcome").select_option("still waiting")
    expect(found).to_have_count(1)
    ladder.get_by_role("link", name="Open T-000001").wait_for(state="detached")


LONG_TASKS = """() => { window.long = []; new PerformanceObserver((list) => window.long.push(
  ...list.getEntries().map((one) => one.duration))).observe({ type: "longtask" }); }"""


def test_hundreds_of_candidates_are_drawn_where_one_looks_and_reached_by_keyboard(
    node: Node, centre: Centre, enter: Enter, pictures: Any
) -> None:
    page = enter("operator", f"/why?node={quote(WATCHED, safe='')}&source=cam-2").page
    page.get_by_role("button", name="Now").click()
    page.get_by_role("button", name="Ask the node").click()
    list_ = page.get_by_role("region", name=f"Candidates ({ZONES * RULES})")
    expect(list_).to_be_visible(timeout=ANSWER_MS)
    drawn, chosen = list_.get_by_role("button"), list_.get_by_role("button", pressed=True)
    page.evaluate(LONG_TASKS)

    drawn.first.focus()
    page.keyboard.press("Enter")
    seen = {chosen.inner_text().split()[1]}
    for _ in range(ZONES * RULES // 10 + 1):
        page.keyboard.press("PageDown")
        expect(chosen).to_be_focused()
        expect(chosen).to_be_in_viewport()
        seen.add(chosen.inner_text().split()[1])
    assert len(seen) > ZONES // 2, seen
    expect(list_.get_by_role("listitem").last).to_have_attribute("aria-posinset", str(ZONES * RULES))
    assert drawn.count() < 40
    assert page.locator("main *").count() < 900
    for key, place in (("ArrowUp", 599), ("k", 598), ("j", 599), ("Home", 1), ("ArrowDown", 2), ("End", 600)):
        page.keyboard.press(key)
        expect(list_.locator(f"[aria-posinset='{place}'] button")).to_be_focused()
    expect(
        page.get_by_role("region", name="The way to a ticket").locator("[data-gate]").first
    ).to_be_visible()
    expect(page).to_have_url(re.compile("pick="))
    worst = max(page.evaluate("window.long"), default=0)
    assert worst < 1_000, (
        f"the page did not answer for {worst} ms"
    )  # each frame draws a few lines, not hundreds
    looks_well(page, pictures, "many")

    page.get_by_label("Outcome").select_option("stopped")
    expect(page.get_by_role("region", name=f"Candidates ({ZONES * RULES // 2})")).to_be_visible()
    page.get_by_label("Zone", exact=True).select_option("zone-07")
    few = page.get_by_role("region", name=f"Candidates ({RULES // 2})").get_by_role("button")
    expect(few).to_have_count(RULES // 2)
    few.last.click()
    expect(few.last).to_have_attribute("aria-pressed", "true")


def test_from_the_ticket_to_its_ladder_and_its_replay(
    node: Node, centre: Centre, enter: Enter, pictures: Any
) -> None:
    page = enter("operator", "/tickets/T-000001").page
    page.get_by_role("button", name="Replay the boxes").click()
    replay = page.get_by_role("region", name="Replay")
    expect(replay.locator("polygon").first).to_be_attached(timeout=ANSWER_MS)
    moment = replay.get_by_label("Moment of the replay")
    start = moment.input_value()
    replay.get_by_label("Speed").select_option("60×")
    replay.get_by_role("button", name="Play").click()
    expect(moment).not_to_have_value(start)
    replay.get_by_role("button", name="told").click()
    replay.scroll_into_view_if_needed()
    pictures(page, "replay")
    no_serious(page)
    page.get_by_role("link", name="Everything the source saw then").click()
    ladder = page.get_by_role("region", name="The way to a ticket")
    expect(ladder.locator("[data-gate=centre]")).to_contain_text("T-000001", timeout=ANSWER_MS)


def test_a_node_that_is_away_says_so_and_the_centre_tells_what_it_knows(
    node: Node, centre: Centre, enter: Enter, pictures: Any
) -> None:
    assert node.stop() == 0
    until(lambda: not next(n for n in centre.get("/api/sources")["nodes"])["online"], "it is away")
    watched = enter("operator", "/tickets")
    watched.expects("409")
    page = watched.page
    asked(page, centre)
    expect(page.get_by_text("The node is offline")).to_be_visible()
    known = page.get_by_role("region", name=re.compile("What the centre itself knows"))
    expect(known).to_contain_text("Illegal parking of motor vehicles")
    expect(known.get_by_role("link", name="Open T-000001")).to_be_visible()
    looks_well(page, pictures, "offline")
