"""The node's own loops are watched: one that hangs ends the process, with a reason for the next one."""

import json
import threading
from pathlib import Path

from edge.alive.pulse import Pulse
from edge.beats import Beats
from edge.exits import HUNG
from edge.lastrun import NAME, hung, kept, left
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

    pulse = Pulse(list, 0.5)
    pulse.beat()
    watchdog = Watchdog(pulse, tmp_path, rescue=rescued.set, end=end)
    watchdog.start()
    assert over.wait(20)
    assert ended == [HUNG]
    assert rescued.is_set()
    found = left(tmp_path)
    assert found is not None
    assert found.run.why == "hung"
    assert found.run.ended is not None
    assert "test_watchdog.py" in str(found.run.words) or "threading.py" in str(found.run.words)


def told(folder: Path, *, kill: bool = False) -> str | None:
    """What a run there tells of the ones before; it ends in order unless it is killed."""
    with kept(folder, lambda: 20.0, "gewu-1") as run:
        begun = (folder / NAME).read_bytes()
    if kill:
        (folder / NAME).write_bytes(begun)
    return run.before


def test_that_a_run_hung_is_told_until_one_after_it_has_ended_in_order(tmp_path: Path) -> None:
    assert told(tmp_path) is None
    with kept(tmp_path, lambda: 10.0, "gewu-1"):
        hung(tmp_path, 15.0, "looking showed")
        ended = (tmp_path / NAME).read_bytes()
    (tmp_path / NAME).write_bytes(ended)  # the process was ended within
    words = "the node ended itself at 1970-01-01T00:00:15.000Z and was begun again: looking showed"
    assert told(tmp_path, kill=True) == words
    assert told(tmp_path) == words
    assert told(tmp_path) is None
    for wrong in ("{", "[]", json.dumps({**json.loads(ended), "ended": 1e300})):
        (tmp_path / NAME).write_text(wrong)
        assert told(tmp_path) is None


def test_a_loop_that_waits_for_work_is_not_waited_for_and_another_is_named() -> None:
    now = 100.0
    pulse = Pulse(list, 30.0, lambda: now)
    pulse.beat("uploader")
    pulse.beat("publisher")
    pulse.beat("uploader", False)
    assert [pulse.overdue(float(n)) for n in range(101, 131)] == [None] * 30
    assert pulse.overdue(131.0) == ("publisher", 31.0, threading.current_thread())
    assert pulse.verdict().stage == "starting"  # of loops that deliver nobody learns that it looks


def test_too_many_threads_that_hang_end_it_as_well(tmp_path: Path) -> None:
    freed = threading.Event()
    strays = Strays(of_one=2, of_all=2)
    for _ in range(2):
        thread = threading.Thread(target=freed.wait, daemon=True)
        thread.start()
        strays.leave("cam", thread)
    watchdog = Watchdog(Pulse(list), tmp_path, end=lambda _: None, strays=strays)
    assert watchdog._look(100.0) is None
    assert watchdog._look(159.0) is None
    found = watchdog._look(161.0)
    assert "only a new process is rid of them" in str(found)
    freed.set()
    while len(strays):
        pass
    assert watchdog._look(162.0) is None
