"""What people say of what was told, suppressions, saved views, and by which zone a situation was opened."""

import sqlalchemy as sa
from alembic import op

revision = "v0018"
down_revision = "v0017"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPENED_BY = {"zone_version": ("zone", "version"), "rule": ("rule", "id"), "rule_version": ("rule", "version")}


def upgrade() -> None:
    """Make the tables and the columns."""
    _situations()
    _marks()
    _suppressions()
    _views()
    _suggestions()


def _situations() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for name in OPENED_BY:
        op.add_column("situations", sa.Column(name, sa.String(64)))
    op.add_column("situations", sa.Column("suppressed", sa.BigInteger))
    # Of what is here the newest facts say it; from now on the opening does.
    ways = {
        name: f"json_extract(incident, '$.{of}.{key}')" if sqlite else f"incident::json #>> '{{{of},{key}}}'"
        for name, (of, key) in OPENED_BY.items()
    }
    told = ", ".join(f"{name} = {way}" for name, way in ways.items())
    op.execute(f"UPDATE situations SET {told} WHERE opened_id IS NOT NULL")  # noqa: S608
    op.create_index("ix_situations_source_at_s", "situations", ["source", "at_s"])
    some = sa.text("suppressed IS NOT NULL")
    op.create_index(
        "ix_situations_suppressed",
        "situations",
        ["suppressed"],
        sqlite_where=some,
        postgresql_where=some,
    )


def _marks() -> None:
    op.create_table(
        "feedback",
        sa.Column("number", SERIAL, primary_key=True, autoincrement=True),
        sa.Column("ticket", SERIAL, sa.ForeignKey("tickets.number", name="fk_feedback_ticket")),
        sa.Column("node", sa.String(96), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("mark", sa.String(12), nullable=False),
        sa.Column("reason", sa.String(16)),
        sa.Column("words", sa.String(240), nullable=False),
        sa.Column("who", sa.String(80), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("ended", INSTANT),
        sa.Column("ended_by", sa.String(80)),
        sa.Column("source", sa.String(64), nullable=False),
        *(sa.Column(name, sa.String(64)) for name in ("zone", "zone_version", "rule", "rule_version")),
        sa.Column("kind", sa.String(48), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("until", INSTANT),
        sa.Column("box", sa.JSON),
        sa.Column("request", sa.String(64)),
        sa.UniqueConstraint("who", "request", name="uq_feedback_request"),
        sqlite_autoincrement=True,
    )
    now = sa.text("ended IS NULL")
    op.create_index("ix_feedback_ticket", "feedback", ["ticket"])
    op.create_index(
        "uq_feedback_current",
        "feedback",
        ["ticket", "node", "subject"],
        unique=True,
        sqlite_where=now,
        postgresql_where=now,
    )
    op.create_index("ix_feedback_node_source_since", "feedback", ["node", "source", "since"])
    op.create_index("ix_feedback_since_number", "feedback", ["since", "number"])


def _suppressions() -> None:
    op.create_table(
        "suppressions",
        sa.Column("number", SERIAL, primary_key=True, autoincrement=True),
        sa.Column("request", sa.String(64), nullable=False),
        sa.Column("who", sa.String(80), nullable=False),
        sa.Column("made", INSTANT, nullable=False),
        sa.Column("ends", INSTANT, nullable=False),
        sa.Column("node", sa.String(96), nullable=False),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(48), nullable=False),
        sa.Column("zone", sa.String(64)),
        sa.Column("things", sa.JSON, nullable=False),
        *(sa.Column(f"box_{side}", sa.Double, nullable=False) for side in ("x1", "y1", "x2", "y2")),
        sa.Column("situation", sa.String(64), nullable=False),
        sa.Column("ticket", sa.BigInteger),
        sa.Column("words", sa.String(240), nullable=False),
        sa.Column("lifted", INSTANT),
        sa.Column("lifted_by", sa.String(80)),
        sa.Column("lift_words", sa.String(240)),
        sa.Column("over", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.UniqueConstraint("who", "request", name="uq_suppressions_request"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_suppressions_node_ends", "suppressions", ["node", "ends"])
    op.create_index("ix_suppressions_over_ends", "suppressions", ["over", "ends"])


def _views() -> None:
    op.create_table(
        "saved_views",
        sa.Column("number", SERIAL, primary_key=True, autoincrement=True),
        sa.Column("owner", sa.String(80), nullable=False),
        sa.Column("shared", sa.Boolean, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("filters", sa.String(1000), nullable=False),
        sa.Column("map", sa.JSON),
        sa.Column("made", INSTANT, nullable=False),
        sa.Column("changed", INSTANT, nullable=False),
        sa.UniqueConstraint("owner", "name", name="uq_saved_views_name"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_saved_views_owner", "saved_views", ["owner"])


def _suggestions() -> None:
    op.create_table(
        "suggestions",
        sa.Column("ask", sa.String(64), primary_key=True),
        sa.Column("node", sa.String(96), nullable=False),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("who", sa.String(80), nullable=False),
        sa.Column("made", INSTANT, nullable=False),
        sa.Column("variants", sa.JSON, nullable=False),
    )
    op.create_index("ix_suggestions_made", "suggestions", ["made"])
