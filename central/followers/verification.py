"""Looks by itself whether a handled place is clear, and sends back what is not."""

import logging
import os
import socket
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from broker.link import Link
from broker.topics import TABLE, Address
from central.store.database import Store, take_turn
from central.store.tailing import Entry
from central.store.verifying import Question, act, any_overdue, asked, consider, overdue, questions
from central.terms import Ground

log = logging.getLogger(__name__)
CHANGES = frozenset({"cleared", "joined", "reopened", "moved"})


class Follower:
    """Asks the nodes whose cameras saw it, and acts on what they answer."""

    name = "verification"

    def __init__(self, ground: Ground) -> None:
        self._settings = ground.settings.casework.verification
        self._work = ground.work
        name = f"{ground.settings.name}-looks-{socket.gethostname()[:20]}-{os.getpid()}"
        self._link = Link(ground.settings.broker, client_id=name)
        self._started = False

    def follow(self, connection: Connection, found: Sequence[Entry], now: datetime) -> None:
        """Of what was handled, and of what was seen of it since."""
        if not self._settings.enabled:
            return
        handled = {each.ticket for each in found if each.action == "feed_back" or each.effect in CHANGES}
        looked = {each.ticket for each in found if each.effect == "looked"}
        if handled:
            consider(connection, self._work, handled, now, within_s=self._settings.within)
        if looked:
            act(connection, self._work, looked, now)

    def tick(self, store: Store, now: datetime) -> None:
        """Ask what is to be asked; leave to people what nobody answers."""
        if not self._settings.enabled:
            return
        if not self._started:
            self._link.start()
            self._started = True
        sent = [each for each in questions(store, now) if self._ask(each)]
        if sent:
            asked(store, sent, now)
        if any_overdue(store, now):
            with store.write() as connection:
                take_turn(connection)
                overdue(connection, now)

    def close(self) -> None:
        """End the connection."""
        if self._started:
            self._link.stop()

    def _ask(self, question: Question) -> bool:
        """A question that is lost with its connection is not asked again; it runs out."""
        if not self._link.connected:
            return False
        log.info("verify: asking %s for %d situations", question.node, len(question.command.situations))
        topic = Address.of(question.node).topic("command")
        return self._link.publish(topic, question.command.encode(), TABLE["command"])
