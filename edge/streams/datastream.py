"""The data stream beside a film, as MPEG-TS carries KLV telemetry."""

from collections.abc import Iterator
from pathlib import Path

import av

LARGEST = 262_144  # bytes of one packet; larger ones are passed over


def packets(film: Path) -> Iterator[tuple[float, bytes]]:
    """Each packet with its seconds from the film's first picture; none where there is no data stream.

    Raises av.FFmpegError for a film that cannot be opened.
    """
    with av.open(str(film)) as container:
        if not container.streams.data:
            return
        first = begin(container)
        for packet in container.demux(container.streams.data[0]):
            if packet.pts is not None and packet.time_base is not None and 0 < packet.size <= LARGEST:
                yield float(packet.pts * packet.time_base) - first, bytes(packet)


def begin(container: av.container.InputContainer) -> float:
    """Seconds of the first picture; of the whole film where it has none."""
    for stream in container.streams.video:
        if stream.start_time is not None and stream.time_base is not None:
            return float(stream.start_time * stream.time_base)
    return (container.start_time or 0) / av.time_base
