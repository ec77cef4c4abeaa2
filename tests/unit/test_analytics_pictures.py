"""Pictures of a Frigate box over real HTTP: masked before anything else; what is none is left out."""

import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from broker.events import Evidence
from edge import assembly
from edge.config import load
from edge.foreign.api import LARGEST, Api, ApiSettings, NotFetched
from tests.analysed import Street, phases, settings, story, written
from tests.masking import OWNER, photograph
from tests.street import BLUE, CAR, HEIGHT, PERSON, RED, WIDTH, model

SECRET = "eyJ-a-token-nobody-reads"  # noqa: S105


def scene() -> bytes:
    """A grey street with a red car and a person in blue, as JPEG."""
    picture = np.full((HEIGHT, WIDTH, 3), 120, np.uint8)
    for (x1, y1, x2, y2), colour in ((CAR, RED), (PERSON, BLUE)):
        picture[y1:y2, x1:x2] = colour[::-1]
    return cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 95])[1].tobytes()


class Answers(BaseHTTPRequestHandler):
    """A box's API; `how` says what it does now."""

    def do_GET(self) -> None:
        server: Any = self.server
        server.asked.append((self.path, self.headers.get("Authorization")))
        status, headers, body = server.how()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        try:
            for part in body if isinstance(body, list) else [body]:
                self.wfile.write(part)
                if isinstance(body, list):
                    server.slow.wait(0.1)
        except OSError:
            return  # the one who asked has gone

    def log_message(self, *_: Any) -> None:
        """Be silent."""


@pytest.fixture
def box() -> Iterator[Any]:
    """A real server; `how` can be changed."""
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    server.asked, server.slow = [], threading.Event()
    server.how = lambda: (200, {"Content-Type": "image/jpeg"}, scene())
    server.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=partial(server.serve_forever, 0.01))
    thread.start()
    yield server
    server.slow.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def street(tmp_path: Path, box: Any) -> Callable[..., Street]:
    """A node that asks that box for its pictures. masks: whether it has models."""
    what = settings(tmp_path, api={"url": box.url, "timeout": "2s"})
    what["model"] = model(tmp_path / "models")

    def made(*, masks: bool = True) -> Street:
        file = written(tmp_path, what)
        models = assembly.open_wanted(load(file).settings) if masks else None
        return Street(file, models=models)

    return made


def pictures(street: Street) -> list[Evidence]:
    return [one for event in street.events() for one in getattr(event.data, "evidence", [])]


def test_what_opens_and_what_clears_has_a_picture_in_which_persons_are_masked(
    street: Callable[..., Street], box: Any
) -> None:
    node = street()
    node.run(420.0, story())
    assert phases(node.stop()) == ["opened", "cleared"]
    assert [(one.role, one.masked) for one in pictures(node)] == [("scene", True), ("after", True)]
    assert [path for path, _ in box.asked] == [
        "/api/kerb_7/latest.jpg?bbox=0&timestamp=0&zones=0&mask=0&motion=0&regions=0"
    ] * 2
    body = node.store.get(pictures(node)[0].sha256)
    assert body is not None
    shown = np.asarray(cv2.imdecode(np.frombuffer(body, np.uint8), cv2.IMREAD_COLOR), np.int16)
    blue, red = shown[..., 0] - shown[..., 2] > 100, shown[..., 2] - shown[..., 0] > 100
    assert (int(blue.sum()), int(red.sum()) > 2000) == (0, True)
    kept = [path for path in node.folder.rglob("*") if path.is_file() and path.parent.name != "models"]
    assert not [path for path in kept if scene()[-200:] in path.read_bytes()]


def test_without_models_to_mask_with_the_api_is_not_even_asked(
    street: Callable[..., Street], box: Any
) -> None:
    node = street(masks=False)
    node.run(150.0, story())
    (event,) = [event for event in node.stop() if event.type.endswith("opened.v1")]
    assert event.data.reasons[-1].code == "picture_withheld"
    assert (event.data.evidence, box.asked) == ([], [])


def test_a_node_whose_models_are_missing_goes_on_without_pictures(tmp_path: Path, box: Any) -> None:
    what = settings(tmp_path, api={"url": box.url})
    what["model"] = {"directory": str(tmp_path / "nowhere")}
    assert assembly.open_wanted(load(written(tmp_path, what)).settings) is None


REFUSED: list[tuple[str, tuple[int, dict[str, str], Any], str]] = [
    ("redirect", (302, {"Location": "http://127.0.0.1:1/else"}, b""), "its system answers 302"),
    ("token", (401, {}, b"who?"), "its system asks for a token"),
    ("camera", (404, {}, b""), "its system knows no such camera"),
    (
        "page",
        (200, {"Content-Type": "image/jpeg"}, b"<html>Sign in, " + OWNER.encode()),
        "no picture to be used",
    ),
    ("huge", (200, {}, b"\xff\xd8" + bytes(LARGEST)), f"more than {LARGEST} bytes"),
    ("slow", (200, {}, [scene()[:100]] * 60), "gave none within 1 s"),
    ("cut", (200, {"Content-Length": "90000"}, scene()[:900]), "cannot be asked (RemoteProtocolError)"),
    ("half", (200, {}, scene()[:2000]), "no picture to be used"),
]


@pytest.mark.parametrize(("how", "words"), [each[1:] for each in REFUSED], ids=[each[0] for each in REFUSED])
def test_what_is_no_picture_is_refused_in_words_of_our_own(box: Any, how: Any, words: str) -> None:
    box.how = lambda: how
    began = time.monotonic()
    with pytest.raises(NotFetched) as caught:
        Api(ApiSettings.model_validate({"url": box.url, "timeout": "1s"})).picture("/api/kerb_7/latest.jpg")
    assert words in str(caught.value)
    assert OWNER not in str(caught.value)
    assert time.monotonic() - began < 5.0
    assert len(box.asked) == 1


def test_a_box_that_does_not_answer_is_left_alone_for_a_while(
    street: Callable[..., Street], box: Any
) -> None:
    api = Api(ApiSettings.model_validate({"url": "http://127.0.0.1:1", "timeout": "1s"}))
    with pytest.raises(NotFetched, match=r"cannot be asked \(ConnectError\)"):
        api.picture("/a.jpg")
    with pytest.raises(NotFetched, match="did not answer within the last 30 s"):
        api.picture("/a.jpg")

    box.how = lambda: (503, {}, b"")
    node = street()
    node.run(150.0, story())
    (event,) = [event for event in node.stop() if event.type.endswith("opened.v1")]
    assert (event.data.reasons[-1].code, event.data.evidence) == ("picture_not_fetched", [])


def test_the_token_is_read_anew_and_goes_to_that_box_alone(tmp_path: Path, box: Any) -> None:
    file = tmp_path / "token"
    api = Api(ApiSettings.model_validate({"url": box.url, "token_file": str(file)}))
    with pytest.raises(NotFetched, match="cannot be read"):
        api.picture("/a.jpg")
    file.write_text(SECRET + "\n")
    assert api.picture("/a.jpg").shape == (HEIGHT, WIDTH, 3)
    assert box.asked == [("/a.jpg", f"Bearer {SECRET}")]


def test_a_picture_is_turned_upright_and_its_metadata_stay_behind(box: Any) -> None:
    box.how = lambda: (200, {}, photograph((160, 120)))
    picture = Api(ApiSettings.model_validate({"url": box.url})).picture("/a.jpg")
    assert (picture.shape, picture.dtype) == ((120, 160, 3), np.uint8)


@pytest.mark.parametrize(
    ("api", "words"),
    [
        ({"url": "ftp://nvr"}, "http:// or https:// and a host are expected"),
        ({"url": "http://user:word@nvr:5000"}, "carries no credentials"),
        ({"url": "http://169.254.169.254/"}, "for a link's own use"),
        ({"url": "http://nvr:5000", "ca_file": "x.pem"}, "ca_file is for an https:// url"),
    ],
)
def test_where_no_box_can_be_is_refused_at_load(api: dict[str, str], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        ApiSettings.model_validate(api)
