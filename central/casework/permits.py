"""Which right an action on a ticket needs: the common table, before a city's profile adds to it. Pure."""

from collections.abc import Mapping
from types import MappingProxyType

from central.casework.machine import ACTIONS, Action
from central.people import roles
from central.people.roles import ROLES, Role

# Any of these does; none: it follows from the scene and nobody may ask for it.
PERMITS: Mapping[Action, tuple[roles.Action, ...]] = MappingProxyType(
    {
        "accept": ("ticket.dispatch",),
        "dispatch": ("ticket.dispatch",),
        "send_back": ("ticket.handle",),
        "take": ("ticket.handle",),
        "feed_back": ("ticket.handle",),
        "verify": ("ticket.verify",),
        "rework": ("ticket.verify",),
        "close": ("ticket.dispatch",),
        "evaluate": ("ticket.supervise",),
        "defer": ("ticket.dispatch", "ticket.supervise"),
        "park": ("ticket.dispatch", "ticket.supervise"),
        "resume": ("ticket.dispatch", "ticket.supervise"),
        "extend": ("ticket.dispatch", "ticket.supervise"),
        "escalate": ("ticket.supervise",),
        "reject": ("ticket.dispatch",),
        "withdraw": ("ticket.report",),
        "merge": ("ticket.dispatch",),
        "clear_itself": (),
        "come_back": (),
        "reopen": ("ticket.dispatch", "ticket.supervise"),
    }
)


def permitted(role: Role, action: Action) -> bool:
    """Whether the common table lets this role do it."""
    return any(role in roles.TABLE[each] for each in PERMITS[action])


def page() -> str:
    """The table as the documentation shows it."""
    lines = ["| action | " + " | ".join(ROLES) + " |", "|---|" + "---|" * len(ROLES)]
    for action in ACTIONS:
        marks = ["✓" if permitted(role, action) else "" for role in ROLES]
        lines.append(f"| `{action}` | " + " | ".join(marks) + " |")
    return "\n".join(lines)
