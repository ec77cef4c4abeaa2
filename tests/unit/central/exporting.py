"""A centre's exports, and somebody who receives them."""

import base64
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from central.followers.exports import Follower
from central.outlets import Target
from central.settings import CentralSettings
from central.store.database import Store
from central.store.export_tables import deliveries as table
from central.store.exporting import lines_about
from central.terms import ground_of
from tests.receivers import Receiver, receiving
from tests.unit.central.casework import do, either, migrated, store

__all__ = ["either", "exports", "migrated", "receiver", "store"]

SECRET = b"s" * 32
PATIENCE_S = 30.0


def until(what: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if found := what():
            return found
        time.sleep(0.01)
    raise AssertionError("never happened")


class Exports:
    """A centre's exports. `follow` is a look of the process that leads; `restart` is another process."""

    def __init__(self, store: Store, folder: Path, **said: Any) -> None:
        self.store = store
        secret = folder / "secret"
        secret.write_text(f"whsec_{base64.b64encode(SECRET).decode()}\n")
        settings = {"inside": ["127.0.0.0/8"], **said.pop("exports", {})}
        for target in settings.get("targets", {}).values():
            if target["kind"] == "webhook":
                target.setdefault("secret_file", secret)
        self.settings = CentralSettings(
            storage={"directory": folder}, broker={"url": "mqtt://127.0.0.1"}, exports=settings, **said
        )
        self.follower = self._follower()

    def _follower(self) -> Follower:
        return Follower(ground_of(self.settings, self.store))

    def follow(self, now: datetime | None = None) -> None:
        self.follower.tick(self.store, now or datetime.now(timezone.utc))

    def close(self) -> None:
        self.follower.close()

    def restart(self) -> None:
        self.close()
        self.follower = self._follower()

    def rows(self, state: str | None = None) -> list[Any]:
        with self.store.read() as connection:
            wanted = select(table).order_by(table.c.number)
            return [row for row in connection.execute(wanted) if state in (None, row.state)]

    def told(self, name: str, number: int = 1) -> dict[str, Any]:
        """What a target would be sent of a ticket now."""
        about = lines_about(self.store, number, most=100)
        outlet = self.follower._outlets[name]
        assert isinstance(outlet, Target)
        return dict(outlet.made(about.tickets[number], about.lines).body)

    def sent(self, number: int) -> list[Any]:
        return until(lambda: len(self.rows("sent")) >= number and self.rows("sent"))


@pytest.fixture
def exports(store: Store, tmp_path: Path) -> Iterator[Callable[..., Exports]]:
    with ExitStack() as stack:

        def make(**said: Any) -> Exports:
            made = Exports(said.pop("store", store), tmp_path, **said)
            stack.callback(made.close)
            made.follow()
            return made

        yield make


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


def webhook(receiver: Receiver, **said: Any) -> dict[str, Any]:
    return {"targets": {"platform": {"kind": "webhook", "url": receiver.url, **said}}}


def accept(store: Store, number: int = 1) -> None:
    do(store, "olga", "accept", number)
