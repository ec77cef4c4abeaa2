"""Deletes uploaded pictures that nothing shows."""

import logging
import threading
from datetime import datetime, timedelta, timezone

from central.store.database import Store, StoreAway
from central.store.uploads import AT_ONCE, drop_unlinked
from central.vault import Vault

log = logging.getLogger(__name__)

UNLINKED = timedelta(hours=1)
EVERY_S = 60.0


class Sweeper:
    """A thread that looks every minute. Several centres on one database take turns."""

    def __init__(self, store: Store, vault: Vault) -> None:
        self._store, self._vault = store, vault
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="uploads")

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """End after the look in hand."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join()

    def look(self, now: datetime) -> int:
        """Delete what is old by now; how many. Raises StoreAway or OSError."""
        dropped = 0
        while not self._stopping.is_set():
            more = drop_unlinked(self._store, now - UNLINKED, self._vault.drop)
            dropped += more
            if more < AT_ONCE:
                break
        return dropped

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                if dropped := self.look(datetime.now(timezone.utc)):
                    log.info("uploads: %d pictures that nothing shows were deleted", dropped)
            except (StoreAway, OSError) as error:
                log.warning("uploads: nothing can be deleted now: %s", error)
            except Exception:  # without this thread nothing would ever be deleted again
                log.exception("uploads: this was not expected; trying again")
            self._stopping.wait(EVERY_S)
