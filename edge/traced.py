"""The spans of a node: look, decide, commit, publish. Nothing of it is done where nothing is traced."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from broker.events import Incident, SourceHealth
from broker.tracing import Tracer, parent_in
from edge.drafts import Batch, Draft, Stamped

MOST: Final = 1000  # events between decision and commit; the commits of older ones are told as instants
NOT_DRAWN: Final = ""


@dataclass(frozen=True, slots=True)
class Looked:
    """One look: when its picture came, when it was decided on, when that was done. UTC seconds."""

    arrived: float
    deciding: float
    decided: float


class Traces:
    """From any thread. tracer: None where nothing is traced. utc: UTC seconds."""

    def __init__(self, tracer: Tracer | None, utc: Callable[[], float]) -> None:
        self._tracer, self._utc = tracer, utc
        self._decided: OrderedDict[str, float] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._decided)

    @property
    def on(self) -> bool:
        """Whether anything is traced."""
        return self._tracer is not None

    def now(self) -> float:
        """UTC seconds."""
        return self._utc()

    def begun(self, batch: Batch, looked: Looked | None = None) -> Batch:
        """Of each new event: whether it is traced, and how it came about. looked: None for no picture."""
        if self._tracer is None or all(draft.traceparent is not None for draft in batch.drafts):
            return batch
        return replace(batch, drafts=tuple(self._traced(draft, looked) for draft in batch.drafts))

    def _traced(self, draft: Draft, looked: Looked | None) -> Draft:
        tracer = self._tracer
        if tracer is None or draft.traceparent is not None:
            return draft
        if not tracer.drawn():
            return replace(draft, traceparent=NOT_DRAWN)
        about, now = _about(draft), self._utc()
        if looked is None:
            parent, began = None, now
        else:
            parent, began = tracer.span("look", looked.arrived, looked.decided, about=about), looked.deciding
        made = tracer.span("decide", began, now, parent, about=about)
        with self._lock:
            self._decided[made] = now
            while len(self._decided) > MOST:
                self._decided.popitem(last=False)
        return replace(draft, traceparent=made)

    def committed(self, events: Sequence[Stamped]) -> None:
        """They are on the disk."""
        if self._tracer is None:
            return
        now = self._utc()
        for event in events:
            if (parent := parent_in(event.body)) is not None:
                with self._lock:
                    began = self._decided.pop(parent, now)
                about = {"event": event.id, "situation": event.subject}
                self._tracer.span("commit", began, now, parent, about=about)

    def published(self, body: bytes, began: float) -> None:
        """An event was handed to the broker; began: UTC seconds, before that."""
        if self._tracer is not None and (parent := parent_in(body)) is not None:
            about = {"bytes": len(body)}
            self._tracer.span("publish", began, self._utc(), parent, kind="producer", about=about)

    def close(self) -> None:
        """In the end."""
        if self._tracer is not None:
            self._tracer.close()


def _about(draft: Draft) -> dict[str, str]:
    kind: str = draft.model.model_fields["type"].default
    told = {"type": kind, "situation": draft.subject}
    if isinstance(draft.data, Incident):
        told |= {"kind": draft.data.kind}
    if isinstance(draft.data, Incident | SourceHealth):
        told |= {"source": draft.data.source.id}
    return told
