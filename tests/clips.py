"""A small MP4 clip as an encoder writes it."""

import io
from functools import cache

import av
import numpy as np


@cache
def clip(*, sound: bool = False, **metadata: str) -> bytes:
    """Five frames; with a track of silence where `sound` is set, and with what the metadata says."""
    body = io.BytesIO()
    with av.open(body, "w", format="mp4") as container:
        container.metadata.update(metadata)
        video = container.add_stream("mpeg4", rate=5)
        video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
        audio = container.add_stream("aac", rate=16_000) if sound else None
        for level in range(5):
            frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), 40 * level, np.uint8))
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
        if audio is not None:
            silence = av.AudioFrame.from_ndarray(
                np.zeros((1, 1024), np.float32), format="fltp", layout="mono"
            )
            silence.sample_rate = 16_000
            container.mux(audio.encode(silence))
            container.mux(audio.encode(None))
    return body.getvalue()
