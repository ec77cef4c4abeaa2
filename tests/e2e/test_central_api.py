"""The API of a live centre, over real HTTP."""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import cv2
import httpx
import jsonschema
import numpy as np
import pytest

from broker.embedded import EmbeddedBroker
from tests.centre import Centre, Wire, until
from tests.ports import HOST, free_port
from tests.unit.central.makers import NODE, event, evidence, health
from tests.unit.central.test_register import about, source

MakeCentre = Callable[..., Centre]
MakeWire = Callable[..., Wire]
JPEG = cv2.imencode(".jpg", np.full((90, 160, 3), 128, np.uint8))[1].tobytes()
PNG = cv2.imencode(".png", np.full((90, 160, 3), 128, np.uint8))[1].tobytes()
WEBP = cv2.imencode(".webp", np.full((90, 160, 3), 128, np.uint8))[1].tobytes()
MP4 = b"\0\0\0\x18ftypisom" + b"\0" * 40


def sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


@pytest.fixture
def centre(embedded_broker: EmbeddedBroker, make_centre: MakeCentre) -> Centre:
    made = make_centre(embedded_broker.url, evidence={"max_bytes": 100_000, "keep_free_mb": 0})
    made.start()
    return made


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """One centre for all tests that need no events; there is no broker, and it serves all the same."""
    made = Centre(
        tmp_path_factory.mktemp("standing"),
        f"mqtt://{HOST}:{free_port()}",
        evidence={"max_bytes": 100_000, "keep_free_mb": 0},
    )
    made.start(well=False)
    until(lambda: serves(made.url))
    yield made
    made.kill()


@pytest.fixture
def alone(standing: Centre) -> Iterator[httpx.Client]:
    """Asks the standing centre."""
    with standing.client() as made:
        yield made


@pytest.fixture
def wire(embedded_broker: EmbeddedBroker, make_wire: MakeWire) -> Wire:
    return make_wire(embedded_broker.url, NODE)


@pytest.fixture
def client(centre: Centre) -> Iterator[httpx.Client]:
    with centre.client() as made:
        yield made


def put(client: httpx.Client, body: bytes, name: str | None = None, **headers: str) -> httpx.Response:
    return client.put(f"/api/evidence/{name or sha256(body)}", content=body, headers=headers)


def problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    """The problem document of an error."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["status"] == status
    return body


def serves(url: str) -> bool:
    try:
        return httpx.get(f"{url}/console/register.css").status_code == 200
    except httpx.TransportError:
        return False


def asked(url: str) -> httpx.Response | None:
    """The answer, whatever it is, once somebody listens."""
    try:
        return httpx.get(url)
    except httpx.TransportError:
        return None


def test_tickets_pages_and_filters(wire: Wire, client: httpx.Client) -> None:
    picture = evidence(JPEG)
    story = [event("opened", 0, subject=f"s-{n}", evidence=[picture] if n == 0 else []) for n in range(5)]
    for each in [*story, event("cleared", 1, subject="s-1")]:
        wire.insist(each.encode(), each.id)
    first = client.get("/api/tickets", params={"limit": 2, "open": True}).json()
    assert [t["number"] for t in first["items"]] == ["T-000005", "T-000004"]
    rest = client.get("/api/tickets", params={"limit": 2, "open": True, "cursor": first["next"]}).json()
    assert ([t["number"] for t in rest["items"]], rest["next"]) == (["T-000003", "T-000001"], None)
    assert rest["items"][1]["evidence"][0] | {"taken": None} == {
        "role": "scene",
        "sha256": picture.sha256,
        "size": picture.size,
        "media_type": "image/jpeg",
        "masked": True,
        "taken": None,
        "here": False,
        "url": f"/api/evidence/{picture.sha256}",
    }
    kind = rest["items"][1]["kind"]
    assert (kind["zh"], kind["en"], kind["code"]) == (
        "机动车乱停放",
        "Illegal parking of motor vehicles",
        "09009",
    )
    for query, number in (({"kind": "bin_full"}, 0), ({"source": "cam-1"}, 5), ({"node": NODE.source}, 5)):
        assert len(client.get("/api/tickets", params=query).json()["items"]) == number


def test_one_ticket_with_its_story(wire: Wire, client: httpx.Client) -> None:
    picture = evidence(JPEG)
    for each in (event("cleared", 3), event("opened", 0, evidence=[picture])):
        wire.insist(each.encode(), each.id)
    put(client, JPEG)
    ticket = client.get("/api/tickets/T-000001").json()
    assert client.get(f"/api/tickets/{ticket['id']}").json() == ticket
    assert [line["effect"] for line in ticket["log"]] == ["early", "opened", "evidence"]
    assert all(line["reason"]["text"] for line in ticket["log"])
    assert [e["type"] for e in ticket["events"]] == ["gewu.incident.opened.v1", "gewu.incident.cleared.v1"]
    assert ticket["evidence"][0]["here"] is True
    missing = problem(client.get("/api/tickets/T-000009"), 404)
    assert (missing["where"], missing["detail"]) == ("path.name", "there is no ticket 'T-000009'")


@pytest.mark.parametrize(
    ("path", "status", "where"),
    [
        ("/api/tickets?state=new", 422, "query.state"),
        ("/api/tickets?limit=0", 422, "query.limit"),
        ("/api/tickets?cursor=T-1", 400, "query.cursor"),
        ("/api/nothing", 404, "GET /api/nothing"),
        ("/api/tickets/", 404, "GET /api/tickets/"),
    ],
)
def test_bad_questions(alone: httpx.Client, path: str, status: int, where: str) -> None:
    assert problem(alone.get(path), status)["where"] == where


def test_a_range_that_cannot_be_given_is_a_problem_too(alone: httpx.Client) -> None:
    assert put(alone, JPEG).status_code in (200, 201)
    picture = f"/api/evidence/{sha256(JPEG)}"
    assert alone.get(picture, headers={"Range": "bytes=0-2"}).content == JPEG[:3]
    for path in (picture, "/console/register.css"):
        assert problem(alone.get(path, headers={"Range": "bytes=x"}), 400)["where"] == f"GET {path}"
        beyond = alone.get(path, headers={"Range": "bytes=9999999-"})
        assert problem(beyond, 416)
        assert beyond.headers["content-range"].startswith("bytes */")


def test_a_fault_of_ours_is_a_guarded_problem(make_centre: MakeCentre) -> None:
    centre = make_centre(f"mqtt://{HOST}:{free_port()}")
    fault = "import central.store.queries as q\ndef no(*_): raise RuntimeError('a secret')\nq.counts = no"
    centre.start(fault=fault, well=False)
    until(lambda: asked(f"{centre.url}/") is not None)
    with centre.client() as client:
        answer = client.get("/api/summary")
    assert "secret" not in problem(answer, 500)["detail"]
    assert answer.headers["content-security-policy"].startswith("default-src 'self';")


def test_another_method_says_what_is_allowed(alone: httpx.Client) -> None:
    assert problem(alone.post("/api/tickets"), 405)["allowed"] == "GET"


def test_a_stream_tells_changes_and_resumes(wire: Wire, client: httpx.Client) -> None:
    with client.stream("GET", "/api/stream") as stream:
        lines = stream.iter_lines()
        assert _next(lines, "event") == "hello"
        for each in (event("opened", 0), event("cleared", 3)):
            wire.insist(each.encode(), each.id)
        first, second = _message(lines), _message(lines)
        assert first["event"] == second["event"] == "ticket"
        assert '"effect":"opened"' in first["data"]
        assert '"effect":"cleared"' in second["data"]
    with client.stream("GET", "/api/stream", headers={"Last-Event-ID": first["id"]}) as stream:
        lines = stream.iter_lines()
        _next(lines, "event")
        assert _message(lines) == second
    assert problem(client.get("/api/stream", headers={"Last-Event-ID": "x"}), 400)


def test_a_stream_says_what_a_ticket_is_in_the_same_words_as_the_list(
    wire: Wire, client: httpx.Client
) -> None:
    with client.stream("GET", "/api/stream") as stream:
        lines = stream.iter_lines()
        _next(lines, "event")
        wire.insist(event().encode(), event().id)
        told = json.loads(_message(lines)["data"])["ticket"]
    assert told == client.get("/api/tickets").json()["items"][0]


def test_a_place_of_an_earlier_database_resumes_from_now(wire: Wire, client: httpx.Client) -> None:
    with client.stream("GET", "/api/stream", headers={"Last-Event-ID": "999999999"}) as stream:
        lines = stream.iter_lines()
        assert _next(lines, "id") == "0"
        wire.insist(event().encode(), event().id)
        assert '"effect":"opened"' in _message(lines)["data"]


def test_more_streams_than_the_centre_serves_are_turned_away(make_centre: MakeCentre) -> None:
    centre = make_centre(f"mqtt://{HOST}:{free_port()}")
    centre.start(fault="import central.api.stream as s\ns.MOST = 2", well=False)
    until(lambda: serves(centre.url))

    def opened() -> bool:
        with client.stream("GET", "/api/stream") as stream:
            return stream.status_code == 200

    with centre.client() as client, ExitStack() as stack:
        streams = [stack.enter_context(client.stream("GET", "/api/stream")) for _ in range(2)]
        lines = [stream.iter_lines() for stream in streams]
        assert [_next(each, "event") for each in lines] == ["hello", "hello"]
        refused = client.get("/api/stream")
        assert problem(refused, 503)["allowed"] == "at most 2 streams at once"
        assert refused.headers["retry-after"]
        stack.close()
        until(opened, "streams that ended make room")


def _next(lines: Iterator[str], name: str) -> str:
    return next(line.partition(": ")[2] for line in lines if line.startswith(f"{name}:"))


def _message(lines: Iterator[str]) -> dict[str, str]:
    """The next message that has data."""
    found: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(": ")
        found[name] = value
        if not line and found.get("event") == "ticket":
            return {key: found[key] for key in ("id", "event", "data")}
    raise AssertionError("the stream ended")


def test_open_streams_do_not_hold_up_the_end(centre: Centre, client: httpx.Client) -> None:
    with client.stream("GET", "/api/stream") as stream:
        lines = stream.iter_lines()
        _next(lines, "event")
        assert centre.stop() == 0
    assert "Traceback" not in centre.said()


def test_sources_and_their_conditions(wire: Wire, client: httpx.Client) -> None:
    raised = health("raised", 1)
    wire.insist(raised.encode(), raised.id)
    (node,) = client.get("/api/sources").json()["nodes"]
    (one,) = node["sources"]
    assert (one["id"], one["well"]) == ("cam-1", False)
    assert one["conditions"][0]["reasons"][0]["text"] == "no picture for 30 s"
    recovered = health("cleared", 2)
    wire.insist(recovered.encode(), recovered.id)
    assert client.get("/api/sources").json()["nodes"][0]["sources"] == []
    assert not client.get("/api/centre").json()["watches"]
    wire.send(about(source(1)).encode(), channel="about")
    until(lambda: client.get("/api/centre").json()["watches"])


def test_every_answer_is_guarded(alone: httpx.Client) -> None:
    for path in ("/", "/console/register.css", "/api/tickets", "/api/nothing", "/healthz"):
        headers = alone.get(path).headers
        assert headers["content-security-policy"].startswith("default-src 'self';"), path
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


def test_what_is_not_built_brings_nothing_from_elsewhere(alone: httpx.Client) -> None:
    style = alone.get("/console/register.css")
    assert style.status_code == 200
    assert "http" not in style.text
    assert alone.get("/console/../cli.py").status_code == 404


def test_what_is_not_built_says_how_to_build_it(make_centre: MakeCentre, tmp_path: Path) -> None:
    centre = make_centre(f"mqtt://{HOST}:{free_port()}")
    fault = f"import pathlib, central.api.pages as p\np.BUILT = pathlib.Path({str(tmp_path)!r})"
    centre.start(fault=fault, well=False)
    until(lambda: serves(centre.url))
    for path in ("/", "/tickets/T-000001", "/phone"):
        answer = httpx.get(f"{centre.url}{path}")
        assert (answer.status_code, "make console" in answer.text) == (503, True), path
    assert httpx.get(f"{centre.url}/api/tickets").status_code == 401
    (tmp_path / "index.html").write_text("built meanwhile")
    assert httpx.get(centre.url).text == "built meanwhile"


def test_answers_are_as_the_document_says(wire: Wire, client: httpx.Client) -> None:
    for each in (event(evidence=[evidence(JPEG)]), health("raised", 1)):
        wire.insist(each.encode(), each.id)
    document = client.get("/api/openapi.json").json()
    assert "HTTPValidationError" not in document["components"]["schemas"]
    for path, operations in document["paths"].items():
        for operation in operations.values():
            for status, answer in operation["responses"].items():
                if status >= "4" and path != "/healthz":
                    open311 = path.startswith("/open311/")  # errors as that standard has them
                    kinds = ["text/xml", "application/json"] if open311 else ["application/problem+json"]
                    assert list(answer["content"]) == kinds, (path, status)
    for path in ("/api/tickets", "/api/tickets/{name}", "/api/summary", "/api/sources", "/healthz"):
        schema = document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        answer = client.get(path.format(name="T-000001")).json()
        assert "$ref" in schema, path
        jsonschema.validate(answer, schema | {"components": document["components"]})


def test_metrics_and_the_document(wire: Wire, client: httpx.Client) -> None:
    wire.insist(event().encode(), event().id)
    text = client.get("/metrics").text
    assert 'gewu_central_events_total{effect="opened",type="gewu.incident.opened.v1"} 1.0' in text
    assert 'gewu_central_tickets{state="reported"} 1.0' in text
    paths = client.get("/api/openapi.json").json()["paths"]
    assert {"/api/tickets", "/api/evidence/{sha256}", "/api/stream", "/healthz", "/api/audit"} <= set(paths)
    assert "507" in paths["/api/evidence/{sha256}"]["put"]["responses"]
