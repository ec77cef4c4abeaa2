"""What of a node outlives a change of what it watches: its storage, its ways out, its clocks."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from edge.drafts import Batch
from edge.evidence import EvidenceStore
from edge.frames import SourceClock
from edge.intake import Clocks, Intake
from edge.memory import Memory
from edge.outbox import Outbox
from edge.traced import Traces


@dataclass(frozen=True, slots=True)
class Lasting:
    """folder: of the storage. clocks: of the network; place_clocks: of what is watched.

    decided: commits a batch, from any thread. software: what events say that has made them.
    """

    folder: Path
    clocks: Clocks
    place_clocks: Clocks
    source_clock: SourceClock
    outbox: Outbox
    store: EvidenceStore
    intake: Intake
    memory: Memory
    decided: Callable[[Batch], None]
    software: str
    traces: Traces
