"""One ticket for each real situation, whoever sees it; and where it lies on the grid.

What there is already stays one ticket for each of its situations.
"""

import json
from datetime import datetime, timezone
from math import floor
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "v0007"
down_revision = "v0006"
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPEN = sa.text("state NOT IN ('closed', 'evaluated', 'merged', 'false_alarm', 'withdrawn', 'self_cleared')")
NEVER_S = 1e12
BOX = ("box_x1", "box_y1", "box_x2", "box_y2")


def upgrade() -> None:
    """Add the columns and fill them."""
    op.drop_index("uq_tickets_one_open", "tickets")
    _situations()
    _tickets()
    _refers("cut", "grid_cuts")
    _refers("merged_into", "tickets")
    _fill(op.get_bind())
    op.create_index(
        "uq_tickets_one_open", "tickets", ["open_key"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_index("ix_tickets_still_open", "tickets", ["number"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index("ix_tickets_cell_number", "tickets", ["cell", "number"])
    op.create_index("ix_situations_family_eye_ends_s", "situations", ["family", "eye", "ends_s"])
    op.create_index(
        "ix_situations_adrift",
        "situations",
        ["family", "eye", "ends_s"],
        sqlite_where=sa.text("longitude IS NULL"),
        postgresql_where=sa.text("longitude IS NULL"),
    )
    op.create_index("ix_situations_family_tile_ends_s", "situations", ["family", "tile", "ends_s"])


def _text(name: str, length: int, default: str | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=default is None, server_default=default)


def _situations() -> None:
    for name, length in (
        ("family", 48),
        ("kind", 48),
        ("eye", 240),
        ("origin", 16),
        ("zone", 64),
    ):
        op.add_column("situations", _text(name, length))
    for name in ("at_s", "since_s", "ends_s", "longitude", "latitude", "accuracy_m", *BOX):
        op.add_column("situations", sa.Column(name, sa.Double))
    op.add_column("situations", sa.Column("tile", sa.BigInteger))
    op.add_column("situations", _text("severity", 8, "normal"))
    for name in ("joined", "beside"):
        op.add_column("situations", sa.Column(name, sa.JSON))


def _tickets() -> None:
    op.add_column("tickets", _text("before", 16))
    for name, length, default in (
        ("scene", 8, "present"),
        ("severity", 8, "normal"),
        ("origin", 16, "camera"),
    ):
        op.add_column("tickets", _text(name, length, default))
    for name in ("version", "situations"):
        op.add_column("tickets", sa.Column(name, sa.Integer, nullable=False, server_default="1"))
    for name, length in (("subject", 64), ("lead_node", 96), ("lead_subject", 64)):
        op.add_column("tickets", _text(name, length, "-"))
    for name in ("longitude", "latitude", "accuracy_m"):
        op.add_column("tickets", sa.Column(name, sa.Double))
    for name, length in (("cell", 15), ("community", 12)):
        op.add_column("tickets", _text(name, length))


def _refers(name: str, to: str) -> None:
    """SQLite adds a reference with its column or not at all."""
    key = f"fk_tickets_{name}"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"ALTER TABLE tickets ADD COLUMN {name} INTEGER CONSTRAINT {key} REFERENCES {to} (number)")
    else:
        op.add_column("tickets", sa.Column(name, SERIAL))
        op.create_foreign_key(key, "tickets", to, [name], ["number"])


def _fill(connection: sa.Connection) -> None:
    """From what is known of each situation; a ticket has exactly one."""
    tables = sa.MetaData()
    situations, tickets = (
        sa.Table(name, tables, autoload_with=connection) for name in ("situations", "tickets")
    )
    s, t = situations.c, tickets.c
    known = sa.select(situations).where(s.opened_id.is_not(None)).order_by(s.source, s.subject)
    for row in connection.execute(known).all():
        seen = _seen(row, json.loads(row.incident))
        mine = (s.source == row.source) & (s.subject == row.subject)
        connection.execute(sa.update(situations).where(mine).values(seen))
        of = {name: seen[name] for name in ("origin", "longitude", "latitude", "accuracy_m")}
        of |= {"subject": row.subject, "lead_node": row.source, "lead_subject": row.subject}
        connection.execute(sa.update(tickets).where(t.number == row.ticket).values(of))
    was = {"scene": "clear", "state": "self_cleared", "before": "reported"}
    connection.execute(sa.update(tickets).where(t.state == "cleared").values(was))
    connection.execute(sa.update(tickets).where(t.state == "open").values(state="reported"))


def _seen(row: "sa.Row[Any]", facts: dict[str, Any]) -> dict[str, Any]:
    """How it was seen, by its newest facts: of the opening's nothing else is left."""
    source, flight, place = facts["source"], facts.get("flight"), _place(facts.get("location"))
    eye = f"{row.source} {source['id']}"
    return {
        "severity": facts["severity"],
        "family": facts["kind"],
        "kind": facts["kind"],
        "eye": f"{eye} {flight['id']}" if flight else eye,
        "origin": source["kind"],
        "at_s": _seconds(row.opened_at),
        "since_s": datetime.fromisoformat(facts["since"].replace("Z", "+00:00")).timestamp(),
        "ends_s": NEVER_S if row.cleared_id is None else _seconds(row.cleared_at),
        **dict(zip(BOX, facts.get("box") or (None,) * 4, strict=True)),
        "zone": facts["zone"]["id"] if facts.get("zone") else None,
        **place,
    }


def _place(location: dict[str, Any] | None) -> dict[str, Any]:
    if location is None:
        return dict.fromkeys(("longitude", "latitude", "accuracy_m", "tile"))
    places = location["geometry"]["coordinates"]
    if location["geometry"]["type"] == "Polygon":
        ring = places[0][:-1]
        places = [sum(corner[axis] for corner in ring) / len(ring) for axis in (0, 1)]
    tile = floor(places[1] / 0.001) * 1_000_000 + floor(places[0] / 0.001)
    return {"longitude": places[0], "latitude": places[1], "accuracy_m": location["accuracy_m"], "tile": tile}


def _seconds(at: Any) -> float:
    """SQLite's own text, and naive times, are UTC."""
    found = datetime.fromisoformat(at) if isinstance(at, str) else at
    return float((found if found.tzinfo else found.replace(tzinfo=timezone.utc)).timestamp())
