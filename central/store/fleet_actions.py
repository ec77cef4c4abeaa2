"""Actions on many nodes as rows: made by people, driven a step at a time, each step in one transaction."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from broker.events import Reason
from central.asking.judging import OPEN
from central.asking.merging import merged
from central.asking.rules import lasts_s
from central.fleet.deciding import Decision, Node, NodeState, Running, Turn, decide
from central.fleet.deeds import TABLE, Deed
from central.fleet.telling import told
from central.people.asker import OURSELVES, Asker
from central.sources import NodeView
from central.store.ask_tables import ask_answers, asks
from central.store.asking import new_name
from central.store.audit import record
from central.store.bulk import among
from central.store.database import Store, take_turn
from central.store.fleet_tables import fleet_action_nodes, fleet_actions
from central.store.identity_tables import enrolled_nodes
from central.store.numbering import numbers
from central.store.partial import OPEN_ACTIONS
from central.store.refusal import Refusal
from central.store.schema import nodes

NOBODY = 0  # no account: what an action asks is in nobody's way
MOST_OPEN = 20  # actions at work together
KEPT = timedelta(days=90)
OVER = ("stopped", "done")
_A, _N = fleet_actions.c, fleet_action_nodes.c
Views = Mapping[str, NodeView]


class NotActed(Refusal):
    """An action that cannot be made or stopped; the words say why."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be done at which nodes, the first ones first. `body`: more of the command."""

    request: str
    why: str
    deed: Deed
    nodes: Sequence[str]
    at_once: int
    most_failed: int
    patience_s: float
    body: Mapping[str, Any] = field(default_factory=dict)


def make_action(store: Store, wanted: Wanted, by: Asker, now: datetime) -> int:
    """Once, however often it is asked under this request; its number. Raises NotActed, StoreAway."""
    with store.write() as connection:
        take_turn(connection)
        mine = (_A.who == by.who[:80]) & (_A.request == wanted.request)
        known = connection.execute(select(_A.number, _A.deed).where(mine)).one_or_none()
        if known is not None:
            if known.deed != wanted.deed:
                text = "this request was used for something else; give each its own"
                raise NotActed("request_reused", text, where="request")
            return int(known.number)
        _possible(connection, wanted)
        return _made(connection, wanted, by, now)


def _made(connection: Connection, wanted: Wanted, by: Asker, now: datetime) -> int:
    (number,) = numbers(connection, fleet_actions, 1)
    many = len(wanted.nodes)
    row = {"number": number, "request": wanted.request, "who": by.who[:80], "why": wanted.why}
    row |= {"deed": wanted.deed, "body": dict(wanted.body), "at_once": wanted.at_once, "made": now}
    row |= {"most_failed": wanted.most_failed, "until": now + timedelta(seconds=wanted.patience_s)}
    row |= {"state": "running", "since": now, "version": 1}
    why = Reason(code="begun", text=f"{many} nodes are to be asked", values={"count": float(many)})
    connection.execute(insert(fleet_actions).values(**row, reason=why))
    same = {"action": number, "state": "waiting", "since": now}
    rows = [{"node": node, "place": n, **same} for n, node in enumerate(wanted.nodes)]
    connection.execute(insert(fleet_action_nodes), rows)
    said = f"{wanted.deed} at {len(rows)} nodes: {wanted.why}"
    record(connection, now, by.did(f"fleet.{wanted.deed}", f"action {number}", said))
    return number


def _possible(connection: Connection, wanted: Wanted) -> None:
    """Raises NotActed."""
    known = set(connection.execute(select(nodes.c.node)).scalars())
    known |= set(connection.execute(select(enrolled_nodes.c.node)).scalars())
    if lost := [node for node in wanted.nodes if node not in known]:
        allowed = "a node from /api/fleet/nodes"
        raise NotActed("no_node", f"there is no node {lost[0]}", where="nodes", allowed=allowed)
    at_work = connection.execute(select(_A.number, _A.deed).where(OPEN_ACTIONS)).all()
    if len(at_work) >= MOST_OPEN:
        text = f"{MOST_OPEN} actions are at work"
        raise NotActed("too_many_actions", text, where="deed", allowed="waiting for one, or stopping it")
    if not TABLE[wanted.deed].seen:
        return
    same = [row.number for row in at_work if row.deed == wanted.deed]
    mine = select(_N.node, _N.action).where(_N.action.in_(same), among(connection, _N.node, wanted.nodes))
    both = connection.execute(mine).first()
    if both is not None:
        text = f"{both.node} is in action {both.action} already, which is at work"
        raise NotActed("busy", text, where="nodes", allowed="waiting for that, or stopping it")


def open_actions(store: Store) -> list[int]:
    """Those at work. Raises StoreAway."""
    with store.read() as connection:
        return list(connection.execute(select(_A.number).where(OPEN_ACTIONS).order_by(_A.number)).scalars())


def stop_action(store: Store, number: int, version: int, by: Asker, why: str, now: datetime) -> None:
    """Nobody else is asked; who is under way comes to an end. Raises NotActed, StoreAway."""
    with store.write() as connection:
        take_turn(connection)
        row = connection.execute(select(fleet_actions).where(_A.number == number)).one_or_none()
        if row is None:
            raise NotActed("no_fleet_action", f"there is no action {number}", where="path.number")
        if row.version != version:
            text = f"it has changed meanwhile; it is {row.state} and its version {row.version}"
            raise NotActed("changed_since", text, where="body.version")
        if row.state != "running":
            raise NotActed("state", f"it is {row.state}; stop is allowed while it runs", where="body")
        reason = _stopped(why, by)
        _put(connection, row, {"state": "stopping", "since": now, "reason": reason})
        record(connection, now, by.did("fleet.stop", f"action {number}", why))


def _stopped(why: str, by: Asker) -> Reason:
    if not why:
        return Reason(code="action_stopped", text=f"stopped by {by.who}"[:240])
    return Reason(code="action_stopped", text=why[:240], words={"why": why[:240]})


def drive_action(store: Store, number: int, views: Views, now: datetime) -> bool:
    """One step of it, if there is any to take; whether somebody was asked. Raises StoreAway."""
    with store.write() as connection:
        take_turn(connection)
        row = connection.execute(select(fleet_actions).where(_A.number == number, OPEN_ACTIONS)).one_or_none()
        if row is None:
            return False
        rows = connection.execute(
            select(fleet_action_nodes).where(_N.action == number).order_by(_N.place)
        ).all()
        asked = _asked(connection, [each.ask for each in rows if each.state == "asked" and each.ask], now)
        found = [_node(each, views.get(each.node), asked.get(each.ask or "")) for each in rows]
        running = Running(
            row.state, TABLE[row.deed].seen, row.at_once, row.most_failed, row.until.timestamp()
        )
        decision = decide(running, found, now.timestamp())
        by_name = {each.node: each for each in rows}
        for turn in decision.turns:
            _turn(connection, by_name[turn.name], turn, now)
        for name in decision.ask:
            _ask(connection, row, name, views.get(name), now)
        _step(connection, row, decision, now)
        return bool(decision.ask)


def _asked(connection: Connection, names: Sequence[str], now: datetime) -> dict[str, tuple[str, Any]]:
    """How each of these asks stands, with its reasons."""
    if not names:
        return {}
    c = asks.c
    rows = connection.execute(
        select(c.id, c.status, c.reasons, c.expires).where(among(connection, c.id, names))
    )
    return {
        row.id: ("expired" if row.status in OPEN and row.expires <= now else row.status, row.reasons)
        for row in rows
    }


def _node(row: Row[Any], view: NodeView | None, asked: tuple[str, Any] | None) -> Node:
    status, reasons = asked if asked is not None else (None, None)
    why = Reason.model_validate(reasons[0]) if reasons else None
    began = _began(view)
    return Node(
        row.node,
        row.state,
        row.since.timestamp(),
        status,
        why,
        online=view is not None and view.online is True,
        began=began.timestamp() if began else None,
        before=row.before.timestamp() if row.before else None,
    )


def _began(view: NodeView | None) -> datetime | None:
    about = view.words.about if view is not None else None
    return about.inventory.began if about is not None and about.inventory is not None else None


def _turn(connection: Connection, row: Row[Any], turn: Turn, now: datetime) -> None:
    values: dict[str, Any] = {"state": turn.state, "since": now, "reason": turn.reason}
    if row.state == "asked" and row.ask and turn.state == "done":
        wanted = select(ask_answers.c.body).where(ask_answers.c.ask == row.ask).order_by(ask_answers.c.number)
        values["result"] = told(merged(json.loads(each) for each in connection.execute(wanted).scalars()))
    mine = (_N.action == row.action) & (_N.node == row.node)
    connection.execute(update(fleet_action_nodes).where(mine).values(**values))


def _ask(connection: Connection, row: Row[Any], node: str, view: NodeView | None, now: datetime) -> None:
    """Beside the asks of people: what an action asks counts as nobody's."""
    model = TABLE[row.deed].model
    expires = now + timedelta(seconds=lasts_s(model, None))
    command = model(id=new_name(), expires=expires, **row.body)
    made = {"id": command.id, "node": node, "command": row.deed, "source": None, "account": NOBODY}
    made |= {"asked": now, "changed": now, "expires": expires, "status": "waiting", "parts": 0, "size": 0}
    connection.execute(insert(asks).values(**made, body=command.encode().decode()))
    reason = Reason(code="asked", text="it was asked")
    values = {"state": "asked", "since": now, "reason": reason, "ask": command.id, "before": _began(view)}
    mine = (_N.action == row.number) & (_N.node == node)
    connection.execute(update(fleet_action_nodes).where(mine).values(**values))


def _step(connection: Connection, row: Row[Any], decision: Decision, now: datetime) -> None:
    if decision.state is None:
        return
    values: dict[str, Any] = {"state": decision.state, "since": now}
    if decision.reason is not None:
        values["reason"] = decision.reason
        if decision.reason.code == "too_many_failed":
            said = OURSELVES.did("fleet.stop", f"action {row.number}", decision.reason.text)
            record(connection, now, said)
    _put(connection, row, values)


def _put(connection: Connection, row: Row[Any], values: dict[str, Any]) -> None:
    connection.execute(
        update(fleet_actions).where(_A.number == row.number).values(**values, version=row.version + 1)
    )


def list_actions(
    store: Store, *, limit: int, before: int | None = None
) -> list[tuple[Row[Any], dict[NodeState, int]]]:
    """The last first, with how many nodes are in each state. Raises StoreAway."""
    wanted = select(fleet_actions).order_by(_A.number.desc()).limit(limit)
    if before is not None:
        wanted = wanted.where(_A.number < before)
    with store.read() as connection:
        rows = connection.execute(wanted).all()
        counted = select(_N.action, _N.state, func.count()).where(_N.action.in_([row.number for row in rows]))
        counts: dict[int, dict[NodeState, int]] = {row.number: {} for row in rows}
        for action, state, number in connection.execute(counted.group_by(_N.action, _N.state)):
            counts[action][state] = number
    return [(row, counts[row.number]) for row in rows]


def find_action(store: Store, number: int) -> tuple[Row[Any], Sequence[Row[Any]]] | None:
    """An action with its nodes, in their order. Raises StoreAway."""
    with store.read() as connection:
        row = connection.execute(select(fleet_actions).where(_A.number == number)).one_or_none()
        if row is None:
            return None
        each = select(fleet_action_nodes, asks.c.progress).outerjoin(asks, asks.c.id == _N.ask)
        return row, connection.execute(each.where(_N.action == number).order_by(_N.place)).all()


def forget_actions(store: Store, now: datetime) -> int:
    """Actions that ended long ago, some at once. Raises StoreAway."""
    old = select(_A.number).where(_A.made < now - KEPT, _A.state.in_(OVER)).limit(20)
    with store.read() as connection:
        gone = list(connection.execute(old).scalars())
    if gone:
        with store.write() as connection:
            connection.execute(delete(fleet_action_nodes).where(_N.action.in_(gone)))
            connection.execute(delete(fleet_actions).where(_A.number.in_(gone)))
    return len(gone)
