"""What is to be done for an action on many nodes now, by what they said. Pure.

Theory of operation. Nodes are asked in their order, no more than a few at once. One that is not connected
waits until it is, or until the action's time is over. When too many failed, nobody is asked any more; those
that are under way come to their end. A restart is believed once the node tells of a new run.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from broker.events import Reason

State = Literal["running", "stopping", "stopped", "done"]
# asked: an ask is under way; returning: it said it would restart; silent: it was asked and said nothing;
# away: not connected in all that time; left_out: nobody asked it, for the action was stopped.
NodeState = Literal[
    "waiting", "asked", "returning", "done", "refused", "failed", "silent", "away", "left_out"
]  # fmt: skip
STATES: tuple[State, ...] = get_args(State)
NODE_STATES: tuple[NodeState, ...] = get_args(NodeState)
UNDER_WAY: tuple[NodeState, ...] = ("asked", "returning")
BAD: tuple[NodeState, ...] = ("failed", "silent")
RETURN_S = 300.0  # a node that restarts tells of its new run within


@dataclass(frozen=True, slots=True)
class Running:
    """An action at work. `most_failed`: so many that failed stop it. `until`: nobody is asked after."""

    state: State
    seen: bool
    at_once: int
    most_failed: int
    until: float


@dataclass(frozen=True, slots=True)
class Node:
    """A node of it. `ask`: how that stands, with its first reason. `began`, `before`: its run now, and when
    it was asked; both UTC seconds."""

    name: str
    state: NodeState
    since: float
    ask: str | None = None
    why: Reason | None = None
    online: bool = False
    began: float | None = None
    before: float | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """A node comes into another state."""

    name: str
    state: NodeState
    reason: Reason


@dataclass(frozen=True, slots=True)
class Decision:
    """What nodes turn into, whom to ask, and what the whole turns into, with its reason."""

    turns: tuple[Turn, ...]
    ask: tuple[str, ...] = ()
    state: State | None = None
    reason: Reason | None = None


def decide(action: Running, nodes: Sequence[Node], now: float) -> Decision:
    """nodes: all of it, in their order."""
    turns = {turn.name: turn for node in nodes if (turn := _heard(action, node, now)) is not None}
    states = [turns[node.name].state if node.name in turns else node.state for node in nodes]
    failed = sum(state in BAD for state in states)
    stops = action.state == "running" and failed >= action.most_failed
    if stops or action.state == "stopping":
        turns |= {each.name: each for each in _left_out(nodes, turns)}
        return _stopping(action, turns, states, failed, stops=stops)
    room = action.at_once - sum(state in UNDER_WAY for state in states)
    able = [n.name for n, state in zip(nodes, states, strict=True) if state == "waiting" and n.online]
    ask = tuple(able[: max(0, room)]) if now < action.until else ()
    if ask or any(state in (*UNDER_WAY, "waiting") for state in states):
        return Decision(tuple(turns.values()), ask)
    good = states.count("done")
    text = f"{good} of {len(nodes)} nodes have done it"
    reason = Reason(code="all_settled", text=text, values={"count": float(good), "of": float(len(nodes))})
    return Decision(tuple(turns.values()), (), "done", reason)


def _stopping(
    action: Running, turns: dict[str, Turn], states: Sequence[NodeState], failed: int, *, stops: bool
) -> Decision:
    state: State | None = "stopping" if stops else None
    reason = None
    if stops:
        text, most = f"{failed} nodes failed; nobody else is asked", action.most_failed
        reason = Reason(
            code="too_many_failed", text=text, values={"count": float(failed), "most": float(most)}
        )
    if not any(each in UNDER_WAY for each in states):
        state = "stopped"
    return Decision(tuple(turns.values()), (), state, reason)


def _left_out(nodes: Iterable[Node], turns: dict[str, Turn]) -> Iterable[Turn]:
    for node in nodes:
        if node.state == "waiting" and (node.name not in turns or turns[node.name].state == "waiting"):
            yield Turn(node.name, "left_out", Reason(code="not_begun", text="it was stopped before its turn"))


def _heard(action: Running, node: Node, now: float) -> Turn | None:
    if node.state == "asked":
        return _answered(action, node)
    if node.state == "returning":
        return _returned(node, now)
    if node.state == "waiting" and now >= action.until:
        code = "time_over" if node.online else "not_connected"
        text = "its turn did not come in time" if node.online else "it was not connected in all that time"
        return Turn(node.name, "away", Reason(code=code, text=text))
    return None


def _answered(action: Running, node: Node) -> Turn | None:
    if node.ask == "done":
        if not action.seen:
            return Turn(node.name, "done", node.why or Reason(code="answered", text="it is done"))
        return Turn(node.name, "returning", Reason(code="restarting", text="it ends, to be begun again"))
    if node.ask in ("refused", "failed"):
        usual = Reason(code="node_did_not", text=f"the node {node.ask} it")
        return Turn(node.name, node.ask, node.why or usual)  # type: ignore[arg-type]
    if node.ask in (None, "expired"):
        return Turn(node.name, "silent", Reason(code="said_nothing", text="it said nothing in time"))
    return None


def _returned(node: Node, now: float) -> Turn | None:
    if node.online and node.began is not None and node.began != node.before:
        took = max(0.0, now - node.since)
        return Turn(
            node.name,
            "done",
            Reason(code="runs_again", text=f"it runs again after {took:.0f} s", values={"seconds": took}),
        )
    if now - node.since >= RETURN_S:
        text = f"it has not come back within {RETURN_S:.0f} s"
        return Turn(node.name, "failed", Reason(code="not_back", text=text, values={"seconds": RETURN_S}))
    return None
