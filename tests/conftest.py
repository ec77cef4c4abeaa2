"""Fixtures that every test may use."""

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from httpx._config import DEFAULT_TIMEOUT_CONFIG
from hypothesis import settings

from tests import ports

pytest_plugins = ["tests.brokers", "tests.centre", "tests.chromium", "tests.postgres", "tests.rtsp"]

# Machines are shared and slow: how long one example takes says nothing about the code.
settings.register_profile("gewu", deadline=None)
settings.load_profile("gewu")
DEFAULT_TIMEOUT_CONFIG.connect = DEFAULT_TIMEOUT_CONFIG.read = DEFAULT_TIMEOUT_CONFIG.write = 40.0

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(autouse=True)
def log_as_it_was() -> Iterator[None]:
    """A command that a test runs in this process sets up the log for itself; the next test has its own."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    yield
    root.handlers[:] = [handler for handler in root.handlers if handler in before]
    root.setLevel(level)


@pytest.fixture(autouse=True)
def the_checkout_as_it_was() -> Iterator[None]:
    """A command writes where it stands if nobody says otherwise; a test says otherwise."""

    def names() -> set[str]:
        return {path.name for path in ROOT.iterdir()}

    before = names()
    yield
    left = {name for name in names() - before if Path(name).suffix or not name.startswith(".")}
    assert left <= {"var", "build"}, f"the test left {sorted(left)} in the checkout"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real clips, models and payloads; the test is skipped where it is absent."""
    folder = Path(os.environ.get("GEWU_SHARED_DATA", ROOT.parent / "shared" / "data"))
    if not (folder / "clips.json").exists():
        pytest.skip(f"no shared data at {folder} (set GEWU_SHARED_DATA)")
    return folder


@pytest.fixture
def free_port() -> int:
    """A TCP port on the loopback that nothing listens on just now."""
    return ports.free_port()
