"""What somebody means who writes a few words to find tickets."""

import re
from typing import Any

from sqlalchemy import Connection, exists, select

from central.store.database import Store
from central.store.grid_tables import grid_areas, grid_cuts
from central.store.placing import places_with
from central.store.schema import tickets

_NUMBER = re.compile(r"(?:[Tt]-?)?0*([0-9]{1,18})", re.ASCII)
_AREA = re.compile(r"[0-9]{6}|[0-9]{9}|[0-9]{12}|[0-9]{15}", re.ASCII)


def meant(store: Store, words: str) -> dict[str, Any]:
    """Fields of `Wanted`: a number, an area by its digits, a department, a cell by its alias, else places.

    Six digits and more without a T are an area where they can be one. Raises StoreAway.
    """
    if _AREA.fullmatch(words):
        return {"area": words}
    if (found := _NUMBER.fullmatch(words)) is not None:
        return {"number": int(found[1])}
    with store.read() as connection:
        if connection.execute(select(exists().where(tickets.c.department == words))).scalar_one():
            return {"department": words}
        if (cell := _by_alias(connection, words)) is not None:
            return {"area": cell}
        return {"places": places_with(connection, words)}


def _by_alias(connection: Connection, alias: str) -> str | None:
    """In the latest cut that has it."""
    wanted = select(grid_areas.c.code).join(grid_cuts, grid_cuts.c.number == grid_areas.c.cut)
    wanted = wanted.where(grid_areas.c.alias == alias).order_by(
        grid_cuts.c.valid_from.desc(), grid_cuts.c.number.desc()
    )
    return connection.execute(wanted.limit(1)).scalar()
