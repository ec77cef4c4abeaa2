"""Zones in the console: drawn, tried, saved and applied at a real node that looks at a film of a street."""

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from playwright.sync_api import Page, expect

from tests.brokers import Mosquitto
from tests.browser.looking import Watched, looks_well, no_serious
from tests.centre import Centre, until
from tests.nodes import Node
from tests.street import configuration, film

PATH = "/zones/131002/edge-01/cam-1"
KERB = [[0.2, 0.3], [0.8, 0.3], [0.8, 0.9], [0.2, 0.9]]  # around the car of the film
GATE = [[0.02, 0.02], [0.3, 0.02], [0.3, 0.25], [0.02, 0.25]]
SECONDS = 30  # of the film, over and over: the car stands 12 of them


def zone(name: str, polygon: list[list[float]], dwell: str) -> dict[str, Any]:
    """A zone as a configuration has it."""
    rule = {"kind": "dwell", "incident": "illegal_parking", "dwell": dwell, "groups": ["vehicle"]}
    return {"id": name, "name": name.capitalize(), "polygon": polygon, "rules": [rule]}


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mosquitto]:
    """One for the file, as in production: what a node is asked has to come, and at once."""
    running = Mosquitto(tmp_path_factory.mktemp("broker"), open_to_all=True)
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def node(centre: Centre, broker: Mosquitto, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A node whose camera sees a car come and go; it has told of itself."""
    folder = tmp_path_factory.mktemp("node")
    path = film(folder / "street.avi", SECONDS, car=(2, 14), person=True)
    config = configuration(folder, url=broker.url, path=path, central=centre.url)
    settings: dict[str, Any] = yaml.safe_load(Path(config).read_text())
    zones = [zone("kerb", KERB, "3s"), zone("gate", GATE, "5m")]
    settings["sources"][0] |= {
        "repeat": "loop",
        "zones": zones,
        "name": "West gate",
        "place": "Market street",
    }
    config.write_text(yaml.safe_dump(settings))
    with Node(config) as running:
        until(lambda: centre.get("/api/zones")["items"], "the node tells of its zones")
        until(lambda: answers(centre), "the node answers")
        yield running


def answers(centre: Centre) -> bool:
    """Whether the node hears what it is asked; what it is asked before that is lost."""
    with centre.client() as chief:
        asked = {"node": "131002/edge-01", "command": "inspect", "source": "cam-1"}
        made = chief.post("/api/asks", json=asked).json()
        time.sleep(1.0)
        return bool(chief.get(f"/api/asks/{made['id']}").json()["status"] == "done")


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    """A node answers when it has looked."""
    expect.set_options(timeout=20_000)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture
def bench(node: Node, enter: Callable[..., Watched]) -> Callable[..., Page]:
    """The workbench of the camera, with its zones."""

    def opened(role: str = "operator", search: str = "", **options: Any) -> Page:
        page: Page = enter(role, PATH + search, **options).page
        expect(
            page.get_by_role("list", name=re.compile("Zones of this camera|本摄像机的区域"))
        ).to_be_visible()
        return page

    return opened


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
    (camera,) = centre.get("/api/zones")["items"]
    return {each["id"]: each["name"] for each in camera["zones"]}


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
    expect(row.get_by_text(re.compile("has stood for"))).to_be_visible()
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
    last = centre.get("/api/zones")["items"][0]["version"] or 0
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
