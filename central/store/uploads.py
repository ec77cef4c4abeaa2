"""Which masked pictures people uploaded, and which of them something shows."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, delete, exists, select, update

from central.store.database import Store, insert, take_turn
from central.store.schema import evidence
from central.store.upload_tables import uploads

Purpose = Literal["report", "ticket"]
AT_ONCE = 100  # dropped in one transaction
UNLINKED_S = 3600.0  # what nothing shows by then is deleted


@dataclass(frozen=True, slots=True)
class Upload:
    """One masked picture. `models`: name, sha256 and role of each that looked. `linked`: shown since then."""

    sha256: str
    size: int
    media_type: str
    width: int
    height: int
    purpose: Purpose
    masked: datetime
    software: str
    models: list[dict[str, Any]]
    persons: int
    faces: int
    plates: int
    linked: datetime | None = None


def expected(store: Store, upload: Upload) -> None:
    """Commit that its file is about to come. Raises StoreAway.

    The row is there before the file, so that no file is ever without a row to drop it by. A picture that was
    uploaded before, and that nothing shows, counts as new.
    """
    new = {name: value for name, value in asdict(upload).items() if name not in ("sha256", "linked")}
    with store.write() as connection:
        take_turn(connection)
        statement = insert(connection, uploads).values(asdict(upload))
        again = statement.on_conflict_do_update(
            index_elements=[uploads.c.sha256], set_=new, where=uploads.c.linked.is_(None)
        )
        connection.execute(again)


def link(connection: Connection, sha256: str, at: datetime) -> bool:
    """In the transaction of what shows it: it stays from now on. False when there is no such upload."""
    take_turn(connection)
    mine = uploads.c.sha256 == sha256
    first = update(uploads).where(mine & uploads.c.linked.is_(None)).values(linked=at)
    connection.execute(first)
    return connection.execute(select(uploads.c.sha256).where(mine)).first() is not None


def drop_unlinked(store: Store, before: datetime, forget: Callable[[str], None]) -> int:
    """Drop what was masked before and nothing shows, file and row; how many. Raises StoreAway or OSError.

    The files go within the turn, so that none goes from under a picture that is uploaded again just then.
    """
    old = uploads.c.linked.is_(None) & (uploads.c.masked < before)
    kept = exists().where(evidence.c.sha256 == uploads.c.sha256)
    with store.write() as connection:
        take_turn(connection)
        found = connection.execute(select(uploads.c.sha256, kept).where(old).limit(AT_ONCE)).all()
        for sha256, is_evidence in found:
            if not is_evidence:
                forget(sha256)
        names = [sha256 for sha256, _ in found]
        connection.execute(delete(uploads).where(uploads.c.sha256.in_(names)))
        return len(names)
