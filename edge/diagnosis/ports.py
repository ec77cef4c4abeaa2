"""Whether the ports at which the node listens are free, or its own."""

from broker.saying import said
from edge.diagnosis.sign import Finding, Sign

FINE = Sign("port_fine", "fine", "the node can listen there")
OURS = Sign("port_ours", "fine", "the running node listens there")
NONE = Sign("port_none", "fine", "the node listens nowhere")
TAKEN = Sign(
    "port_taken",
    "fault",
    "something else listens there, so what devices post does not reach the node",
    "Stop it (`ss -lptn 'sport = :{port}'` tells what it is), or set another `port` at `{key}`.",
)
DEAF = Sign(
    "port_deaf",
    "fault",
    "the node runs and does not listen there: what devices post is lost",
    "Read the node's log for why; restart it.",
)
FORBIDDEN = Sign(
    "port_forbidden",
    "fault",
    "the node's user may not listen there",
    "Set a `port` above 1023 at `{key}`, or allow it: systemd `AmbientCapabilities=CAP_NET_BIND_SERVICE`.",
)
NO_ADDRESS = Sign(
    "port_no_such_address",
    "fault",
    "this box has no such address",
    "Correct `host` (or `address`) at `{key}`; `ip address` tells those that there are.",
)


def judge(where: str, key: str, port: int, outcome: str, by: str | None) -> Finding:
    """outcome: free, ours, taken, deaf, forbidden, no_address. by: who has it, where that can be seen."""
    sign = {"free": FINE, "ours": OURS, "taken": TAKEN, "deaf": DEAF, "forbidden": FORBIDDEN}.get(
        outcome, NO_ADDRESS
    )
    seen = {
        "free": said("free"),
        "ours": said("the node has it"),
        "taken": said("taken by {by}", by=by or said("another process")),
        "deaf": said("nobody listens"),
        "forbidden": said("forbidden"),
        "no_address": said("no such address"),
    }
    return sign.at(where, seen[outcome], port=port, key=key)
