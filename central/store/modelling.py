"""Bundles of models as rows: each version once, and none goes that something names."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, insert, select, update

from broker.model_offers import full_name
from central.models.shelf import Bundle
from central.people.asker import Asker
from central.store.audit import record
from central.store.configuration_tables import configuration_parts, configurations, rollouts
from central.store.configuring import FALLEN
from central.store.database import Store, take_turn
from central.store.model_tables import models
from central.store.partial import RUNNING_ROLLOUTS

MOST = 500
_M, _R, _C, _P = models.c, rollouts.c, configurations.c, configuration_parts.c


class NotKept(Exception):
    """A bundle that cannot be taken or dropped; the words say why."""

    def __init__(self, code: str, what: str, allowed: str) -> None:
        super().__init__(what)
        self.code, self.allowed = code, allowed


@dataclass(frozen=True, slots=True)
class Room:
    """How much the shelf may hold, in bytes."""

    most_bytes: float


def add(store: Store, bundle: Bundle, room: Room, by: Asker, now: datetime) -> bool:
    """Whether it is new; the same again is none. Raises NotKept, StoreAway."""
    head = bundle.about.head
    name = full_name(head.name, head.version)
    with store.write() as connection:
        take_turn(connection)
        known = _ever(connection, head.name, head.version)
        if known is not None and known.sha256 == bundle.sha256 and known.gone is None:
            return False
        if known is not None and known.sha256 != bundle.sha256:
            text = f"{name} has another content; a version is never changed"
            raise NotKept("version_taken", text, f"a version beyond {known.version}")
        sums = select(func.coalesce(func.sum(_M.size), 0), func.count()).where(_M.gone.is_(None))
        held = connection.execute(sums).one()
        if held[0] + bundle.size > room.most_bytes or held[1] >= MOST:
            text = f"{held[1]} models with {held[0] / 1e6:.0f} MB are here"
            raise NotKept("shelf_full", text, f"{room.most_bytes / 1e6:.0f} MB in {MOST} models")
        row = {"name": head.name, "version": head.version, "sha256": bundle.sha256, "size": bundle.size}
        row |= {"title": head.title, "role": head.role, "network": head.file.sha256}
        row |= {"card": bundle.about.card, "signed": bundle.about.signed, "at": now, "who": by.who[:80]}
        row |= {"signers": list(bundle.about.signers), "gone": None}
        if known is not None:
            connection.execute(update(models).where(_only(head.name, head.version)).values(**row))
        else:
            connection.execute(insert(models).values(**row))
        record(connection, now, by.did("model.add", name, f"sha256 {bundle.sha256}"))
        return True


def find_in(connection: Connection, name: str, version: int | None) -> Row[Any] | None:
    """One version, or the newest."""
    wanted = select(models).where(_M.name == name, _M.gone.is_(None))
    wanted = wanted.where(_M.version == version) if version is not None else wanted
    return connection.execute(wanted.order_by(_M.version.desc()).limit(1)).one_or_none()


def _ever(connection: Connection, name: str, version: int) -> Row[Any] | None:
    """One version, also where it was taken away."""
    return connection.execute(select(models).where(_only(name, version))).one_or_none()


def _only(name: str, version: int) -> ColumnElement[bool]:
    return and_(_M.name == name, _M.version == version)


def find(store: Store, name: str, version: int | None) -> Row[Any] | None:
    """The same. Raises StoreAway."""
    with store.read() as connection:
        return find_in(connection, name, version)


def every(store: Store) -> Sequence[Row[Any]]:
    """By name, the newest version first. Raises StoreAway."""
    with store.read() as connection:
        return connection.execute(
            select(models).where(_M.gone.is_(None)).order_by(_M.name, _M.version.desc())
        ).all()


def drop(
    store: Store, name: str, version: int, running: Sequence[str], by: Asker, why: str, now: datetime
) -> str:
    """Give it to nobody any more, unless something names it; the sha256 of its file.

    running: nodes that run it. Raises NotKept, StoreAway.
    """
    called = full_name(name, version)
    with store.write() as connection:
        take_turn(connection)
        row = find_in(connection, name, version)
        if row is None:
            raise NotKept("no_model", f"there is no model {called}", "a name from /api/models")
        if named := [*running, *wanted_by(connection, called)]:
            more = f" and {len(named) - 1} more" if len(named) > 1 else ""
            raise NotKept("in_use", f"{called} is named by {named[0]}{more}", "a model that nothing names")
        connection.execute(update(models).where(_only(name, version)).values(gone=now))
        record(connection, now, by.did("model.drop", called, why))
        found: str = row.sha256
        return found


def wanted_by(connection: Connection, called: str) -> list[str]:
    """Nodes that are to run it by their configuration, and roll-outs at work that bring it."""
    newest = select(_P.node, func.max(_P.number).label("number"))
    same = (_P.node == _C.node) & (_P.number == _C.number)
    newest = newest.join(configurations, same).where(_P.part == "model", _C.status.not_in(FALLEN))
    last = newest.group_by(_P.node).subquery()
    mine = (_P.node == last.c.node) & (_P.number == last.c.number) & (_P.part == "model")
    bodies = connection.execute(select(_P.node, _P.body).join(last, mine)).all()
    found = [row.node for row in bodies if names(row.body, called)]
    running = connection.execute(select(_R.number, _R.change).where(RUNNING_ROLLOUTS)).all()
    return found + [f"roll-out {row.number}" for row in running if names(row.change.get("model"), called)]


def names(section: Any, called: str) -> bool:
    """Whether the section `model` of a configuration names this model, to decide or to look beside."""
    if not isinstance(section, dict):
        return False
    shadow = section.get("shadow")
    return called in (section.get("name"), shadow.get("name") if isinstance(shadow, dict) else None)
