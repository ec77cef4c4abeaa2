"""What is carried over a restart of a node, source by source."""

import hashlib
import json
import logging

from edge.drafts import Batch
from edge.pipeline import Pipeline
from edge.settings import SourceSettings

log = logging.getLogger(__name__)


def drawn(source: SourceSettings) -> str:
    """A name for the zones as they are drawn: what the eyes know belongs to that view."""
    outlines = json.dumps([zone.polygon for zone in source.zones])
    return hashlib.sha256(outlines.encode()).hexdigest()[:10]


def state_of(source: str, pipeline: Pipeline) -> Batch:
    """What must outlive the process, as it is now."""
    return Batch(snapshots={source: pipeline.snapshot()})


def resume(pipeline: Pipeline, source: str, snapshot: bytes) -> None:
    """Let a source go on where an earlier process stopped."""
    try:
        pipeline.resume(snapshot)
    except ValueError as error:
        log.error("source %s: the state before the restart cannot be taken up: %s", source, error)
