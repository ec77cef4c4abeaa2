"""Rows by their keys, as many as a batch asks for, in one statement on SQLite and PostgreSQL alike."""

import json
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import ARRAY, Column, Connection, Row, Select, Text, and_, bindparam, func, select

Columns = tuple[Column[Any], ...]
Key = tuple[str, ...]


def rows_of(connection: Connection, what: Columns, by: Columns, wanted: Iterable[Key]) -> Sequence[Row[Any]]:
    """The columns `what` of every row whose columns `by`, all of them texts, are one of the wanted keys."""
    keys = sorted(set(wanted))
    if not keys:
        return []
    if connection.dialect.name == "sqlite":
        return connection.execute(_by_json(what, by), {"keys": json.dumps(keys)}).all()
    values = {column.name: [key[n] for key in keys] for n, column in enumerate(by)}
    return connection.execute(_by_arrays(what, by), values).all()


# `(a, b) IN (VALUES ...)` would do for both, but then SQLite reads the whole table.
@cache
def _by_json(what: Columns, by: Columns) -> Select[Any]:
    keys = func.json_each(bindparam("keys", type_=Text)).table_valued("value")
    same = (column == func.json_extract(keys.c.value, f"$[{n}]") for n, column in enumerate(by))
    return select(*what).join(keys, and_(*same))


@cache
def _by_arrays(what: Columns, by: Columns) -> Select[Any]:
    arrays = (bindparam(column.name, type_=ARRAY(Text)) for column in by)
    keys = func.unnest(*arrays).table_valued(*(column.name for column in by)).render_derived()
    return select(*what).join(keys, and_(*(column == keys.c[column.name] for column in by)))
