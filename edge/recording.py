"""A recording through a pipeline, looked at as often as the live run would."""

from collections.abc import Iterator

from edge.frames import Frame, Source, Trouble
from edge.pipeline import Pipeline
from edge.steps import Step


def play(source: Source, pipeline: Pipeline) -> Iterator[tuple[Frame | Trouble, Step]]:
    """Every frame and trouble, with what it came to; a trouble is told at the time of the last frame."""
    last: Frame | None = None
    source.want(pipeline.interval_s)
    for item in source.frames():
        if isinstance(item, Trouble):
            yield item, Step(pipeline.trouble(item, last.utc if last else 0.0))
            continue
        last = item
        step = pipeline.step(item)
        source.want(pipeline.interval_s)
        yield item, step
