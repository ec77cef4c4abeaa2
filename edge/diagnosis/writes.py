"""What a node has written to its disk in a day, reckoned from its configuration.

Every snapshot and every event is one durable commit of the outbox: some pages into its log, the file
system's own journal, and the page again when the log is taken into the file. Snapshots come six times as
seldom while nothing ripens. The journal of observations writes a block a source whenever its buffer is over.
What a file system adds is why a byte costs kilobytes.
"""

from dataclasses import dataclass
from typing import Final

DAY_S: Final = 86_400.0
COMMIT_KB: Final = 22.0  # to the disk, for one commit of the outbox: measured, see docs/years.md
SOURCE_KB: Final = 2.0  # more, for each further source whose snapshot goes with it
RIPENS: Final = 0.25  # of the day, before one camera
SELDOM: Final = 6.0  # times, where nothing does
BLOCK_KB: Final = 16.0  # a block of the journal
EVENTS_A_DAY: Final = 60.0  # of a source; each with its picture
PICTURE_KB: Final = 500.0
READINGS_A_DAY: Final = 4.0  # commits of a device


@dataclass(frozen=True, slots=True)
class Writer:
    """What of a configuration counts. Times in seconds."""

    sources: int
    devices: int
    snapshot_every: float
    buffer: float


def gb_a_day(writer: Writer) -> float:
    """GB written a day."""
    return sum(parts(writer).values()) / 1e6


def parts(writer: Writer) -> dict[str, float]:
    """kB a day by what is written."""
    looks = writer.sources > 0
    ripens = 1.0 - (1.0 - RIPENS) ** writer.sources
    commits = DAY_S / max(1.0, writer.snapshot_every) * (ripens + (1.0 - ripens) / SELDOM) if looks else 0.0
    blocks = DAY_S / max(1.0, writer.buffer) * writer.sources
    events = EVENTS_A_DAY * writer.sources + READINGS_A_DAY * writer.devices
    return {
        "snapshots": commits * (COMMIT_KB + SOURCE_KB * max(0, writer.sources - 1)),
        "journal": blocks * BLOCK_KB,
        "events": events * COMMIT_KB,
        "pictures": EVENTS_A_DAY * writer.sources * PICTURE_KB,
    }
