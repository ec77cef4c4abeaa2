"""Outboxes on the disk for the tests of the node's delivery, each closed at the end."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from broker.events import SequenceRange
from broker.messages import Receipt
from edge.drafts import Stamped
from edge.outbox import Outbox
from tests.unit.drafts import ADDRESS

Open = Callable[..., Outbox]


@pytest.fixture
def open_it(tmp_path: Path) -> Iterator[Open]:
    """Opens `outbox.sqlite` in the test's folder, as often as asked."""
    opened: list[Outbox] = []

    def opener(now: float = 1000.0, mark: str = "aaaa", **bounds: Any) -> Outbox:
        outbox = Outbox(tmp_path / "outbox.sqlite", ADDRESS, **bounds)
        opened.append(outbox)
        outbox.open(now, mark)
        return outbox

    yield opener
    for outbox in opened:
        outbox.close()


def receipts(events: Sequence[Stamped], status: str = "committed", **more: str) -> list[Receipt]:
    """The centre's word on each."""
    return [
        Receipt.model_validate({"id": event.id, "status": status, "sha256": event.sha256, **more})
        for event in events
    ]


def span(epoch: str, first: int, last: int) -> SequenceRange:
    """A range, in short."""
    return SequenceRange(epoch=epoch, first=first, last=last)
