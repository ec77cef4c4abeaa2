"""Carries to the nodes what people want of them: asks at once, configurations until they have them.

What is carried lies in the database before. Asks of which nothing is heard are carried again. Of several
processes each carries asks, each ask at once and by one of them; one alone publishes configurations, lest an
older one comes last. A configuration is a retained message: it is published anew whenever the connection was,
for the broker may have forgotten it.
"""

import json
import logging
import threading
import time
from datetime import datetime, timezone
from typing import Any

from broker.link import Link, LinkSettings
from broker.messages import DesiredConfiguration
from broker.topics import TABLE, Address
from central.store.asking import claimed, not_sent, to_send
from central.store.database import Store, StoreAway
from central.store.leases import held, released
from central.store.publishing import configured, newest_of, published, unpublished

log = logging.getLogger(__name__)
PASS_S, AWAY_S = 0.5, 5.0
LEASE, LASTS_S = "courier", 15.0
ANEW_AT_ONCE = 25  # of what the broker may have forgotten


class Courier:
    """`start` begins, `stop` ends it. `call`: something new is to be carried."""

    def __init__(self, store: Store, broker: LinkSettings, *, client_id: str) -> None:
        self._store = store
        self._holder = client_id
        self._link = Link(broker, client_id=client_id, on_connection=self._on_connection)
        self._leading, self._renew = store.sqlite, float("-inf")
        self._forgotten = True
        self._anew: list[str] = []
        self._called = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="courier")

    def start(self) -> None:
        """Begin to carry."""
        self._link.start()
        self._thread.start()

    def stop(self) -> None:
        """Finish what is in hand and end."""
        self._stopping.set()
        self._called.set()
        if self._thread.ident is not None:
            self._thread.join()
        self._link.stop()

    def call(self) -> None:
        """From any thread."""
        self._called.set()

    def _on_connection(self, connected: bool, _reason: str) -> None:
        if connected:
            self._forgotten = True
            self._called.set()

    def _run(self) -> None:
        pause = 0.0
        while not self._stopping.is_set():
            self._called.wait(pause)
            self._called.clear()
            try:
                self._pass()
                pause = PASS_S
            except StoreAway as error:
                log.warning("what people want of nodes waits: %s", error)
                pause = AWAY_S
            except Exception:  # without this thread nothing would ever be carried again
                log.exception("courier: this was not expected; trying again")
                pause = AWAY_S
        if self._leading and not self._store.sqlite:
            self._let_go()

    def _pass(self) -> None:
        """Carry what there is. Raises StoreAway."""
        if not self._link.connected:
            return
        for row in to_send(self._store, _now()):
            if not self._stopping.is_set() and claimed(self._store, row, _now()):
                self._ask(row)
        if self._leads():
            for node in unpublished(self._store):
                self._publish(node)
            self._publish_anew()

    def _ask(self, row: Any) -> None:
        """A node takes each once, however often it comes, and says again what it said."""
        channel = TABLE["command"].expiring((row.expires - _now()).total_seconds())
        if not self._link.publish(Address.of(row.node).topic("command"), row.body.encode(), channel):
            not_sent(self._store, row.id, _now())

    def _leads(self) -> bool:
        """Whether this process publishes configurations. Raises StoreAway."""
        if self._store.sqlite:
            return True
        if time.monotonic() >= self._renew:
            leading = held(self._store, LEASE, self._holder, LASTS_S, _now())
            self._forgotten = self._forgotten or (leading and not self._leading)
            self._leading, self._renew = leading, time.monotonic() + LASTS_S / 3
        return self._leading

    def _publish_anew(self) -> None:
        """What the broker may have forgotten, some nodes at a time."""
        if self._forgotten:
            self._forgotten, self._anew = False, list(configured(self._store))
        some, self._anew = self._anew[:ANEW_AT_ONCE], self._anew[ANEW_AT_ONCE:]
        self._anew += [node for node in some if not self._publish(node)]

    def _publish(self, node: str) -> bool:
        row = newest_of(self._store, node)
        if row is None or self._stopping.is_set():
            return True
        wanted = DesiredConfiguration(version=f"v{row.number}", sha256=row.sha256, body=json.loads(row.body))
        taken = self._link.publish(Address.of(node).topic("config"), wanted.encode(), TABLE["config"])
        if taken and row.published is None:
            published(self._store, node, row.number, _now())
        return taken

    def _let_go(self) -> None:
        try:
            released(self._store, LEASE, self._holder, _now())
        except StoreAway:
            log.info("courier: the lease runs out by itself")


def _now() -> datetime:
    return datetime.now(timezone.utc)
