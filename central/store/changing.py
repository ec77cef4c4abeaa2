"""Changes columns of tickets, of many at once."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, update

from central.store.bulk import write_alike
from central.store.schema import tickets

_PUT = update(tickets).where(tickets.c.number == bindparam("at_number"))


def change_tickets(connection: Connection, changes: Mapping[int, Mapping[str, Any]]) -> None:
    """By their numbers, what their columns are from now on."""
    write_alike(connection, _PUT, [{**columns, "at_number": number} for number, columns in changes.items()])
