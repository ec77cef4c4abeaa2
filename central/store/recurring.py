"""How often a kind was found at a place before, and the places where it recurs."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from central.casework.facts import label
from central.correlation.sightings import Spot, metres_between
from central.correlation.spots import Earlier, Recurrence, SpotRule, nearest, recurrence
from central.correlation.tiles import tile_of, tiles_around
from central.store.bulk import among
from central.store.changing import change_tickets
from central.store.database import Store
from central.store.follow_tables import spots
from central.store.numbering import numbers as new_numbers
from central.store.outcome import Outcome
from central.store.schema import tickets
from central.store.storming import LEFT_OUT
from central.store.ticketlog import log_decision

_COLUMNS = (
    "number", "kind", "opened_at", "longitude", "latitude", "accuracy_m", "tile", "state", "recurs", "spot",
)  # fmt: skip
_ROWS = tuple(tickets.c[name] for name in _COLUMNS)
MOST = 20_000  # tickets around those of one portion
Rows = Sequence[Row[Any]]
Placed = tuple[Spot, Row[Any]]


def note_recurrence(connection: Connection, touched: Collection[int], rule: SpotRule, now: datetime) -> None:
    """Count anew for these tickets and for what was opened near them later. The turn is the caller's."""
    wanted = select(*_ROWS).where(among(connection, tickets.c.number, touched), tickets.c.tile.is_not(None))
    by_kind: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in connection.execute(wanted):
        by_kind[row.kind].append(row)
    for kind, rows in sorted(by_kind.items()):
        _Counting(connection, kind, rows, rule, now).count()


class _Counting:
    """Of one kind."""

    def __init__(self, connection: Connection, kind: str, rows: Rows, rule: SpotRule, now: datetime) -> None:
        self._connection = connection
        self._kind = kind
        self._rows = rows
        self._rule = rule
        self._now = now
        self._known: dict[int, Row[Any]] = {}
        self._changes: dict[int, dict[str, Any]] = {}

    def count(self) -> None:
        """Write down what differs."""
        around = self._around()
        by_tile: dict[int, list[Placed]] = defaultdict(list)
        for row in around:
            by_tile[row.tile].append((_spot(row), row))
        known = self._known = {row.number: row for row in around}
        self._spots = self._known_spots()
        for number in sorted(self._concerned(by_tile), key=lambda each: (known[each].opened_at, each)):
            self._judge(known[number], by_tile, known)
        self._write()

    def _around(self) -> Rows:
        t = tickets.c
        days = timedelta(days=self._rule.days)
        first = min(row.opened_at for row in self._rows) - days
        last = max(row.opened_at for row in self._rows) + days
        tiles = {tile for row in self._rows for tile in tiles_around(_spot(row), 2 * self._rule.within_m)}
        wanted = select(*_ROWS).where(
            t.kind == self._kind, among(self._connection, t.tile, tiles), t.opened_at.between(first, last)
        )
        return self._connection.execute(wanted.order_by(t.opened_at.desc()).limit(MOST)).all()

    def _concerned(self, by_tile: Mapping[int, Sequence[Placed]]) -> set[int]:
        found = {row.number for row in self._rows}
        for row in self._rows:
            later = (each for _, each in self._near(row, by_tile) if each.opened_at >= row.opened_at)
            found |= {each.number for each in later}
        return found

    def _near(self, row: Row[Any], by_tile: Mapping[int, Sequence[Placed]]) -> Iterable[Placed]:
        place, within_m = _spot(row), self._rule.within_m
        for tile in tiles_around(place, within_m):
            for each in by_tile.get(tile, ()):
                if metres_between(each[0], place) <= within_m:
                    yield each

    def _judge(
        self, row: Row[Any], by_tile: Mapping[int, Sequence[Placed]], known: Mapping[int, Row[Any]]
    ) -> None:
        if row.state in LEFT_OUT:
            self._change(row, recurs=1, spot=None)
            return
        counted = [
            Earlier(each.number, each.opened_at.timestamp(), spot)
            for spot, each in self._near(row, by_tile)
            if each.state not in LEFT_OUT
        ]
        found = recurrence(_earlier(row), counted, self._rule)
        spot = nearest(_spot(row), self._spots, self._rule.within_m)
        if spot is None and found.hot:
            spot = self._new_spot(known[found.tickets[0]], found, known)
        elif spot is not None:
            self._seen_at(spot, row)
        if found.hot and row.spot is None:
            self._tell(row, found)
        self._change(row, recurs=len(found.tickets), spot=spot)

    def _new_spot(self, first: Row[Any], found: Recurrence, known: Mapping[int, Row[Any]]) -> int:
        """Where it was found first."""
        (number,) = new_numbers(self._connection, spots, 1)
        place, last = _spot(first), known[found.tickets[-1]]
        row = {"number": number, "kind": self._kind, "since": first.opened_at, "last": last.opened_at}
        row |= {"longitude": place.longitude, "latitude": place.latitude, "tile": tile_of(place)}
        self._connection.execute(spots.insert().values(row))
        self._spots.append((number, place))
        for ticket in found.tickets[:-1]:
            self._change(known[ticket], spot=number)
        return number

    def _seen_at(self, spot: int, row: Row[Any]) -> None:
        mine = (spots.c.number == spot) & (spots.c.last < row.opened_at)
        self._connection.execute(update(spots).where(mine).values(last=row.opened_at))

    def _tell(self, row: Row[Any], found: Recurrence) -> None:
        outcome = Outcome("recurs", found.reason, row.number, row.state)
        log_decision(self._connection, outcome, ("centre", label(row.number)), event=None, at=self._now)

    def _known_spots(self) -> list[tuple[int, Spot]]:
        tiles = {tile for row in self._rows for tile in tiles_around(_spot(row), 3 * self._rule.within_m)}
        wanted = select(spots).where(spots.c.kind == self._kind, among(self._connection, spots.c.tile, tiles))
        rows = self._connection.execute(wanted.order_by(spots.c.number)).all()
        return [(row.number, Spot(row.longitude, row.latitude, 0.0)) for row in rows]

    def _change(self, row: Row[Any], **values: Any) -> None:
        self._changes.setdefault(row.number, {"recurs": row.recurs, "spot": row.spot}).update(values)

    def _write(self) -> None:
        changes = {
            number: values
            for number, values in sorted(self._changes.items())
            if values["recurs"] != self._known[number].recurs or values["spot"] != self._known[number].spot
        }
        change_tickets(self._connection, changes)


def _spot(row: Row[Any]) -> Spot:
    return Spot(row.longitude, row.latitude, row.accuracy_m or 0.0)


def _earlier(row: Row[Any]) -> Earlier:
    return Earlier(row.number, row.opened_at.timestamp(), _spot(row))


def list_spots(
    store: Store, *, kind: str | None = None, since: datetime | None = None, limit: int = 200
) -> Rows:
    """Places where something recurs and how many tickets each has, the latest first."""
    of = tickets.c.spot == spots.c.number
    counted = select(func.count()).select_from(tickets).where(of, tickets.c.state.not_in(LEFT_OUT))
    wanted = select(spots, counted.scalar_subquery().label("tickets"))
    if kind is not None:
        wanted = wanted.where(spots.c.kind == kind)
    if since is not None:
        wanted = wanted.where(spots.c.last > since)
    with store.read() as connection:
        return connection.execute(wanted.order_by(spots.c.last.desc(), spots.c.number).limit(limit)).all()
