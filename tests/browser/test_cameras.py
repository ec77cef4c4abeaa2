"""Looking live, and replaying a stretch of time, at a real node that looks at a film of a street."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
import yaml
from playwright.sync_api import Page, expect

from tests.brokers import Mosquitto
from tests.browser.looking import Watched, looks_well, no_serious
from tests.centre import Centre, until
from tests.nodes import Node
from tests.street import configuration, film

Enter = Callable[..., Watched]
PATH = "/cameras/131002/edge-01/cam-1"
ANSWER_MS = 60_000  # a node on a busy machine


@pytest.fixture(scope="module")
def node(broker: Mosquitto, centre: Centre, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A street where a car stands; its ticket has a picture, and the centre has a still."""
    folder = tmp_path_factory.mktemp("node")
    path = film(folder / "street.avi", 5, car=(0, 5), person=True)
    config = configuration(folder, url=broker.url, path=path, central=centre.url)
    settings = yaml.safe_load(config.read_text())
    settings["sources"][0] |= {"repeat": "loop", "idle": "500ms", "name": "Gate street"}
    config.write_text(json.dumps(settings))
    with Node(config) as running:
        until(lambda: any(each["here"] for one in centre.tickets() for each in one["evidence"]), "a picture")
        yield running


def shown(page: Page) -> Any:
    return page.get_by_role("region", name="What it sees now").get_by_role(
        "img", name=re.compile("^Masked picture of")
    )


def test_a_series_of_stills_for_as_long_as_somebody_looks(
    node: Node, centre: Centre, enter: Enter, pictures: Any
) -> None:
    page = enter("operator", "/cameras").page
    card = page.get_by_role("list", name="Cameras").get_by_role("link", name=re.compile("Gate street"))
    expect(card).to_be_visible(timeout=20_000)
    looks_well(page, pictures, "list")
    page.get_by_role("searchbox").fill("no such")
    expect(page.get_by_text("No camera is called so")).to_be_visible()
    page.get_by_role("searchbox").fill("gate")
    card.click()
    expect(page.get_by_role("heading", name="Gate street")).to_be_visible()
    page.get_by_label("A picture every").select_option("1 s")
    page.get_by_role("button", name="Look live").click()
    series = page.get_by_role("list", name="Pictures of this look").get_by_role("listitem")
    expect(series.nth(2)).to_be_visible(timeout=ANSWER_MS)
    expect(page.get_by_text(re.compile(r"^Picture \d+ of 21"))).to_be_visible()
    expect(shown(page)).to_have_js_property("complete", True)
    expect(page.get_by_text(re.compile("place masked")).first).to_be_visible()
    looks_well(page, pictures, "live")
    page.evaluate(HIDE)
    expect(page.get_by_text("Stopped, because the page was not seen.")).to_be_visible()
    expect(page.get_by_role("button", name="Look live")).to_be_enabled()
    series.first.get_by_role("button").click()
    expect(series.first.get_by_role("button")).to_have_attribute("aria-pressed", "true")
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    pictures(page, "dark")
    no_serious(page)
    looks = centre.get("/api/audit", action="ask.look")["items"]
    assert [line["who"] for line in looks] == ["operator"]
    assert {line["action"] for line in centre.get("/api/audit", who="operator", limit=200)["items"]} >= {
        "still.view"
    }


HIDE = """() => {
  Object.defineProperty(document, 'hidden', { value: true, configurable: true });
  document.dispatchEvent(new Event('visibilitychange'));
  delete document.hidden;
}"""


def test_a_stretch_of_time_is_replayed_by_keyboard_from_the_ticket(
    node: Node, centre: Centre, enter: Enter, pictures: Any
) -> None:
    page = enter("operator", "/tickets/T-000001").page
    page.get_by_role("link", name="Replay with other times").click()
    expect(page).to_have_url(re.compile("part=replay"))
    expect(
        page.locator("nav [aria-current=page]", has_text="Live").filter(has_not_text="replay")
    ).to_have_count(0)
    replay = page.get_by_role("region", name="Replay")
    moment = replay.get_by_label("Moment of the replay")
    expect(moment).to_be_visible(timeout=ANSWER_MS)
    expect(replay.locator("polygon").first).to_be_attached()
    first = moment.input_value()
    moment.press("ArrowRight")
    expect(moment).not_to_have_value(first)
    moment.press("ArrowLeft")
    expect(moment).to_have_value(first)
    moment.press("Shift+ArrowRight")
    later = int(moment.input_value())
    assert later > int(first)
    replay.get_by_role("heading").click()
    page.keyboard.press(".")
    expect(moment).not_to_have_value(str(later))
    replay.get_by_label("Speed").select_option("16×")
    replay.get_by_role("heading").click()
    page.keyboard.press("p")
    expect(moment).to_have_value(moment.get_attribute("max") or "", timeout=20_000)
    replay.get_by_role("button", name="T-000001 told").click()
    assert int(moment.input_value()) < int(moment.get_attribute("max") or 0)
    expect(page.get_by_role("region", name=re.compile("1 ticket was opened"))).to_contain_text("T-000001")
    looks_well(page, pictures, "replay")


def test_no_journal_of_that_time_and_a_node_that_is_away(
    node: Node, centre: Centre, enter: Enter, pictures: Any
) -> None:
    before = datetime.now(timezone.utc) - timedelta(days=1)
    page = enter("operator", f"{PATH}?part=replay&span=5m&until={before:%Y-%m-%dT%H:%M:%SZ}").page
    expect(page.get_by_text("The node's journal holds nothing of that time.")).to_be_visible(
        timeout=ANSWER_MS
    )
    assert node.stop() == 0
    until(lambda: not next(n for n in centre.get("/api/sources")["nodes"])["online"], "it is away")
    watched = enter("supervisor", PATH)
    watched.expects("409")
    page = watched.page
    page.get_by_role("button", name="Look live").click()
    expect(page.get_by_text("The node is offline")).to_be_visible()
    expect(page.get_by_text("Stopped, because no picture came.")).to_be_visible()
    pictures(page, "away")
    no_serious(page)
