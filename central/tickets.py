"""What becomes of a ticket by itself when its scene is seen clear, or occupied again. Pure."""

from dataclasses import dataclass
from typing import Literal

from central.casework.machine import TABLE, State

Scene = Literal["present", "clear"]


@dataclass(frozen=True, slots=True)
class Standing:
    """The state of a ticket, and the one that it goes back to."""

    state: State
    before: State | None = None


def after(standing: Standing, scene: Scene) -> Standing:
    """The standing once the scene is known to be so. Saying it twice changes nothing."""
    if scene == "clear" and standing.state in TABLE["clear_itself"].of:
        return Standing("self_cleared", standing.state)
    if scene == "present" and standing.state == "self_cleared":
        return Standing(standing.before or "reported")
    return standing
