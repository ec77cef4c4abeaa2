"""Between the connection's thread and the worker's: batches, room, waking, ending."""

import threading
import time

import pytest

from broker.deliveries import no_ack
from broker.link import Delivery
from central import inlet
from central.inlet import Inlet, Overfull


def delivery(n: int, size: int = 10) -> Delivery:
    return Delivery(f"t/{n}", b"x" * size, retained=False, ack=no_ack)


def taken(which: Inlet, *, most: int = 256, most_bytes: int = 10**6, wait_s: float = 5.0) -> list[str]:
    return [each.delivery.topic for each in which.take(most=most, most_bytes=most_bytes, wait_s=wait_s)]


def test_what_is_there_is_taken_in_order_and_nothing_is_waited_for() -> None:
    queue = Inlet()
    for n in range(5):
        queue.put(delivery(n))
    assert taken(queue, most=3) == ["t/0", "t/1", "t/2"]
    assert taken(queue, most=3) == ["t/3", "t/4"]
    assert taken(queue, wait_s=0.01) == []
    assert len(queue) == 0


def test_a_batch_is_bounded_in_bytes_and_has_at_least_one() -> None:
    queue = Inlet()
    for n, size in enumerate((900, 90, 20, 5)):
        queue.put(delivery(n, size))
    assert taken(queue, most_bytes=100) == ["t/0"]
    assert taken(queue, most_bytes=100) == ["t/1"]
    assert taken(queue, most_bytes=100) == ["t/2", "t/3"]


def test_who_waits_is_woken(monkeypatch: pytest.MonkeyPatch) -> None:
    queue = Inlet()
    began = time.monotonic()
    threading.Timer(0.05, queue.wake).start()
    assert taken(queue, wait_s=60) == []
    threading.Timer(0.05, queue.put, [delivery(1)]).start()
    assert taken(queue, wait_s=60) == ["t/1"]
    assert time.monotonic() - began < 30


@pytest.mark.parametrize("bound", [("MOST_LETTERS", 2), ("MOST_BYTES", 20)])
def test_a_full_inlet_waits_for_room_and_says_when_none_comes(
    bound: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inlet, *bound)
    monkeypatch.setattr(inlet, "PATIENCE_S", 0.05)
    queue = Inlet()
    queue.put(delivery(0))
    queue.put(delivery(1))
    with pytest.raises(Overfull, match="2 messages wait, 20 bytes"):
        queue.put(delivery(2))
    monkeypatch.setattr(inlet, "PATIENCE_S", 60.0)
    threading.Timer(0.05, taken, [queue]).start()
    queue.put(delivery(3))
    assert taken(queue) == ["t/3"]


def test_a_closed_inlet_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inlet, "MOST_LETTERS", 1)
    queue = Inlet()
    queue.put(delivery(0))
    threading.Timer(0.05, queue.close).start()
    queue.put(delivery(1))  # let go: its connection has ended
    assert taken(queue) == ["t/0"]
    assert taken(queue, wait_s=60) == []
