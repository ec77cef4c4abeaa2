"""What the tables' columns are made of."""

from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

from sqlalchemy import BigInteger, DateTime, Integer, MetaData, TypeDecorator
from sqlalchemy.engine import Dialect

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Utc(TypeDecorator[datetime]):
    """An aware UTC instant; SQLite, which has no zones, keeps it without one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any]:
        """Refuses what has no zone: it could mean any hour. One call a value: an event has seven of them."""
        return _as_text if dialect.name == "sqlite" else _aware

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:  # noqa: ARG002
        """Always UTC, whatever the session's zone."""
        return _from_text if dialect.name == "sqlite" else _aware


def _aware(value: datetime | None) -> datetime | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError("an instant without a zone cannot be stored")
    return value if value.tzinfo is timezone.utc else value.astimezone(timezone.utc)


def _as_text(value: datetime | None) -> str | None:
    aware = _aware(value)
    return None if aware is None else aware.isoformat(" ", "microseconds")[:_ZONELESS]


def _from_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value).replace(tzinfo=timezone.utc)


_ZONELESS = len("2026-03-01 08:00:00.000000")

# SQLite counts rows only in a column that it calls INTEGER.
Serial = BigInteger().with_variant(Integer(), "sqlite")
