"""Flights, sweeps by drones, and looks that a drone alone is asked for."""

import sqlalchemy as sa
from alembic import op

revision = "v0016"
down_revision = "v0015"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPEN = sa.text("state IN ('waiting', 'asked')")
ANSWER = (
    ("eye", sa.String(64)),
    ("scenes", sa.JSON()),
    ("seen", INSTANT),
    ("flight", sa.String(64)),
)


def upgrade() -> None:
    """Make the tables and the columns."""
    for name, kind in ANSWER:
        op.add_column("verifications", sa.Column(name, kind))
    op.add_column("evidence_links", sa.Column("sent_by", sa.String(96)))
    _flights()
    _sweeps()


def _flights() -> None:
    op.create_table(
        "flights",
        sa.Column("number", SERIAL, primary_key=True, autoincrement=True),
        sa.Column("node", sa.String(96), nullable=False),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("flight", sa.String(64), nullable=False),
        sa.Column("event", sa.String(64), nullable=False),
        sa.Column("said", INSTANT, nullable=False),
        sa.Column("began", INSTANT, nullable=False),
        sa.Column("ended", INSTANT, nullable=False),
        sa.Column("received", INSTANT, nullable=False),
        sa.Column("area_m2", sa.Double),
        sa.Column("found", sa.Integer, nullable=False),
        sa.Column("seen_again", sa.Integer, nullable=False),
        sa.Column("cleared", sa.Integer, nullable=False),
        sa.Column("not_placed", sa.BigInteger, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.UniqueConstraint("node", "source", "flight", name="uq_flights_flight"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_flights_received_number", "flights", ["received", "number"])


def _sweeps() -> None:
    op.create_table(
        "flight_sweeps",
        sa.Column("number", SERIAL, primary_key=True, autoincrement=True),
        sa.Column("request", sa.String(64), nullable=False),
        sa.Column("who", sa.String(80), nullable=False),
        sa.Column("node", sa.String(96), nullable=False),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("wanted", sa.JSON, nullable=False),
        sa.Column("reason", sa.String(240), nullable=False),
        sa.Column("made", INSTANT, nullable=False),
        sa.Column("until", INSTANT, nullable=False),
        sa.UniqueConstraint("who", "request", name="uq_flight_sweeps_request"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_flight_sweeps_until_number", "flight_sweeps", ["until", "number"])
    op.create_table(
        "flight_sweep_commands",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("sweep", SERIAL, sa.ForeignKey("flight_sweeps.number"), nullable=False),
        sa.Column("node", sa.String(96), nullable=False),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("scenes", sa.JSON, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("made", INSTANT, nullable=False),
        sa.Column("until", INSTANT, nullable=False),
        sa.Column("asked", INSTANT),
    )
    op.create_index("ix_flight_sweep_commands_sweep", "flight_sweep_commands", ["sweep"])
    op.create_index(
        "ix_flight_sweep_commands_open",
        "flight_sweep_commands",
        ["until"],
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_table(
        "flight_sweep_tickets",
        sa.Column("sweep", SERIAL, sa.ForeignKey("flight_sweeps.number"), primary_key=True),
        sa.Column("ticket", SERIAL, sa.ForeignKey("tickets.number"), primary_key=True),
        sa.Column("command", sa.String(64)),
        sa.Column("situation", sa.String(64)),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("outcome", sa.String(12)),
        sa.Column("reason", sa.JSON),
        sa.Column("seen", INSTANT),
        sa.Column("flight", sa.String(64)),
        sa.Column("event", sa.String(64)),
        sa.Column("picture", sa.String(64)),
        sa.Column("answered", INSTANT),
    )
    op.create_index("ix_flight_sweep_tickets_ticket", "flight_sweep_tickets", ["ticket"])
    op.create_index(
        "ix_flight_sweep_tickets_command_situation", "flight_sweep_tickets", ["command", "situation"]
    )
