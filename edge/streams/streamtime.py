"""Times of frames, from stamps that may be missing, jump or run backwards. Pure."""

import math

# A recording whose stamps go back, or leap ahead, by more than this had its clock set.
BACK_S = 1.0
AHEAD_S = 3600.0
# Frames that claim one instant are told apart by this much.
STEP_S = 0.001


class Sampler:
    """Picks `rate` frames a second by their times, whatever the frame rate: the first one of each slot."""

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._start: float | None = None
        self._slot = -1

    def due(self, t: float) -> bool:
        """Whether the frame at `t` is to be looked at; times never go backwards."""
        if self._start is None:
            self._start = t
        slot = math.floor((t - self._start) * self._rate + 1e-6)
        if slot <= self._slot:
            return False
        self._slot = slot
        return True


class RecordedTimes:
    """Seconds since the first frame of a recording, always increasing.

    Of the two stamps a container has, the one with fewer faults so far is believed, as FFmpeg's
    `guess_correct_pts` does. `gap` stands in where there is none; `mended` counts frames whose stamp was
    not usable.
    """

    def __init__(self, gap: float) -> None:
        self.gap = gap
        self.mended = 0
        self.last: float | None = None
        self._base: float | None = None
        self._pts = _Faults()
        self._dts = _Faults()

    def at(self, pts: float | None, dts: float | None) -> float:
        """The time of the next frame, by its presentation and decoding stamps in seconds."""
        stamp = self._believed(pts, dts)
        if self.last is None:
            self._base = stamp
            self.last = 0.0
        else:
            self.last = self._after(self.last, stamp)
        return self.last

    def _believed(self, pts: float | None, dts: float | None) -> float | None:
        bad_pts, bad_dts = self._pts.count(pts), self._dts.count(dts)
        return pts if pts is not None and (dts is None or bad_pts <= bad_dts) else dts

    def _after(self, last: float, stamp: float | None) -> float:
        guess = last + self.gap
        if stamp is None:
            self.mended += 1
            return guess
        if self._base is None:
            self._base = stamp - guess
        t = stamp - self._base
        if last < t <= last + AHEAD_S:
            return t
        self.mended += 1
        if last - BACK_S < t <= last:
            return last + STEP_S
        self._base = stamp - guess
        return guess


class _Faults:
    """How often a series of stamps did not grow."""

    def __init__(self) -> None:
        self._last: float | None = None
        self._faults = 0

    def count(self, stamp: float | None) -> int:
        if stamp is not None:
            self._faults += self._last is not None and stamp <= self._last
            self._last = stamp
        return self._faults


class LiveTimes:
    """Times of frames that come over a network, on the node's monotonic clock.

    The camera's stamps give the spacing, the arrivals the anchor. A frame cannot arrive before it was taken,
    so early arrivals move the anchor at once and late ones only slowly (`CREEP`), which also follows a camera
    whose clock runs fast or slow. When the two differ by more than `bound` the camera's clock was set, and
    the anchor is laid anew. Times always increase, over reconnections too.
    """

    CREEP = 0.01

    def __init__(self, bound: float = 2.0) -> None:
        self._bound = bound
        self._offset: float | None = None
        self._last = -math.inf

    def restart(self) -> None:
        """Forget the camera's clock: a new connection counts its stamps from elsewhere."""
        self._offset = None

    def at(self, arrival: float, pts: float | None) -> float:
        """The time of the frame that arrived at `arrival` with the stamp `pts` (seconds)."""
        t = arrival if pts is None else pts + self._anchored(arrival, pts)
        self._last = max(t, self._last + STEP_S)
        return self._last

    def _anchored(self, arrival: float, pts: float) -> float:
        late = math.inf if self._offset is None else arrival - pts - self._offset
        if self._offset is None or abs(late) > self._bound:
            self._offset = arrival - pts
        else:
            self._offset += late if late < 0 else late * self.CREEP
        return self._offset


class DamageCount:
    """Counts damaged frames; they are said when a sound one follows, at most once in `every` seconds."""

    def __init__(self, every: float = 60.0) -> None:
        self._every = every
        self._said: float | None = None
        self._since = 0
        self.total = 0

    def add(self, frames: int) -> None:
        """Count damaged frames."""
        self.total += frames
        self._since += frames

    def due(self, t: float) -> int | None:
        """A sound frame came at `t`: the number to say now, or None."""
        if not self._since or (self._said is not None and t - self._said < self._every):
            return None
        self._said = t
        return self.rest()

    def rest(self) -> int | None:
        """The number not yet said."""
        count, self._since = self._since, 0
        return count or None
