"""Whom a ticket is sent to. Pure; the city's routing takes the place of `one_department`."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from broker.events import Reason
from central.casework.facts import Facts


class Destination(NamedTuple):
    """Where a ticket belongs and why. department None: none is known, and it waits for an operator.

    told: departments that hear of it besides.
    """

    department: str | None
    post: str | None
    reasons: tuple[Reason, ...]
    told: tuple[str, ...] = ()


Dispatcher = Callable[[Facts, datetime], Destination]


def one_department(name: str) -> Dispatcher:
    """Everything goes to the one department there is."""
    reason = Reason(
        code="one_department", text=f"there is one department, {name}", words={"department": name}
    )
    return lambda _facts, _at: Destination(name, None, (reason,))
