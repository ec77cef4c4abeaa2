"""The ways in as the node runs them: one that is quiet, cut off, or broken by a fault of ours."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from pydantic import TypeAdapter

from broker.link import Link, LinkSettings
from broker.topics import Channel
from edge.decoding import Decoded
from edge.frames import SourceClock
from edge.intakes.mqtt import MqttIntake
from edge.kinds import AnyIntake
from edge.reception import Reception, ways_of
from tests.brokers import Mosquitto
from tests.unit.gates.devices import within

CLOCK = SourceClock(time.monotonic, time.time)
STAYS = Channel("state", "node", 1, True, None, "what a broker keeps")


def zigbee(url: str) -> Any:
    given = {
        "id": "zigbee",
        "kind": "mqtt",
        "broker": {"url": url},
        "topics": ["zigbee2mqtt/+"],
        "decoder": {"kind": "zigbee2mqtt"},
    }
    return TypeAdapter(AnyIntake).validate_python(given)


@contextmanager
def receiving(*configured: Any) -> Iterator[tuple[Reception, list[tuple[Decoded, bool]]]]:
    """A reception at work, and what it has handed on."""
    taken: list[tuple[Decoded, bool]] = []

    def take(decoded: Decoded, retained: bool = False) -> bool:
        taken.append((decoded, retained))
        return True

    reception = Reception(ways_of(configured, (), CLOCK), CLOCK, take)
    reception.start()
    yield reception, taken
    reception.stop()


@contextmanager
def speaking(url: str) -> Iterator[Link]:
    link = Link(LinkSettings(url=url), client_id="zigbee2mqtt")
    link.start()
    assert link.wait(30)
    yield link
    link.stop()


def say(link: Link, channel: Channel, **values: Any) -> None:
    assert link.publish("zigbee2mqtt/cover_17", json.dumps(values).encode(), channel)


def test_a_way_in_that_heard_nothing_yet_is_no_trouble(mosquitto_broker: Mosquitto) -> None:
    with receiving(zigbee(mosquitto_broker.url)) as (reception, _):
        assert reception.trouble is None
        intake = reception.ways[0].source
        assert isinstance(intake, MqttIntake)
        assert within(20, intake.hears)
        assert reception.trouble is None


def test_a_way_in_that_is_cut_off_is_told_at_once_and_until_it_is_back(mosquitto_broker: Mosquitto) -> None:
    mosquitto_broker.stop()
    with receiving(zigbee(mosquitto_broker.url)) as (reception, _):
        assert within(20, lambda: reception.trouble is not None)
        assert str(reception.trouble).startswith("zigbee: ")
        mosquitto_broker.start()
        assert within(30, lambda: reception.trouble is None)


def test_a_fault_of_ours_in_one_way_is_told_and_it_begins_anew(
    mosquitto_broker: Mosquitto, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_it_is = MqttIntake.messages
    broken = [True]

    def messages(intake: MqttIntake) -> Any:
        if broken:
            broken.pop()
            raise RuntimeError("of ours")
        return as_it_is(intake)

    monkeypatch.setattr(MqttIntake, "messages", messages)
    monkeypatch.setattr("edge.reception.ANEW_S", 0.2)
    with receiving(zigbee(mosquitto_broker.url)) as (reception, taken):
        assert within(5, lambda: reception.trouble == "zigbee: a fault of ours; the log says more")
        with speaking(mosquitto_broker.url) as link:
            say(link, STAYS, contact=False)
        assert within(20, lambda: len(taken) > 0)
        assert reception.trouble is None


def test_what_the_broker_has_kept_is_told_apart_from_what_is_said_now(mosquitto_broker: Mosquitto) -> None:
    with speaking(mosquitto_broker.url) as link:
        say(link, STAYS, contact=False)
        with receiving(zigbee(mosquitto_broker.url)) as (_, taken):
            assert within(20, lambda: len(taken) == 1)
            say(link, STAYS, contact=True)
            assert within(20, lambda: len(taken) == 2)
    assert [(each.readings[0].value, kept) for each, kept in taken] == [(False, True), (True, False)]
