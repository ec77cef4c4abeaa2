"""The spans of the centre: ingest, correlate, ticket. They follow what a node began, and begin nothing."""

from collections.abc import Mapping, Sequence

from broker.tracing import Tracer
from central.casework.facts import label
from central.letters import Item, Told
from central.store.outcome import Outcome
from central.store.taking import Timed


class Traces:
    """From any worker's thread. tracer: None where nothing is traced."""

    def __init__(self, tracer: Tracer | None) -> None:
        self._tracer = tracer

    def taken(
        self, items: Sequence[Item], outcomes: Sequence[Outcome], times: Mapping[str, Timed], ended: float
    ) -> None:
        """A batch was committed. times: of its traced events, by id; ended: UTC seconds."""
        if self._tracer is None or not times:
            return
        for item, outcome in zip(items, outcomes, strict=True):
            if isinstance(item, Told) and (timed := times.get(item.event.id)) is not None:
                self._followed(item, outcome, timed, ended)

    def _followed(self, item: Told, outcome: Outcome, timed: Timed, ended: float) -> None:
        event, tracer = item.event, self._tracer
        if tracer is None:
            return
        number = outcome.number
        about = {
            "event": event.id,
            "situation": event.subject,
            "node": event.source,
            "effect": outcome.effect,
            "ticket": label(number) if number is not None else None,
        }
        began = item.letter.received.timestamp()
        ingest = tracer.span("ingest", began, ended, event.traceparent, kind="consumer", about=about)
        tracer.span("correlate", *timed.correlated, ingest, about=about)
        tracer.span("ticket", *timed.written, ingest, about=about)

    def close(self) -> None:
        """In the end."""
        if self._tracer is not None:
            self._tracer.close()
