"""Jobs in order, bounded, and none stops the others."""

import threading

import pytest

from edge.darkroom import Darkroom


def test_jobs_are_done_in_order_before_it_closes() -> None:
    done: list[int] = []
    room = Darkroom()
    for number in range(50):
        room.put(lambda number=number: done.append(number))  # type: ignore[misc]
    room.close()
    room.close()
    assert done == list(range(50))


def test_a_job_that_fails_is_told_and_the_next_one_is_done(caplog: pytest.LogCaptureFixture) -> None:
    done: list[str] = []

    def fails() -> None:
        raise ZeroDivisionError

    room = Darkroom()
    room.put(fails)
    room.put(lambda: done.append("next"))
    room.close()
    assert done == ["next"]
    assert "what one look came to is left out" in caplog.text


def test_only_so_many_jobs_wait() -> None:
    gate, third = threading.Event(), threading.Event()
    room = Darkroom(waiting=2)
    room.put(lambda: gate.wait(30) and None)
    room.put(lambda: None)

    def put_third() -> None:
        room.put(lambda: None)
        third.set()

    putter = threading.Thread(target=put_third)
    putter.start()
    assert not third.wait(0.3)
    gate.set()
    assert third.wait(30)
    putter.join()
    room.close()
