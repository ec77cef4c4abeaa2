"""Named sets of nodes as rows."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from central.people.asker import Asker
from central.store.audit import record
from central.store.database import Store, take_turn
from central.store.fleet_tables import fleet_groups
from central.store.numbering import numbers
from central.store.refusal import Refusal

MOST = 500
_G = fleet_groups.c


class NotGrouped(Refusal):
    """A group that cannot be made, changed or found; the words say why."""


@dataclass(frozen=True, slots=True)
class Set:
    """What a group is: its name, what it is for, nodes by name, and labels of which a node says one."""

    name: str
    about: str
    nodes: Sequence[str]
    labels: Sequence[str]


def every_group(store: Store) -> Sequence[Row[Any]]:
    """By name. Raises StoreAway."""
    with store.read() as connection:
        return connection.execute(select(fleet_groups).order_by(_G.name)).all()


def make_group(store: Store, wanted: Set, by: Asker, now: datetime) -> int:
    """Its number. Raises NotGrouped, StoreAway."""
    with store.write() as connection:
        take_turn(connection)
        if connection.execute(select(func.count()).select_from(fleet_groups)).scalar_one() >= MOST:
            raise NotGrouped("too_many_groups", f"there are {MOST} groups", where="body", allowed=f"{MOST}")
        _free(connection, wanted.name, None)
        (number,) = numbers(connection, fleet_groups, 1)
        row = {"number": number, "version": 1, **_values(wanted, by, now)}
        connection.execute(insert(fleet_groups).values(**row))
        record(connection, now, by.did("group.make", f"group {wanted.name}", _said(wanted)))
        return number


def change_group(store: Store, number: int, version: int, wanted: Set, by: Asker, now: datetime) -> None:
    """Raises NotGrouped, StoreAway."""
    with store.write() as connection:
        take_turn(connection)
        _same(connection, number, version)
        _free(connection, wanted.name, number)
        values = _values(wanted, by, now) | {"version": version + 1}
        connection.execute(update(fleet_groups).where(_G.number == number).values(**values))
        record(connection, now, by.did("group.change", f"group {wanted.name}", _said(wanted)))


def drop_group(store: Store, number: int, version: int, by: Asker, now: datetime) -> None:
    """Its nodes stay as they are. Raises NotGrouped, StoreAway."""
    with store.write() as connection:
        take_turn(connection)
        row = _same(connection, number, version)
        connection.execute(delete(fleet_groups).where(_G.number == number))
        record(connection, now, by.did("group.drop", f"group {row.name}"))


def members(row: Any, labels: Mapping[str, Collection[str]]) -> list[str]:
    """Nodes of a group: the named ones first, then those that say its labels. labels: of every node."""
    wanted = set(row.labels)
    said = sorted(node for node, its in labels.items() if wanted.intersection(its))
    return list(dict.fromkeys([*row.nodes, *said]))


def of_groups(store: Store, wanted: Collection[int], labels: Mapping[str, Collection[str]]) -> list[str]:
    """Nodes of all these groups, each once, in the order of the groups. Raises NotGrouped, StoreAway."""
    rows = {row.number: row for row in every_group(store)} if wanted else {}
    if lost := [number for number in wanted if number not in rows]:
        text = f"there is no group {lost[0]}"
        raise NotGrouped("no_group", text, where="groups", allowed="numbers from /api/fleet/groups")
    return list(dict.fromkeys(node for number in wanted for node in members(rows[number], labels)))


def _values(wanted: Set, by: Asker, now: datetime) -> dict[str, Any]:
    names = {"nodes": list(dict.fromkeys(wanted.nodes)), "labels": sorted(set(wanted.labels))}
    return {"name": wanted.name, "about": wanted.about, **names, "at": now, "who": by.who[:80]}


def _said(wanted: Set) -> str:
    return f"{len(wanted.nodes)} nodes, labels {', '.join(wanted.labels) or 'none'}"


def _free(connection: Connection, name: str, number: int | None) -> None:
    """Raises NotGrouped."""
    found = connection.execute(select(_G.number).where(_G.name == name)).scalar_one_or_none()
    if found is not None and found != number:
        text = f"there is a group {name} already"
        raise NotGrouped("group_taken", text, where="body.name", allowed="another name")


def _same(connection: Connection, number: int, version: int) -> Row[Any]:
    """Raises NotGrouped."""
    row = connection.execute(select(fleet_groups).where(_G.number == number)).one_or_none()
    if row is None:
        text = f"there is no group {number}"
        raise NotGrouped("no_group", text, where="path.number", allowed="a number from /api/fleet/groups")
    if row.version != version:
        text = f"it was changed meanwhile by {row.who}; its version is {row.version}"
        raise NotGrouped("changed_since", text, where="version", allowed=f"{row.version}")
    return row
