"""Words that are kept from one start to the next, each under its name."""

from sqlalchemy import Connection, select

from central.store.database import insert
from central.store.timer_tables import marks


def marked(connection: Connection, name: str) -> str | None:
    """What is kept under the name."""
    return connection.execute(select(marks.c.value).where(marks.c.name == name)).scalar_one_or_none()


def mark(connection: Connection, name: str, value: str) -> None:
    """Keep it from now on."""
    put = insert(connection, marks).values(name=name, value=value)
    connection.execute(put.on_conflict_do_update(index_elements=["name"], set_={"value": put.excluded.value}))
