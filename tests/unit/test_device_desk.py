"""The lane of the devices: from readings of any thread to committed events with the state behind them."""

import json
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from broker.events import Audit, Clock, Incident, SceneVerification, SourceHealth, parse
from edge.decoding import Decoded
from edge.devices.desk import ALL, Desk
from edge.devices.settings import DevicesSettings
from edge.drafts import Batch, Stamped
from edge.intake import Clocks, Intake
from edge.outbox import Outbox
from edge.readings import Reading
from edge.verifications import Asked
from tests.unit.devices import MISSING, OPEN, T0, settings
from tests.unit.outboxes import Open, open_it

__all__ = ["open_it"]
AUDIT = Audit(software="gewu-0.0.1", configuration="0" * 64, clock=Clock(quality="unknown"))
COVER = {
    "id": "cover-1",
    "name": "Cover 1",
    "asset": "C-1",
    "place": "Xinhua Road",
    "part": "sewage_manhole",
    "position": {"lon": 116.7, "lat": 39.5, "accuracy_m": 3},
    "match": {"names": ["net/1"]},
    "silence": "1h",
    "rules": [OPEN, MISSING],
}


@dataclass
class Hands:
    """Clocks that are put on by hand."""

    t: float = 1000.0
    utc_minus_t: float = T0 - 1000.0

    @property
    def clocks(self) -> Clocks:
        """As a node has them."""
        return Clocks(lambda: self.t, lambda: self.t + self.utc_minus_t)


@dataclass
class Node:
    """A desk over a real outbox."""

    outbox: Outbox
    hands: Hands
    given: DevicesSettings
    stamped: list[Stamped] = field(default_factory=list)

    def desk(self) -> Desk:
        """A desk that takes up what was kept."""
        intake = Intake(self.outbox, self.hands.clocks, self.stamped.extend)
        made = Desk(self.given, AUDIT, self.hands.clocks, intake.put, lambda: "synchronised")
        made.resume(self.outbox.snapshots())
        return made

    def told(self) -> list[tuple[str, str]]:
        """Type and kind of what was committed since."""
        events = [parse(each.body) for each in self.stamped]
        self.stamped.clear()
        return [(event.type.split(".")[2], _kind(event.data)) for event in events]


def _kind(data: object) -> str:
    return str(getattr(data, "kind", getattr(data, "condition", "")))


@pytest.fixture
def node(open_it: Open) -> Node:
    return Node(open_it(T0), Hands(), settings(COVER, {"id": "quiet", "match": {"names": ["net/2"]}}))


def open_cover(value: bool = False) -> Decoded:
    """The cover says what it is."""
    return Decoded((Reading("net/1", "contact", value),))


def wait(desk: Desk, node: Node, seconds: float, every_s: float = 10.0) -> None:
    """Time passes."""
    until = node.hands.t + seconds
    while node.hands.t < until:
        node.hands.t = min(until, node.hands.t + every_s)
        desk.step()


def test_an_event_has_all_that_the_contract_asks_for(node: Node) -> None:
    desk = node.desk()
    desk.take(open_cover())
    wait(desk, node, 400)
    event = parse(node.stamped[0].body)
    data = event.data
    assert isinstance(data, Incident)
    assert (data.kind, data.state, data.revision, data.severity) == ("manhole_cover", "open", 0, "normal")
    assert data.code is not None
    assert (data.code.code, data.code.name) == ("0102", "污水井盖异常")
    assert (data.source.id, data.source.kind, data.source.name, data.source.asset) == (
        "cover-1",
        "sensor",
        "Cover 1",
        "C-1",
    )
    assert data.place == "Xinhua Road"
    assert data.location is not None
    assert (data.location.geometry.coordinates, data.location.accuracy_m) == ((116.7, 39.5), 3.0)
    assert (data.rule.id, data.rule.kind) == ("state-manhole_cover", "state")
    assert (data.observed_s, data.coverage) == (300.0, 1.0)
    assert (data.last_seen - data.since).total_seconds() == 300.0
    (reading,) = data.readings
    assert (reading.quantity, reading.value, reading.device, reading.quality) == (
        "contact",
        False,
        "cover-1",
        "good",
    )
    assert data.audit.clock.quality == "synchronised"
    assert b"net/1" not in node.stamped[0].body


def test_what_a_broker_has_kept_is_no_sign_of_life(node: Node) -> None:
    desk = node.desk()
    assert desk.take(open_cover(), retained=True)
    wait(desk, node, 400)
    assert node.told() == [("opened", "manhole_cover")]
    assert {each.id: (each.state, each.frames) for each in desk.report()}["cover-1"] == ("starting", 0)
    desk.take(open_cover(), retained=True)
    wait(desk, node, 3600)
    assert ("health", "silent") in node.told()


def test_silence_is_health_of_the_source(node: Node) -> None:
    desk = node.desk()
    desk.take(open_cover(True))
    wait(desk, node, 4000)
    events = [parse(each.body) for each in node.stamped]
    health = next(each for each in events if isinstance(each.data, SourceHealth))
    assert (health.subject, health.data.condition, health.data.state) == ("cover-1", "silent", "raised")
    assert {each.state: each.id for each in desk.report()} == {"lost": "cover-1", "starting": "quiet"}
    about = desk.about()
    assert [each.source.id for each in about] == ["cover-1", "quiet"]
    assert about[0].kinds == sorted(set(about[0].kinds or ()))
    assert "manhole_cover" in (about[0].kinds or ())


def test_a_restart_at_any_moment_goes_on_with_the_same_situation(node: Node) -> None:
    desk = node.desk()
    desk.take(open_cover())
    wait(desk, node, 10)  # no event yet, and no orderly end: what began is kept all the same
    desk = node.desk()
    wait(desk, node, 350)
    assert node.told() == [("opened", "manhole_cover")]
    desk = node.desk()
    desk.take(open_cover(True))
    wait(desk, node, 100)
    assert node.told() == [("cleared", "manhole_cover")]
    assert len({row.subject for _, row in node.outbox.next(0, 10)}) == 1


def test_what_is_asked_is_answered_by_what_its_device_says_from_then_on(node: Node) -> None:
    desk = node.desk()
    desk.take(open_cover())
    wait(desk, node, 400)
    situation = node.stamped[0].subject
    ask(desk, node, situation, "c-1")
    wait(desk, node, 100)
    assert answers(node) == []  # what it said before may be over
    desk.take(open_cover())
    wait(desk, node, 20)
    assert answers(node) == [("c-1", "occupied", "open", True)]
    ask(desk, node, situation, "c-2")
    wait(desk, node, 601)
    assert answers(node)[1:] == [("c-2", "not_seen", "not_heard", False)]
    ask(desk, node, situation, "c-3")
    desk.take(open_cover(True))
    wait(desk, node, 20)
    assert answers(node)[2:] == [("c-3", "clear", "settling", True)]
    assert not desk.verify(Asked("c-4", "s-unknown", False, 0.0, 0.0))


def test_what_ends_and_begins_anew_meanwhile_is_clear(node: Node) -> None:
    desk = node.desk()
    desk.take(open_cover())
    wait(desk, node, 400)
    situation = node.stamped[0].subject
    desk.take(open_cover(True))
    ask(desk, node, situation, "c-1", within=9000)
    wait(desk, node, 80)
    desk.take(open_cover())
    wait(desk, node, 3610)
    assert ("c-1", "clear", "settling", True) in answers(node)
    told = [each for each in node.told() if each[0] != "verified"]
    assert told[1:3] == [("cleared", "manhole_cover"), ("opened", "manhole_cover")]


def test_what_was_asked_outlives_a_restart(node: Node) -> None:
    desk = node.desk()
    desk.take(open_cover())
    wait(desk, node, 400)
    situation, at = node.stamped[0].subject, node.hands.clocks.utc()
    desk.stop()
    later = node.desk()
    assert later.verify(Asked("c-1", situation, False, at, at + 600.0))  # as the node does with what is open
    wait(later, node, 5)
    assert answers(node) == []
    later.take(open_cover())
    wait(later, node, 20)
    assert answers(node) == [("c-1", "occupied", "open", True)]


def ask(desk: Desk, node: Node, situation: str, command: str, within: float = 600.0) -> None:
    """As the centre does, now."""
    at = node.hands.clocks.utc()
    assert desk.verify(Asked(command, situation, False, at, at + within))


def answers(node: Node) -> list[tuple[str, str, str, bool]]:
    """Command, outcome, reason, and whether the device spoke."""
    events = [parse(row.body) for row in node.stamped]
    told = [event.data for event in events if isinstance(event, SceneVerification)]
    assert {data.source.id for data in told} <= {"cover-1"}
    return [(d.command, a.outcome, a.reasons[0].code, a.seen is not None) for d in told for a in d.answers]


def test_state_of_single_devices_goes_when_all_is_kept_and_for_devices_that_are_gone(node: Node) -> None:
    desk = node.desk()
    desk.take(open_cover())
    wait(desk, node, 10)
    assert set(node.outbox.snapshots()) == {"device/cover-1"}
    wait(desk, node, 400)
    assert set(node.outbox.snapshots()) == {ALL, "device/cover-1"}
    desk.stop()
    assert set(node.outbox.snapshots()) == {ALL}
    node.told()
    node.given = settings({"id": "quiet", "match": {"names": ["net/2"]}})
    desk = node.desk()
    wait(desk, node, 10)
    assert node.told() == [("cleared", "manhole_cover")]
    desk.stop()
    assert list(json.loads(node.outbox.snapshots()[ALL])["devices"]) == ["quiet"]


def test_a_state_that_cannot_be_read_costs_only_itself(node: Node, caplog: pytest.LogCaptureFixture) -> None:
    for body in (b"{", b"[1]", b'{"version": 9, "now": 1, "devices": {}, "held": []}', b'{"now": "x"}'):
        node.outbox.commit(Batch(snapshots={ALL: body}), T0)
        desk = node.desk()
        desk.take(open_cover(True))
        wait(desk, node, 10)
    assert caplog.text.count("cannot be taken up") == 4


def test_a_whole_that_cannot_be_read_does_not_cost_what_was_kept_of_single_devices(node: Node) -> None:
    desk = node.desk()
    desk.take(open_cover())
    wait(desk, node, 400)
    node.told()
    desk.take(open_cover(True))
    wait(desk, node, 10)
    node.outbox.commit(Batch(snapshots={ALL: b"{", "device/quiet": b"{"}), T0)
    wait(node.desk(), node, 100)
    assert node.told() == [("cleared", "manhole_cover")]


def test_a_clock_that_is_set_is_noticed(node: Node) -> None:
    desk = node.desk()
    desk.take(open_cover())
    wait(desk, node, 100)
    node.hands.utc_minus_t -= 3600.0
    wait(desk, node, 195)
    assert node.told() == []
    wait(desk, node, 20)
    assert node.told() == [("opened", "manhole_cover")]
    assert desk.report()[0].age_s == 315.0


def test_a_pause_between_the_reading_of_two_clocks_is_no_clock_that_was_set(
    node: Node, caplog: pytest.LogCaptureFixture
) -> None:
    desk = node.desk()
    desk.take(open_cover())
    pauses = iter([30.0])

    def utc() -> float:
        now = node.hands.t + node.hands.utc_minus_t
        node.hands.t += next(pauses, 0.0)  # the process is stopped for a while, just before it answers
        return now

    desk._clocks = Clocks(lambda: node.hands.t, utc)
    wait(desk, node, 100)
    assert "clock was set" not in caplog.text
    wait(desk, node, 195)
    assert node.told() == []
    wait(desk, node, 20)
    assert node.told() == [("opened", "manhole_cover")]


def test_what_comes_while_the_clocks_are_read_came_at_its_own_moment(node: Node) -> None:
    desk = node.desk()
    plain = node.hands.clocks

    def utc() -> float:
        if node.hands.t < 1060.0:  # much comes, and much time goes by, while this round reads its clocks
            node.hands.t = 1060.0
            desk.take(open_cover())
        return plain.utc()

    desk._clocks = Clocks(plain.monotonic, utc)
    desk.step()
    desk._clocks = plain
    wait(desk, node, 299)
    assert node.told() == []
    wait(desk, node, 10)
    assert node.told() == [("opened", "manhole_cover")]


def test_too_much_is_refused_and_told(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edge.devices.desk.MOST_WAITING", 3)
    desk = node.desk()
    assert [desk.take(open_cover()) for _ in range(5)] == [True, True, True, False, False]
    assert desk.trouble == "2 readings found no room"
    desk.step()
    assert desk.take(open_cover())
    assert desk.take(Decoded())


def test_readings_of_strangers_are_told_without_their_names(node: Node) -> None:
    desk = node.desk()
    desk.take(Decoded((Reading("00:15:8d:00:01:a2", "contact", False),)))
    desk.step()
    assert desk.trouble == "1 readings are of devices that are not configured"


def test_threads_may_give_readings_while_it_decides(tmp_path: Path, open_it: Open) -> None:
    given = settings(
        *({"id": f"d{n}", "silence": "1d", "rules": [{**OPEN, "after": "0s"}]} for n in range(8))
    )
    outbox, stamped = open_it(time.time()), []  # type: ignore[var-annotated]
    clocks = Clocks(time.monotonic, time.time)
    intake = Intake(outbox, clocks, stamped.extend)
    desk = Desk(given.model_copy(update={"late": 0.0}), AUDIT, clocks, intake.put, lambda: "unknown")
    desk.start()

    def tell(n: int) -> None:
        for _ in range(50):
            desk.take(Decoded((Reading(f"d{n}", "contact", False),)))

    hands = [threading.Thread(target=tell, args=(n,)) for n in range(8)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    desk.stop()
    assert [each.frames for each in desk.report()] == [50] * 8
    assert len(stamped) == 8
    assert len({each.subject for each in stamped}) == 8
