"""A bundle on its way to a node: piece by piece, from where it was cut off, never half, with room for it."""

import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from broker.model_offers import OFFERS
from edge.centre_door import CentralSettings, CentreDoor
from edge.fetched import errands, fetching
from edge.fetched.errands import Errands
from edge.fetched.fetching import COMING, Fetching, Never, NotNow, Progress
from edge.fetched.keeping import idle, size_of, tidied, used
from edge.fetched.located import here, located
from edge.fetched.trying import Unfit, plain_pictures, tried_alone, tried_on
from models.detections import Picture
from models.installed import install, place_of, places
from models.runtime import LoadedDetector, ModelSettings, open_detector
from models.signing import NOBODY, Trust
from tests.street import CAR, RED, bundle, network
from tests.unit.models.bundled import TRUST

BODY = bundle("pale_cars", 1, network(sure=0.6, ballast=bytes(1_000_000))).packed()


class Centre:
    """Answers as a centre on a poor line does. cuts: after so many bytes of each answer, in their order."""

    def __init__(self) -> None:
        self.offer: dict[str, Any] = {"name": "pale_cars", "version": 1, "size": len(BODY)}
        self.offer["sha256"] = hashlib.sha256(BODY).hexdigest()
        self.body, self.status, self.ranges = BODY, 200, True
        self.cuts: list[int] = []
        self.asked: list[str | None] = []
        self.url = ""


@pytest.fixture
def centre() -> Iterator[Centre]:
    told = Centre()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.endswith("/bundle"):
                return self._bundle()
            body = json.dumps(told.offer).encode()
            self.send_response(told.status if self.path == f"{OFFERS}/pale_cars@1" else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _bundle(self) -> None:
            asked = self.headers.get("Range")
            told.asked.append(asked)
            begin = int(asked[6:-1]) if asked and told.ranges else 0
            self.send_response(206 if begin else 200)
            self.send_header("Content-Length", str(len(told.body) - begin))
            self.end_headers()
            self.wfile.write(told.body[begin:][: told.cuts.pop(0) if told.cuts else None])
            self.close_connection = True

        def log_message(self, *_words: Any) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        told.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield told
        server.shutdown()
        thread.join()


class Node:
    """A node's end of it."""

    def __init__(self, folder: Path, url: str, trust: Trust = NOBODY) -> None:
        self.folder, self.told, self.made_room = folder, list[Progress](), 0
        self.door = CentreDoor(CentralSettings(url=url), None)
        self.door.open()
        self.fetching = Fetching(
            self.door, folder, lambda: trust, self._room, say=self.told.append, stopping=lambda: False
        )

    def _room(self) -> None:
        self.made_room += 1


@pytest.fixture
def node(tmp_path: Path, centre: Centre) -> Iterator[Node]:
    made = Node(tmp_path / "models", centre.url)
    yield made
    made.door.close()


def test_it_goes_on_from_where_it_was_cut_off(node: Node, centre: Centre) -> None:
    centre.cuts = [700_000, 600_000]
    for _ in range(2):
        with pytest.raises(NotNow) as cut:
            node.fetching.fetch("pale_cars@1")
        assert cut.value.came
    place = node.fetching.fetch("pale_cars@1")
    assert centre.asked == [None, "bytes=700000-", "bytes=1300000-"]
    assert node.told[-1] == Progress("pale_cars@1", len(BODY), len(BODY))
    assert (place.full_name, list((node.folder / COMING).iterdir())) == ("pale_cars@1", [])


def test_from_the_beginning_where_a_proxy_knows_no_parts(node: Node, centre: Centre) -> None:
    centre.cuts, centre.ranges = [700_000], False
    with pytest.raises(NotNow):
        node.fetching.fetch("pale_cars@1")
    assert node.fetching.fetch("pale_cars@1").full_name == "pale_cars@1"


def test_what_comes_damaged_is_fetched_once_more_and_never_installed(node: Node, centre: Centre) -> None:
    centre.body = bytes(len(BODY))
    with pytest.raises(NotNow, match="damaged twice"):
        node.fetching.fetch("pale_cars@1")
    assert (len(centre.asked), places(node.folder)) == (2, [])
    centre.body = BODY + b"more"
    with pytest.raises(NotNow, match="more came"):
        node.fetching.fetch("pale_cars@1")


@pytest.mark.parametrize(
    ("status", "offer", "name", "why", "code"),
    [
        (200, {}, "no_cars@1", Never, "model_unknown"),
        (200, {"name": "other_cars"}, "pale_cars@1", Never, "model_another"),
        (200, {"size": 10**12}, "pale_cars@1", Never, "model_too_large"),
        (410, {}, "pale_cars@1", Never, "model_not_given"),
        (503, {}, "pale_cars@1", NotNow, None),
        (401, {}, "pale_cars@1", NotNow, None),
        (200, {"sha256": "none"}, "pale_cars@1", NotNow, None),
    ],
)
def test_what_may_come_later_and_what_never_will(
    node: Node, centre: Centre, status: int, offer: dict[str, Any], name: str, why: type, code: str | None
) -> None:
    centre.status, centre.offer = status, centre.offer | offer
    with pytest.raises(why) as found:
        node.fetching.fetch(name)
    assert getattr(found.value, "code", None) == code


def test_without_room_old_models_go_first_and_then_it_is_refused(
    node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "SPARE_BYTES", 10**18)
    with pytest.raises(Never) as found:
        node.fetching.fetch("pale_cars@1")
    assert (found.value.code, node.made_room) == ("model_no_room", 1)


def test_without_a_signature_that_is_asked_for_nothing_of_it_stays(tmp_path: Path, centre: Centre) -> None:
    node = Node(tmp_path / "models", centre.url, TRUST)
    with pytest.raises(Never) as found:
        node.fetching.fetch("pale_cars@1")
    assert (found.value.code, places(node.folder)) == ("model_not_fit", [])
    assert list((node.folder / COMING).iterdir()) == []
    node.door.close()


def test_an_errand_tries_on_until_it_is_here(
    node: Node, centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(errands, "FIRST_S", 0.02)
    centre.cuts = [700_000, 600_000]
    came, told = threading.Event(), list[str | None]()

    def done(name: str, never: Never | None) -> None:
        assert (name, never) == ("pale_cars@1", None)
        came.set()

    bringing = Errands(lambda _say, _stopping: node.fetching, done, lambda _far, why: told.append(why))
    bringing.want("pale_cars@1")
    assert came.wait(20)
    bringing.stop()
    assert len([why for why in told if why]) == 2


def test_an_errand_gives_up_after_many_tries_of_which_nothing_came(
    node: Node, centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("FIRST_S", 0.001), ("LONGEST_S", 0.002), ("MOST_VAIN", 3)):
        monkeypatch.setattr(errands, name, value)
    centre.status = 503
    over, ends = threading.Event(), list[Never | None]()

    def done(_name: str, never: Never | None) -> None:
        ends.append(never)
        over.set()

    bringing = Errands(lambda _say, _stopping: node.fetching, done, lambda _far, _why: None)
    bringing.want("pale_cars@1")
    assert over.wait(20)
    bringing.stop()
    assert [getattr(end, "code", None) for end in ends] == ["model_not_reached"]


def test_those_in_use_and_the_last_two_besides_stay(tmp_path: Path) -> None:
    for version in range(1, 6):
        place = install(bundle("pale_cars", version, network()), tmp_path)
        used(tmp_path, {place.full_name})
    used(tmp_path, {"pale_cars@2"})
    assert [place.version for place in idle(tmp_path, {"pale_cars@5"})] == [2, 4, 3, 1]
    assert sorted(tidied(tmp_path, {"pale_cars@5"})) == ["pale_cars@1", "pale_cars@3"]
    assert all(size_of(place) > 1000 for place in places(tmp_path))
    assert sorted(tidied(tmp_path, {"pale_cars@5"}, spare=0)) == ["pale_cars@2", "pale_cars@4"]
    assert tidied(tmp_path, {"pale_cars"}, spare=0) == []  # without a version: whichever it is


def loaded(folder: Path, name: str, body: bytes) -> LoadedDetector:
    install(bundle(name, 1, body), folder / "models")
    return open_detector(located(ModelSettings(name=name, directory=folder / "own"), folder))


def street() -> Picture:
    """One car on it: two would be one to this network."""
    picture = next(iter(plain_pictures())).copy()
    x1, y1, x2, y2 = CAR
    picture[y1:y2, x1:x2] = RED[::-1]
    return picture


def test_a_model_that_sees_nothing_where_the_one_before_saw_things_does_not_take_over(tmp_path: Path) -> None:
    before = loaded(tmp_path, "red_cars", network())
    blind = loaded(tmp_path, "blind_cars", network(high=2.0))
    pictures = [street()] * 5
    assert tried_on(before, before, pictures, 0.5).things == 5
    with pytest.raises(Unfit) as found:
        tried_on(before, blind, pictures, 0.5)
    assert found.value.code == "model_sees_nothing"
    assert tried_on(before, blind, pictures[:4], 0.5).things == 0  # too few to say so


def test_a_model_that_cannot_be_run_ends_its_own_process_only(tmp_path: Path) -> None:
    good = ModelSettings(name="red_cars@1", directory=tmp_path / "own")
    install(bundle("red_cars", 1, network()), tmp_path / "models")
    assert here(good, tmp_path)
    assert not here(good.model_copy(update={"name": "red_cars@2"}), tmp_path)
    tried_alone(located(good, tmp_path))
    place = place_of(tmp_path / "models", "red_cars@1")
    assert place is not None
    (place.path / "model.onnx").write_bytes(b"rubbish")
    with pytest.raises(Unfit) as found:
        tried_alone(located(good, tmp_path))
    assert found.value.code == "model_failed"
