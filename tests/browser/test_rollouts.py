"""Roll-outs in the console, over two real nodes: one bears the change, the other fares worse and stops it."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import yaml
from playwright.sync_api import Page, expect

from broker.topics import Address
from tests.brokers import Mosquitto
from tests.browser.looking import Watched, looks_well, no_serious
from tests.browser.nodesaying import Saying, cameras
from tests.centre import Centre, Wire, until
from tests.nodes import Node
from tests.street import configuration, film

Enter = Callable[..., Watched]
SLOW, QUICK = {"sample": 0.5, "idle": "2s"}, {"sample": 5, "idle": "200ms"}  # of the two cameras, before
WAITS_MS = 60_000  # a node tells how it fares every ten seconds


@pytest.fixture(scope="module")
def nodes(centre: Centre, broker: Mosquitto, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Two nodes: edge-01 looks now and then, edge-02 five times a second."""
    folder = tmp_path_factory.mktemp("nodes")
    path = film(folder / "street.avi", 10, car=(0, 10))
    with ExitStack() as stack:
        for name, looks in (("edge-01", SLOW), ("edge-02", QUICK)):
            stack.enter_context(Node(configured(folder / name, broker.url, path, looks, name)))
        until(lambda: len(rates(centre)) == 2 and rates(centre)["edge-02"] > 3, "both tell how they fare")
        yield


def configured(folder: Path, url: str, path: Path, looks: dict[str, Any], name: str) -> Path:
    folder.mkdir()
    config = configuration(folder, url=url, path=path, dwell="10h")
    settings = yaml.safe_load(config.read_text())
    settings["node"]["id"] = name
    settings["sources"][0] |= {"repeat": "loop", **looks}
    config.write_text(json.dumps(settings))
    return config


def rates(centre: Centre) -> dict[str, float]:
    """Looks a second, by node."""
    items = centre.get("/api/health/sources")["items"]
    return {each["node"].rpartition("/")[2]: each["report"]["fps"] or 0.0 for each in items if each["report"]}


def row(page: Page, node: str) -> Any:
    return page.locator(f"tr[data-node='131002/{node}']")


def test_it_stops_by_itself_where_a_node_fares_worse(
    nodes: None, centre: Centre, enter: Enter, pictures: Any
) -> None:
    page = enter("administrator", "/rollouts").page
    expect(page.get_by_text("No roll-out yet")).to_be_visible()
    page.get_by_role("link", name="New roll-out").click()
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_text("A value is missing")).to_be_visible()
    expect(page.get_by_text("Choose at least one node")).to_be_visible()
    setting = page.get_by_role("combobox", name="Setting")
    setting.select_option("Pictures a second, at most")
    page.get_by_label("Value").fill("2")
    page.get_by_role("button", name="Another setting").click()
    setting.nth(1).select_option("Between looks while nothing ripens")
    page.get_by_label("Value").nth(1).fill("500ms")
    page.get_by_role("checkbox", name="131002/edge-02").check()
    page.get_by_role("checkbox", name="131002/edge-01").check()
    page.get_by_role("button", name="131002/edge-01 goes first").click()
    page.get_by_label("Stages").fill("1, 100%")
    expect(page.get_by_text("2 stages: 1 → 2 nodes")).to_be_visible()
    page.get_by_label("Watched for").fill("3s")
    page.get_by_label("Why").fill("fewer looks, less heat")
    looks_well(page, pictures, "new")
    page.get_by_role("button", name="Begin").click()

    expect(page.get_by_role("heading", name="Roll-out 1")).to_be_visible()
    expect(row(page, "edge-01")).to_contain_text("well", timeout=WAITS_MS)
    pictures(page, "second-stage")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("cam-1 is looked at", timeout=WAITS_MS)
    expect(alert).to_contain_text("131002/edge-02")
    expect(row(page, "edge-02")).to_contain_text("taken back")
    expect(row(page, "edge-01")).to_contain_text("well")
    expect(row(page, "edge-02")).to_contain_text(re.compile(r"[34]\.\d|5 → [12]"))
    looks_well(page, pictures, "stopped")
    until(lambda: rates(centre)["edge-02"] > 3, "it looks as often as before")

    page.get_by_role("button", name="End it").click()
    dialog = page.get_by_role("dialog", name="End roll-out 1 for good?")
    dialog.get_by_label("Why").fill("not for these nodes")
    dialog.get_by_role("checkbox").check()
    no_serious(page)
    pictures(page, "end")
    dialog.get_by_role("button", name="End it").click()
    expect(page.get_by_text("ended by hand: not for these nodes")).to_be_visible()
    expect(row(page, "edge-01")).to_contain_text("taken back")
    expect(page.get_by_role("button", name="End it")).to_have_count(0)
    page.get_by_role("link", name="Roll-outs").click()
    listed = page.locator("tr[data-rollout='1']")
    expect(listed).to_contain_text("ended")
    expect(listed).to_contain_text("Pictures a second, at most")
    pictures(page, "list")
    no_serious(page)


def test_who_may_not_manage_nodes_looks_on_and_two_people_do_not_overtake_each_other(
    centre: Centre, broker: Mosquitto, enter: Enter
) -> None:
    wire = Wire(broker.url, Address("131002", "yard-7"), name="yard-7")
    yard = Saying(wire, wire.address)
    yard.there(cameras(["North gate"]))
    yard.fares()
    until(lambda: "yard-7" in rates(centre), "it is known")
    with centre.client() as chief:
        asked = {
            "request": "by-hand-1",
            "change": {"stills": {"every": "1m"}},
            "nodes": ["131002/yard-7"],
            "patience": "1d",
        }
        made = chief.post("/api/rollouts", json=asked)
        assert made.status_code == 201, made.text
        number = made.json()["id"]
        onlooker = enter("supervisor", f"/rollouts/{number}").page
        expect(row(onlooker, "yard-7")).to_contain_text("sent", timeout=20_000)
        expect(onlooker.get_by_role("button", name="Stop")).to_have_count(0)
        watched = enter("administrator", f"/rollouts/{number}", language="zh")
        watched.expects("409")
        page = watched.page
        page.get_by_role("button", name="停止").click()
        version = chief.get(f"/api/rollouts/{number}").json()["version"]
        chief.post(f"/api/rollouts/{number}/stop", json={"version": version, "why": "wait"})
        page.get_by_role("dialog").get_by_role("button", name="停止").click()
        expect(page.get_by_text("状态已有变化，请查看后再决定。")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("alert")).to_contain_text("人工停止：wait")
        page.get_by_role("button", name="继续").click()
        page.get_by_role("dialog").get_by_role("button", name="继续").click()
        expect(row(page, "yard-7")).to_contain_text("已下发", timeout=20_000)
        expect(onlooker.get_by_text("goes on by hand")).to_be_visible(timeout=20_000)
    wire.close()
