"""What a stream tells of asks: to whoever asked, each change once."""

import json
from datetime import datetime, timedelta

from central.store.asking import changed_since
from central.store.database import Store

MOST = 50  # told at once; the newest, where there are more
LATE_S = 10.0  # a transaction may take so long from its time to its commit


class AskNews:
    """Of one account. Nothing is lost when it was not looked for a while."""

    def __init__(self, account: int, now: datetime) -> None:
        self._account = account
        self._since = now - timedelta(hours=1)
        self._told: dict[str, tuple[str, float | None, int]] = {}

    def __len__(self) -> int:
        return len(self._told)

    def look(self, store: Store, now: datetime) -> list[str]:
        """Asks that are otherwise than when they were told last, as JSON. Raises StoreAway."""
        rows = changed_since(store, self._account, self._since, limit=MOST)
        known, self._told = self._told, {row.id: (row.status, row.progress, row.parts) for row in rows}
        self._since = now - timedelta(seconds=LATE_S)
        return [
            json.dumps({"id": row.id, "status": row.status, "progress": row.progress, "parts": row.parts})
            for row in rows
            if known.get(row.id) != self._told[row.id]
        ]
