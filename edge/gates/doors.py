"""What the states of doors say, after the ONVIF Door Control Service. Pure."""

from dataclasses import dataclass
from typing import Final

from edge.gates.inputs import channel_of, number_of
from edge.readings import Quality, Reading


@dataclass(frozen=True, slots=True)
class DoorState:
    """One property of a door. what: tells its channel from that of the others."""

    quantity: str
    what: str
    values: dict[str, tuple[bool | str, Quality]]


# An alarm is a channel of its own: that it is over says little about whether the door stands open.
DOORS: Final[dict[str, DoorState]] = {
    "Door/State/DoorPhysicalState": DoorState(
        "barrier", "", {"Open": ("open", "good"), "Closed": ("closed", "good")}
    ),
    "Door/State/DoorAlarm": DoorState(
        "barrier",
        "alarm",
        {
            "DoorForcedOpen": ("forced", "good"),
            "DoorOpenTooLong": ("held_open", "good"),
            "Normal": ("closed", "uncertain"),
        },
    ),
    "Door/State/DoorTamper": DoorState(
        "tamper", "", {"TamperDetected": (True, "good"), "NotInTamper": (False, "good")}
    ),
}


def told_of(about: str, said: str, device: str, at: float | None, token: str) -> Reading | None:
    """The reading of a door's property; None for a state that says nothing of it (Fault, Unknown)."""
    state = DOORS[about]
    known = state.values.get(said)
    if known is None:
        return None
    return Reading(device, state.quantity, known[0], at, known[1], channel_of(number_of(token), state.what))
