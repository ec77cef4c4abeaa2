"""Nodes, tickets, times and places in a list as people name them, and the answer where that is none."""

from datetime import datetime

from broker.topics import Address
from central.api.problems import Problem


def node_named(said: str, where: str = "node") -> str:
    """The source of its events, of `131002/yard-7` or `gewu://131002/yard-7`. Raises Problem."""
    try:
        return Address.of(said).source
    except ValueError as error:
        raise Problem(
            422, str(error), where=where, allowed="DISTRICT/NODE, such as 131002/yard-7", code="no_node_name"
        ) from error


def no_ticket(name: str, where: str = "path.name") -> Problem:
    """Nothing has this number or id."""
    allowed = "a number such as T-000123, or an id from /api/tickets"
    return Problem(404, f"there is no ticket {name!r}", where=where, allowed=allowed, code="no_ticket")


def no_cursor(said: str) -> Problem:
    """No page of a list goes on from there."""
    allowed = "the value of `next` of the page before"
    return Problem(400, f"{said!r} is no cursor", where="query.cursor", allowed=allowed, code="no_cursor")


def zoned(said: datetime | None, where: str) -> datetime | None:
    """A time that was given means one moment. Raises Problem."""
    if said is not None and said.tzinfo is None:
        allowed = "such as 2026-03-01T00:00:00Z"
        raise Problem(400, f"{said} has no zone", where=where, allowed=allowed, code="no_time_zone")
    return said
