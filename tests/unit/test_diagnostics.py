"""What leaves in a bundle of diagnostics: no secret in any shape, and what is missing is named."""

import base64
import io
import json
import logging
import socket
import zipfile
from pathlib import Path
from urllib.parse import quote

import pytest

from edge.bundling.packing import packed
from edge.bundling.redacting import HIDDEN, Redactor, secret_files, written_secrets
from edge.lastrun import End, LastRun, Left
from edge.ringlog import LINES, Ring, kept
from edge.stocktaking import ending, taken
from edge.supervised import supervised

KNOWN = "Sommer/2026:x"
TREE = {
    "broker": {"url": "mqtt://b:1883", "username": "node", "password_file": "secrets/broker"},
    "sources": [{"id": "gate", "url": f"rtsp://viewer:{quote(KNOWN, safe='')}@10.0.0.7/main?key=abcd77"}],
    "push": {"token": KNOWN, "enabled": True},
}


def test_secrets_are_found_where_they_stand() -> None:
    found = set(written_secrets(TREE))
    assert {"node", KNOWN, "viewer", quote(KNOWN, safe=""), "abcd77"} <= found
    assert list(secret_files(TREE)) == ["secrets/broker"]


@pytest.mark.parametrize(
    "line",
    [
        f"login with {KNOWN} failed",
        f"GET /{quote(KNOWN, safe='')}/x",
        f"Authorization: Basic {base64.b64encode(KNOWN.encode()).decode()}",
        f"lost rtsp://viewer:{quote(KNOWN, safe='')}@10.0.0.7/main",
        f"password={KNOWN}",
    ],
)
def test_a_known_secret_is_in_no_shape(line: str) -> None:
    told = Redactor([KNOWN]).text(line)
    assert KNOWN not in told
    assert quote(KNOWN, safe="") not in told
    assert base64.b64encode(KNOWN.encode()).decode().rstrip("=") not in told


@pytest.mark.parametrize(
    ("line", "lacks"),
    [
        ("lost rtsp://who:knows@10.0.0.9/a?token=1", "knows"),
        ("-----BEGIN PRIVATE KEY-----\nMIGHAgEA\n-----END PRIVATE KEY-----", "MIGHAgEA"),
        ("bearer abc.def-123456", "abc.def"),
        ('{"api_key": "k-77777"}', "k-77777"),
        ("eyJhbGciOi.eyJzdWIiOi.c2ln", "eyJhbGciOi"),
        ("a phone 3c:22:fb:10:aa:01 came", "3c:22"),
    ],
)
def test_what_looks_like_a_secret_is_hidden_too(line: str, lacks: str) -> None:
    assert lacks not in Redactor([]).text(line)


def test_a_tree_keeps_what_helps() -> None:
    told = Redactor(written_secrets(TREE), {"box-in-the-office": "(this machine)"}).tree(
        {**TREE, "host": "box-in-the-office", "hash": "ab" * 32}
    )
    assert told["sources"][0]["url"] == "rtsp://10.0.0.7/main"
    assert told["push"] == {"token": HIDDEN, "enabled": True}
    assert (told["host"], told["hash"]) == ("(this machine)", "ab" * 32)
    assert told["broker"]["password_file"] == "secrets/broker"  # noqa: S105 - the name of a file


def test_a_bundle_is_bounded_and_says_what_was_cut() -> None:
    log = "\n".join(f"{n} {n * 7919 % 104729} {n * n}" for n in range(60_000))
    body = packed({"left_out": {}}, {"log.txt": log, "health.json": "{}"}, most=100_000)
    assert len(body) <= 100_000
    assert body == packed({"left_out": {}}, {"log.txt": log, "health.json": "{}"}, most=100_000)
    with zipfile.ZipFile(io.BytesIO(body)) as file:
        assert json.loads(file.read("bundle.json"))["shortened"] == ["log.txt"]
        assert log.endswith(file.read("log.txt").decode())
    with pytest.raises(ValueError, match="are allowed"):
        packed({}, {"health.json": "{}"}, most=10)


def test_the_last_lines_are_bounded_and_on_the_disk_in_the_end(tmp_path: Path) -> None:
    ring = Ring(lambda: 0.0)
    ring.keep_in(tmp_path)
    for n in range(LINES + 10):
        ring.handle(
            logging.makeLogRecord({"msg": f"line {n} {'x' * 2000}", "levelno": 20, "levelname": "INFO"})
        )
    assert len(ring.lines()) == LINES
    assert max(map(len, ring.lines())) < 1000
    assert kept(tmp_path) == []
    ring.write()
    assert f"line {LINES + 9}" in kept(tmp_path)[-1]


def test_an_inventory_never_says_who_the_machine_is(tmp_path: Path) -> None:
    (tmp_path / "proc/device-tree").mkdir(parents=True)
    (tmp_path / "proc/device-tree/model").write_bytes(b"Raspberry Pi 5 Model B Rev 1.0\0")
    (tmp_path / "proc/meminfo").write_text("MemTotal:        8131000 kB\n")
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/os-release").write_text('NAME=x\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n')
    told = taken(tmp_path, None, 100.0, ["kerbside"], supervised=True, root=tmp_path)
    assert told.machine is not None
    assert told.runs_on is not None
    assert (told.machine.board, told.machine.memory_mb) == ("Raspberry Pi 5 Model B Rev 1.0", 8131)
    assert told.runs_on.os == "Debian GNU/Linux 12 (bookworm)"
    assert (told.before, told.labels, told.supervised) == ("first", ["kerbside"], True)
    assert socket.gethostname() not in told.model_dump_json() or len(socket.gethostname()) < 4


@pytest.mark.parametrize(
    ("said", "yes"),
    [
        ({}, False),
        ({"GEWU_SUPERVISED": "1"}, True),
        ({"NOTIFY_SOCKET": "/run/systemd/notify"}, True),
        ({"NOTIFY_SOCKET": "/run/systemd/notify", "GEWU_SUPERVISED": "0"}, False),
    ],
)
def test_who_begins_it_again_is_told_by_the_environment(said: dict[str, str], yes: bool) -> None:
    assert supervised(said) is yes


@pytest.mark.parametrize(
    ("why", "rebooted", "says"),
    [
        ("restart", False, "restart"),
        ("hung", True, "hung"),
        (None, True, "boot"),
        (None, False, "killed"),
    ],
)
def test_how_the_run_before_ended_is_a_word(why: End | None, rebooted: bool, says: str) -> None:
    run = LastRun(1.0, 2, "b", "gewu", ended=3.0 if why else None, why=why)
    assert ending(Left(run, None, rebooted)) == says
