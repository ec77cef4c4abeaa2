"""Pictures that came with the answers of a look, and whose they are."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection

from broker.events import SceneAnswer, SceneVerification
from broker.parts import EvidenceRole
from central.store.database import insert
from central.store.schema import evidence_links

Whose = tuple[str, str] | None  # node and situation; None: the answering node's own


def keep_pictures(
    connection: Connection,
    event: SceneVerification,
    answers: Iterable[tuple[SceneAnswer, Whose]],
    *,
    handled: bool = True,
) -> None:
    """Link them to these situations. handled: they show how it was left, else the scene as it is."""
    rows = [
        _row(event, answer, whose, picture, handled=handled)
        for answer, whose in answers
        for picture in answer.evidence
    ]
    if rows:
        connection.execute(insert(connection, evidence_links).on_conflict_do_nothing(), rows)


def _row(
    event: SceneVerification, answer: SceneAnswer, whose: Whose, picture: Any, *, handled: bool
) -> dict[str, Any]:
    node, subject = whose or (event.source, answer.situation)
    now: EvidenceRole = "after" if handled else "scene"
    role = now if picture.role in ("scene", "after") else picture.role
    row = {"source": node, "subject": subject, "role": role, "taken": picture.taken}
    row |= {name: getattr(picture, name) for name in ("sha256", "size", "media_type")}
    return row | {"sent_by": event.source if node != event.source else None}
