"""From the one-time link to the first ticket, by the pages alone and the commands that they show."""

import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.looking import Watched, looks_well, no_serious
from tests.browser.machines import Hand, Machine
from tests.centre import ADMINISTRATOR, Centre, until
from tests.rtsp import Camera as RtspCamera
from tests.street import CAR, HEIGHT, WIDTH, film
from tests.tiles import tile_server
from tests.unit.gates.onvif_camera import PASSWORD as KNOWN
from tests.unit.gates.onvif_camera import USER, camera, neighbour

SECONDS = 20  # of the film, over and over; the car stands nearly all of it
PATIENCE = 40_000
NODE = "131002/edge-01"
HERE, THERE = (116.377817, 39.911954), (116.38404722455657, 39.91334545536069)  # in WGS-84 and in GCJ-02
PASSWORD = "nobody guesses this phrase"  # noqa: S105


@pytest.fixture(scope="module")
def settings() -> Iterator[dict[str, Any]]:
    """It believes enrolled nodes alone; the city draws its map in GCJ-02, with a ring at its middle."""
    with tile_server(THERE) as tiles:
        base = {"kind": "raster", "tiles": tiles.tiles, "datum": "gcj02"}
        yield {"nodes": {"enrolled_only": True}, "map": {"center": list(HERE), "zoom": 17, "base": base}}


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """Where the node is to be, with a film of a car that parks."""
    made = Machine(tmp_path_factory.mktemp("machine") / "node")
    film(made.folder / "street.avi", SECONDS, car=(1, SECONDS - 1), person=True)
    yield made
    made.off()


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    """A node answers when it has looked."""
    expect.set_options(timeout=PATIENCE)
    yield
    expect.set_options(timeout=5_000)


def step(page: Page, name: str) -> Locator:
    """One line of the list of steps."""
    return page.locator(f"[data-step='{name}']")


def test_from_the_link_to_the_first_ticket(
    centre: Centre, machine: Machine, new_page: Callable[..., Watched], pictures: Any
) -> None:
    """One way from end to end: somebody who has never seen it walks it all, and its steps count together."""
    link = until(lambda: re.findall(r"http://\S+/setup#\S+", centre.said()), "the link")[-1]
    page = new_page().page
    hand = Hand(page)

    page.goto(link)
    hand.fill("Login name", ADMINISTRATOR)
    hand.fill("New password", PASSWORD)
    hand.fill("Once more", PASSWORD)
    hand.press("Save and sign in")
    expect(page.get_by_role("heading", name="Set up", exact=True)).to_be_visible()
    expect(step(page, "people")).to_have_attribute("data-done", "true")

    expect(page.get_by_role("heading", name="Enrol a node")).to_be_visible()
    looks_well(page, pictures, "1-node")
    hand.fill("District code", "131002")
    hand.press("Make the command")
    shown = page.get_by_label("Command for the node")
    expect(shown).to_be_visible()
    pictures(page, "2-command")
    _goes_on_after_a_reload(page)
    enroll, run = shown.inner_text().strip().split(" && ")
    machine.type(enroll)
    expect(page.get_by_text("131002/edge-01 is enrolled")).to_be_visible()
    machine.sees_red_cars()
    assert page.get_by_label("Command that starts the node").inner_text().strip() == run
    machine.leave(run)
    expect(page.locator("[data-node='131002/edge-01']").get_by_text("connected", exact=True)).to_be_visible()
    expect(page.locator("[data-node='131002/edge-01']").get_by_text("red_cars")).to_be_visible()

    hand.press("Go on: Add a camera", "link")
    pictures(page, "3-camera")
    hand.clicks += 1
    page.get_by_role("radio", name="A film on the node").check()
    page.get_by_label("Path of the film on the node", exact=True).fill("nowhere.avi")
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_role("alert")).to_contain_text("nowhere.avi")
    hand.fill("Path of the film on the node", str(machine.folder / "street.avi"))
    hand.press("Try it")
    expect(page.get_by_alt_text("Masked picture of the new camera")).to_be_visible()
    expect(page.get_by_text("320 × 240 px")).to_be_visible()
    looks_well(page, pictures, "4-tried")
    hand.fill("Place in words", "Market street")
    hand.press("Add this camera")
    expect(page.locator("[data-camera='cam-1'][data-state='ok']")).to_be_visible()

    hand.press("Go on: Draw the first zone", "link")
    expect(page.get_by_text(re.compile(r" old$"))).to_be_visible()
    x1, y1, x2, y2 = (
        CAR[0] / WIDTH - 0.1,
        CAR[1] / HEIGHT - 0.1,
        CAR[2] / WIDTH + 0.1,
        CAR[3] / HEIGHT + 0.1,
    )
    for x, y in [(x1, y1), (x2, y1), (x2, y2), (x1, y2)]:
        hand.corner(x, y)
    hand.press("Close")
    pictures(page, "5-zone")
    hand.press("Save and apply")
    expect(page.get_by_text("The node runs 1 zone of this camera.")).to_be_visible()

    hand.press("Go on: First test alarm", "link")
    expect(page.get_by_text("something has to stand for 5 min")).to_be_visible()
    expect(page.locator("[data-gate]").first).to_be_visible()
    looks_well(page, pictures, "6-ladder")
    hand.press("Test with 10 s")
    expect(page.locator("[data-test='short']")).to_be_visible()
    pictures(page, "7-test")
    expect(page.locator("[data-ticket='T-000001']")).to_be_visible()
    pictures(page, "8-ticket")
    expect(page.get_by_text("something has to stand for 5 min")).to_be_visible()
    hand.press("Open the ticket", "link")
    expect(page.get_by_role("heading", name=re.compile("T-000001|Illegal parking")).first).to_be_visible()
    print(f"clicks {hand.clicks}, fields {hand.fields}, seconds {time.monotonic() - hand.began:.0f}")
    pictures(page, "9-first-ticket")


def _goes_on_after_a_reload(page: Page) -> None:
    """The token is shown once; how far it is, the centre knows."""
    page.reload()
    expect(page.get_by_text("it was shown once only")).to_be_visible()
    page.get_by_role("button", name="Make a new command").click()
    expect(page.get_by_label("Command for the node")).to_be_visible()


@pytest.fixture(scope="module")
def node(centre: Centre, machine: Machine) -> Machine:
    """Enrolled and there, by the test above, or without any page where that did not run."""
    if not _online(centre):
        with centre.client() as chief:
            offer = chief.post("/api/enrolments", json={"node": NODE}).json()
        machine.type(f"gewu-edge enroll {centre.url} {offer['token']}")
        machine.sees_red_cars()
        machine.leave("gewu-edge run edge.yaml")
        until(lambda: _online(centre), "the node says hello")
    return machine


def _online(centre: Centre) -> bool:
    return any(each["online"] for each in centre.get("/api/sources")["nodes"])


@pytest.fixture
def adding(node: Machine, enter: Callable[..., Watched]) -> Watched:
    """The step at which a camera is added, beside those that are there."""
    watched: Watched = enter("administrator", "/start?step=camera")
    page = watched.page
    expect(page.get_by_role("heading", name="Add a camera")).to_be_visible()
    another = page.get_by_role("button", name="Add another camera")
    expect(another.or_(page.get_by_role("radio", name="I know its address"))).to_be_visible()
    if another.is_visible():
        another.click()
    return watched


def tried(page: Page, address: str, user: str = "", password: str = "") -> None:
    """What is typed, and the press."""
    page.get_by_label(re.compile("^(RTSP address|Address of the camera)$")).fill(address)
    page.get_by_label("User name", exact=True).fill(user)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Try it").click()


def said(page: Page, words: str) -> None:
    """Why it did not go on, and what to do."""
    expect(page.get_by_role("alert").filter(has_text=words)).to_be_visible()


def test_a_camera_by_its_address_with_a_password_that_only_the_node_can_read(
    adding: Watched, node: Machine, centre: Centre, rtsp_camera: RtspCamera, pictures: Any
) -> None:
    page = adding.page
    page.get_by_role("radio", name="I know its address").check()
    tried(page, "rtsp://ada:secret@127.0.0.1/live")
    expect(page.get_by_text("No user name or password in the address")).to_be_visible()
    tried(page, "http://127.0.0.1/live")
    expect(page.get_by_text("rtsp:// and the host of the camera are expected")).to_be_visible()
    tried(page, f"rtsp://127.0.0.1:{rtsp_camera.port}/live")
    said(page, "is the camera on, and is the port right")
    pictures(page, "unreachable")
    rtsp_camera.start("--file", str(node.folder / "street.avi"), "--user", USER, "--password", KNOWN)
    tried(page, rtsp_camera.url, USER, "a guess")
    said(page, "the camera does not take this user name and password")
    no_serious(page)
    pictures(page, "refused")
    tried(page, rtsp_camera.url, USER, KNOWN)
    expect(page.get_by_alt_text("Masked picture of the new camera")).to_be_visible()

    # A press on the city's own map, which is drawn in GCJ-02, is a place in WGS-84.
    chart = page.get_by_role("region", name="Map: a press puts it there")
    chart.scroll_into_view_if_needed()
    expect(page.locator("[data-idle]")).to_be_attached()
    chart.click()
    place = [float(page.get_by_label(re.compile(each)).input_value()) for each in ("^Longitude", "^Latitude")]
    assert place == pytest.approx(HERE, abs=1e-5)  # a metre
    pictures(page, "placed")
    page.get_by_label("Name", exact=True).fill("Fenced gate")
    page.get_by_label("Id", exact=True).fill("fenced")
    page.get_by_role("button", name="Add this camera").click()
    expect(page.locator("[data-camera='fenced'][data-state='ok']")).to_be_visible()
    (known,) = [each for each in centre.get("/api/map/sources")["items"] if each["source"] == "fenced"]
    assert [known["longitude"], known["latitude"]] == pytest.approx(place)
    stored = node.folder.rglob("secrets/fenced")
    assert [each.read_text() for each in stored] == [KNOWN]
    kept = b"".join(each.read_bytes() for each in centre.folder.rglob("*") if each.is_file())
    assert KNOWN.encode() not in kept, "the centre never had it"


def test_a_camera_that_answers_in_the_network_comes_to_its_first_ticket(
    adding: Watched, node: Machine, rtsp_camera: RtspCamera, pictures: Any
) -> None:
    page = adding.page
    rtsp_camera.start("--file", str(node.folder / "street.avi"), "--user", USER, "--password", KNOWN)
    with camera(rtsp_camera.url) as device, neighbour(device):
        page.get_by_role("button", name="Look for cameras").click()
        found = page.get_by_role("list", name="Cameras that answered").get_by_role("listitem")
        expect(found.filter(has_text="Kerb")).to_contain_text("DS-2CD")
        no_serious(page)
        pictures(page, "found")
        found.filter(has_text="Kerb").get_by_role("button", name="Take this one").click()
        expect(page.get_by_label("Address of the camera", exact=True)).to_have_value(
            f"{device.address}/onvif/device_service"
        )
        tried(page, device.address, USER, "a guess")
        said(page, "the camera does not take this user name and password")
        tried(page, device.address, USER, KNOWN)
        expect(page.get_by_alt_text("Masked picture of the new camera")).to_be_visible()
    tried(page, device.address, USER, KNOWN)  # and now it is switched off
    said(page, "is ONVIF switched on in the camera")
    pictures(page, "no-onvif")
    with camera(rtsp_camera.url, device.server_port):
        tried(page, device.address, USER, KNOWN)
        expect(page.get_by_alt_text("Masked picture of the new camera")).to_be_visible()
    page.get_by_label("Id", exact=True).fill("kerb-cam")
    page.get_by_role("button", name="Add this camera").click()
    expect(page.locator("[data-camera='kerb-cam'][data-state='ok']")).to_be_visible()

    page.goto(page.url.partition("?")[0] + f"?step=zone&node={NODE}&source=kerb-cam")
    page.get_by_role("button", name="Take nearly all of the picture").click()
    page.get_by_role("button", name="Save and apply").click()
    expect(page.get_by_text("The node runs 1 zone of this camera.")).to_be_visible()
    page.get_by_role("link", name="Go on: First test alarm").click()
    page.get_by_role("button", name="Test with 10 s").click()
    expect(page.locator("[data-ticket]")).to_be_visible()
    pictures(page, "ticket")


def test_a_node_that_is_away_and_a_link_that_is_not_whole_say_what_to_do(
    adding: Watched, node: Machine, centre: Centre, new_page: Callable[..., Watched], pictures: Any
) -> None:
    adding.expects("409")
    page = adding.page
    node.off()
    until(lambda: not _online(centre), "the broker tells of it")
    expect(page.get_by_text(f"{NODE} is not connected. Start it on its machine")).to_be_visible()
    page.get_by_role("radio", name="I know its address").check()
    tried(page, "rtsp://127.0.0.1:1/live")
    said(page, "Start it on its machine")
    no_serious(page)
    pictures(page, "away")
    stranger = new_page()
    stranger.expects("4(10|22)")
    stranger.page.goto(f"{centre.url}/setup#not-whole")
    said(stranger.page, "for a new one")
    pictures(stranger.page, "link")
