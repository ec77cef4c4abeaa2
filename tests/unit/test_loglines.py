"""Log lines as JSON: fields where they are looked for, bounded, without secrets."""

import json
import logging
from typing import Any

import pytest

from broker.loglines import HIDDEN, LONGEST, MOST, NAMES, Json, cleaned


def line(text: str, fields: dict[str, Any] | None = None) -> dict[str, Any]:
    record = logging.LogRecord("edge.node", logging.WARNING, "node.py", 1, text, (), None)
    if fields is not None:
        record.fields = fields
    told = Json().format(record)
    assert "\n" not in told
    found: dict[str, Any] = json.loads(told)
    return found


def test_what_a_line_is_about_stands_beside_its_text() -> None:
    found = line("it\nbroke", {"source": "cam-1", "situation": "s-1", "ticket": None, "level": "mine"})
    assert (found["level"], found["part"], found["text"]) == ("warning", "edge.node", "it\nbroke")
    assert found["at"].endswith("Z")
    assert {"source": "cam-1", "situation": "s-1"}.items() <= found.items()
    assert "ticket" not in found
    assert set(NAMES) >= {"source", "situation", "event", "ticket", "trace"}


@pytest.mark.parametrize(
    "told",
    [
        "rtsp://admin:hunter2hunter2@10.0.0.7/1: connection refused",
        "camera said password=hunter2hunter2, good bye",
        "GET /x?token=hunter2hunter2&y=1",
        "header Authorization: Bearer hunter2hunter2.abc",
        '{"api_key": "hunter2hunter2"}',
        "Basic hunter2hunter2==",
    ],
)
def test_secrets_are_not_written_down(told: str) -> None:
    assert "hunter2" not in cleaned(told)
    assert HIDDEN in cleaned(told)
    assert "hunter2" not in json.dumps(line("fine", {"url": told, "many": [told]}))


@pytest.mark.parametrize(
    "told", ["the token in token_file is no token", "http://127.0.0.1:8080/setup#AbC", "basic words", "a: b"]
)
def test_what_is_no_secret_stays(told: str) -> None:
    assert cleaned(told) == told


def test_a_line_is_bounded() -> None:
    found = line("x" * 1_000_000, {"text2": "y" * 1_000_000, "many": list(range(1000))})
    assert len(found["text"]) < LONGEST + 50
    assert len(found["text2"]) < LONGEST + 50
    assert len(found["many"]) == MOST
