"""Roll-outs as rows: made by people, driven a step at a time, each step in one transaction."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from broker.events import Reason
from central.configuration.overlay import REMOVED, Body, changed, part_of
from central.people.asker import OURSELVES, Asker
from central.rollouts.deciding import Decision, Node, NodeState, Running, decide
from central.rollouts.judging import MS_TIMES, Figures, figures_of
from central.rollouts.machine import IllegalStep, Step, after
from central.rollouts.stages import sizes, stage_of
from central.sources import NodeView
from central.store.audit import record
from central.store.configuration_tables import (
    configuration_parts,
    configurations,
    rollout_nodes,
    rollouts,
)
from central.store.configuring import FALLEN, Saving, save_in, standing_parts
from central.store.database import Store, take_turn
from central.store.numbering import numbers
from central.store.partial import RUNNING_ROLLOUTS
from central.store.refusal import Refusal
from central.store.schema import nodes

log = logging.getLogger(__name__)
EACH_SOURCE = "sources"  # of a change: for each camera of a node
_R, _N, _C, _P = rollouts.c, rollout_nodes.c, configurations.c, configuration_parts.c
Views = Mapping[str, NodeView]


class NotDone(Refusal):
    """A roll-out that cannot be made, or a step that cannot be taken; the words say why."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be changed at which nodes (the first ones first), in which stages, by whom and why."""

    request: str
    why: str
    change: Mapping[str, Body]
    nodes: Sequence[str]
    stages: Sequence[str]
    soak_s: float
    patience_s: float
    slower: float = MS_TIMES


def make_rollout(store: Store, wanted: Wanted, by: Asker, now: datetime) -> int:
    """Once, however often it is asked under this request; its number. Raises NotDone, StoreAway."""
    with store.write() as connection:
        take_turn(connection)
        mine = (_R.who == by.who[:80]) & (_R.request == wanted.request)
        known = connection.execute(select(_R.number, _R.change).where(mine)).one_or_none()
        if known is not None:
            if known.change != wanted.change:
                text = "this request was used for something else; give each its own"
                raise NotDone("request_reused", text, where="request")
            return int(known.number)
        _free(connection, wanted)
        (number,) = numbers(connection, rollouts, 1)
        upto = _upto(wanted)
        values = {"nodes": float(len(wanted.nodes)), "stages": float(len(upto))}
        text = f"{len(wanted.nodes)} nodes in {len(upto)} stages"
        why = Reason(code="made", text=text, values=values)
        row = {"number": number, "request": wanted.request, "who": by.who[:80], "why": wanted.why}
        row |= {"change": wanted.change, "stages": upto, "soak_s": wanted.soak_s, "made": now, "since": now}
        row |= {
            "slower": wanted.slower,
            "patience_s": wanted.patience_s,
            "state": "applying",
            "stage": 0,
            "reason": why,
            "version": 1,
        }
        connection.execute(insert(rollouts).values(**row))
        same = {"rollout": number, "state": "waiting", "since": now}
        rows = [
            {"node": node, "place": n, "stage": stage_of(n, upto), **same}
            for n, node in enumerate(wanted.nodes)
        ]
        connection.execute(insert(rollout_nodes), rows)
        text = f"{', '.join(sorted(wanted.change))} at {len(rows)} nodes: {wanted.why}"
        record(connection, now, by.did("rollout.make", f"roll-out {number}", text))
        return number


def _upto(wanted: Wanted) -> list[int]:
    try:
        return sizes(wanted.stages, len(wanted.nodes))
    except ValueError as error:
        raise NotDone("stages", str(error), where="stages") from None


def _free(connection: Connection, wanted: Wanted) -> None:
    """Every node is known, and in no other roll-out that runs. Raises NotDone."""
    known = set(connection.execute(select(nodes.c.node)).scalars())
    if lost := [node for node in wanted.nodes if node not in known]:
        raise NotDone("no_node", f"there is no node {lost[0]}", where="nodes", allowed="from /api/sources")
    running = select(_R.number).where(RUNNING_ROLLOUTS)
    busy = select(_N.node, _N.rollout).where(_N.rollout.in_(running))
    taken = {row.node: row.rollout for row in connection.execute(busy)}
    if both := [node for node in wanted.nodes if node in taken]:
        text = f"{both[0]} is in roll-out {taken[both[0]]}, which runs"
        raise NotDone("busy", text, where="nodes", allowed="waiting for that, or stopping it")


def any_running(store: Store) -> list[int]:
    """Those at work. Raises StoreAway."""
    with store.read() as connection:
        running = select(_R.number).where(RUNNING_ROLLOUTS).order_by(_R.number)
        return list(connection.execute(running).scalars())


def drive(store: Store, number: int, views: Views, now: datetime) -> None:
    """One step of it, if there is any to take. Raises StoreAway."""
    with store.write() as connection:
        take_turn(connection)
        row = connection.execute(select(rollouts).where(_R.number == number, RUNNING_ROLLOUTS)).one_or_none()
        if row is None:
            return
        found = _nodes(connection, row, views, now)
        running = Running(
            row.state,
            row.stage,
            len(row.stages),
            row.since.timestamp(),
            row.soak_s,
            row.patience_s,
            row.slower,
        )
        _follow(connection, row, decide(running, found, now.timestamp()), views, now)


def step_by_people(
    store: Store,
    number: int,
    step: Step,
    version: int,
    by: Asker,
    why: str,
    now: datetime,
    *,
    take_back: bool = False,
) -> None:
    """Stop, resume or abort. take_back: on an abort, what all stages got too. Raises NotDone, StoreAway."""
    with store.write() as connection:
        take_turn(connection)
        row = connection.execute(select(rollouts).where(_R.number == number)).one_or_none()
        if row is None:
            raise NotDone("no_rollout", f"there is no roll-out {number}", where="number")
        if row.version != version:
            text = f"it has changed meanwhile; it is {row.state} and its version {row.version}"
            raise NotDone("changed_since", text, where="version")
        words = {"why": why[:240]} if why else None
        reason = Reason(code=f"by_{step}", text=(why or f"{step} by {by.who}")[:240], words=words)
        try:
            state = after(row.state, step)
        except IllegalStep as error:
            raise NotDone("state", str(error), where="step") from error
        if step == "resume":
            _again(connection, row, now)
        elif take_back or step == "stop":
            _take_back(connection, row, None if take_back else row.stage, now)
        _put(connection, row, {"state": state, "since": now, "reason": reason})
        record(connection, now, by.did(f"rollout.{step}", f"roll-out {number}", why))


def _nodes(connection: Connection, row: Row[Any], views: Views, now: datetime) -> list[Node]:
    """The nodes of the stage, and what they said."""
    same = (_C.node == _N.node) & (_C.number == _N.number)
    wanted = select(rollout_nodes, _C.status.label("said")).outerjoin(configurations, same)
    wanted = wanted.where(_N.rollout == row.number, _N.stage == row.stage).order_by(_N.place)
    return [_node(each, views.get(each.node), now) for each in connection.execute(wanted)]


def _node(row: Row[Any], view: NodeView | None, now: datetime) -> Node:
    before = Figures.read(row.before) if row.before else None
    figures = figures_of(view) if view is not None else None
    return Node(row.node, row.state, row.since.timestamp(), row.said, before, figures, _away_s(view, now))


def _away_s(view: NodeView | None, now: datetime) -> float:
    if view is None or view.online is not False or view.words.state_heard is None:
        return 0.0
    return max(1.0, (now - view.words.state_heard).total_seconds())


def _follow(connection: Connection, row: Row[Any], decision: Decision, views: Views, now: datetime) -> None:
    for turn in decision.turns:
        view = views.get(turn.name)
        figures = figures_of(view) if view is not None and turn.state in ("well", "worse") else None
        told = {"after": figures.told()} if figures is not None else {}
        _turn(connection, row.number, turn.name, turn.state, turn.reason, now, **told)
    for name in decision.give:
        _give(connection, row, name, views.get(name), now)
    if decision.step is None or decision.reason is None:
        return
    if decision.step == "stop":
        log.warning("roll-out %d stops: %s", row.number, decision.reason.text)
        _take_back(connection, row, row.stage, now)
        why = decision.reason.text
        record(connection, now, OURSELVES.did("rollout.stop", f"roll-out {row.number}", why))
    values = {"state": after(row.state, decision.step), "since": now, "reason": decision.reason}
    _put(connection, row, values | ({"stage": row.stage + 1} if decision.step == "next_stage" else {}))


def _give(connection: Connection, row: Row[Any], name: str, view: NodeView | None, now: datetime) -> None:
    """Save the change for a node, and remember how it fared."""
    standing = {part: body for part, (_, body) in standing_parts(connection, name).items()}
    parts = {
        part: changed(standing.get(part), settings)
        for part, settings in _parts(row.change, view)
        if standing.get(part) != REMOVED
    }
    said = OURSELVES.did("configuration.save", f"{name.removeprefix('gewu://')}/roll-out {row.number}")
    saving = Saving(name, parts, f"roll-out {row.number}: {row.why}"[:240], rollout=row.number)
    number = save_in(connection, saving, said, now) if parts else 0
    figures = figures_of(view) if view is not None else None
    values: dict[str, Any] = {"number": number or None, "before": figures.told() if figures else None}
    if number:
        reason = Reason(code="sent", text=f"it was sent version {number}", values={"version": float(number)})
        _turn(connection, row.number, name, "sent", reason, now, **values)
    else:
        reason = Reason(code="nothing_to_change", text="it has nothing that is changed")
        _turn(connection, row.number, name, "well", reason, now, **values)


def _parts(change: Mapping[str, Body], view: NodeView | None) -> list[tuple[str, Body]]:
    """The parts of one node: sections, and each of its cameras."""
    found = [(part, settings) for part, settings in change.items() if part != EACH_SOURCE]
    about = view.words.about if view is not None else None
    if EACH_SOURCE in change and about is not None:
        cameras = [each.source.id for each in about.sources if each.source.kind == "camera"]
        found += [(part_of(name), change[EACH_SOURCE]) for name in cameras]
    return found


def _take_back(connection: Connection, row: Row[Any], stage: int | None, now: datetime) -> None:
    """What was done to the nodes of a stage, or of all; unless somebody saved the same since."""
    mine = (_N.rollout == row.number) & _N.number.is_not(None) & (_N.state != "taken_back")
    if stage is not None:
        mine &= _N.stage == stage
    for each in connection.execute(select(rollout_nodes).where(mine).order_by(_N.place)).all():
        parts = _before(connection, each.node, each.number)
        about = f"{each.node.removeprefix('gewu://')}/roll-out {row.number}"
        said = OURSELVES.did("configuration.save", about)
        if parts:
            why = f"roll-out {row.number} is taken back"
            save_in(connection, Saving(each.node, parts, why, rollout=row.number), said, now)
        kept = Reason.model_validate(each.reason) if each.state in FALLEN or each.state == "worse" else None
        reason = kept or Reason(code="taken_back", text="what it was sent is taken back")
        _turn(connection, row.number, each.node, "taken_back", reason, now)


def _before(connection: Connection, node: str, number: int) -> dict[str, Body | None]:
    """Of each part that a version changed, and that nobody changed since, what counted before."""
    fallen = select(_C.number).where(_C.node == node, _C.number == number, _C.status.in_(FALLEN))
    if connection.execute(fallen).first() is not None:
        return {}  # the node does not run it, and no later version holds it
    changes = select(_P.part).where(_P.node == node, _P.number == number)
    found: dict[str, Body | None] = {}
    for part in connection.execute(changes).scalars().all():
        newest = select(func.max(_P.number)).where(_P.node == node, _P.part == part)
        if connection.execute(newest).scalar_one() == number:
            found[part] = _body_before(connection, node, part, number)
    return found


def _body_before(connection: Connection, node: str, part: str, number: int) -> Body | None:
    same = (_P.node == _C.node) & (_P.number == _C.number)
    wanted = select(_P.body).join(configurations, same)
    wanted = wanted.where(_P.node == node, _P.part == part, _P.number < number, _C.status.not_in(FALLEN))
    found: Body | None = connection.execute(wanted.order_by(_P.number.desc()).limit(1)).scalar()
    return found


def _again(connection: Connection, row: Row[Any], now: datetime) -> None:
    """The nodes of the stage that did not end well get it once more."""
    mine = (_N.rollout == row.number) & (_N.stage == row.stage) & (_N.state != "well")
    clean = {"state": "waiting", "since": now, "number": None, "before": None, "after": None, "reason": None}
    connection.execute(update(rollout_nodes).where(mine).values(**clean))


def _turn(
    connection: Connection, rollout: int, name: str, state: NodeState, why: Reason, now: datetime, **more: Any
) -> None:
    mine = (_N.rollout == rollout) & (_N.node == name)
    values = {"state": state, "since": now, "reason": why, **more}
    connection.execute(update(rollout_nodes).where(mine).values(**values))


def _put(connection: Connection, row: Row[Any], values: dict[str, Any]) -> None:
    mine = _R.number == row.number
    connection.execute(update(rollouts).where(mine).values(**values, version=row.version + 1))
