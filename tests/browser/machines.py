"""Where a node is to be, and the hand of somebody who has never seen any of it."""

import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import yaml
from playwright.sync_api import Page

from tests.street import model


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

    def sees_red_cars(self) -> None:
        """The street of the tests is known to a network of the tests alone."""
        config = self.folder / "edge.yaml"
        settings = yaml.safe_load(config.read_text())
        assert "sources" not in settings
        config.write_text(yaml.safe_dump({**settings, "model": model(self.folder / "models")}))

    def off(self) -> None:
        """Its plug is pulled."""
        if self._running is not None:
            os.killpg(self._running.pid, signal.SIGKILL)
            self._running.wait()
            self._running = None


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
