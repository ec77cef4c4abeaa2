"""Whose bytes meet a reference to a picture."""

from typing import Any

from sqlalchemy import ColumnElement, func

from central.store.schema import evidence_links


def sender(links: Any = evidence_links) -> ColumnElement[str]:
    """The node that took the picture: the situation's own, or another that looked at it for the centre."""
    found: ColumnElement[str] = func.coalesce(links.c.sent_by, links.c.source)
    return found
