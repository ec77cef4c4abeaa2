"""Asks at a node: worked on beside the looks, bounded, once, and in time; answers in parts."""

import socket
import stat
import threading
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, cast

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

from broker.asks import Answer, Ask, Candidate, Discover, Entrust, Gate, Inspect, Probe, SeenLook
from broker.events import Reason
from broker.fields import utc
from broker.sealing import seal, unseal
from edge.asked.desk import REMEMBERED, WAITING, Desk, kinds
from edge.asked.memory import ASKS, Memory
from edge.asked.parts import LARGEST
from edge.asked.plain import bare, shown
from edge.asked.room import Room
from edge.asked.telling import NotDone, Over, Telling
from edge.asks import discover, entrust, probe
from tests.nodes import until
from tests.unit.gates.onvif_camera import MATCH, PASSWORD, USER, Camera

NOW = 1_700_000_000.0
NODE = "131002/edge-01"


def ask(name: str = "a-1", left: float = 30.0) -> Inspect:
    return Inspect(id=name, expires=utc(NOW + left), source="cam-1")


class Said:
    """Everything that was published."""

    def __init__(self, *, connected: bool = True) -> None:
        self.answers: list[Answer] = []
        self.connected = connected

    def __call__(self, answer: Answer) -> bool:
        self.answers.append(answer)
        return self.connected

    @property
    def ends(self) -> list[tuple[str, str]]:
        return [(one.id, one.reasons[0].code if one.reasons else one.status) for one in self.answers]


def desk(said: Said, work: Callable[[Any, Room, Telling], None]) -> Desk:
    return Desk(cast(Room, None), said, lambda: NOW, {"inspect": work})


def test_each_kind_is_worked_on_by_itself_and_what_is_too_much_is_told() -> None:
    said, free = Said(), threading.Event()
    begun: list[str] = []

    def work(one: Ask, _room: Room, tell: Telling) -> None:
        begun.append(one.id)
        free.wait(30)
        tell.done()

    held = desk(said, work)
    held.take("inspect", ask("first"))
    until(lambda: begun)
    for n in range(WAITING + 1):
        held.take("inspect", ask(f"n{n}"))
    assert said.ends == [(f"n{WAITING}", "busy")]
    free.set()
    until(lambda: len(said.answers) == WAITING + 2)
    assert begun == ["first", *(f"n{n}" for n in range(WAITING))]
    held.stop()


def test_an_ask_is_taken_once_in_time_and_by_who_knows_it() -> None:
    said = Said()
    held = desk(said, lambda _ask, _room, tell: tell.done())
    held.take("inspect", ask("late", left=0.0))
    held.take("conquer", ask("strange"))
    held.take("inspect", ask("twice"))
    held.take("inspect", ask("twice"))
    until(lambda: len(said.answers) == 2)
    assert sorted(said.ends) == [("strange", "unknown_ask"), ("twice", "done")]
    held.take("inspect", ask("twice"))
    assert said.ends[2:] == [("twice", "done")], "it may have been lost on its way"
    assert said.answers[-1].number == 0
    for n in range(3 * REMEMBERED):
        held.take("conquer", ask(f"n{n}"))
    assert len(held._taken) == REMEMBERED
    held.stop()


def test_what_goes_wrong_is_that_asks_alone() -> None:
    said = Said()

    def work(one: Ask, _room: Room, tell: Telling) -> None:
        if one.id == "broken":
            raise ZeroDivisionError
        if one.id == "no":
            raise NotDone("no_pictures", "a device has no pictures", refused=True)
        tell.done()

    held = desk(said, work)
    for name in ("broken", "no", "fine"):
        held.take("inspect", ask(name))
    until(lambda: len(said.answers) == 3)
    assert said.ends == [("broken", "unexpected"), ("no", "no_pictures"), ("fine", "done")]
    assert [one.status for one in said.answers] == ["failed", "refused", "done"]
    held.stop()


def test_every_file_of_the_folder_is_a_command_of_the_contract() -> None:
    known = {"look", "inspect", "explain", "backtest", "film", "discover", "probe", "entrust"}
    known |= {"examine", "diagnose", "reread", "restart", "renew", "tidy"}
    assert {"look", "inspect", "discover", "probe", "entrust"} <= set(kinds()) <= known


AT = datetime(2026, 3, 1, tzinfo=timezone.utc)
LONG = Reason(code="because", text="why " * 60)


def candidate(n: int, gates: int = 1) -> Candidate:
    return Candidate(
        place=f"p-{n}",
        label="car",
        since=AT,
        until=AT,
        box=(0.1, 0.1, 0.2, 0.2),
        outcome="stopped",
        gates=[Gate(gate="dwell", state="stopped", reason=LONG)] * gates,
    )


def test_a_long_answer_comes_in_parts_that_a_broker_takes() -> None:
    said = Said()
    tell = Telling(ask(), said, lambda: NOW)
    tell.working(0.5)
    tell.done(
        candidates=[candidate(n, 16) for n in range(250)],
        looks=[SeenLook(at=AT)] * 120,
        cameras=[],
        progress=1.0,
    )
    assert [one.number for one in said.answers] == list(range(len(said.answers)))
    assert [one.status for one in said.answers][:2] == ["working", "part"]
    assert {one.status for one in said.answers[1:-1]} == {"part"}
    assert max(len(one.encode()) for one in said.answers) < LARGEST + 10_000
    told = [one.place for answer in said.answers for one in answer.candidates or []]
    assert told == [f"p-{n}" for n in range(250)]
    assert sum(len(answer.looks or []) for answer in said.answers) == 120
    assert (said.answers[-1].status, said.answers[-1].progress, said.answers[-1].cameras) == ("done", 1.0, [])


def test_nobody_is_told_after_the_time() -> None:
    with pytest.raises(Over):
        Telling(ask(left=0.0), Said(), lambda: NOW).working(0.1)


def test_what_found_no_connection_is_said_when_the_centre_asks_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edge.asked.desk.SAY_S", 0.1)
    said = Said(connected=False)
    worked: list[str] = []

    def work(one: Ask, _room: Room, tell: Telling) -> None:
        tell.working(0.5)
        tell.done()
        worked.append(one.id)

    held = desk(said, work)
    held.take("inspect", ask("a-1"))
    until(lambda: worked)
    said.connected, tried = True, len(said.answers)
    held.take("inspect", ask("a-1"))
    told = [(one.number, one.status) for one in said.answers[tried:]]
    assert (told, worked) == ([(0, "working"), (1, "done")], ["a-1"])
    held.stop()


def test_answers_are_kept_within_bounds() -> None:
    kept = Memory()
    for n in range(3 * ASKS):
        kept.keep(Answer(id=f"n{n}", number=0, at=AT, status="done"))
    assert (len(kept._answers), len(kept._sizes)) == (ASKS, ASKS)
    long = [candidate(n, 9) for n in range(100)]
    for n in range(30):
        kept.keep(Answer(id="long", number=n, at=AT, status="part", candidates=long))
    assert kept.of("long") == []
    assert kept.of("n95") != []
    assert kept.of("strange") == []


def test_no_secret_is_shown() -> None:
    settings = {
        "id": "cam-1",
        "url": "rtsp://user:p@ss/w0rd@cam.lan/main?token=x",
        "username": "user",
        "password_file": "/etc/x",
        "broker": {"url": "mqtt://a", "password": "x"},
        "start": AT,
        "a45e60c102ff": 1,
    }
    plain = shown(settings)
    assert plain == {
        "id": "cam-1",
        "url": "rtsp://***",
        "broker": {"url": "mqtt://a"},
        "start": AT.isoformat(),
    }
    assert bare("rtsp://user:secret@cam.lan:554/main?x=1") == "rtsp://cam.lan:554/main"


def room(folder: Path, **fields: Any) -> Room:
    given: dict[str, Any] = dict.fromkeys(("watching", "desired", "clock", "stills", "unseal"))
    return Room(**{**given, "folder": folder, "software": "gewu-0", **fields})


def answered(work: Callable[..., None], one: Ask, where: Room) -> Answer:
    """The one answer to an ask."""
    said = Said()
    held = Desk(where, said, lambda: NOW, {"any": work})
    held.take("any", one)
    until(lambda: said.answers)
    held.stop()
    (answer,) = said.answers
    return answer


def test_a_secret_is_kept_for_the_node_alone(tmp_path: Path) -> None:
    key = generate_private_key(SECP256R1())
    where = room(tmp_path, unseal=lambda sealed, name: unseal(sealed, key, NODE, name))
    expires = utc(NOW + 30)
    sealed = seal(b"s3cret", key.public_key(), NODE, "cam-2")
    kept = answered(entrust.answer, Entrust(id="e", expires=expires, name="cam-2", secret=sealed), where)
    assert kept.settings is not None
    path = Path(str(kept.settings["password_file"]))
    assert path.read_bytes() == b"s3cret"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    wrong = answered(entrust.answer, Entrust(id="f", expires=expires, name="cam-3", secret=sealed), where)
    assert (wrong.status, wrong.reasons[0].code) == ("refused", "not_sealed_for_us")
    assert [file.name for file in where.secrets.iterdir()] == ["cam-2"]


def test_cameras_nearby_are_found(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as camera:
        camera.bind(("127.0.0.1", 0))

        def reply() -> None:
            _, asker = camera.recvfrom(65_535)
            camera.sendto((MATCH % "http://192.168.8.20").encode(), asker)

        threading.Thread(target=reply, daemon=True).start()
        where = room(tmp_path, everybody=camera.getsockname())
        one = Discover(id="d", expires=utc(NOW + 30), for_s=1.0)
        found = answered(discover.answer, one, where)
    assert [(c.address, c.name, c.hardware) for c in found.cameras or []] == [
        ("http://192.168.8.20/onvif/device_service", "Kerb", "DS-2CD")
    ]


def test_an_onvif_camera_is_asked_where_its_stream_is(tmp_path: Path) -> None:
    password = tmp_path / "password"
    password.write_text(PASSWORD)
    camera = Camera()
    threading.Thread(target=camera.serve_forever, daemon=True).start()
    try:
        given: dict[str, Any] = {"id": "cam-1", "onvif": f"{camera.address}/onvif/device", "username": USER}
        one = Probe(id="a", expires=utc(NOW), source=given)
        found = probe._stream_of(one, password, 20.0)
        assert found["kind"] == "rtsp"
        assert found["url"].startswith("rtsp://192.0.2.7:554/Streaming/Channels/101")
        assert PASSWORD not in str(found)
        password.write_text("another")
        with pytest.raises(NotDone) as refused:
            probe._stream_of(one, password, 20.0)
        assert refused.value.reason.code == "camera_refuses"
    finally:
        camera.shutdown()
        camera.server_close()
    for bad in ("192.0.2.7", "ftp://192.0.2.7", "http://me:secret@192.0.2.7"):
        with pytest.raises(NotDone, match="http://HOST"):
            probe._stream_of(one.model_copy(update={"source": {"id": "cam-1", "onvif": bad}}), None, 1.0)
    assert probe._stream_of(one.model_copy(update={"source": {"id": "cam-1"}}), None, 1.0) == {}
