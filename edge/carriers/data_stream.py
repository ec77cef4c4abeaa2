"""The film's own data stream, as MPEG-TS carries KLV."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from av.error import FFmpegError

from edge.carrier import Chunk, FilmCarrier, NoTelemetry
from edge.streams.datastream import packets
from edge.streams.video import words


class Settings(FilmCarrier):
    """Nothing of its own."""

    kind: Literal["data_stream"]

    def beside(self, film: Path, suffix: str) -> Path | None:  # noqa: ARG002 - the protocol's
        """It is in the film."""
        return None

    def chunks(self, film: Path, suffix: str) -> Iterator[Chunk]:  # noqa: ARG002 - as above
        """Packet by packet."""
        found = False
        try:
            for t, body in packets(film):
                found = True
                yield body, t
        except (FFmpegError, OSError) as error:
            raise NoTelemetry(f"{film} cannot be read for its data stream: {words(error)}") from error
        if not found:
            raise NoTelemetry(f"{film} has no data stream with packets in it")
