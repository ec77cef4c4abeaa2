"""What a LoRaWAN network tells of an uplink beside its payload: the port, and how loud it was. Pure."""

from typing import Any, Final

from edge.payloads import number_of
from edge.readings import Reading

MOST_GATEWAYS: Final = 256


def port_of(value: Any) -> int:
    """A port; 0 where it is left out, since that is how both networks write 0."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 256 else 0


def radio(device: str, at: float | None, gateways: Any) -> tuple[Reading, ...]:
    """How loud the best of the gateways heard it. A ratio that is left out is 0, as protobuf has it.

    Where the gateways stand, and which they are, is left unread.
    """
    best: tuple[float, float | None] | None = None
    for each in gateways[:MOST_GATEWAYS] if isinstance(gateways, list) else ():
        loud = number_of(each.get("rssi")) if isinstance(each, dict) else None
        if loud is not None and (best is None or loud > best[0]):
            best = loud, number_of(each.get("snr", 0.0))
    if best is None:
        return ()
    signal = Reading(device, "signal", best[0], at)
    return (signal,) if best[1] is None else (signal, Reading(device, "snr", best[1], at))
