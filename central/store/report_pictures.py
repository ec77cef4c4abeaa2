"""Which pictures a report may show: those that were uploaded for reports, and masked before."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Row, select

from broker.events import Evidence
from central.reports.events import TOLD
from central.reports.report import NotTaken
from central.store.database import written
from central.store.identity_tables import evidence_uploads
from central.store.schema import evidence
from central.store.upload_tables import uploads
from central.store.uploads import link


def shown(connection: Connection, wanted: Sequence[str], taken: datetime, at: datetime) -> list[Evidence]:
    """The pictures with these hashes, as a report shows them from now on. Raises NotTaken.

    A picture that a node sent is none of them: knowing a hash is no proof of having taken the picture.
    """
    mine = uploads.c.sha256.in_(wanted) & (uploads.c.purpose == "report")
    found = {row.sha256: row for row in connection.execute(select(uploads).where(mine))}
    if lost := [sha256 for sha256 in wanted if sha256 not in found]:
        allowed = "the sha256 that POST /api/v1/uploads answered"
        raise NotTaken("unknown_picture", f"there is no picture {lost[0]}", where="pictures", allowed=allowed)
    return [_shown(connection, found[sha256], taken, at) for sha256 in wanted]


def _shown(connection: Connection, row: Row[tuple[str, int, str]], taken: datetime, at: datetime) -> Evidence:
    """From now on it stays, and is evidence as what a node sends is."""
    sha256, size, kind = row._mapping["sha256"], row._mapping["size"], row._mapping["media_type"]
    link(connection, sha256, at)
    written(connection, evidence, {"sha256": sha256, "size": size, "media_type": kind, "received": at})
    written(connection, evidence_uploads, {"sha256": sha256, "node": TOLD, "at": at})
    return Evidence(role="scene", sha256=sha256, size=size, media_type=kind, masked=True, taken=taken)
