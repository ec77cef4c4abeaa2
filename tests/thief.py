"""A node with a good certificate of its own tries every topic that is not its own.

What counts as accepted is what others saw of it, or it of others: what the broker answers is not believed.
"""

import secrets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from broker.topics import ROOT, TABLE, Address, everyones
from tests.identities import Credentials, TlsMosquitto

FORGED, GENUINE = b"forged ", b"genuine "
WELCOME = -1


class Party:
    """One client, and all it ever received."""

    def __init__(self, who: Credentials, port: int, client_id: str, **options: Any) -> None:
        self.who = who
        self.got: list[tuple[str, bytes]] = []
        self._asked: set[int] = {WELCOME}
        self._answered: set[int] = set()
        self.lost = False
        self._changed = threading.Condition()
        self.client = Client(
            CallbackAPIVersion.VERSION2,
            client_id,
            protocol=MQTTProtocolVersion.MQTTv5,
            reconnect_on_failure=False,
        )
        self.client.max_queued_messages_set(0)
        self.client.tls_set(str(who.ca), str(who.certificate), str(who.key))
        self.client.on_message = lambda _c, _u, message: self.got.append((message.topic, message.payload))
        self.client.on_publish = lambda _c, _u, mid, _r, _p: self._answer(mid)
        self.client.on_subscribe = lambda _c, _u, mid, _r, _p: self._answer(mid)
        self.client.on_connect = lambda *_: self._answer(WELCOME)
        self.client.on_disconnect = lambda *_: self._gone()
        if will := options.get("will"):
            self.client.will_set(*will)
        self.client.connect(TlsMosquitto.host, port)
        self.client.loop_start()
        self.settle()

    def publish(self, topic: str, body: bytes, *, retained: bool = False) -> None:
        """Publish with QoS 1."""
        self._asked.add(self.client.publish(topic, body, 1, retained).mid)

    def subscribe(self, topic_filter: str) -> None:
        """Subscribe with QoS 1."""
        self._asked.add(self.client.subscribe(topic_filter, 1)[1] or 0)

    def settle(self) -> None:
        """Wait until the broker has answered everything, or hung up."""
        with self._changed:
            assert self._changed.wait_for(lambda: self.lost or self._asked <= self._answered, 20)

    def vanish(self) -> None:
        """Break the connection without a goodbye, so that the will is due."""
        if (connection := self.client.socket()) is not None:
            connection.shutdown(socket.SHUT_RDWR)
        self.close()

    def close(self) -> None:
        """Leave."""
        self.client.disconnect()
        self.client.loop_stop()
        self.client.reinitialise()

    def _answer(self, mid: int) -> None:
        with self._changed:
            self._answered.add(mid)
            self._changed.notify_all()

    def _gone(self) -> None:
        with self._changed:
            self.lost = True
            self._changed.notify_all()


@dataclass
class Tally:
    """What was tried, by kind; what came of it."""

    tried: dict[str, int] = field(default_factory=dict)
    accepted: list[str] = field(default_factory=list)
    genuine: int = 0
    lost: int = 0

    def count(self, kind: str) -> None:
        """One attempt."""
        self.tried[kind] = self.tried.get(kind, 0) + 1

    @property
    def attempts(self) -> int:
        """All of them."""
        return sum(self.tried.values())


class Heist:
    """The thief, its victims and the centre at one broker."""

    def __init__(
        self, broker: TlsMosquitto, thief: Credentials, victims: list[Credentials], centre: Credentials
    ) -> None:
        self.broker = broker
        self.thief = thief
        self.victims = victims
        self.centre = centre
        self.group = centre.reach(broker.services).share_group("ingest")
        self.patience_s = 20.0
        self.tally = Tally()
        self._number = 0

    def run(self) -> Tally:
        """Try everything."""
        with self._watched() as (centre, victims):
            self._write(victims)
            self._leave_wills(victims)
            self._take_connections([centre, *victims])
            self._read(centre, victims)
            self._judge(centre, victims)
        with self._watched() as (centre, victims):
            self._retained(centre, victims)
        return self.tally

    @contextmanager
    def _watched(self) -> Iterator[tuple[Party, list[Party]]]:
        """The centre reads all that it may, each victim what is for it."""
        with ExitStack() as parties:
            centre = self._party(parties, self.centre, self.broker.services, "centre-1")
            for row in TABLE.values():
                if row.writer == "node":
                    centre.subscribe(everyones(row.name, share=self.group if row.name == "event" else None))
            victims = [self._party(parties, who, self.broker.nodes, who.name) for who in self.victims]
            for party in victims:
                for row in TABLE.values():
                    if row.writer == "centre":
                        party.subscribe(_address(party).topic(row.name))
            for party in (centre, *victims):
                party.settle()
            yield centre, victims

    def _party(
        self, parties: ExitStack, who: Credentials, port: int, client_id: str, **options: Any
    ) -> Party:
        party = Party(who, port, client_id, **options)
        parties.callback(party.close)
        return party

    def _forged(self) -> bytes:
        self._number += 1
        return FORGED + b"%d" % self._number

    def _write(self, victims: list[Party]) -> None:
        """Every channel of every other node, and of its own those that the centre writes."""
        topics = [_address(victim).topic(name) for victim in victims for name in TABLE]
        topics += [
            Address(*self.thief.name.split("/")).topic(row.name)
            for row in TABLE.values()
            if row.writer == "centre"
        ]
        for topic in topics:
            for retained in (False, True):
                with ExitStack() as parties:  # anew each time: the broker hangs up after a refusal
                    thief = self._party(parties, self.thief, self.broker.nodes, "thief")
                    thief.publish(topic, self._forged(), retained=retained)
                    thief.settle()
                self.tally.count("retained" if retained else "publish")

    def _leave_wills(self, victims: list[Party]) -> None:
        for victim in victims:
            for name in TABLE:
                will = (_address(victim).topic(name), self._forged(), 1, True)
                Party(self.thief, self.broker.nodes, "thief", will=will).vanish()
                self.tally.count("will")

    def _take_connections(self, parties: list[Party]) -> None:
        """A second connection under the client id of another must not end the other's."""
        for party in parties:
            name = party.client._client_id.decode()
            Party(self.thief, self.broker.nodes, name).close()
            self.tally.count("client id")

    def _read(self, centre: Party, victims: list[Party]) -> None:
        with ExitStack() as parties:
            thief = self._party(parties, self.thief, self.broker.nodes, "thief")
            for topic_filter in _filters(victims):
                thief.subscribe(topic_filter)
                self.tally.count("subscribe")
            thief.settle()
            self._talk(centre, victims)
            own = f"{ROOT}/{self.thief.name}/"
            self.tally.accepted += [f"read {topic}" for topic, _ in thief.got if not topic.startswith(own)]

    def _talk(self, centre: Party, victims: list[Party]) -> None:
        """What honest parties say to each other meanwhile: all of it must arrive, none at the thief."""
        sent: set[bytes] = set()
        for victim in victims:
            for row in [row for row in TABLE.values() for _ in range(4)]:
                writer = victim if row.writer == "node" else centre
                sent.add(body := GENUINE + secrets.token_bytes(8))
                writer.publish(_address(victim).topic(row.name), body, retained=row.retained)
        for party in (centre, *victims):
            party.settle()
        deadline = time.monotonic() + self.patience_s
        while (missing := sent - _bodies([centre, *victims])) and time.monotonic() < deadline:
            time.sleep(0.02)
        self.tally.genuine, self.tally.lost = len(sent), len(missing)

    def _judge(self, centre: Party, victims: list[Party]) -> None:
        for party in (centre, *victims):
            if party.lost:
                self.tally.accepted.append(f"the connection of {party.who.name} was taken")
            self._forgeries(party)

    def _retained(self, centre: Party, victims: list[Party]) -> None:
        """Whoever comes later finds nothing forged either."""
        centre.publish(_address(victims[0]).topic("command"), GENUINE)
        centre.settle()
        time.sleep(0.2)
        for party in (centre, *victims):
            self._forgeries(party)

    def _forgeries(self, party: Party) -> None:
        self.tally.accepted += [f"wrote {topic}" for topic, body in party.got if body.startswith(FORGED)]


def _address(party: Party) -> Address:
    return Address(*party.who.name.split("/"))


def _bodies(parties: list[Party]) -> set[bytes]:
    return {body for party in parties for _, body in party.got}


def _filters(victims: list[Party]) -> list[str]:
    exact = [_address(victim).topic(name) for victim in victims for name in TABLE]
    wide = ["#", "+/#", "gewu/#", f"{ROOT}/#", f"{ROOT}/+/#", f"{ROOT}/+/+/#", "+/+/+/+/+", "$SYS/#"]
    wide += [f"{ROOT}/{_address(victim).district}/+/#" for victim in victims]
    wide += [everyones(name) for name in TABLE]
    shared = [f"$share/ingest/{topic_filter}" for topic_filter in [*exact, *wide] if topic_filter[0] != "$"]
    return [*exact, *wide, *shared]
