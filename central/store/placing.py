"""The words for places, and their numbers."""

from collections.abc import Iterable

from sqlalchemy import Connection, select

from central.store.bulk import rows_of
from central.store.database import insert
from central.store.tally_tables import places

MOST_FOUND = 500


def numbers_of(connection: Connection, words: Iterable[str | None]) -> dict[str, int]:
    """The number of each of these places; who is new gets one. For whoever has its turn."""
    wanted = sorted({each for each in words if each is not None})
    found = _known(connection, wanted)
    if fresh := [{"words": each} for each in wanted if each not in found]:
        connection.execute(insert(connection, places).on_conflict_do_nothing(), fresh)
        found |= _known(connection, [row["words"] for row in fresh])
    return found


def places_with(connection: Connection, words: str) -> list[int]:
    """Places that have this in their words, in capitals or not; of very many the latest."""
    wanted = select(places.c.number).where(places.c.words.icontains(words, autoescape=True))
    return list(connection.execute(wanted.order_by(places.c.number.desc()).limit(MOST_FOUND)).scalars())


def _known(connection: Connection, words: list[str]) -> dict[str, int]:
    rows = rows_of(
        connection, (places.c.words, places.c.number), (places.c.words,), ((each,) for each in words)
    )
    return {row.words: row.number for row in rows}
