"""Numbers for new rows, taken before they are written: then the rows can be written all at once."""

from sqlalchemy import Connection, Table, text

_NEXT = text("SELECT nextval(pg_get_serial_sequence(:name, 'number')) FROM generate_series(1, :count)")
_LAST = text("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = :name")


def numbers(connection: Connection, table: Table, count: int) -> list[int]:
    """So many numbers for rows of the table, rising, none of them ever given before.

    Only for whoever has its turn (`take_turn`): SQLite gives them away when the rows are written.
    """
    if connection.dialect.name == "sqlite":
        last = int(connection.execute(_LAST, {"name": table.name}).scalar_one())
        return list(range(last + 1, last + 1 + count))
    given = connection.execute(_NEXT, {"name": table.name, "count": count}).scalars()
    return sorted(int(number) for number in given)
