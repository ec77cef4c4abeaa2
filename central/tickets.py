"""What becomes of a ticket by itself when its scene is seen clear, or occupied again. Pure."""

from dataclasses import dataclass
from typing import Literal

from central.casework.machine import TABLE, Action, State, step

Scene = Literal["present", "clear"]


@dataclass(frozen=True, slots=True)
class Standing:
    """The state of a ticket, and the one that it goes back to."""

    state: State
    before: State | None = None


def turn(state: State, scene: Scene) -> Action | None:
    """What follows for a ticket in this state once the scene is known to be so."""
    action: Action = "clear_itself" if scene == "clear" else "come_back"
    return action if state in TABLE[action].of else None


def after(standing: Standing, scene: Scene) -> Standing:
    """The standing once the scene is known to be so. Saying it twice changes nothing."""
    if (action := turn(standing.state, scene)) is None:
        return standing
    found = step(standing.state, action, before=standing.before)
    return Standing(found.state, standing.state if action == "clear_itself" else None)
