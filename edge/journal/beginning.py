"""What a segment begins with, taken from a running pipeline."""

from broker.events import Audit
from edge.journal.entries import Begin
from edge.pipeline import Pipeline
from edge.settings import SourceSettings


def begin(source: SourceSettings, pipeline: Pipeline, audit: Audit) -> Begin:
    """The state of a source as it is now; `partial` of this is what `Writer.open` asks for."""
    zones = {zone.id: zone.version for zone in source.zones}
    rules = {f"{zone.id}/{rule.name}": rule.version for zone in source.zones for rule in zone.rules}
    return Begin(source.id, pipeline.taken, audit, pipeline.snapshot(deep=True), zones, rules)
