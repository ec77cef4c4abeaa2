"""The page about sources names every setting and state, and its samples run."""

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import get_args

import cv2
import numpy as np
import pytest

import edge.sources
from broker.settings import Settings as Base
from broker.settings import kinds, loads, settings_of_kinds
from edge.frames import Frame, TroubleState
from edge.settings import GeoPosition, SourceSettings
from edge.sources import open_source
from tests.footage import FakeTime, states

PAGE = (Path(__file__).parents[2] / "docs" / "sources.md").read_text(encoding="utf-8")
KINDS = dict(kinds(edge.sources))


def section(title: str) -> str:
    return re.split(r"^## ", PAGE.split(f"## {title}")[1], flags=re.M)[0]


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, flags=re.M | re.S)


def test_every_common_setting_is_on_the_page() -> None:
    head = PAGE.split("## Times")[0]
    for key in [*SourceSettings.model_fields, *GeoPosition.model_fields]:
        assert f"`{key}`" in head, key


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_setting_of_a_kind_is_in_its_section(kind: str) -> None:
    own = set(KINDS[kind].Settings.model_fields) - set(SourceSettings.model_fields) - {"kind"}
    text = section(f"{kind}: ")
    assert own
    for key in own:
        assert f"`{key}`" in text, key


def test_every_state_of_a_trouble_is_on_the_page() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", section("What a source says"), flags=re.M)
    assert sorted(rows) == sorted(get_args(TroubleState))


def test_every_configuration_sample_is_valid() -> None:
    class File(Base):
        source: settings_of_kinds(edge.sources)  # type: ignore[valid-type]

    samples = blocks("yaml")
    read = [loads("source:\n" + re.sub("^", "  ", sample, flags=re.M), File, name="x") for sample in samples]
    assert sorted(file.source.kind for file in read) == sorted(KINDS)


class Web(BaseHTTPRequestHandler):
    """A camera's web server: good, missing, no picture, good."""

    answers = [(200, 1), (404, 0), (404, 0), (200, 0), (200, 1)]

    def do_GET(self) -> None:
        status, picture = self.answers.pop(0) if self.answers else (200, 1)
        whole = cv2.imencode(".jpg", np.full((48, 64, 3), 90, np.uint8))[1].tobytes()
        self.send_response(status)
        self.end_headers()
        self.wfile.write(whole if picture else b"no picture")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def web_camera() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Web) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/still.jpg"
        server.shutdown()
        thread.join()


def test_the_sample_kind_is_found_by_its_file_and_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, web_camera: str
) -> None:
    (tmp_path / "snapshot.py").write_text(blocks("python")[0])
    monkeypatch.setattr(edge.sources, "__path__", [*edge.sources.__path__, str(tmp_path)])

    class File(Base):
        source: settings_of_kinds(edge.sources)  # type: ignore[valid-type]

    text = f"source: {{id: corner, kind: snapshot, url: '{web_camera}', sample: 5}}"
    source = open_source(loads(text, File, name="x").source, FakeTime().clock)
    items = []
    for item in source.frames():
        items.append(item)
        if sum(isinstance(item, Frame) for item in items) == 3:
            source.close()
    frames = [item for item in items if isinstance(item, Frame)]
    assert [frame.t for frame in frames] == pytest.approx([1000.0, 1000.8, 1001.0])
    assert frames[0].image.shape == (48, 64, 3)
    assert states([item for item in items if not isinstance(item, Frame)]) == ["lost", "lost", "recovered"]
