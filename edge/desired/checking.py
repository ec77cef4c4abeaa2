"""Whether what the centre wants can be run here: the errors are those of `gewu-edge check`."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from broker.messages import DesiredConfiguration, PlacedReason
from broker.settings import SettingsError, written
from edge.config import Configuration, OwnFile, configured
from edge.desired.overlay import Misfit, Refused, merged, where_in
from edge.troubles import fit

MOST: Final = 64  # reasons of one report


def sha256_of(body: Mapping[str, Any]) -> str:
    """Of the JSON with sorted keys and without spaces, in UTF-8."""
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def checked(own: OwnFile, desired: DesiredConfiguration, secrets: Path) -> Configuration:
    """The node's own file with what the centre wants changed. Raises Refused, with every fault found."""
    if (sha256 := sha256_of(desired.body)) != desired.sha256:
        raise Refused([Misfit("sha256", f"is not that of the body, which is {sha256}")])
    tree = merged(own.tree, desired.body, str(secrets))
    try:
        found = configured(own, written(tree))
    except SettingsError as error:
        raise Refused(
            [Misfit(where_in(tree, one.where), one.what, one.coded) for one in error.faults]
        ) from error
    if found.settings.trust.require_signed and not _names_models_alone(desired.body):
        text = "this node runs nothing that is not signed (trust.require_signed), but for models that are"
        raise Refused([Misfit("", text)])
    return found


def _names_models_alone(body: Mapping[str, Any]) -> bool:
    """Models come with signatures of their own; nothing else that the centre says does."""
    model = body.get("model")
    return set(body) == {"model"} and isinstance(model, Mapping) and set(model) <= {"name", "shadow"}


def reasons(error: Refused) -> list[PlacedReason]:
    """What is wrong, for the centre."""
    return [
        PlacedReason(
            code=one.coded.code,
            text=fit(f"{one.where}: {one.what}" if one.where else one.what),
            where=fit(one.where) if one.where else None,
            values=dict(one.coded.values) or None,
        )
        for one in error.misfits[:MOST]
    ]
