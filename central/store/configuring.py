"""Versions of what the centre wants a node to run: one is made at each save, from the newest of its parts.

What a node refused, or gave up again, is left out of what is put together later: one bad zone must not have
everything refused that people save after it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, case, delete, func, insert, select

from broker.events import Reason
from central.configuration.differences import differences
from central.configuration.overlay import Body, canonical, composed, sha256
from central.people.asker import Entry
from central.store.audit import record
from central.store.bulk import among
from central.store.configuration_tables import configuration_parts, configurations, zone_numbers
from central.store.database import Store, take_turn

FALLEN = ("refused", "rolled_back")
KEPT = 500  # versions of a node; of older ones only what still counts
_C, _P = configurations.c, configuration_parts.c
_OF_PART = (_P.node == _C.node) & (_P.number == _C.number)
PART_ROWS = (
    *(_P.part, _P.number, _P.body, _P.changes),
    *(each for each in _C if each.name not in ("node", "number", "body")),
)


@dataclass(frozen=True, slots=True)
class Saving:
    """What is to be saved of one node. `bases`: on which versions of its parts it was decided.

    `until`: then what was before comes back, unless somebody saved the same part since.
    """

    node: str
    parts: Mapping[str, Body | None]
    why: str
    bases: Mapping[str, int] | None = None
    rollout: int | None = None
    until: datetime | None = None


class Stale(Exception):
    """Somebody saved the same part meanwhile; the newest number, and every version since the base."""

    def __init__(self, part: str, number: int, since: Sequence[Row[Any]]) -> None:
        super().__init__(f"{part} was saved meanwhile")
        self.part, self.number, self.since = part, number, since


def save(store: Store, saving: Saving, said: Entry, now: datetime) -> int:
    """A new version and its line in the audit, or the one that says the same. Raises Stale, StoreAway."""
    with store.write() as connection:
        take_turn(connection)
        return save_in(connection, saving, said, now)


def save_in(connection: Connection, saving: Saving, said: Entry, now: datetime) -> int:
    """The same in a transaction of the caller's, whose turn it is."""
    for part, base in (saving.bases or {}).items():
        _check_base(connection, saving.node, part, base)
    standing = standing_parts(connection, saving.node)
    changes = {
        part: differences(standing.get(part, (0, None))[1], body) for part, body in saving.parts.items()
    }
    newest = newest_numbers(connection, saving.node, list(saving.parts))
    if not any(changes.values()) and all(standing.get(p, (0, None))[0] == newest[p] for p in saving.parts):
        return max(newest.values(), default=0)
    number = (connection.execute(select(func.max(_C.number)).where(_C.node == saving.node)).scalar() or 0) + 1
    whole = {part: body for part, (_, body) in standing.items()} | dict(saving.parts)
    text = canonical(composed(whole))
    row = {"node": saving.node, "number": number, "sha256": sha256(text), "body": text, "who": said.who}
    row |= {"at": now, "changed": now, "why": saving.why, "status": "wanted", "rollout": saving.rollout}
    row |= {"until": saving.until}
    connection.execute(insert(configurations).values(**row))
    connection.execute(
        insert(configuration_parts),
        [
            {"node": saving.node, "part": part, "number": number, "body": body, "changes": changes[part]}
            for part, body in saving.parts.items()
        ],
    )
    record(connection, now, replace(said, why=f"v{number}: {saving.why}"[:240]))
    _forget(connection, saving.node, number - KEPT)
    return number


def _check_base(connection: Connection, node: str, part: str, base: int) -> None:
    """Raises Stale."""
    newest = newest_numbers(connection, node, [part])[part]
    if newest != base:
        wanted = versions_query(node, part).where(_P.number > base).order_by(_P.number)
        raise Stale(part, newest, connection.execute(wanted).all())


def standing_parts(connection: Connection, node: str) -> dict[str, tuple[int, Body | None]]:
    """The newest version of each part that the node has not refused, with its number."""
    stands = select(_P.part, func.max(_P.number).label("number")).join(configurations, _OF_PART)
    stands = stands.where(_P.node == node, _C.status.not_in(FALLEN)).group_by(_P.part)
    newest = stands.subquery()
    same = (_P.part == newest.c.part) & (_P.number == newest.c.number)
    rows = connection.execute(select(_P.part, _P.number, _P.body).join(newest, same).where(_P.node == node))
    return {row.part: (row.number, row.body) for row in rows}


def newest_numbers(connection: Connection, node: str, parts: Sequence[str]) -> dict[str, int]:
    """The newest version of each of these parts, whatever became of it; 0 where there is none."""
    wanted = select(_P.part, func.max(_P.number).label("number"))
    wanted = wanted.where(_P.node == node, _P.part.in_(parts)).group_by(_P.part)
    found = {row.part: int(row.number) for row in connection.execute(wanted)}
    return {part: found.get(part, 0) for part in parts}


def versions_query(node: str, part: str) -> Select[Any]:
    """Versions of a part with what became of them; the caller says in which order and how many."""
    return select(*PART_ROWS).join(configurations, _OF_PART).where(_P.node == node, _P.part == part)


def versions_of(
    store: Store, node: str, part: str, *, limit: int, before: int | None = None
) -> Sequence[Row[Any]]:
    """Versions of a part, the newest first. Raises StoreAway."""
    wanted = versions_query(node, part).order_by(_P.number.desc()).limit(limit)
    if before is not None:
        wanted = wanted.where(_P.number < before)
    with store.read() as connection:
        return connection.execute(wanted).all()


def version_of(store: Store, node: str, part: str, number: int) -> Row[Any] | None:
    """One version of a part. Raises StoreAway."""
    with store.read() as connection:
        return connection.execute(versions_query(node, part).where(_P.number == number)).one_or_none()


def configurations_of(
    store: Store, node: str, *, limit: int, before: int | None = None
) -> Sequence[Row[Any]]:
    """Versions of a whole node, the newest first. Raises StoreAway."""
    wanted = select(configurations).where(_C.node == node).order_by(_C.number.desc()).limit(limit)
    if before is not None:
        wanted = wanted.where(_C.number < before)
    with store.read() as connection:
        return connection.execute(wanted).all()


def newest_applied(store: Store, node: str) -> int | None:
    """The newest version that the node said it runs. Raises StoreAway."""
    wanted = select(func.max(_C.number)).where(_C.node == node, _C.status == "applied")
    with store.read() as connection:
        found: int | None = connection.execute(wanted).scalar_one_or_none()
    return found


def newest_of_nodes(store: Store, nodes: Sequence[str]) -> dict[str, Row[Any]]:
    """The newest version of each node, what became of it, and the newest that it runs. Raises StoreAway."""
    runs = func.max(case((_C.status == "applied", _C.number))).label("applied")
    with store.read() as connection:
        last = select(_C.node, func.max(_C.number).label("number"), runs)
        last = last.where(among(connection, _C.node, list(nodes))).group_by(_C.node)
        newest = last.subquery()
        same = (_C.node == newest.c.node) & (_C.number == newest.c.number)
        names: tuple[Any, ...] = (_C.node, _C.number, _C.status, _C.published, newest.c.applied)
        wanted = select(*names).join(newest, same)
        return {row.node: row for row in connection.execute(wanted).all()}


def parts_in(connection: Connection, node: str, number: int) -> Sequence[Row[Any]]:
    """What one version changed."""
    return connection.execute(
        select(configuration_parts).where(_P.node == node, _P.number == number).order_by(_P.part)
    ).all()


def parts_of(store: Store, node: str, numbers: Sequence[int]) -> Sequence[Row[Any]]:
    """What these versions changed. Raises StoreAway."""
    wanted = select(configuration_parts).where(_P.node == node, _P.number.in_(numbers))
    with store.read() as connection:
        return connection.execute(wanted.order_by(_P.number.desc(), _P.part)).all()


def newest_by_part(store: Store, node: str | None = None) -> Sequence[Row[Any]]:
    """The newest version of every part of every node, with what became of it. Raises StoreAway."""
    newest = select(_P.node, _P.part, func.max(_P.number).label("number")).group_by(_P.node, _P.part)
    if node is not None:
        newest = newest.where(_P.node == node)
    last = newest.subquery()
    same = (_P.node == last.c.node) & (_P.part == last.c.part) & (_P.number == last.c.number)
    wanted = select(_P.node, *PART_ROWS).join(last, same).join(configurations, _OF_PART)
    with store.read() as connection:
        return connection.execute(wanted.order_by(_P.node, _P.part)).all()


def settled_since(store: Store, since: datetime, *, limit: int) -> list[Row[Any]]:
    """Parts of versions that were made, or of which something was heard, since then. Raises StoreAway."""
    names: tuple[Any, ...] = (_P.node, _P.part, _P.number, _C.status, _C.published)
    wanted = select(*names).join(configurations, _OF_PART).where(_C.changed >= since)
    wanted = wanted.order_by(_C.changed.desc(), _P.node, _P.part).limit(limit)
    with store.read() as connection:
        return list(connection.execute(wanted).all()[::-1])


def reasons_of(row: Any) -> list[dict[str, Any]]:
    """What a node said of a version, as JSON."""
    found: list[dict[str, Any]] = row.reasons or []
    return found


def changes_of(row: Any) -> list[str]:
    """What a version changed, in words."""
    return [Reason.model_validate(each).text for each in row.changes]


def body_of(row: Any) -> dict[str, Any]:
    """The overlay of a version."""
    found: dict[str, Any] = json.loads(row.body)
    return found


def _forget(connection: Connection, node: str, upto: int) -> None:
    """Versions up to this one, but for those whose parts still count."""
    if upto <= 0:
        return
    counts = {number for number, _ in standing_parts(connection, node).values()}
    old = (_P.node == node) & (_P.number <= upto) & _P.number.not_in(sorted(counts))
    connection.execute(delete(configuration_parts).where(old))
    gone = (_C.node == node) & (_C.number <= upto) & _C.number.not_in(sorted(counts))
    connection.execute(delete(configurations).where(gone))
    z = zone_numbers.c
    connection.execute(delete(zone_numbers).where(z.node == node, z.number <= upto))
