"""The limits and the escalation that count where a city says nothing. docs/clock.md has them as tables.

Two are told of in public (exposed garbage, accumulated debris); the others are a beginning.
"""

from typing import Final

from central.clock.escalation import Escalation, EscalationStep
from central.clock.limits import LimitRule, Severity, Stage, read_limit

_HIGH: Final[tuple[Severity, ...]] = ("high",)


def _rule(stage: Stage, limit: str, *kinds: str, severities: tuple[Severity, ...] = ()) -> LimitRule:
    return LimitRule(stage, read_limit(limit), kinds, (), severities)


LIMITS: Final = (
    _rule("accept", "10 minutes", severities=_HIGH),
    _rule("accept", "30 working minutes"),
    _rule("dispatch", "10 minutes", severities=_HIGH),
    _rule("dispatch", "30 working minutes"),
    _rule("handle", "1 hour", "fire_lane_occupied"),
    _rule("handle", "2 working hours", "illegal_parking", "unlicensed_stall"),
    _rule("handle", "4 working hours", "exposed_garbage", "bin_full", "two_wheeler_parking"),
    _rule("handle", "4 working hours", "shop_overflow", "street_occupation"),
    _rule("handle", "1 working day", "disorderly_piling"),
    _rule("handle", "2 working days", "construction_materials"),
    _rule("handle", "4 working days", "accumulated_debris"),
    _rule("handle", "4 working hours", severities=_HIGH),
    _rule("handle", "1 working day"),
    _rule("verify", "4 working hours"),
    _rule("close", "1 working day"),
)
ESCALATION: Final = Escalation(
    (
        EscalationStep(0.8, urge=True),
        EscalationStep(1.0, to="street", stages=("handle",)),
        EscalationStep(1.0, urge=True, stages=("accept", "dispatch", "verify", "close")),
        EscalationStep(1.5, to="district", supervise=True, stages=("handle",)),
    )
)
