"""What is to be done for a roll-out now, by what its nodes said. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from broker.events import Reason
from central.rollouts.judging import MS_TIMES, Figures, too_early, worse
from central.rollouts.machine import State, Step

# waiting: nothing was done yet; away: not connected, and left out; doubtful: it fares worse, as yet.
NodeState = Literal[
    "waiting", "sent", "applied", "doubtful", "well", "worse", "refused", "rolled_back", "late", "away",
    "taken_back",
]  # fmt: skip
FAILED: tuple[NodeState, ...] = ("worse", "refused", "rolled_back", "late")
OFFLINE_S = 120.0  # without a connection while it soaks
DOUBT_S = 300.0  # at most: it fares worse for so long, and that is no hiccup


@dataclass(frozen=True, slots=True)
class Running:
    """A roll-out at work: its state and stage, since when, and how long things may take.

    slower: how many times as long the detector may take for a picture.
    """

    state: State
    stage: int
    stages: int
    since: float
    soak_s: float
    patience_s: float
    slower: float = MS_TIMES


@dataclass(frozen=True, slots=True)
class Node:
    """A node of the stage. `said`: of the version that it got; `away_s`: how long without connection."""

    name: str
    state: NodeState
    since: float
    said: str | None = None
    before: Figures | None = None
    now: Figures | None = None
    away_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Turn:
    """A node comes into another state."""

    name: str
    state: NodeState
    reason: Reason


@dataclass(frozen=True, slots=True)
class Decision:
    """What nodes turn into, whom the change is to be given, and the step of the whole, with its reason."""

    turns: tuple[Turn, ...]
    give: tuple[str, ...] = ()
    step: Step | None = None
    reason: Reason | None = None


def decide(rollout: Running, nodes: Sequence[Node], now: float) -> Decision:
    """nodes: those of its stage."""
    if rollout.state == "applying":
        return _applying(rollout, nodes, now)
    return _soaking(rollout, nodes, now)


def _applying(rollout: Running, nodes: Sequence[Node], now: float) -> Decision:
    over = now - rollout.since >= rollout.patience_s
    turns = [turn for node in nodes if (turn := _heard(node, over=over)) is not None]
    if (failed := _failed(turns)) is not None:
        return Decision(tuple(turns), step="stop", reason=failed)
    turned = {turn.name: turn.state for turn in turns}
    states = [turned.get(node.name, node.state) for node in nodes]
    give = tuple(n.name for n in nodes if n.state == "waiting" and n.name not in turned and n.away_s == 0)
    if any(state in ("waiting", "sent") for state in states):
        return Decision(tuple(turns), give)
    count, of = states.count("applied"), len(nodes)
    values = {"count": float(count), "of": float(of)}
    text = f"{count} of {of} nodes of the stage apply it"
    return Decision(tuple(turns), step="soak", reason=Reason(code="applied", text=text, values=values))


def _heard(node: Node, *, over: bool) -> Turn | None:
    if node.state == "sent" and node.said in ("refused", "rolled_back"):
        return Turn(node.name, node.said, _of(node, node.said, f"{node.name} {node.said} it"))  # type: ignore[arg-type]
    if node.state == "sent" and node.said == "applied":
        return Turn(node.name, "applied", _of(node, "applied", f"{node.name} applies it"))
    if over and node.state == "waiting":
        return Turn(node.name, "away", _of(node, "away", f"{node.name} is not connected"))
    if over and node.state == "sent":
        text = f"{node.name} said nothing of it in time"
        if node.said == "preparing":
            text = f"{node.name} has not fetched and tried its model in time"
        return Turn(node.name, "late", _of(node, "late", text))
    return None


def _soaking(rollout: Running, nodes: Sequence[Node], now: float) -> Decision:
    over = now - rollout.since >= rollout.soak_s
    turns = [turn for node in nodes if (turn := _fares(rollout, node, now, over=over)) is not None]
    if (failed := _failed(turns)) is not None:
        return Decision(tuple(turns), step="stop", reason=failed)
    turned = {turn.name: turn.state for turn in turns}
    if not over or any(turned.get(n.name, n.state) in ("applied", "doubtful") for n in nodes):
        return Decision(tuple(turns))
    last = rollout.stage + 1 == rollout.stages
    text = f"stage {rollout.stage + 1} of {rollout.stages} fares as well as before"
    values = {"stage": rollout.stage + 1.0, "stages": float(rollout.stages)}
    reason = Reason(code="well", text=text, values=values)
    return Decision(tuple(turns), step="finish" if last else "next_stage", reason=reason)


def _fares(rollout: Running, node: Node, now: float, *, over: bool) -> Turn | None:
    if node.state not in ("applied", "doubtful"):
        return None
    if node.said in ("refused", "rolled_back"):
        return Turn(node.name, node.said, _of(node, node.said, f"{node.name} {node.said} it"))  # type: ignore[arg-type]
    if node.away_s >= OFFLINE_S:
        return _worse(node, Reason(code="went_away", text="it lost its connection"))
    told = node.now is not None and node.now.at > rollout.since
    if not told:
        if now - rollout.since < rollout.soak_s + rollout.patience_s:
            return None
        return _worse(node, Reason(code="silent", text="it does not tell how it fares"))
    found = (
        worse(node.before, node.now, rollout.slower)
        if node.before is not None and node.now is not None
        else []
    )
    if not found:
        if over and not _wait_on(rollout, node, now):
            return Turn(node.name, "well", _of(node, "well", f"{node.name} fares as well as before"))
        calm = _of(node, "better", f"{node.name} fares as before again")
        return Turn(node.name, "applied", calm) if node.state == "doubtful" else None
    if over or (node.state == "doubtful" and now - node.since >= min(DOUBT_S, rollout.soak_s / 2)):
        return _worse(node, found[0])
    if node.state == "doubtful":
        return None
    return Turn(node.name, "doubtful", _named(node, found[0]))


def _wait_on(rollout: Running, node: Node, now: float) -> bool:
    """A model that has seen too little yet is watched on, as long as there is patience."""
    if node.before is None or node.now is None or now - rollout.since >= rollout.soak_s + rollout.patience_s:
        return False
    return too_early(node.before, node.now)


def _worse(node: Node, why: Reason) -> Turn:
    return Turn(node.name, "worse", _named(node, why))


def _named(node: Node, why: Reason) -> Reason:
    words = {**(why.words or {}), "node": node.name}
    return Reason(code=why.code, text=f"{node.name}: {why.text}"[:240], values=why.values, words=words)


def _of(node: Node, code: str, text: str) -> Reason:
    return Reason(code=code, text=text, words={"node": node.name})


def _failed(turns: Iterable[Turn]) -> Reason | None:
    return next((turn.reason for turn in turns if turn.state in FAILED), None)
