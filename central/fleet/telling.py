"""What of an answer is kept with an action: findings that need somebody, a bundle's name. Pure."""

from collections.abc import Mapping
from typing import Any

STATES = ("fault", "warning", "note", "fine")
MOST = 60  # findings of one node


def told(result: Mapping[str, Any]) -> dict[str, Any] | None:
    """Small enough to be kept for months: of findings those that are not fine, the worst first."""
    kept: dict[str, Any] = {}
    if (findings := result.get("findings")) is not None:
        kept["counts"] = {state: sum(one["state"] == state for one in findings) for state in STATES}
        worst = [one for state in STATES[:3] for one in findings if one["state"] == state]
        kept["findings"] = worst[:MOST]
    if (bundle := result.get("bundle")) is not None:
        kept["bundle"] = bundle
    return kept or None
