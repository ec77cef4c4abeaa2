"""When a certificate is renewed, and what becomes of the new one. Pure.

A new certificate is first shown to the centre, then put in force, then on trial: until the broker has taken
a connection with it the old one stays beside it, and comes back when the broker does not.
"""

from typing import Literal

Phase = Literal["in_force", "on_trial"]
Happening = Literal["renewed", "refused", "connected", "silent"]

TABLE: dict[tuple[Phase, Happening], Phase] = {
    ("in_force", "renewed"): "on_trial",
    ("in_force", "refused"): "in_force",
    ("on_trial", "connected"): "in_force",
    ("on_trial", "silent"): "in_force",
}
TRIAL_S = 600.0
RENEW_AFTER, WARN_AFTER = 2 / 3, 5 / 6  # of its life


def renewal_due(begins: float, ends: float, now: float) -> bool:
    """Whether it is time for a new one; seconds by the centre's clock."""
    return now >= begins + RENEW_AFTER * (ends - begins)


def worrying(begins: float, ends: float, now: float) -> bool:
    """Whether it should have been renewed long ago."""
    return now >= begins + WARN_AFTER * (ends - begins)


def after(phase: Phase, happening: Happening) -> Phase:
    """The phase that follows. Raises ValueError for what cannot happen in this one."""
    if (phase, happening) not in TABLE:
        allowed = ", ".join(what for where, what in TABLE if where == phase)
        raise ValueError(f"{happening} cannot happen {phase}; allowed: {allowed}")
    return TABLE[(phase, happening)]
