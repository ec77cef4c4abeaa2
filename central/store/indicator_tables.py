"""The tables of the indicators. A change here needs a migration beside it."""

from sqlalchemy import JSON, BigInteger, Boolean, Column, Index, Integer, String, Table, text

from central.indicators.formulas import TALLIES
from central.store.columns import METADATA, Utc

# Each ticket as it is counted (`dispatch` 0) and each of its dispatches (from 1 on), and as they were when a
# report was frozen. `edition`: how many times reports had been frozen when the row was written; `until`: the
# first edition that does not see it, NULL for that of now. So what a frozen report counted stays, and what no
# report has seen yet has one row.
indicator_cases = Table(
    "indicator_cases",
    METADATA,
    Column("ticket", BigInteger, primary_key=True, autoincrement=False),
    Column("dispatch", Integer, primary_key=True, autoincrement=False),
    Column("edition", Integer, primary_key=True, autoincrement=False),
    Column("until", Integer),
    Column("kind", String(48), nullable=False),
    Column("origin", String(16), nullable=False),
    Column("severity", String(8), nullable=False),
    Column("state", String(16), nullable=False),
    Column("level", String(8), nullable=False),
    Column("district", String(6), nullable=False),
    Column("opened_at", Utc, nullable=False),
    Column("department", String(64)),
    Column("cell", String(15)),
    Column("community", String(12)),
    Column("zone", String(240)),
    Column("spot", BigInteger),
    Column("owed_at", Utc),
    Column("dispatched_at", Utc),
    Column("handled_at", Utc),
    Column("closed_at", Utc),
    Column("in_time", Boolean),
    Column("accurate", Boolean),
    Column("worked_s", BigInteger, nullable=False),
    Column("passed_s", BigInteger, nullable=False),
    *(
        Column(name, Integer, nullable=False)
        for name in (
            "recurs",
            "dispatches",
            "returns",
            "reworks",
            "deferrals",
            "extensions",
            "reopenings",
            "urgings",
        )
    ),
    Index(
        "uq_indicator_cases_now",
        "ticket",
        "dispatch",
        unique=True,
        sqlite_where=text("until IS NULL"),
        postgresql_where=text("until IS NULL"),
    ),
    Index(
        "ix_indicator_cases_past",
        "until",
        sqlite_where=text("until IS NOT NULL"),
        postgresql_where=text("until IS NOT NULL"),
    ),
    Index(
        None,
        "opened_at",
        sqlite_where=text("dispatch = 0"),
        postgresql_where=text("dispatch = 0"),
    ),
    Index(None, "owed_at"),
    Index(
        None,
        "dispatched_at",
        sqlite_where=text("dispatch > 0"),
        postgresql_where=text("dispatch > 0"),
    ),
    Index(None, "handled_at"),
)

# The sums of whole months, by the name of the month, a grouping, and the key of a group. They follow from the
# rows that count now, and change with them.
indicator_months = Table(
    "indicator_months",
    METADATA,
    Column("month", String(7), primary_key=True),
    Column("by", String(12), primary_key=True),
    Column("key", String(300), primary_key=True),
    *(Column(name, BigInteger, nullable=False) for name in TALLIES),
)

# Reports that are frozen: counted from the rows of their edition, by the evaluation that counted then.
indicator_reports = Table(
    "indicator_reports",
    METADATA,
    Column("name", String(24), primary_key=True),
    Column("kind", String(8), nullable=False),
    Column("since", Utc, nullable=False),
    Column("until", Utc, nullable=False),
    Column("edition", Integer, nullable=False),
    Column("frozen", Utc, nullable=False),
    Column("sums", JSON, nullable=False),
    Column("evaluation", JSON, nullable=False),
    Index(None, "edition"),
)

# How long each camera was looked after on a day (by the place's clock), and of that how long it was well.
camera_days = Table(
    "camera_days",
    METADATA,
    Column("day", String(10), primary_key=True),
    Column("node", String(96), primary_key=True),
    Column("source", String(64), primary_key=True),
    Column("known_s", Integer, nullable=False),
    Column("up_s", Integer, nullable=False),
)
