"""How long a sign-in has to wait after failures. Pure; every wait ends by time.

Nobody is locked out for good, since that would let anybody lock out somebody. What remains for the owner
of an account that is under attack: sessions that stand go on, set-up links and OpenID Connect are not held
up.
"""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["account", "address"]
FREE: dict[Kind, int] = {"account": 5, "address": 20}  # an office of many people shares an address
FIRST_S = 30.0
LONGEST_S = 900.0
FORGET_S = 3600.0  # after so long without a failure all is forgotten


@dataclass(frozen=True, slots=True)
class Bucket:
    """Failures in a row of one account's name or one address, `age_s` seconds after the last of them."""

    failures: int
    age_s: float


def hold_s(kind: Kind, failures: int) -> float:
    """How long nothing is tried after so many failures in a row: 30 s, doubling to 15 minutes."""
    over = failures - FREE[kind]
    return 0.0 if over < 0 else min(LONGEST_S, FIRST_S * 2.0 ** min(over, 10))


def wait_s(kind: Kind, bucket: Bucket | None) -> float:
    """How much longer this one has to wait; 0 when it may try. A clock set back ends no wait early."""
    if bucket is None or bucket.age_s >= FORGET_S:
        return 0.0
    hold = hold_s(kind, bucket.failures)
    return min(hold, max(0.0, hold - bucket.age_s))


def failures_after(bucket: Bucket | None) -> int:
    """The failures in a row once another is counted."""
    return 1 if bucket is None or bucket.age_s >= FORGET_S else bucket.failures + 1
