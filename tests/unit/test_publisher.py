"""The publisher against a real broker: what it sends again, what may be asked of it, how it names itself."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from broker.deliveries import no_ack
from broker.embedded import EmbeddedBroker
from broker.events import EventsDropped, Reason, SequenceRange
from broker.fields import utc
from broker.link import Delivery, LinkSettings
from broker.messages import About, NodeHealth, NodeState, Receipt, Resend, Verify
from edge import publisher
from edge.drafts import Batch, Draft
from edge.intake import Clocks, Intake
from edge.outbox import Outbox
from edge.publisher import MOST_WAITING, DeliverySettings, Publisher, Reports
from tests.brokers import Mosquitto
from tests.nodes import Centre, until
from tests.ports import HOST, free_port
from tests.unit.drafts import ADDRESS, batch, draft

NOW = utc(1000.0)
REPORTS = Reports(
    lambda: About(at=NOW, software="gewu-0", configuration="0" * 64, sources=[]),
    lambda: NodeHealth(at=NOW, uptime_s=1.0, pending=0, evidence_pending=0, disk_free_mb=1.0, sources=[]),
)


class Sender:
    """Outbox, intake and publisher as a node has them, without eyes."""

    def __init__(self, folder: Path, url: str, retry_at_most: str = "1s") -> None:
        clocks = Clocks(time.monotonic, time.time)
        self.outbox = Outbox(folder / "outbox.sqlite", ADDRESS)
        self.outbox.open(time.time(), "aaaa")
        self.intake = Intake(self.outbox, clocks, lambda events: self.publisher.wake())
        delivery = DeliverySettings.model_validate({"retry": "500ms", "retry_at_most": retry_at_most})
        self.publisher = Publisher(LinkSettings(url=url), delivery, self.outbox, self.intake, REPORTS, clocks)

    def put(self, *subjects: str) -> None:
        self.intake.put(batch(*subjects))

    def close(self) -> None:
        self.publisher.stop()
        self.outbox.close()


@pytest.fixture
def sender(tmp_path: Path, embedded_broker: EmbeddedBroker) -> Iterator[Sender]:
    made = Sender(tmp_path, embedded_broker.url)
    made.publisher.start()
    yield made
    made.close()


@pytest.fixture
def centre(embedded_broker: EmbeddedBroker) -> Iterator[Centre]:
    with Centre(embedded_broker.url) as made:
        yield made


def test_events_go_in_order_and_leave_on_their_receipts(sender: Sender, centre: Centre) -> None:
    for n in range(0, 300, 3):
        sender.put(f"s-{n}", f"s-{n + 1}", f"s-{n + 2}")
    until(lambda: sender.outbox.count("events") == 0)
    assert [event.subject for event in centre.events()] == [f"s-{n}" for n in range(300)]


def test_an_event_without_a_receipt_is_sent_again_with_the_same_bytes(sender: Sender, centre: Centre) -> None:
    centre.answers = False
    sender.put("s-1")
    until(lambda: [bodies for bodies in centre.bodies.values() if len(bodies) >= 3])
    assert len(centre.events()) == 1  # which also checks that the bytes never differed
    centre.receipt(next(iter(centre.bodies.values()))[0])
    until(lambda: sender.outbox.count("events") == 0)


def test_the_first_receipt_after_a_silence_brings_all_that_waited(
    embedded_broker: EmbeddedBroker, centre: Centre, tmp_path: Path
) -> None:
    sender = Sender(tmp_path, embedded_broker.url, retry_at_most="10m")
    centre.answers = False
    sender.put(*(f"s-{n}" for n in range(60)))
    sender.publisher.start()
    until(lambda: any(len(bodies) >= 4 for bodies in list(centre.bodies.values())))
    before = {name: len(bodies) for name, bodies in list(centre.bodies.items())}
    centre.answers = True
    sender.put("fresh")  # the others would wait for seconds, each for itself
    until(lambda: sender.outbox.count("events") == 0, 10.0)
    sender.close()
    again = [len(bodies) - before.get(name, 0) for name, bodies in centre.bodies.items()]
    assert len(again) == 61
    assert max(again) <= 2  # one may have been on its way as the centre came back


def test_a_centre_that_is_silent_keeps_no_processor_busy(
    sender: Sender, centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    passes: list[float] = []
    one_pass = Publisher._pass

    def counted(self: Publisher, now: float) -> float:
        passes.append(now)
        return one_pass(self, now)

    monkeypatch.setattr(Publisher, "_pass", counted)
    centre.answers = False
    sender.put(*(f"s-{n}" for n in range(150)))
    until(lambda: any(len(bodies) >= 4 for bodies in list(centre.bodies.values())))
    assert len(passes) < 100  # each is a look into the outbox; they were thousands


def test_the_centre_gets_back_what_is_held_and_is_told_what_is_not(sender: Sender, centre: Centre) -> None:
    sender.put("s-0", "s-1")
    until(lambda: sender.outbox.count("events") == 0)
    epoch = sender.outbox.epoch
    gone = SequenceRange(epoch="0000000000001-abcd", first=4, last=9)
    ranges = [SequenceRange(epoch=epoch, first=0, last=7), gone]
    centre.say("command", Resend(id="r-1", ranges=ranges))
    until(lambda: all(len(bodies) >= 2 for bodies in list(centre.bodies.values())[:2]))
    until(lambda: centre.of("dropped.v1"))
    (dropped,) = centre.of("dropped.v1")
    assert isinstance(dropped, EventsDropped)
    assert dropped.data.ranges == [gone]
    assert dropped.data.reasons[0].code == "not_held"


def test_an_event_that_somebody_else_refused_arrives_when_the_centre_asks_for_it(
    sender: Sender, centre: Centre
) -> None:
    centre.answers = False
    sender.put("s-0")
    until(lambda: centre.bodies)
    centre.receipt(next(iter(centre.bodies.values()))[0], "rejected", reason="forged")
    until(lambda: sender.outbox.count("refused") == 1)
    centre.bodies.clear()  # the centre never had it
    centre.answers = True
    hole = SequenceRange(epoch=sender.outbox.epoch, first=0, last=0)
    centre.say("command", Resend(id="r-1", ranges=[hole]))
    until(lambda: sender.outbox.count("refused") == 0)
    assert [event.subject for event in centre.events()] == ["s-0"]
    assert (sender.outbox.count("events"), sender.outbox.count("wanted")) == (0, 0)


def test_hundreds_asked_for_again_come_back_in_order_though_the_node_restarts(
    embedded_broker: EmbeddedBroker, centre: Centre, tmp_path: Path
) -> None:
    sender = Sender(tmp_path, embedded_broker.url)
    sent = sender.outbox.commit(batch(*(f"s-{n}" for n in range(300))), time.time())
    told = [Receipt(id=event.id, status="committed", sha256=event.sha256) for event in sent]
    sender.outbox.receive(told, time.time())
    sender.publisher.start()
    centre.answers = False
    until(lambda: "about" in centre.said)  # it listens
    centre.say(
        "command", Resend(id="r-1", ranges=[SequenceRange(epoch=sent[0].epoch, first=0, last=2**53 - 1)])
    )
    until(lambda: sender.outbox.count("wanted") == 300)
    until(lambda: centre.bodies)
    assert sender.publisher.resending == "300 events are sent again because the centre asked for them"
    sender.close()
    centre.answers = True
    sender = Sender(tmp_path, embedded_broker.url)
    sender.publisher.start()
    until(lambda: sender.outbox.count("wanted") == 0)
    sender.close()
    assert [event.id for event in centre.events()] == [event.id for event in sent]
    assert sender.publisher.too_large is None


def test_an_event_that_the_broker_is_too_small_for_waits_for_a_larger_one(
    mosquitto_broker: Mosquitto, tmp_path: Path
) -> None:
    _limit(mosquitto_broker, 1_048_576, 2_000)
    sender = Sender(tmp_path, mosquitto_broker.url)
    sender.publisher.start()
    sender.intake.put(Batch((draft("s-1"), _large(20), draft("s-2"))))
    with Centre(mosquitto_broker.url) as centre:
        until(lambda: sender.outbox.count("events") == 1)
        assert {event.subject for event in centre.events()} == {"s-1", "s-2"}
    assert "1 events, of up to " in str(sender.publisher.too_large)
    _limit(mosquitto_broker, 2_000, 1_048_576)
    with Centre(mosquitto_broker.url) as centre:
        until(lambda: sender.outbox.count("events") == 0)
        assert "large" in [event.subject for event in centre.events()]
    assert sender.publisher.too_large is None
    sender.close()


def test_an_event_that_the_broker_hangs_up_on_without_a_word_does_not_hold_the_others(tmp_path: Path) -> None:
    with EmbeddedBroker(HOST, free_port(), max_payload=20_000) as broker, Centre(broker.url) as centre:
        sender = Sender(tmp_path, broker.url)
        sender.publisher.start()
        sender.intake.put(Batch((draft("s-1"), _large(100), draft("s-2"))))
        until(lambda: "hangs up on 1 events" in str(sender.publisher.too_large))
        until(lambda: sender.outbox.count("events") == 1)
        assert {event.subject for event in centre.events()} == {"s-1", "s-2"}
        sender.close()


def _large(reasons: int) -> Draft:
    large = draft("large")
    told = [Reason(code="dwelt", text="x" * 240)] * reasons
    return replace(large, data=large.data.model_copy(update={"reasons": told}))


def _limit(broker: Mosquitto, old: int, new: int) -> None:
    broker.stop()
    text = broker.config.read_text()
    assert f"max_packet_size {old}" in text
    broker.config.write_text(text.replace(f"max_packet_size {old}", f"max_packet_size {new}"))
    broker.start()


def test_what_is_no_message_or_not_known_is_left_out(
    sender: Sender, centre: Centre, caplog: pytest.LogCaptureFixture
) -> None:
    centre.say("command", Verify(id="v-1", situations=["s-1"]))
    centre.say("receipt", Resend(id="r-1", ranges=[SequenceRange(epoch="e", first=0, last=0)]))
    until(lambda: "command 'verify' is not known to this node" in caplog.text)
    until(lambda: "receipt: not understood and left out: at: Field required" in caplog.text)
    sender.put("s-1")
    until(lambda: sender.outbox.count("events") == 0)


def test_it_says_what_it_is_how_it_fares_and_when_it_goes(
    embedded_broker: EmbeddedBroker, centre: Centre, tmp_path: Path
) -> None:
    sender = Sender(tmp_path, embedded_broker.url)
    sender.publisher.start()
    sender.put("s-1")
    until(lambda: any(s.get("highest") == 0 and s["pending"] == 0 for s in centre.said.get("state", [])))
    until(lambda: "about" in centre.said and "health" in centre.said)
    assert all(s["epoch"] == sender.outbox.epoch for s in centre.said["state"] if s["online"])
    sender.close()
    until(lambda: centre.said["state"][-1]["online"] is False)


def test_a_will_that_comes_late_does_not_stand(
    embedded_broker: EmbeddedBroker, centre: Centre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a connection that broke, told after the next one's state; and the node has nothing else to tell."""
    monkeypatch.setattr(publisher, "ANEW_S", 0.3)
    sender = Sender(tmp_path, embedded_broker.url)
    sender.publisher.start()
    until(lambda: centre.said.get("state"))
    centre.say("state", NodeState(online=False))
    until(lambda: [s for s in centre.said["state"] if not s["online"]])
    until(lambda: centre.said["state"][-1]["online"])
    sender.close()


def test_what_comes_in_faster_than_it_is_looked_at_is_bounded_and_harmless(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    sender = Sender(tmp_path, "mqtt://127.0.0.1:9")
    topic, ranges = ADDRESS.topic("command"), [SequenceRange(epoch="garbage", first=5, last=2**53 - 1)]
    bodies = [Resend(id="r-1", ranges=ranges).encode(), b"{}", b'{"command": "resend"}', b"\xff", b"[" * 5000]
    bodies += [Resend(id="r-1", ranges=ranges).encode().replace(b"garbage", b"B0:0A:1C:2D:3E:4F")]
    for n in range(2 * MOST_WAITING):
        sender.publisher._arrived(Delivery(topic, bodies[n % len(bodies)], False, no_ack))
    assert sender.publisher._incoming.qsize() == MOST_WAITING
    sender.publisher._take_in()
    assert sender.outbox.count("events") == 1  # told once: never here
    assert "3E:4F" not in caplog.text
    sender.close()


def test_a_publisher_that_never_started_can_be_stopped(tmp_path: Path) -> None:
    Sender(tmp_path, "mqtt://127.0.0.1:9").close()
