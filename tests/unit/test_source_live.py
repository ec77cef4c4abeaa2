"""One connection to a camera: what a new one knows of the one before."""

import threading
import time

from edge.frames import SourceClock
from edge.streams.livestream import LiveFrames, Session, Target
from edge.streams.streamtime import Sampler

DEADLINE_S = 10.0


def test_a_new_connection_has_heard_nothing_yet_however_late_its_thread_runs() -> None:
    """Else the silence before it would count as its own, and it would be cut before it began."""
    go_on = threading.Event()

    def slow() -> float:
        go_on.wait(DEADLINE_S)
        return 100.0

    clock = SourceClock(slow, time.time)
    frames = LiveFrames("cam", Sampler(2.0), "auto", clock)
    frames.heard = 1.0
    session = Session(Target("rtsp://127.0.0.1:1/", "127.0.0.1", 1, {}, 1.0, 1.0), frames, clock)

    session.start()
    heard = frames.heard
    go_on.set()
    session.stop(DEADLINE_S)

    assert heard is None
    assert not session.alive
