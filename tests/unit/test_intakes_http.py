"""Webhooks over real HTTP through the node's reception: real payloads of networks, and clear refusals."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import TypeAdapter, ValidationError

from edge.decoding import Decoded
from edge.frames import SourceClock
from edge.intakes.http import Webhook, topic_of
from edge.kinds import AnyIntake
from edge.reception import Reception, ways_of
from tests.decoders.the_things_stack import uplink
from tests.unit.gates.devices import within

CLOCK = SourceClock(time.monotonic, time.time)
TOKEN = "0a1b2c3d4e5f6a7b"  # noqa: S105 - of the test alone
BEARER = {"Authorization": f"Bearer {TOKEN}"}
CLIENT = httpx.Client(trust_env=False)
BIN = {
    "kind": "plain",
    "device": {"topic_level": 0},
    "readings": [{"quantity": "fill", "path": "level"}],
}
NETWORK = {"kind": "chirpstack", "codecs": []}
DOORS = {"kind": "the_things_stack", "codecs": [{"codec": {"kind": "dragino", "model": "lds02"}}]}


class Taken(list[Decoded]):
    """What was handed on; `full`: there is no room."""

    full = False
    asked = 0

    def __call__(self, decoded: Decoded, retained: bool = False) -> bool:
        assert not retained
        self.asked += 1
        if not self.full:
            self.append(decoded)
        return not self.full


@contextmanager
def listening(folder: Path, decoder: dict[str, Any], **more: Any) -> Iterator[tuple[str, Taken]]:
    """A node's reception with one webhook; its address up to the path."""
    token = folder / "token"
    token.write_text(f"{TOKEN}\n")
    given = {"kind": "http", "id": "hook", "host": "127.0.0.1", "port": 0, "path": "/hook", **more}
    given = {"token_file": token, "decoder": decoder, **given}
    taken = Taken()
    ways = ways_of([TypeAdapter(AnyIntake).validate_python(given)], (), CLOCK)
    reception = Reception(ways, CLOCK, taken)
    reception.start()
    source = reception.ways[0].source
    assert isinstance(source, Webhook)
    assert source.listening.wait(5)
    yield f"http://127.0.0.1:{source.port}", taken
    reception.stop()


def post(url: str, body: bytes, **headers: str) -> tuple[int, str]:
    answer = CLIENT.post(url, content=body, headers=headers or BEARER)
    return answer.status_code, answer.text.strip()


def told(taken: Taken) -> list[tuple[str, str, Any]]:
    return [(one.device, one.quantity, one.value) for each in taken for one in each.readings]


@pytest.mark.shared_data
def test_what_chirpstack_posts_is_read(tmp_path: Path, shared_data: Path) -> None:
    sample = (shared_data / "payloads" / "chirpstack_v4_dingtek_DC600.json").read_bytes()
    with listening(tmp_path, NETWORK) as (url, taken):
        assert post(f"{url}/hook?event=up", sample) == (200, "")
        assert post(f"{url}/hook?event=join", b'{"devAddr": "00d988b3"}') == (200, "")
    assert told(taken) == [("7cf95720fc015fef", "signal", -74.0), ("7cf95720fc015fef", "snr", 9.8)]


@pytest.mark.shared_data
def test_what_the_things_stack_posts_is_read(tmp_path: Path, shared_data: Path) -> None:
    samples = json.loads((shared_data / "payloads" / "samples.json").read_text())
    (said,) = (each["payload"] for each in samples if each["id"] == "ttn_dragino_lds02")
    fields = {"f_port": said["f_port"], "decoded_payload": said["decoded_payload"]}
    with listening(tmp_path, DOORS, header="X-Hook-Token") as (url, taken):
        secret = {"X-Hook-Token": TOKEN}
        assert post(f"{url}/hook/up", uplink("door-9", fields), **secret) == (200, "")
        assert post(f"{url}/hook/up", uplink("door-9", fields), **BEARER)[0] == 401
    assert ("door-9", "contact", True) in told(taken)


def test_plain_json_is_read_by_the_step_below_the_path(tmp_path: Path) -> None:
    with listening(tmp_path, BIN) as (url, taken):
        assert post(f"{url}/hook/bin-7", b'{"level": 83}') == (200, "")
        assert post(f"{url}/hook/yard%20bin/", b'{"level": 12}') == (200, "")
    assert told(taken) == [("bin-7", "fill", 83.0), ("yard bin", "fill", 12.0)]


def test_each_refusal_says_what_is_wrong_and_repeats_nothing(tmp_path: Path) -> None:
    body = b'{"level": 83}'
    with listening(tmp_path, BIN, largest=100) as (url, taken):
        assert post(f"{url}/hook/a", body, Authorization=f"Bearer {TOKEN[:-1]}0") == (
            401,
            "the token in Authorization is missing or wrong",
        )
        assert post(f"{url}/other", body, Accept="a")[0] == 401
        assert post(f"{url}/other", body) == (404, "nothing is taken here; post to /hook")
        assert post(f"{url}/hooked", body)[0] == 404
        assert post(f"{url}/hook/a", b"x" * 101) == (413, "100 bytes are allowed")
        assert post(f"{url}/hook/a", b"secret-word") == (422, "not_json: the message is no JSON")
        zipped = BEARER | {"Content-Encoding": "gzip"}
        assert post(f"{url}/hook/a", body, **zipped) == (415, "the body is compressed; send it as it is")
        assert CLIENT.post(f"{url}/hook/a", content=iter([body]), headers=BEARER).status_code == 411
        assert CLIENT.get(f"{url}/hook/a", headers=BEARER).status_code == 501
    assert taken == []


def test_a_post_is_thanked_once_it_was_handed_on_and_not_before(tmp_path: Path) -> None:
    with listening(tmp_path, BIN, timeout="300ms") as (url, taken):
        taken.full = True
        assert post(f"{url}/hook/a", b'{"level": 83}') == (503, "busy: there is no room yet; come again")
        taken.full = False
        assert within(5, lambda: len(taken) == 1)  # late, and it may come twice
        assert post(f"{url}/hook/a", b'{"level": 84}') == (200, "")
        assert len(taken) == 2


def test_who_posts_while_the_node_ends_is_to_come_again(tmp_path: Path) -> None:
    answers: list[tuple[int, str]] = []
    with listening(tmp_path, BIN) as (url, taken):
        taken.full = True
        thread = threading.Thread(target=lambda: answers.append(post(f"{url}/hook/a", b'{"level": 83}')))
        thread.start()
        assert within(5, lambda: taken.asked > 0)
    thread.join(5)
    assert answers == [(503, "ending: the node is being stopped")]
    assert taken == []


@pytest.mark.parametrize(
    ("target", "topic"),
    [
        ("/hook", ""),
        ("/hook/", ""),
        ("/hook/a/b", "a/b"),
        ("/hook?event=up", "up"),
        ("/hook/a?event=up&event=x", "a/up"),
        ("/", None),
        ("/hook/" + "a" * 999, "a" * 256),
        ("/hook?" + "&".join("a=1" for _ in range(99)), ""),
    ],
)
def test_the_topic_is_what_stands_below_the_path(target: str, topic: str | None) -> None:
    assert topic_of(target, "/hook") == topic


def test_one_that_is_open_to_all_is_refused() -> None:
    given = {"kind": "http", "id": "hook", "port": 0, "decoder": BIN}
    with pytest.raises(ValidationError, match="token_file or senders is needed"):
        TypeAdapter(AnyIntake).validate_python(given)
