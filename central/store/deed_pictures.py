"""Pictures that people took of a ticket's scene, and show with what they do or say."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from broker.events import Reason
from broker.parts import EvidenceRole
from central.store.database import written
from central.store.identity_tables import evidence_uploads
from central.store.schema import evidence, evidence_links, tickets
from central.store.upload_tables import uploads
from central.store.uploads import link


def unknown(connection: Connection, wanted: Sequence[str]) -> Reason | None:
    """Why these cannot be shown: only what was uploaded for tickets, and masked, can be.

    A picture that a node sent is none of them: knowing a hash is no proof of having taken the picture.
    """
    mine = uploads.c.sha256.in_(wanted) & (uploads.c.purpose == "ticket")
    found = set(connection.execute(select(uploads.c.sha256).where(mine)).scalars())
    lost = [n for n, sha256 in enumerate(wanted, 1) if sha256 not in found]
    if not lost:
        return None
    what = f"picture {lost[0]} of {len(wanted)} is not there"
    text = f"{what}; name the sha256 that POST /api/v1/uploads?for=ticket answered"
    return Reason(code="unknown_picture", text=text)


def show(
    connection: Connection, number: int, wanted: Sequence[str], role: EvidenceRole, at: datetime
) -> None:
    """From now on they stay, and are the ticket's, beside what a node sent of its leading situation."""
    mine = select(tickets.c.lead_node, tickets.c.lead_subject).where(tickets.c.number == number)
    source, subject = connection.execute(mine).one()
    found = connection.execute(select(uploads).where(uploads.c.sha256.in_(wanted))).mappings()
    for row in found.all():
        about = {name: row[name] for name in ("sha256", "size", "media_type")}
        link(connection, row["sha256"], at)
        written(connection, evidence, about | {"received": at})
        # Whose reference the bytes meet: this one's.
        written(connection, evidence_uploads, {"sha256": row["sha256"], "node": source, "at": at})
        shown = {"source": source, "subject": subject, "role": role, "taken": at}
        written(connection, evidence_links, about | shown)
