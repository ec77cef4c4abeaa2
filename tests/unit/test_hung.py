"""A source whose thread hangs in a library: told, left behind, begun anew; never too many of them."""

import threading
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from edge.frames import Frame, SourceClock, Trouble
from edge.strays import Strays, where
from edge.streams.lifesign import LifeSign
from edge.streams.reader import LiveReader, system_clock
from edge.streams.turnstile import Turnstile


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.005)


class Real:
    """Real seconds that a test moves."""

    now = 0.0


class Hanging:
    """A source that hangs where nothing can reach it, until `freed`; then it brings a picture too late."""

    live = True

    def __init__(self, clock: SourceClock, freed: threading.Event, *, works: bool) -> None:
        self._clock, self._freed, self._works = clock, freed, works
        self.closed = threading.Event()

    def frames(self) -> Iterator[Frame | Trouble]:
        self._clock.monotonic()
        if not self._works:
            self._freed.wait()
            yield picture(99)
        yield picture(1)
        while not self._clock.wait(self.closed, 60.0):
            pass

    def want(self, interval_s: float) -> None:
        pass

    def close(self) -> None:
        self.closed.set()


def picture(index: int) -> Frame:
    return Frame(np.zeros((2, 2, 3), np.uint8), "cam", index, float(index), 0.0, "unknown")


@pytest.fixture
def freed() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


class Watched:
    """A reader of sources, the first `broken` of which hang."""

    def __init__(self, freed: threading.Event, broken: int, strays: Strays) -> None:
        self.real, self.made = Real(), 0
        life = LifeSign(now=lambda: self.real.now)
        clock = life.through(system_clock())

        def make() -> Hanging:
            self.made += 1
            return Hanging(clock, freed, works=self.made > broken)

        self.reader = LiveReader("cam", make, system_clock(), life=life, strays=strays)
        self.reader.start()

    def hang(self) -> bool:
        """So long that it is noticed; whether it was begun anew."""
        made = self.made
        until(lambda: self.made)
        self.real.now += 121.0
        anew = self.reader.look_after()
        until(lambda: not anew or self.made > made)
        return anew

    def items(self) -> list[Frame | Trouble]:
        found: list[Frame | Trouble] = []
        until(lambda: found.append(item) or False if (item := self.reader.take(0.2)) else True)  # type: ignore[func-returns-value]
        return found


def test_a_source_that_hangs_is_told_left_behind_and_begun_anew(freed: threading.Event) -> None:
    strays = Strays()
    seen = Watched(freed, broken=1, strays=strays)
    assert not seen.reader.look_after()  # just begun
    assert seen.hang()
    until(lambda: seen.reader.report().state == "ok")
    told = [item for item in seen.items() if isinstance(item, Trouble)]
    assert [trouble.state for trouble in told] == ["failed", "recovered"]
    assert "hangs for 121 s" in told[0].what
    assert "test_hung.py" in told[0].what  # where it hangs
    assert len(strays) == 1
    assert strays.trouble is not None
    freed.set()
    until(lambda: len(strays) == 0)
    assert strays.trouble is None
    assert all(item.index != 99 for item in seen.items() if isinstance(item, Frame))
    seen.reader.close()


def test_no_more_than_a_few_threads_of_one_source_are_left_behind(freed: threading.Event) -> None:
    strays = Strays(of_one=2, of_all=3)
    seen = Watched(freed, broken=9, strays=strays)
    assert [seen.hang() for _ in range(4)] == [True, True, False, False]
    assert (len(strays), seen.made) == (2, 3)
    told = [item.what for item in seen.items() if isinstance(item, Trouble)]
    assert len(told) == 2  # not again and again
    assert seen.reader.report().state == "failed"
    assert not strays.too_many
    other = threading.Thread(target=freed.wait, daemon=True)
    other.start()
    assert strays.leave("cam-2", other)
    assert strays.too_many
    assert not strays.leave("cam-3", threading.current_thread())
    seen.reader.close()


def test_a_source_that_waits_for_an_hour_does_not_hang(freed: threading.Event) -> None:
    seen = Watched(freed, broken=0, strays=Strays())
    until(lambda: seen.reader.report().state == "ok")
    time.sleep(0.05)  # until it waits
    seen.real.now += 3600.0
    assert not seen.reader.look_after()
    seen.reader.close()


def test_where_a_thread_is() -> None:
    assert "test_hung.py" in where(threading.current_thread())
    assert where(threading.Thread()) == "nowhere"


def test_cameras_that_come_back_at_once_are_opened_one_after_the_other() -> None:
    gate = Turnstile(at_once=16, a_second=8.0)
    waits = [gate.turn(100.0) for _ in range(100)]
    assert waits[:16] == [0.0] * 16
    assert waits[16] == pytest.approx(0.125)
    assert waits[-1] == pytest.approx(84 / 8.0)
    assert gate.turn(200.0) == 0.0  # as many as ever once it was quiet
    far = Turnstile()
    far.turn(1e9)
    assert far.turn(5.0) == 0.0  # another clock
