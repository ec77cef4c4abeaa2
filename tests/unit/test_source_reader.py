"""Reading a source in a thread: the newest frame, every trouble, and sources that break."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from edge.frames import Decoding, Frame, Trouble
from edge.sources import open_source
from edge.sources.file import Settings
from edge.streams.mailbox import Mailbox
from edge.streams.reader import LiveReader, system_clock
from tests.footage import make_video

CLOCK = system_clock()
Item = Frame | Trouble | Exception


def frame(index: int) -> Frame:
    return Frame(np.zeros((2, 2, 3), np.uint8), "cam", index, float(index), 0.0, "unknown")


class Scripted:
    """A source that does what a script says: gives items, or raises them."""

    def __init__(self, items: list[Item], live: bool = True) -> None:
        self.live = live
        self.wanted: list[float] = []
        self._items = items
        self._closed = threading.Event()

    def frames(self) -> Iterator[Frame | Trouble]:
        while self._items:
            item = self._items.pop(0)
            if isinstance(item, Exception):
                raise item
            yield item
        if self.live:
            self._closed.wait()

    def want(self, interval_s: float) -> None:
        self.wanted.append(interval_s)

    def close(self) -> None:
        self._closed.set()


def reader(source: Scripted) -> LiveReader:
    made = LiveReader("cam", lambda: source, CLOCK, retry_first=0.01, retry_max=0.02)
    made.start()
    return made


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.01)


def taken(live: LiveReader) -> list[Frame | Trouble]:
    items: list[Frame | Trouble] = []
    while (item := live.take(0.3)) is not None:
        items.append(item)
    return items


def test_only_the_newest_frame_waits_and_the_others_are_counted() -> None:
    live = reader(Scripted([frame(i) for i in range(5)]))
    until(lambda: live.report().frames == 5)
    assert [item.index for item in taken(live) if isinstance(item, Frame)] == [4]
    assert (live.report().frames, live.report().dropped, live.report().state) == (5, 4, "ok")
    live.close()


def test_troubles_are_never_dropped_and_keep_their_place() -> None:
    lost, back = Trouble("cam", "lost", "away"), Trouble("cam", "recovered", "back")
    live = reader(Scripted([frame(0), lost, frame(1), back, frame(2), frame(3)]))
    until(lambda: live.report().frames == 4)
    assert [item if isinstance(item, Trouble) else item.index for item in taken(live)] == [lost, back, 3]
    live.close()


def test_take_returns_nothing_when_nothing_comes() -> None:
    live = reader(Scripted([]))
    assert live.take(0.05) is None
    assert live.report().state == "starting"
    assert live.report().fps is None
    live.close()


def test_a_source_that_raises_is_reported_without_its_words_and_opened_again() -> None:
    source = Scripted([frame(0), ValueError("rtsp://ann:secret@cam"), frame(1), OSError("secret"), frame(2)])
    live = reader(source)
    until(lambda: live.report().frames == 3)
    items = taken(live)
    troubles = [item for item in items if isinstance(item, Trouble)]
    assert [trouble.state for trouble in troubles] == ["failed", "recovered", "failed", "recovered"]
    assert "ValueError" in troubles[0].what
    assert all("secret" not in trouble.what for trouble in troubles)
    assert live.report().state == "ok"
    live.close()


def test_a_recording_that_raises_has_failed_and_is_not_begun_again() -> None:
    live = reader(Scripted([frame(0), ValueError("x"), frame(1)], live=False))
    until(lambda: live.report().state == "failed")
    assert [item.state for item in taken(live) if isinstance(item, Trouble)] == ["failed"]
    until(lambda: live.over)
    assert live.report().frames == 1
    live.close()


def test_a_source_that_cannot_even_be_made_is_tried_again() -> None:
    tries: list[int] = []

    def make() -> Scripted:
        tries.append(1)
        if len(tries) < 3:
            raise RuntimeError("no")
        return Scripted([frame(0)])

    live = LiveReader("cam", make, CLOCK, retry_first=0.01, retry_max=0.02)
    live.start()
    until(lambda: live.report().state == "ok")
    live.close()
    assert len(tries) == 3


@pytest.mark.parametrize("what", ["x" * 1000, "folder 3c:22:fb:01:02:03 is gone", "京A12345 is no folder"])
def test_a_report_can_always_be_written(what: str) -> None:
    live = reader(Scripted([Trouble("cam", "lost", what)]))
    until(lambda: live.report().state == "lost")
    assert 1 <= len(live.report().trouble or "") <= 240
    live.close()


def test_close_ends_the_thread_and_may_come_twice_or_early() -> None:
    live = reader(Scripted([frame(0)]))
    live.close()
    live.close()
    until(lambda: live.take(0) is not None or live.over)
    LiveReader("cam", lambda: Scripted([]), CLOCK).close()
    assert not [t for t in threading.enumerate() if t.name == "source cam"]


def test_a_file_read_live_ends(tmp_path: Path) -> None:
    path = make_video(tmp_path / "clip.mp4", range(0, 1000, 40))
    settings = Settings.model_validate({"id": "cam", "kind": "file", "path": path, "sample": 25})
    live = LiveReader("cam", lambda: open_source(settings, CLOCK), CLOCK)
    live.start()
    until(lambda: live.report().state == "ended")
    report = live.report()
    assert report.frames == 25
    assert 10 < (report.fps or 0) < 40
    live.close()


def test_the_mailbox_keeps_one_frame_however_many_come() -> None:
    box: Mailbox[int, str] = Mailbox()
    for index in range(1000):
        box.put_frame(index)
        if index % 100 == 0:
            box.put_word(str(index))
    items = []
    while (item := box.take(0)) is not None:
        items.append(item)
    assert items == [str(i) for i in range(0, 1000, 100)] + [999]
    assert (box.frames, box.dropped, box.empty) == (1000, 999, True)


def test_a_wish_reaches_the_source_and_one_that_is_opened_anew() -> None:
    opened: list[Scripted] = []

    def make() -> Scripted:
        opened.append(Scripted([frame(0), ValueError("x")] if not opened else [frame(1)]))
        return opened[-1]

    live = LiveReader("cam", make, CLOCK, retry_first=0.01, retry_max=0.02)
    live.want(4.0)  # before there is any source
    live.start()
    until(lambda: len(opened) == 2 and live.report().state == "ok")
    live.want(0.5)
    live.close()
    assert opened[0].wanted == [4.0]
    assert opened[1].wanted == [4.0, 0.5]


def test_how_a_video_is_decoded_can_be_asked_and_of_other_sources_it_is_unknown(tmp_path: Path) -> None:
    path = make_video(tmp_path / "clip.mp4", range(0, 8000, 40), gop=25)
    given = {"id": "cam", "kind": "file", "path": path, "sample": 1, "pace": "fast"}
    live = LiveReader("cam", lambda: open_source(Settings.model_validate(given), CLOCK), CLOCK)
    assert live.decoding is None
    live.start()
    until(lambda: live.report().state == "ended")
    assert live.decoding == Decoding("keyframes", 1.0, 26 + 6, 200 - 32)
    live.close()
    other = reader(Scripted([frame(0)]))
    until(lambda: other.report().frames == 1)
    assert other.decoding is None
    other.close()
