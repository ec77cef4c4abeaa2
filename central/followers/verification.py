"""Looks by itself whether a handled place is clear, sends back what is not, and has drones look."""

import logging
import os
import socket
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Connection

from broker.events import Reason
from broker.link import Link
from broker.topics import TABLE, Address
from central.store.database import Store, take_turn
from central.store.flight_sweeps import any_sweeps_overdue, sweep_questions, sweeps_asked, sweeps_overdue
from central.store.flying import Looks
from central.store.overflown import Drones
from central.store.reports_ending import end_those_of
from central.store.swept import act_on_sweeps
from central.store.tailing import Entry
from central.store.verifying import Question, act, any_overdue, asked, consider, overdue, questions
from central.terms import Ground

log = logging.getLogger(__name__)
CHANGES = frozenset({"cleared", "joined", "reopened", "moved"})
Over = Callable[[Connection, datetime], None]


class Follower:
    """Asks the nodes whose cameras saw it and drones that fly there, and acts on what they answer.

    What people ask of drones is asked and minded also where nothing is looked at by itself.
    """

    name = "verification"

    def __init__(self, ground: Ground) -> None:
        settings = ground.settings.casework.verification
        self._enabled = settings.enabled
        self._looks = Looks(settings.within, settings.flights, Drones(), ground.terms.kinds)
        self._work = ground.work
        self._terms = ground.terms
        name = f"{ground.settings.name}-looks-{socket.gethostname()[:20]}-{os.getpid()}"
        self._link = Link(ground.settings.broker, client_id=name)
        self._started = False

    def follow(self, connection: Connection, found: Sequence[Entry], now: datetime) -> None:
        """Of what was handled, and of what was seen of it since."""
        handled = {each.ticket for each in found if each.action == "feed_back" or each.effect in CHANGES}
        looked = {each.ticket for each in found if each.effect == "looked"}
        if handled and self._enabled:
            consider(connection, self._work, handled, now, self._looks)
        if looked and self._enabled:
            act(connection, self._work, looked, now)
        if looked:
            act_on_sweeps(connection, self._work, looked, now, self._end_reports)

    def _end_reports(
        self, connection: Connection, number: int, until: datetime, why: Reason, now: datetime
    ) -> None:
        end_those_of(connection, number, until, why, now, self._terms)

    def tick(self, store: Store, now: datetime) -> None:
        """Ask what is to be asked; leave to people what nobody answers."""
        if not self._started:
            self._link.start()
            self._started = True
        if self._enabled:
            if sent := self._asked_of(questions(store, now)):
                asked(store, sent, now)
            if any_overdue(store, now):
                self._give_up(store, overdue, now)
        if sent := self._asked_of(sweep_questions(store, now)):
            sweeps_asked(store, sent, now)
        if any_sweeps_overdue(store, now):
            self._give_up(store, sweeps_overdue, now)

    def _asked_of(self, found: Sequence[Question]) -> list[Question]:
        return [each for each in found if self._ask(each)]

    def _give_up(self, store: Store, over: Over, now: datetime) -> None:
        with store.write() as connection:
            take_turn(connection)
            over(connection, now)

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
