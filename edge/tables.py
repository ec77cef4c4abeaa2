"""The outbox's tables, version by version. A file of an earlier version takes the steps that it lacks."""

FIRST = """
CREATE TABLE epochs (epoch TEXT PRIMARY KEY, next INTEGER NOT NULL) STRICT;
CREATE TABLE events (
    n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, epoch TEXT NOT NULL,
    sequence INTEGER NOT NULL, subject TEXT NOT NULL, body BLOB NOT NULL, sha256 TEXT NOT NULL,
    created REAL NOT NULL, receipted REAL, UNIQUE (epoch, sequence)) STRICT;
CREATE INDEX events_pending ON events (n) WHERE receipted IS NULL;
CREATE TABLE refused (
    id TEXT PRIMARY KEY, epoch TEXT NOT NULL, sequence INTEGER NOT NULL, subject TEXT NOT NULL,
    body BLOB NOT NULL, sha256 TEXT NOT NULL, reason TEXT NOT NULL, at REAL NOT NULL) STRICT;
CREATE TABLE uploads (
    sha256 TEXT PRIMARY KEY, size INTEGER NOT NULL, media_type TEXT NOT NULL, created REAL NOT NULL,
    uploaded REAL, given_up TEXT) STRICT;
CREATE TABLE snapshots (source TEXT PRIMARY KEY, body BLOB NOT NULL, saved REAL NOT NULL) STRICT;
"""

# With `size` in an index the room that receipted events take is summed without reading one of them; those
# from before it count as 4 kB, since to measure them would mean to read and write them all. `wanted` has rows
# of its own for the same reason: with a flag in `events`, a centre that asks for all has all rewritten.
SECOND = """
ALTER TABLE events ADD COLUMN size INTEGER NOT NULL DEFAULT 4096;
CREATE INDEX events_kept ON events (receipted, size) WHERE receipted IS NOT NULL;
CREATE INDEX refused_where ON refused (epoch, sequence);
CREATE TABLE wanted (
    epoch TEXT NOT NULL, sequence INTEGER NOT NULL, at REAL NOT NULL,
    PRIMARY KEY (epoch, sequence)) STRICT, WITHOUT ROWID;
CREATE TABLE days (
    n INTEGER PRIMARY KEY, day TEXT NOT NULL, epoch TEXT NOT NULL, first INTEGER NOT NULL,
    last INTEGER NOT NULL, bodies BLOB NOT NULL, told TEXT, told_at REAL, UNIQUE (epoch, first)) STRICT;
CREATE INDEX days_by_day ON days (day);
"""

# How often what the centre refused went once more because it asked for it, and was refused again.
THIRD = """
ALTER TABLE refused ADD COLUMN tries INTEGER NOT NULL DEFAULT 0;
"""

# Situations as they were last told, so that their places can be looked at again, and what `verify` commands
# asked of them. `epoch` and `sequence` are those of the answer.
FOURTH = """
CREATE TABLE situations (
    situation TEXT PRIMARY KEY, body BLOB NOT NULL, told REAL NOT NULL, ended INTEGER NOT NULL) STRICT;
CREATE INDEX situations_told ON situations (ended, told);
CREATE TABLE asked (
    n INTEGER PRIMARY KEY, command TEXT NOT NULL, situation TEXT NOT NULL, scene INTEGER NOT NULL,
    at REAL NOT NULL, until REAL NOT NULL, answered REAL, epoch TEXT, sequence INTEGER,
    UNIQUE (command, situation)) STRICT;
CREATE INDEX asked_open ON asked (n) WHERE answered IS NULL;
"""

# Where a command says that the situation is, so that it can be looked for after a restart too.
FIFTH = """
ALTER TABLE asked ADD COLUMN place BLOB;
"""

# The one source that is to look, where the command names one.
SIXTH = """
ALTER TABLE asked ADD COLUMN source TEXT;
"""

# Situations that are open, with the reasons for it: for the page and the metrics of the box itself.
SEVENTH = """
CREATE TABLE opened (
    situation TEXT PRIMARY KEY, kind TEXT NOT NULL, source TEXT NOT NULL, zone TEXT NOT NULL,
    since REAL NOT NULL, told REAL NOT NULL, severity TEXT NOT NULL, reasons TEXT NOT NULL) STRICT;
"""

STEPS = (FIRST, SECOND, THIRD, FOURTH, FIFTH, SIXTH, SEVENTH)
