"""The fleet in the console: nodes and versions, a group, something done with it, its progress and results."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from broker.events import Reason
from broker.fields import utc
from broker.fleet import Examine, Found
from broker.inventory import Inventory, Machine, Software
from broker.messages import About, NodeHealth, NodeState
from broker.topics import Address
from tests.brokers import Mosquitto
from tests.browser.looking import Watched, looks_well, no_serious
from tests.browser.nodesaying import MODELS, Saying, cameras
from tests.centre import Centre, until
from tests.e2e.asking import AskedNode

Enter = Callable[..., Watched]
BOARDS = {"yard-1": "Raspberry Pi 5 Model B Rev 1.0", "yard-2": "NVIDIA Jetson Orin Nano", "yard-3": None}
WAITS_MS = 30_000
FULL = Found(
    examination="disk", code="disk_small", state="warning", subject="disk", seen="2.1 GB are free",
    means="the journal will be short", cure="a disk of 32 GB",
)  # fmt: skip


def inventory(board: str | None, began: float) -> Inventory:
    return Inventory(
        began=utc(began),
        before="killed",
        supervised=board is not None,
        labels=["kerbside"] if board else [],
        machine=Machine(architecture="aarch64", board=board, cores=4, memory_mb=8000, disk_mb=62_000),
        runs_on=Software(
            os="Debian GNU/Linux 12 (bookworm)",
            kernel="6.6.31",
            python="3.11.2",
            packages={"onnxruntime": "1.20.1"},
            providers=["CPUExecutionProvider"],
        ),
    )


class Yard:
    """Three nodes of the wire; two answer what they are asked, the third went away."""

    def __init__(self, url: str) -> None:
        self.nodes = {name: AskedNode(url, Address("131002", name)) for name in BOARDS}

    def begin(self) -> None:
        for name, node in self.nodes.items():
            node.__enter__()
            self.tells(name, time.time() - 90_000)

    def tells(self, name: str, began: float) -> None:
        said = Saying.__new__(Saying)
        said.sources, said.address, said.wire = (
            cameras(["Gate"]),
            self.nodes[name].address,
            _Wire(self.nodes[name]),
        )
        board = BOARDS[name]
        told = About(
            at=utc(time.time()),
            software="gewu 0.1.0" if board else "gewu 0.0.9",
            configuration="0" * 64,
            model="street-s",
            models=MODELS,
            sources=[],
            inventory=inventory(board, began),
        )
        self.nodes[name].say("about", told)
        said.fares(certificate_until=utc(time.time() + (9 if board else 80) * 86_400))

    def away(self, name: str) -> None:
        self.nodes[name].say("state", NodeState(online=False, epoch="boot-1", highest=0))

    def examine(self, name: str) -> Any:
        """What the node is asked; the centre may ask it for events that it misses as well."""
        node = self.nodes[name]
        return until(lambda: next((each for each in node.asked if isinstance(each, Examine)), None), name)

    def end(self) -> None:
        for node in self.nodes.values():
            node.__exit__(None, None, None)


class _Wire:
    """As `Saying` wants one."""

    def __init__(self, node: AskedNode) -> None:
        self._node = node

    def send(self, body: bytes, channel: str) -> None:
        self._node.say(channel, NodeHealth.model_validate_json(body))


@pytest.fixture(scope="module")
def yard(centre: Centre, broker: Mosquitto) -> Iterator[Yard]:
    made = Yard(broker.url)
    made.begin()
    made.away("yard-3")
    until(lambda: centre.get("/api/fleet/nodes")["totals"]["online"] == 2, "two are there")
    yield made
    made.end()


@pytest.fixture
def group(yard: Yard, centre: Centre) -> None:
    """That which a test makes by hand, where it has not been made so."""
    if not centre.get("/api/fleet/groups")["items"]:
        wanted = {"name": "新华路", "nodes": ["131002/yard-3"], "labels": ["kerbside"]}
        with centre.client() as client:
            client.post("/api/fleet/groups", json=wanted).raise_for_status()


def row(page: Page, name: str) -> Any:
    return page.locator(f"tr[data-node='131002/{name}']")


def dialog_well(page: Page, keep: Any, name: str) -> None:
    """As `looks_well`, of a dialog: the page behind it, and its language, cannot be reached."""
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        keep(page, f"{name}-{width}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        no_serious(page)


@pytest.mark.usefixtures("yard")
def test_nodes_are_found(enter: Enter, pictures: Any) -> None:
    page = enter("administrator", "/fleet").page
    expect(row(page, "yard-1")).to_contain_text("Raspberry Pi 5")
    expect(row(page, "yard-3")).to_contain_text("offline")
    expect(page.get_by_text("3 nodes: 2 online, 1 offline")).to_be_visible()
    page.get_by_text("Versions and hardware: how many run what").click()
    looks_well(page, pictures, "nodes")
    page.get_by_role("link", name="gewu 0.0.9").click()
    expect(row(page, "yard-1")).to_have_count(0)
    expect(row(page, "yard-3")).to_be_visible()
    page.get_by_role("button", name="Gewu: gewu 0.0.9").click()
    page.get_by_role("button", name="131002/yard-1", exact=True).click()
    told = page.get_by_role("dialog", name="131002/yard-1")
    expect(told).to_contain_text("onnxruntime")
    expect(told).to_contain_text("was killed")
    dialog_well(page, pictures, "node")


def test_nodes_are_grouped_and_asked(yard: Yard, enter: Enter, pictures: Any) -> None:
    page = enter("administrator", "/fleet").page
    page.get_by_role("link", name="Groups").click()
    page.get_by_role("button", name="New group").click()
    dialog = page.get_by_role("dialog", name="New group")
    dialog.get_by_label("Name").fill("新华路")
    dialog.get_by_label("Nodes").fill("131002/yard-3\nyard")
    expect(dialog.get_by_text("yard is no node's name")).to_be_visible()
    dialog.get_by_label("Nodes").fill("131002/yard-3")
    dialog.get_by_label("Labels").fill("kerbside")
    dialog_well(page, pictures, "group")
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="3 nodes")).to_be_visible()
    looks_well(page, pictures, "groups")

    page.get_by_role("button", name="Do something").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("What").select_option("Examine")
    dialog.get_by_label("Why (for the audit)").fill("before the summer")
    dialog_well(page, pictures, "act")
    dialog.get_by_label("Why (for the audit)").press("Enter")
    expect(page.get_by_role("heading", name="Action 1: Examine")).to_be_visible()
    expect(row(page, "yard-3")).to_contain_text("waiting")
    first, second = yard.examine("yard-1"), yard.examine("yard-2")
    assert first.language == "en", "the console's"
    yard.nodes["yard-1"].answer(first, 0, "done", findings=[FULL.model_dump()])
    failed = Reason(code="not_examined", text="the doctor came to no end: it was not done within 200 s")
    yard.nodes["yard-2"].answer(second, 0, "failed", reasons=[failed.model_dump(exclude_none=True)])
    expect(row(page, "yard-1")).to_contain_text("1 warning", timeout=WAITS_MS)
    expect(row(page, "yard-2")).to_contain_text("the doctor came to no end", timeout=WAITS_MS)
    expect(page.get_by_text("2 of 3 nodes are through")).to_be_visible()
    row(page, "yard-1").get_by_role("button", name="Show").click()
    expect(page.get_by_role("dialog")).to_contain_text("a disk of 32 GB")
    no_serious(page)
    page.keyboard.press("Escape")
    looks_well(page, pictures, "action")
    page.get_by_role("button", name="Stop").click()
    page.get_by_role("dialog").get_by_role("button", name="Stop").click()
    expect(row(page, "yard-3")).to_contain_text("left out", timeout=WAITS_MS)
    page.get_by_role("link", name="All actions").click()
    expect(page.locator("tr[data-action='1']")).to_contain_text("stopped")
    looks_well(page, pictures, "actions")
    page.get_by_role("link", name="Diagnostics").click()
    expect(page.get_by_text("No bundle is here")).to_be_visible()
    no_serious(page)


@pytest.mark.usefixtures("group")
def test_a_group_goes_into_a_roll_out_and_who_may_only_look_sees_no_deeds(enter: Enter) -> None:
    page = enter("administrator", "/fleet?part=groups").page
    page.get_by_role("link", name="Roll out settings").click()
    expect(page.get_by_text("3 chosen")).to_be_visible()
    onlooker = enter("supervisor", "/fleet?part=groups").page
    expect(onlooker.get_by_text("新华路")).to_be_visible()
    expect(onlooker.get_by_role("button", name="Do something")).to_have_count(0)
    expect(onlooker.get_by_role("button", name="New group")).to_have_count(0)


@pytest.mark.usefixtures("group")
def test_findings_come_in_the_readers_language(yard: Yard, enter: Enter) -> None:
    page = enter("administrator", "/fleet?part=groups", language="zh").page
    page.get_by_role("button", name="批量操作").first.click()
    page.get_by_role("dialog").get_by_role("button", name="体检").click()
    first = yard.nodes["yard-1"]
    asked = until(lambda: next((each for each in first.asked if _in_chinese(each)), None), "it is asked")
    means = "还没到配置的上限，磁盘就会满"
    found = FULL.model_copy(update={"code": "disk_tight", "seen": "剩余 2.1 GB", "means": means})
    first.answer(asked, 0, "done", findings=[found.model_dump()])
    row(page, "yard-1").get_by_role("button", name="查看").click(timeout=WAITS_MS)
    expect(page.get_by_role("dialog").locator("ul[lang='zh-CN']")).to_contain_text(means)
    no_serious(page)


def _in_chinese(asked: Any) -> bool:
    return isinstance(asked, Examine) and asked.language == "zh"
