"""The node's own loops are watched: one that hangs ends the process, with a reason for the next one."""

import threading
from pathlib import Path

from edge.beats import Beats
from edge.exits import HUNG
from edge.lastwords import before, forget
from edge.strays import Strays
from edge.watchdog import Watchdog


def test_the_loop_that_is_silent_for_longest_is_named() -> None:
    beats = Beats(30.0)
    beats.beat("looking", 100.0)
    beats.beat("publisher", 110.0)
    seen = [beats.overdue(float(now)) for now in range(111, 140)]
    assert seen[:20] == [None] * 20
    assert beats.overdue(141.0) == ("looking", 41.0)
    beats.rest("looking")
    assert beats.overdue(142.0) == ("publisher", 32.0)
    beats.beat("publisher", 143.0)
    assert beats.overdue(143.5) is None


def test_a_process_that_was_stopped_as_a_whole_is_given_its_time_back() -> None:
    beats = Beats(30.0)
    beats.beat("looking", 100.0)
    assert beats.overdue(101.0) is None
    assert beats.overdue(1000.0) is None  # stopped by a signal, or the machine slept
    assert [beats.overdue(1000.0 + second) for second in range(1, 25)] == [None] * 24
    assert beats.overdue(1031.0) is not None  # and it hangs all the same


def test_a_loop_that_hangs_ends_the_process_with_words_that_the_next_one_tells(tmp_path: Path) -> None:
    ended: list[int] = []
    over, rescued = threading.Event(), threading.Event()

    def end(code: int) -> None:
        ended.append(code)
        over.set()

    watchdog = Watchdog(0.5, tmp_path, end=end)
    watchdog.rescue = rescued.set
    watchdog.beat("looking")
    watchdog.start()
    assert over.wait(20)
    assert ended == [HUNG]
    assert rescued.is_set()
    told = before(tmp_path)
    assert told is not None
    assert "looking showed no sign of life for" in told
    assert "test_watchdog.py" in told or "threading.py" in told
    forget(tmp_path)
    assert before(tmp_path) is None
    (tmp_path / "lastwords.json").write_text("{")
    assert before(tmp_path) is None


def test_too_many_threads_that_hang_end_it_as_well(tmp_path: Path) -> None:
    freed = threading.Event()
    strays = Strays(of_one=2, of_all=2)
    for _ in range(2):
        thread = threading.Thread(target=freed.wait, daemon=True)
        thread.start()
        strays.leave("cam", thread)
    watchdog = Watchdog(300.0, tmp_path, end=lambda _: None, strays=strays)
    assert watchdog._look(100.0) is None
    assert watchdog._look(159.0) is None
    found = watchdog._look(161.0)
    assert found is not None
    assert found[0] == "threads_hung"
    freed.set()
    while len(strays):
        pass
    assert watchdog._look(162.0) is None
