"""A street's time waits for whoever is at work, and not for real time."""

import threading
import time

from edge.simulation.clock import StreetClock

DAY = 86_400.0


def always() -> bool:
    return True


def test_a_day_without_anybody_takes_no_time() -> None:
    clock = StreetClock(1000.0)
    clock.advance(DAY, always, threading.Event())
    assert (clock.monotonic(), clock.utc()) == (DAY, 1000.0 + DAY)


def test_everybody_who_waits_is_woken_at_their_own_moment() -> None:
    clock, stop, woken = StreetClock(0.0), threading.Event(), list[tuple[str, float]]()
    both = threading.Barrier(3)

    def wait(name: str, seconds: float) -> None:
        both.wait()
        for _ in range(3):
            assert not clock.source_clock().wait(stop, seconds)
            woken.append((name, clock.monotonic()))

    threads = [threading.Thread(target=wait, args=each) for each in (("slow", 100.0), ("quick", 60.0))]
    for thread in threads:
        thread.start()
    both.wait()
    while len(clock._waiting) < 2:
        time.sleep(0.001)
    clock.advance(1000.0, always, stop)
    for thread in threads:
        thread.join(5)
    quick = [("quick", t) for t in (60.0, 120.0, 180.0)]
    assert sorted(woken) == [*quick, *(("slow", t) for t in (100.0, 200.0, 300.0))]
    assert clock.hurried == 0


def test_time_stands_still_while_what_was_seen_is_looked_at() -> None:
    clock, stop, looks = StreetClock(0.0), threading.Event(), list[float]()

    def quiet() -> bool:
        looks.append(clock.monotonic())
        return len(looks) > 5

    clock.advance(10.0, quiet, stop)
    assert looks == [10.0] * 6


def test_whoever_is_told_to_stop_is_not_kept_waiting() -> None:
    clock, stop, ended = StreetClock(0.0), threading.Event(), list[bool]()
    thread = threading.Thread(target=lambda: ended.append(clock.wait(stop, DAY)))
    thread.start()
    stop.set()
    thread.join(5)
    assert ended == [True]
    clock.advance(DAY, always, stop)
    assert clock.monotonic() == 0.0


def test_a_speed_is_not_exceeded() -> None:
    clock = StreetClock(0.0, speed=1000.0)
    began = time.monotonic()
    clock.advance(100.0, always, threading.Event())
    clock.advance(200.0, always, threading.Event())
    assert time.monotonic() - began >= 0.19
