"""Times of frames, from stamps that may be missing, jump or run backwards. Pure."""

import math

# A recording whose stamps go back, or leap ahead, by more than this had its clock set.
BACK_S = 1.0
AHEAD_S = 3600.0
# Frames that claim one instant are told apart by this much.
STEP_S = 0.001
# Where pictures are rare, one is taken early before the wait for the next exceeds this many intervals.
EARLY = 1.25


class Sampler:
    """Picks pictures by their times: the first one of each slot, whatever the frame rate.

    `interval` is the length of a slot. It may be set at any time and from any thread; the next slot then
    begins that long after the last picture picked.
    """

    def __init__(self, rate: float) -> None:
        self.interval = 1.0 / rate
        self._paced = self.interval
        self._start: float | None = None
        self._last = 0.0
        self._slot = -1

    def due(self, t: float, gap: float = 0.0) -> bool:
        """Whether the picture at `t` is to be looked at; times never go backwards.

        gap: seconds until there is another one. A picture a little early is taken (a tenth of the gap), and
        so is one without which the wait would be over EARLY times the interval.
        """
        if self._start is None:
            self._start = self._last = t
        if self.interval != self._paced:
            self._paced, self._start, self._slot = self.interval, self._last, min(self._slot, 0)
        interval = self._paced
        slot = math.floor((t + min(gap, interval) / 10 - self._start) / interval + 1e-6)
        if slot > self._slot:
            self._slot = slot
        elif gap and t > self._last and t + gap - self._last > EARLY * interval + 1e-6:
            self._start, self._slot = t, 0
        else:
            return False
        self._last = t
        return True

    @property
    def next(self) -> float | None:
        """When the next slot begins; None before the first picture, and when another interval was set."""
        if self._start is None or self.interval != self._paced:
            return None
        return self._start + (self._slot + 1) * self._paced

    def missed(self) -> None:
        """The picture picked last could not be had; the next one will do."""
        self._slot -= 1


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
        self._passed = 0
        self._reach = 0.0
        self._pts = _Faults()
        self._dts = _Faults()

    def at(self, pts: float | None, dts: float | None) -> float:
        """The time of the next frame, by its presentation and decoding stamps in seconds."""
        stamp = self._believed(pts, dts)
        if self.last is None:
            self._base = None if stamp is None else stamp - self.gap * self._passed
            self.last = self.gap * self._passed
        else:
            self.last = self._after(self.last, stamp)
        self._passed = 0
        return self.last

    def passed(self, pts: float | None, dts: float | None) -> None:
        """A frame that nobody decodes goes by; those after it need no time of their own for it."""
        self._passed += 1
        stamp = dts if pts is None else pts
        if stamp is not None and self._base is not None:
            self._reach = max(self._reach, stamp - self._base)

    @property
    def end(self) -> float:
        """When the last frame's time is over, whether it was decoded or not."""
        last = self.last or 0.0
        if not self._passed:
            return last + self.gap
        sane = last < self._reach <= last + AHEAD_S
        return (self._reach if sane else last + self.gap * self._passed) + self.gap

    def _believed(self, pts: float | None, dts: float | None) -> float | None:
        bad_pts, bad_dts = self._pts.count(pts), self._dts.count(dts)
        return pts if pts is not None and (dts is None or bad_pts <= bad_dts) else dts

    def _after(self, last: float, stamp: float | None) -> float:
        guess = last + self.gap * (1 + self._passed)
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

    def note(self, arrival: float, pts: float | None) -> None:
        """A packet came at `arrival`, with the stamp `pts` (seconds); it need not be decoded."""
        if pts is None:
            return
        late = math.inf if self._offset is None else arrival - pts - self._offset
        if self._offset is None or abs(late) > self._bound:
            self._offset = arrival - pts
        else:
            self._offset += late if late < 0 else late * self.CREEP

    def time(self, arrival: float, pts: float | None) -> float:
        """The time of the frame stamped `pts`, which was had at `arrival`."""
        t = arrival if pts is None or self._offset is None else min(arrival, pts + self._offset)
        self._last = max(t, self._last + STEP_S)
        return self._last

    def at(self, arrival: float, pts: float | None) -> float:
        """The time of a frame that arrived at `arrival` in a packet of its own."""
        self.note(arrival, pts)
        return self.time(arrival, pts)


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
