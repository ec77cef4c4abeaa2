"""A picture for somebody who asks: the next one, soon where there is a hurry, and none is kept for nobody."""

import threading
from collections.abc import Callable

import numpy as np

from edge.frames import Frame
from edge.glimpses import SOON_S, Glimpses
from tests.nodes import until


def frame(index: int) -> Frame:
    return Frame(np.zeros((4, 4, 3), np.uint8), "cam-1", index, float(index), 0.0, "unknown")


def waiting(ask: Callable[[], Frame | None]) -> tuple[threading.Thread, list[Frame | None]]:
    got: list[Frame | None] = []
    thread = threading.Thread(target=lambda: got.append(ask()))
    thread.start()
    return thread, got


def test_whoever_waits_gets_the_next_one_and_the_looks_hurry_only_if_asked() -> None:
    hurries: list[float] = []
    glimpses = Glimpses(hurries.append)
    glimpses.pass_by(frame(0))  # nobody waits: it is gone
    calm, first = waiting(lambda: glimpses.next(30.0, hurried=False))
    until(lambda: glimpses._waiting)
    assert not glimpses.wanted
    assert hurries == []
    hasty, second = waiting(lambda: glimpses.next(30.0))
    until(lambda: glimpses.wanted)
    assert hurries == [SOON_S]
    glimpses.pass_by(frame(1))
    for thread in (calm, hasty):
        thread.join()
    assert [one.index for one in (*first, *second) if one] == [1, 1]
    assert not glimpses.wanted
    assert glimpses.next(0.0) is None
    assert glimpses._waiting == []
