"""The words for places, and their numbers."""

from collections.abc import Iterable

from sqlalchemy import Connection, select

from central.store.bulk import rows_of
from central.store.database import insert
from central.store.tally_tables import place_words

MOST_FOUND = 500


def numbers_of(connection: Connection, words: Iterable[str | None]) -> dict[str, int]:
    """The number of each of these places; who is new gets one. For whoever has its turn."""
    wanted = sorted({each for each in words if each is not None})
    found = _known(connection, wanted)
    if fresh := [{"words": each} for each in wanted if each not in found]:
        connection.execute(insert(connection, place_words).on_conflict_do_nothing(), fresh)
        found |= _known(connection, [row["words"] for row in fresh])
    return found


def places_with(connection: Connection, words: str) -> list[int]:
    """Places that have this in their words, in capitals or not; of very many the latest."""
    wanted = select(place_words.c.number).where(place_words.c.words.icontains(words, autoescape=True))
    return list(connection.execute(wanted.order_by(place_words.c.number.desc()).limit(MOST_FOUND)).scalars())


def _known(connection: Connection, words: list[str]) -> dict[str, int]:
    w = place_words.c
    rows = rows_of(connection, (w.words, w.number), (w.words,), ((each,) for each in words))
    return {row.words: row.number for row in rows}
