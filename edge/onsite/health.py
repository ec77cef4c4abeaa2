"""Whether the node still does its work, for whoever starts it anew where it does not. Pure.

A restart helps a node that is stuck and no other: a broker that is away, a full disk or a dead camera are
told as troubles, and are no reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

STUCK_S: Final = 120.0  # the longest that the loop may take for one round: models may be loaded meanwhile


@dataclass(frozen=True, slots=True)
class Health:
    """code: ok, troubled or stuck. troubles: the codes of what is wrong besides."""

    ok: bool
    code: str
    text: str
    troubles: tuple[str, ...] = ()


def judged(turn_s: float, troubles: Sequence[str]) -> Health:
    """turn_s: seconds since the loop that looks came round last."""
    codes = tuple(sorted(set(troubles)))
    if turn_s > STUCK_S:
        text = f"the loop that looks has not come round for {turn_s:.0f} s; {STUCK_S:g} s are allowed"
        return Health(False, "stuck", text, codes)
    if codes:
        return Health(True, "troubled", "the node works; something is wrong that no restart mends", codes)
    return Health(True, "ok", "the node works")
