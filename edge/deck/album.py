"""The picture of an earlier moment of a flight: cut out of its film anew, or kept from a stream."""

from collections import deque
from pathlib import Path
from typing import Final, Protocol

import av
import cv2
import numpy as np
from av.error import FFmpegError

from edge.evidence import LONGEST, shrunk
from edge.frames import Frame
from edge.streams.datastream import begin
from edge.streams.decoded import Decoded
from edge.streams.video import Converter, NoVideo, decode, packets, seconds, video_stream

NEAR_S: Final = 0.02
MOST: Final = 60  # pictures of a stream, some 500 kB each
QUALITY: Final = 92


class Album(Protocol):
    """`add` each picture that was looked at; `at` gives one back."""

    def add(self, frame: Frame) -> None: ...

    def at(self, t: float) -> Frame | None:
        """That of a moment, as `Frame.t` was; None where it is gone."""
        ...


class FilmAlbum:
    """Of a film. utc_minus_t: what the film's second 0 is."""

    def __init__(self, film: Path, source: str, utc_minus_t: float) -> None:
        self._film, self._source, self._zero = film, source, utc_minus_t
        self._last: Frame | None = None

    def add(self, frame: Frame) -> None:
        """The newest needs no decoding."""
        self._last = frame

    def at(self, t: float) -> Frame | None:
        """Decoded from the key frame before it."""
        if self._last is not None and abs(self._last.t - t) < NEAR_S:
            return self._last
        try:
            return self._cut(t)
        except (FFmpegError, OSError, NoVideo):
            return None

    def _cut(self, t: float) -> Frame | None:
        with av.open(str(self._film), metadata_errors="replace") as container:
            stream = video_stream(container)
            wanted = begin(container) + t
            container.seek(max(0, int((wanted - NEAR_S) / float(stream.time_base or 1))), stream=stream)
            for packet in packets(container, stream):
                for frame in decode(packet)[0]:
                    at = seconds(frame.pts, frame)
                    if at is not None and at >= wanted - NEAR_S:
                        picture = Decoded(frame, Converter())
                        return Frame(picture, self._source, 0, t, self._zero + t, "free_running")
        return None


class StreamAlbum:
    """Of a stream: the last MOST looks, shrunk and packed, in memory alone."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._last: Frame | None = None
        self._kept: deque[tuple[Frame, bytes]] = deque(maxlen=MOST)

    def __len__(self) -> int:
        return len(self._kept)

    def add(self, frame: Frame) -> None:
        """Keep it."""
        self._last = frame
        small = shrunk(frame.image, LONGEST)
        body = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1].tobytes()
        bare = Frame(
            np.zeros((1, 1, 3), np.uint8), self._source, frame.index, frame.t, frame.utc, frame.clock
        )
        self._kept.append((bare, body))

    def at(self, t: float) -> Frame | None:
        """Unpacked."""
        if self._last is not None and self._last.t == t:
            return self._last
        for bare, body in self._kept:
            if abs(bare.t - t) < NEAR_S:
                image = cv2.imdecode(np.frombuffer(body, np.uint8), cv2.IMREAD_COLOR)
                picture = np.asarray(image, np.uint8)
                return Frame(picture, self._source, bare.index, bare.t, bare.utc, bare.clock)
        return None
