"""Saving a part of a node's configuration: looked at first, then one version more, and the node is told."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from broker.fields import rfc3339
from central.api.guard import now
from central.api.problems import Problem
from central.api.service_parts import Parts
from central.api.zone_answers import version_answer
from central.configuration.checks import faults
from central.configuration.overlay import Body, source_of
from central.people.asker import Asker
from central.store.configuring import Saving, Stale, save

SHOWN = 20  # versions that somebody else made meanwhile


def save_part(
    here: Parts,
    by: Asker,
    node: str,
    part: str,
    body: Body | None,
    *,
    base: int,
    why: str,
    action: str,
    until: datetime | None = None,
) -> int:
    """The number of the version. Raises Problem: 422 with every fault, 409 with what was saved meanwhile."""
    if found := faults(part, body):
        texts = "; ".join(each.text for each in found)[:2000]
        more = {"reasons": [each.model_dump(mode="json", exclude_none=True) for each in found[:SHOWN]]}
        raise Problem(422, texts, where=f"body.{found[0].where}", code=found[0].code, more=more)
    saving = Saving(node, {part: body}, why, {part: base}, until=until)
    about = f"{node.removeprefix('gewu://')}/{source_of(part) or part}"
    try:
        number = save(here.store, saving, by.did(action, about, why), now())
    except Stale as error:
        raise stale(error) from error
    here.stir()
    here.news.call()
    return number


def stale(error: Stale) -> Problem:
    """Who changed what meanwhile."""
    since = [_told(row, error.number) for row in error.since[-SHOWN:]]
    who = ", ".join(sorted({row.who for row in error.since})) or "nobody"
    text = f"it was saved meanwhile, by {who}; the newest version is {error.number}"
    more: Mapping[str, Any] = {"version": error.number, "since": since}
    return Problem(409, text, where="body.base", code="changed_since", more=dict(more))


def _told(row: Any, newest: int) -> dict[str, Any]:
    told = version_answer(row, newest)
    same = {name: told[name] for name in ("version", "by", "why", "diff")}
    return same | {"at": rfc3339(row.at), "body": row.body}
