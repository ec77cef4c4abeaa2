"""Places by their words, tallies that triggers keep, and indexes for two million tickets and more."""

import sqlalchemy as sa
from alembic import op

revision = "v0013"
down_revision = "v0012"
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPEN = sa.text("state NOT IN ('closed', 'evaluated', 'merged', 'false_alarm', 'withdrawn', 'self_cleared')")
COUNTED = ("inbox", "evidence", "quarantine")


def upgrade() -> None:
    """Make the tables, the columns, the indexes and the triggers, and fill them."""
    op.create_table(
        "place_words",
        sa.Column("number", SERIAL, primary_key=True, autoincrement=True),
        sa.Column("words", sa.String(240), nullable=False),
        sa.UniqueConstraint("words", name="uq_place_words_words"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "tallies",
        sa.Column("name", sa.String(48), primary_key=True),
        sa.Column("number", sa.BigInteger, nullable=False),
    )
    for table in ("situations", "tickets"):
        _refers(table)
    _fill_places()
    op.create_index("ix_tickets_place_number", "tickets", ["place", "number"])
    op.create_index("ix_tickets_opened_at_tile", "tickets", ["opened_at", "tile"])
    shown = ["tile", "kind", "department"]
    op.create_index("ix_tickets_open_tile", "tickets", shown, sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index("ix_ticket_log_source_subject", "ticket_log", ["source", "subject"])
    op.execute("INSERT INTO tallies SELECT 'ticket ' || state, count(*) FROM tickets GROUP BY state")
    for table in COUNTED:
        op.execute(f"INSERT INTO tallies SELECT '{table}', count(*) FROM {table}")  # noqa: S608
    (_postgresql if op.get_bind().dialect.name == "postgresql" else _sqlite)()


def _refers(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":  # a constraint of its own would copy the whole table
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN place INTEGER"
            f" CONSTRAINT fk_{table}_place REFERENCES place_words (number)"
        )
        return
    op.add_column(table, sa.Column("place", sa.BigInteger))
    op.create_foreign_key(f"fk_{table}_place", table, "place_words", ["place"], ["number"])


def _fill_places() -> None:
    said = "incident::json ->> 'place'"
    if op.get_bind().dialect.name == "sqlite":
        said = "json_extract(incident, '$.place')"
    told = f"FROM situations WHERE {said} IS NOT NULL"
    op.execute(f"INSERT INTO place_words (words) SELECT DISTINCT {said} {told}")
    op.execute(f"UPDATE situations SET place = (SELECT number FROM place_words WHERE words = {said})")  # noqa: S608
    lead = "s.source = tickets.lead_node AND s.subject = tickets.lead_subject"
    op.execute(f"UPDATE tickets SET place = (SELECT s.place FROM situations s WHERE {lead})")  # noqa: S608


def _sqlite() -> None:
    for table in COUNTED:
        for word, sign in (("INSERT", "+"), ("DELETE", "-")):
            _on_sqlite(f"{table}_{word.lower()}", f"{word} ON {table}", (f"'{table}'", sign))
    added, gone = ("'ticket ' || NEW.state", "+"), ("'ticket ' || OLD.state", "-")
    _on_sqlite("tickets_insert", "INSERT ON tickets", added)
    _on_sqlite("tickets_delete", "DELETE ON tickets", gone)
    _on_sqlite("tickets_state", "UPDATE OF state ON tickets WHEN OLD.state <> NEW.state", gone, added)


def _on_sqlite(name: str, when: str, *changes: tuple[str, str]) -> None:
    """Nothing is put into a table by `ON CONFLICT` inside a trigger: the outer statement's would win."""
    said = " ".join(
        f"INSERT INTO tallies SELECT {of}, 0 WHERE NOT EXISTS (SELECT 1 FROM tallies WHERE name = {of});"  # noqa: S608
        f" UPDATE tallies SET number = number {sign} 1 WHERE name = {of};"
        for of, sign in changes
    )
    op.execute(f"CREATE TRIGGER tally_{name} AFTER {when} BEGIN {said} END")


def _postgresql() -> None:
    op.execute("""
        CREATE OR REPLACE FUNCTION tally(of text, more bigint) RETURNS void LANGUAGE sql AS $$
          INSERT INTO tallies AS t (name, number) VALUES (of, more)
          ON CONFLICT (name) DO UPDATE SET number = t.number + excluded.number
        $$""")
    op.execute("""
        CREATE OR REPLACE FUNCTION tally_rows() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          PERFORM tally(TG_TABLE_NAME, n) FROM (SELECT count(*) AS n FROM changed) AS c WHERE n > 0
            AND TG_OP = 'INSERT';
          PERFORM tally(TG_TABLE_NAME, -n) FROM (SELECT count(*) AS n FROM changed) AS c WHERE n > 0
            AND TG_OP = 'DELETE';
          RETURN NULL;
        END $$""")
    op.execute("""
        CREATE OR REPLACE FUNCTION tally_tickets() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF TG_OP <> 'INSERT' THEN PERFORM tally('ticket ' || OLD.state, -1); END IF;
          IF TG_OP <> 'DELETE' THEN PERFORM tally('ticket ' || NEW.state, 1); END IF;
          RETURN NULL;
        END $$""")
    for table in COUNTED:
        for word, rows in (("INSERT", "NEW"), ("DELETE", "OLD")):
            op.execute(
                f"CREATE TRIGGER tally_{word.lower()} AFTER {word} ON {table}"
                f" REFERENCING {rows} TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION tally_rows()"
            )
    each = "FOR EACH ROW"
    op.execute(
        f"CREATE TRIGGER tally_rows AFTER INSERT OR DELETE ON tickets {each} EXECUTE FUNCTION tally_tickets()"
    )
    op.execute(
        f"CREATE TRIGGER tally_state AFTER UPDATE OF state ON tickets {each}"
        " WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION tally_tickets()"
    )
