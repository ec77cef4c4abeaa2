"""How each part of a configuration is taken up by a node that runs. Pure.

docs/configuration.md says the same as a table; a test holds the two, and the settings themselves, together.
"""

from typing import Final, Literal

from edge.asked.plain import HOT
from edge.desired.overlay import PARTS

Reach = Literal["hot", "begun anew", "restart"]

# Between two looks: nobody holds a copy of them. A model, where nothing but cameras needs it.
HOT_PARTS: Final = frozenset({"stills", "inference", "journal", "model"})
# Who the node is, whom it trusts, where it keeps and sends things: only with the process.
RESTART: Final = (
    *("node", "broker", "central", "identity", "storage", "delivery", "trust", "watchdog"),
    *("onsite", "tracing"),
)  # fmt: skip
# What the centre may change; all else is the node's own file's.
FROM_CENTRE: Final = frozenset({"sources", "analytics", *PARTS})


def reach(key: str, of_source: str | None = None) -> Reach:
    """Of a key of the file, or of a key of one of its sources."""
    if of_source is not None:
        return "hot" if of_source in HOT else "begun anew"
    if key in RESTART:
        return "restart"
    return "hot" if key in HOT_PARTS else "begun anew"
