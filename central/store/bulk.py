"""Many rows at once, read and written, on SQLite and PostgreSQL alike."""

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    Connection,
    Insert,
    Row,
    Select,
    Text,
    Update,
    and_,
    bindparam,
    func,
    literal,
    select,
)
from sqlalchemy.engine import Dialect

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


def among(connection: Connection, column: Column[Any], wanted: Collection[Any]) -> ColumnElement[bool]:
    """Whether a column is one of these. As `in_`, but one value whatever their number: compiled once."""
    if connection.dialect.name == "sqlite":
        values = func.json_each(literal(json.dumps(sorted(wanted)), Text)).table_valued("value")
        return column.in_(select(values.c.value))
    return column == func.any(literal(sorted(wanted), ARRAY(column.type)))


def listed(connection: Connection, keys: Sequence[tuple[str, str]]) -> Select[tuple[str, str]]:
    """Pairs of texts as a question: `tuple_(a, b).in_(...)` goes by the index then, which a list does not."""
    if connection.dialect.name == "sqlite":
        pairs = func.json_each(bindparam("pairs", json.dumps(keys), type_=Text)).table_valued("value")
        first, second = (func.json_extract(pairs.c.value, f"$[{n}]") for n in range(2))
        return select(first, second)
    values = ([key[n] for key in keys] for n in range(2))
    arrays = (bindparam(None, each, type_=ARRAY(Text)) for each in values)
    pairs = func.unnest(*arrays).table_valued("first", "second").render_derived()
    return select(pairs.c.first, pairs.c.second)


@dataclass(frozen=True, slots=True)
class _Plan:
    """A statement as its driver takes it. fixed: what it says itself; `processors`: of the rows' values."""

    text: str
    names: tuple[str, ...] | None  # in their order, where the driver goes by that
    fixed: Mapping[str, Any]
    processors: tuple[tuple[str, Callable[[Any], Any] | None], ...]


def write_rows(connection: Connection, statement: Insert | Update, rows: Sequence[Mapping[str, Any]]) -> None:
    """As `execute(statement, rows)`, at a third of its work for each row; all rows name the same columns.

    The statement must be one that lives as long as the process: it is compiled once.
    """
    if rows:
        plan = _plan(connection.dialect, statement, tuple(sorted(rows[0])))
        connection.exec_driver_sql(plan.text, [_values(plan, row) for row in rows])


def write_alike(
    connection: Connection, statement: Insert | Update, rows: Iterable[Mapping[str, Any]]
) -> None:
    """As `write_rows`, of rows that name different columns: one statement for all that name the same."""
    alike: dict[frozenset[str], list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        alike[frozenset(row)].append(row)
    for each in alike.values():
        write_rows(connection, statement, each)


def _values(plan: _Plan, row: Mapping[str, Any]) -> Any:
    values = dict(plan.fixed)
    for name, process in plan.processors:
        values[name] = row[name] if process is None else process(row[name])
    return values if plan.names is None else tuple([values[name] for name in plan.names])


@lru_cache(maxsize=200)
def _plan(dialect: Dialect, statement: Insert | Update, columns: tuple[str, ...]) -> _Plan:
    compiled: Any = statement.compile(dialect=dialect, column_keys=list(columns))
    processors = {name: _processor(bind.type, dialect) for name, bind in compiled.binds.items()}
    fixed = {
        name: value if (process := processors[name]) is None else process(value)
        for name, value in compiled.params.items()
        if name not in columns
    }
    order = tuple(compiled.positiontup) if compiled.positional else None
    return _Plan(compiled.string, order, fixed, tuple((name, processors[name]) for name in columns))


def _processor(kind: Any, dialect: Dialect) -> Callable[[Any], Any] | None:
    found: Callable[[Any], Any] | None = kind.dialect_impl(dialect).bind_processor(dialect)
    return found
