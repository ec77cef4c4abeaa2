"""What follows from tickets: who leads, how far each follower is, storms, recurrence, timers."""

from math import floor

import sqlalchemy as sa
from alembic import op

revision = "v0009"
down_revision = "v0008"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables and columns, and say in which tile each ticket lies."""
    op.create_table(
        "leases",
        sa.Column("name", sa.String(48), primary_key=True),
        sa.Column("holder", sa.String(120), nullable=False),
        sa.Column("until", INSTANT, nullable=False),
    )
    op.create_table(
        "followers",
        sa.Column("name", sa.String(48), primary_key=True),
        sa.Column("seq", sa.BigInteger, nullable=False),
    )
    _spots()
    _timers()
    _verifications()
    op.add_column("tickets", sa.Column("tile", sa.BigInteger))
    op.add_column("tickets", sa.Column("inhibited", sa.JSON))
    waits = sa.text("inhibited IS NOT NULL")
    op.create_index("ix_tickets_inhibited", "tickets", ["number"], sqlite_where=waits, postgresql_where=waits)
    op.add_column("tickets", sa.Column("recurs", sa.Integer, nullable=False, server_default="1"))
    for name, table in (("parent", "tickets"), ("spot", "spots")):
        _refers(name, table)
        op.create_index(f"ix_tickets_{name}", "tickets", [name])
    _fill(op.get_bind())
    op.create_index("ix_tickets_kind_community_opened_at", "tickets", ["kind", "community", "opened_at"])
    op.create_index("ix_tickets_kind_tile_opened_at", "tickets", ["kind", "tile", "opened_at"])


def _spots() -> None:
    op.create_table(
        "spots",
        sa.Column("number", SERIAL, primary_key=True, autoincrement=True),
        sa.Column("kind", sa.String(48), nullable=False),
        sa.Column("longitude", sa.Double, nullable=False),
        sa.Column("latitude", sa.Double, nullable=False),
        sa.Column("tile", sa.BigInteger, nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("last", INSTANT, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_spots_kind_tile", "spots", ["kind", "tile"])


def _timers() -> None:
    op.create_table(
        "timers",
        sa.Column(
            "ticket", SERIAL, sa.ForeignKey("tickets.number", name="fk_timers_ticket"), primary_key=True
        ),
        sa.Column("kind", sa.String(48), primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
    )
    op.create_index("ix_timers_at", "timers", ["at"])
    op.create_table(
        "fired",
        sa.Column("ticket", sa.BigInteger, primary_key=True),
        sa.Column("round", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String(48), primary_key=True),
        sa.Column("at", INSTANT, nullable=False),
    )
    op.create_table(
        "marks",
        sa.Column("name", sa.String(48), primary_key=True),
        sa.Column("value", sa.String(80), nullable=False),
    )
    op.add_column("tickets", sa.Column("clock", sa.JSON))
    op.add_column("tickets", sa.Column("supervised", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("tickets", sa.Column("urgings", sa.Integer, nullable=False, server_default="0"))
    op.add_column("tickets", sa.Column("in_time", sa.Boolean))


def _verifications() -> None:
    op.create_table(
        "verifications",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column(
            "ticket", SERIAL, sa.ForeignKey("tickets.number", name="fk_verifications_ticket"), nullable=False
        ),
        sa.Column("node", sa.String(96), nullable=False),
        sa.Column("situations", sa.JSON, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("made", INSTANT, nullable=False),
        sa.Column("until", INSTANT, nullable=False),
        sa.Column("asked", INSTANT),
        sa.Column("answered", INSTANT),
        sa.Column("answers", sa.JSON),
        sa.Column("outcome", sa.String(12)),
        sa.Column("source", sa.String(64)),
        sa.Column("event", sa.String(64)),
        sa.Column("reasons", sa.JSON),
    )
    op.create_index("ix_verifications_ticket", "verifications", ["ticket"])
    unanswered = sa.text("state IN ('waiting', 'asked')")
    op.create_index(
        "ix_verifications_open",
        "verifications",
        ["until"],
        sqlite_where=unanswered,
        postgresql_where=unanswered,
    )


def _refers(name: str, to: str) -> None:
    """SQLite adds a reference with its column or not at all."""
    key = f"fk_tickets_{name}"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"ALTER TABLE tickets ADD COLUMN {name} INTEGER CONSTRAINT {key} REFERENCES {to} (number)")
    else:
        op.add_column("tickets", sa.Column(name, SERIAL))
        op.create_foreign_key(key, "tickets", to, [name], ["number"])


def _fill(connection: sa.Connection) -> None:
    tickets = sa.Table("tickets", sa.MetaData(), autoload_with=connection)
    t = tickets.c
    placed = sa.select(t.number, t.longitude, t.latitude).where(t.longitude.is_not(None))
    rows = [
        {"at": row.number, "on": floor(row.latitude / 0.001) * 1_000_000 + floor(row.longitude / 0.001)}
        for row in connection.execute(placed)
    ]
    if rows:
        put = sa.update(tickets).where(t.number == sa.bindparam("at")).values(tile=sa.bindparam("on"))
        connection.execute(put, rows)
