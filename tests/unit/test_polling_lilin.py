"""LILIN's log over real HTTP: passages are taken once, and of plates and people nothing."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from edge.decoding import Decoded
from edge.poller import Poller, Unreachable
from edge.pollers import lilin
from tests.unit.gates.devices import PASSWORD, USER, Script, Streaming, device
from tests.unit.gates.samples import PERSON, PLATE, SECRETS
from tests.unit.gates.samples import lilin as log

NOW = 1772323500.0  # five minutes after the newest passage of the sample


def serving(*pages: bytes) -> list[Script]:
    return [page(200, body) for body in pages]


def page(status: int, body: bytes, **headers: str) -> Script:
    def play(stream: Streaming) -> None:
        stream.send_response(status)
        for name, value in headers.items():
            stream.send_header(name.replace("_", "-"), value)
        stream.send_header("Content-Length", str(len(body)))
        stream.end_headers()
        stream.wfile.write(body)

    return play


def entry(stamp_us: int, answer: str) -> dict[str, Any]:
    return {"TS": str(stamp_us), "LPR": PLATE, "ACT_PARAM": answer, "LPR_USER": PERSON}


def written(*entries: dict[str, Any]) -> bytes:
    return json.dumps({"LPR_COUNT": len(entries), "INFORMATION": list(entries)}).encode()


@pytest.fixture
def gate(tmp_path: Path) -> Callable[..., Poller]:
    """A poller of a gate at a port."""
    secret = tmp_path / "password"
    secret.write_text(PASSWORD + "\n")

    def made(port: int, **more: Any) -> Poller:
        given = {"kind": "lilin", "id": "north", "host": "127.0.0.1", "port": port, "device": "north-gate"}
        given |= {"username": USER, "password_file": secret, "timeout": "2s"}
        return lilin.build(lilin.Settings.model_validate(given | more))

    return made


def told(decoded: Decoded) -> list[tuple[Any, ...]]:
    return [(one.device, one.value, one.at) for one in decoded.readings]


def test_passages_are_taken_once_in_order_of_time_and_nothing_of_who_passed(
    gate: Callable[..., Poller], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    first = int((NOW - 20) * 1e6)
    later = written(entry(first + 9_000_000, "allowed"), entry(first, "denial"))
    with device(*serving(log("allowed", "denial"), log("allowed", "denial"), later)) as server:
        poller = gate(server.server_port)
        found = [poller.poll(NOW + n) for n in range(4)]
    assert told(found[0]) == [
        ("north-gate", False, 1772323140.00025),
        ("north-gate", True, 1772323200.00025),
    ]
    assert [told(each) for each in found[1:]] == [
        [],
        [("north-gate", False, NOW - 20), ("north-gate", True, NOW - 11)],
        [],
    ]
    assert server.asked == ["/get_search_info?list=log"] * 4
    for secret in SECRETS:
        assert secret not in repr(found) + caplog.text


def test_what_happened_long_before_the_node_listened_is_no_news(gate: Callable[..., Poller]) -> None:
    old = written(entry(int((NOW - 7200) * 1e6), "denial"), entry(int((NOW - 60) * 1e6), "allowed"))
    with device(*serving(old)) as server:
        poller = gate(server.server_port)
        assert told(poller.poll(NOW)) == [("north-gate", True, NOW - 60)]
        assert told(poller.poll(NOW + 1)) == []


def test_a_gate_whose_clock_was_put_back_is_still_heard(gate: Callable[..., Poller]) -> None:
    now, before = entry(int(NOW * 1e6), "allowed"), entry(int((NOW - 7200) * 1e6), "denial")
    with device(*serving(written(now), written(before, now))) as server:
        poller = gate(server.server_port)
        poller.poll(NOW)
        assert told(poller.poll(NOW + 1)) == [("north-gate", False, NOW - 7200)]


def test_what_is_remembered_is_bounded(gate: Callable[..., Poller], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lilin, "REMEMBERED", 6)
    pages = [written(*(entry(int((NOW + 3 * n + k) * 1e6), "allowed") for k in range(3))) for n in range(5)]
    with device(*serving(*pages)) as server:
        poller = gate(server.server_port)
        assert [len(poller.poll(NOW + n).readings) for n in range(6)] == [3, 3, 3, 3, 3, 0]
    assert isinstance(poller, lilin.Lilin)
    assert len(poller._told or {}) == 6


def test_basic_authentication_is_used_where_it_is_asked_for(gate: Callable[..., Poller]) -> None:
    wanted = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()

    def play(stream: Streaming) -> None:
        knows = stream.headers.get("Authorization") == wanted
        asks = {} if knows else {"WWW_Authenticate": 'Basic realm="cam"'}
        page(200 if knows else 401, log("allowed") if knows else b"", **asks)(stream)

    with device(play, digest=False) as server:
        assert len(told(gate(server.server_port, authentication="basic").poll(NOW))) == 1
        with pytest.raises(Unreachable, match="it asks for authentication: basic") as refused:
            gate(server.server_port).poll(NOW)
        assert refused.value.refused


def test_what_cannot_be_asked_or_read_is_told(gate: Callable[..., Poller], tmp_path: Path) -> None:
    faults = [(500, b"", "answers 500"), (404, b"", "no such log"), (200, b"{}", "JSON without INFORMATION")]
    faults += [(200, b" " * (lilin.WHOLE + 1), "more than the")]
    for status, body, words in faults:
        with device(page(status, body)) as server, pytest.raises(Unreachable, match=words) as told_so:
            gate(server.server_port).poll(NOW)
        assert not told_so.value.refused
    with pytest.raises(Unreachable, match="cannot be asked: no connection"):
        gate(server.server_port).poll(NOW)
    (tmp_path / "password").write_text("wrong")
    with device(*serving(log())) as server, pytest.raises(Unreachable, match="refuses the user") as told_so:
        gate(server.server_port).poll(NOW)
    assert told_so.value.refused
    (tmp_path / "password").unlink()
    with pytest.raises(Unreachable, match="cannot be read"):
        gate(server.server_port).poll(NOW)


@pytest.mark.shared_data
def test_the_makers_sample_is_read(gate: Callable[..., Poller], shared_data: Path) -> None:
    samples = json.loads((shared_data / "payloads" / "samples.json").read_text(encoding="utf-8"))
    (sample,) = (each["payload"] for each in samples if each["id"] == "lilin_lpr")
    with device(*serving(json.dumps(sample).encode())) as server:
        found = gate(server.server_port).poll(1523329500.0)
    assert told(found) == [("north-gate", False, 1523329437.899288)]
