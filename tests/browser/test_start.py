"""From the one-time link to the first ticket, by the pages alone and the commands that they show."""

import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from playwright.sync_api import Locator, Page, expect

from tests.browser.looking import Watched, looks_well
from tests.centre import Centre, until
from tests.street import CAR, HEIGHT, WIDTH, film, model

SECONDS = 20  # of the film, over and over; the car stands nearly all of it
PATIENCE = 40_000
SETTINGS = {"nodes": {"enrolled_only": True}}
PASSWORD = "nobody guesses this phrase"  # noqa: S105


class Machine:
    """Where somebody types what the page shows: a folder, a shell, and what it said."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        self._environment = {**os.environ, "PATH": path}
        self._running: subprocess.Popen[bytes] | None = None

    def type(self, command: str) -> None:
        """One command that ends."""
        words = shlex.split(command)
        subprocess.run(words, check=True, cwd=self.folder, env=self._environment, capture_output=True)

    def leave(self, command: str) -> None:
        """One that goes on."""
        with (self.folder / "node.log").open("ab") as log:
            self._running = subprocess.Popen(
                shlex.split(command),
                cwd=self.folder,
                env=self._environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def off(self) -> None:
        """Its plug is pulled."""
        if self._running is not None:
            os.killpg(self._running.pid, signal.SIGKILL)
            self._running.wait()


class Hand:
    """A newcomer's: what it presses and types is counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.clicks, self.fields, self.began = page, 0, 0, time.monotonic()

    def press(self, name: str, role: Any = "button") -> None:
        self.clicks += 1
        self.page.get_by_role(role, name=name).click()

    def fill(self, name: str, said: str) -> None:
        self.fields += 1
        self.page.get_by_label(name, exact=True).fill(said)

    def corner(self, x: float, y: float) -> None:
        """A press on the picture; its stage shows 4 : 3 in the middle of what there is."""
        self.clicks += 1
        canvas = self.page.get_by_role("application")
        canvas.scroll_into_view_if_needed()
        box = canvas.bounding_box()
        assert box is not None
        width = min(box["width"], box["height"] * 4 / 3)
        height = width * 3 / 4
        left, top = box["x"] + (box["width"] - width) / 2, box["y"] + (box["height"] - height) / 2
        self.page.mouse.click(left + x * width, top + y * height)


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
    link = until(lambda: re.findall(r"http://\S+/setup#\S+", centre.said()), "the link")[-1]
    page = new_page().page
    hand = Hand(page)

    page.goto(link)
    hand.fill("Login name", "ada")
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
    _red_cars(machine)  # the street of the tests is known to a network of the tests alone
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


def _red_cars(machine: Machine) -> None:
    config = machine.folder / "edge.yaml"
    settings = yaml.safe_load(config.read_text())
    assert "sources" not in settings
    config.write_text(yaml.safe_dump({**settings, "model": model(machine.folder / "models")}))
