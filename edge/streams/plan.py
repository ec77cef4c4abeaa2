"""Which packets of a stream are worth decoding for the looks that are wanted. Pure.

A key frame can be decoded by itself; every other frame needs all those since the last key frame. So where
key frames come often enough for the looks that are wanted, only they are decoded, and the rest is not even
given to the decoder. Where they come too seldom everything is decoded. How far key frames lie apart is
measured, since cameras stretch the distance while nothing moves. From key frames to everything is a step
that only a key frame allows; back, any packet does. Of everything, too, the rest up to the next key frame is
left out once no look is due before it.
"""

import math
from collections import deque
from typing import Literal

from edge.frames import Decoding

Policy = Literal["auto", "full", "keyframes"]
Mode = Literal["keyframes", "all"]
Step = Literal["skip", "alone", "follow"]

# Key frames may be this much farther apart than looks are wanted.
LATE = 1.25
# The longest of so many distances counts.
DISTANCES = 3
# What a live stream is taken to have until its second key frame, as most cameras do: a hundred of them that
# start at once could not all be decoded in full.
USUAL_S = 4.0
# A stream that sends none for so long has perhaps none at all but its first.
OVERDUE_S = 60.0
# Emptying the decoder for less than this is not worth it.
WORTH_S = 0.4
# Stamps that leap ahead by more were set: no camera waits so long between key frames.
LEAP_S = 600.0


class Plan:
    """One stream's plan; it lives through reconnections.

    assumed: how far apart key frames are taken to lie while that is unknown.
    `whole`: whether a key frame's packet makes a whole picture. Streams that refresh their picture bit by bit
    (intra refresh) flag packets as key frames that do not; they are decoded in full. `overdue`: no key frame
    came for so long that there may be none. `decoded` and `skipped` count packets.
    """

    def __init__(self, policy: Policy, assumed: float = math.inf) -> None:
        self.mode: Mode = "all"
        self.whole = True
        self.overdue = False
        self._resting = False
        self.decoded = self.skipped = 0
        self.codec: str | None = None
        self._policy = policy
        self._assumed = assumed
        self._key: float | None = None
        self._first: float | None = None
        self._distances: deque[float] = deque(maxlen=DISTANCES)

    def restart(self) -> None:
        """A new connection, or a recording from its beginning: the stamps count from elsewhere."""
        self.mode = "all"
        self.whole = True
        self.overdue = self._resting = False
        self._key = self._first = None

    @property
    def distance(self) -> float | None:
        """Seconds from one key frame to the next, the longest of late; None where unknown."""
        longest = max(self._distances, default=math.inf)
        return longest if longest < math.inf else None

    @property
    def decoding(self) -> Decoding:
        """How it stands."""
        return Decoding(self.mode, self.distance, self.decoded, self.skipped, self.codec)

    def take(self, t: float | None, key: bool, interval: float, due: float | None = None) -> Step:
        """What to do with the packet at `t` of the stream, when looks are wanted `interval` seconds apart.

        due: when the next look is, in the stream's time; None where that is unknown.

        skip: keep it from the decoder. alone: decode it by itself, nothing follows. follow: decode it, and
        what comes next may need it.
        """
        enough = self._key_seen(t, interval) if key else self._enough(interval)
        if key:
            self.mode = "keyframes" if enough else "all"
            return "alone" if enough else "follow"
        if self._keyless(t, interval):
            self.mode = "all"
        elif enough:
            self.mode = "keyframes"
        if self.mode == "keyframes":
            self._wait_for_key(t)
        elif self._may_rest(t, interval, due):
            self._resting = True
        return "follow" if self.mode == "all" and not self._resting else "skip"

    def _may_rest(self, t: float | None, interval: float, due: float | None) -> bool:
        """Whether the next key frame comes before the next look, so that nothing is needed until then."""
        if self._policy != "auto" or not self.whole or not self._distances:
            return False
        if t is None or due is None or self._key is None or t < self._key:
            return False
        key = self._key + max(self._distances)
        return t + WORTH_S <= key <= due + interval / 10

    def _key_seen(self, t: float | None, interval: float) -> bool:
        last, self._key, self.overdue, self._resting = self._key, t, False, False
        if t is not None and last is not None and 0 < t - last < LEAP_S:
            self._distances.append(t - last)
        return self._enough(interval) and (t is not None or self._policy == "keyframes")

    def _keyless(self, t: float | None, interval: float) -> bool:
        """Whether this connection has brought no key frame although there was time for one."""
        if self._key is not None:
            return False
        self._first = t if self._first is None else self._first
        return t is None or self._first is None or t - self._first > LATE * interval

    def _wait_for_key(self, t: float | None) -> None:
        if t is None or self._key is None or self.overdue or t - self._key <= OVERDUE_S:
            return
        self.overdue = True
        # The next connection, and whatever key frame comes next, is followed by everything.
        self._distances.extend([math.inf] * DISTANCES)

    def wait(self) -> None:
        """A key frame could not be decoded, so what follows it cannot either."""
        self.mode = "keyframes"

    def _enough(self, interval: float) -> bool:
        if self._policy == "full" or not self.whole:
            return False
        if self._policy == "keyframes":
            return True
        return max(self._distances, default=self._assumed) <= LATE * interval
