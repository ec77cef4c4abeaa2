"""The cuts of the grid."""

import sqlalchemy as sa
from alembic import op

revision = "v0006"
down_revision = "v0005"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "grid_cuts",
        sa.Column("number", SERIAL, autoincrement=True),
        sa.Column("valid_from", INSTANT, nullable=False),
        sa.Column("imported", INSTANT, nullable=False),
        sa.Column("said_by", sa.String(64), nullable=False),
        sa.Column("title", sa.String(80), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("areas", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_grid_cuts"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_grid_cuts_valid_from", "grid_cuts", ["valid_from"])
    op.create_table(
        "grid_areas",
        sa.Column("cut", SERIAL, nullable=False),
        sa.Column("code", sa.String(15), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("alias", sa.String(32)),
        sa.Column("outline", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("cut", "code", name="pk_grid_areas"),
        sa.ForeignKeyConstraint(["cut"], ["grid_cuts.number"], name="fk_grid_areas_cut"),
    )
    op.create_index("ix_grid_areas_cut_alias", "grid_areas", ["cut", "alias"])
