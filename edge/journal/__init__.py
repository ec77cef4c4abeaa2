"""The observation journal: what was seen, for a week, so that every decision can be made again.

`docs/journal.md` says what is kept, for how long, and how it is written.
"""

from edge.journal.blocks import UnknownVersion
from edge.journal.entries import Begin, End, Entry, Happened, Lost, Pictured, Run
from edge.journal.reading import read, read_runs
from edge.journal.settings import JournalSettings
from edge.journal.writer import Journal, Writer

__all__ = [
    "Begin",
    "End",
    "Entry",
    "Happened",
    "Journal",
    "JournalSettings",
    "Lost",
    "Pictured",
    "Run",
    "UnknownVersion",
    "Writer",
    "read",
    "read_runs",
]
