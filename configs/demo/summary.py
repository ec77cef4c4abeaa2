"""What the demonstration achieved, asked of the centre itself."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx


@dataclass(frozen=True)
class Summary:
    """The demonstration's last line. `first_ticket_s`: seconds from the node's start to its first ticket."""

    frames: int
    observations: int
    events: int
    tickets: int
    evidence: int
    first_ticket_s: float | None
    waiting: int


def collect(url: str, session: dict[str, str], node: dict[str, Any], began: float) -> Summary:
    """Ask the centre for its tickets and fetch every picture, checking its sha256."""
    with httpx.Client(base_url=url, headers=session, timeout=10) as client:
        tickets = client.get("/api/tickets", params={"limit": 100}).json()["items"]
        full = [client.get(f"/api/tickets/{ticket['id']}").json() for ticket in tickets]
        pictures = sum(_arrived(client, item) for ticket in full for item in ticket["evidence"])
    return Summary(
        frames=node.get("frames", 0),
        observations=node.get("observations", 0),
        events=node.get("events", 0),
        tickets=len(tickets),
        evidence=pictures,
        first_ticket_s=_first(tickets, began),
        waiting=node.get("pending", 0),
    )


def _arrived(client: httpx.Client, item: dict[str, Any]) -> bool:
    answer = client.get(f"/api/evidence/{item['sha256']}", params={"reason": "the demonstration's summary"})
    whole = answer.status_code == 200 and hashlib.sha256(answer.content).hexdigest() == item["sha256"]
    return whole and item["masked"] is True


def _first(tickets: list[dict[str, Any]], began: float) -> float | None:
    times = [datetime.fromisoformat(t["created"].replace("Z", "+00:00")).timestamp() for t in tickets]
    return round(min(times) - began, 1) if times else None
