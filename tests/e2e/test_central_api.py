"""The API of a live centre, over real HTTP."""

import hashlib
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cv2
import httpx
import numpy as np
import pytest

from broker.embedded import EmbeddedBroker
from tests.brokers import HOST, free_port
from tests.centre import Centre, Wire, until
from tests.unit.central.makers import NODE, event, evidence, health

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
    until(lambda: _answers(made.url))
    yield made
    made.kill()


@pytest.fixture
def alone(standing: Centre) -> Iterator[httpx.Client]:
    """Asks the standing centre."""
    with httpx.Client(base_url=standing.url, timeout=20) as made:
        yield made


@pytest.fixture
def wire(embedded_broker: EmbeddedBroker, make_wire: MakeWire) -> Wire:
    return make_wire(embedded_broker.url, NODE)


@pytest.fixture
def client(centre: Centre) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=centre.url, timeout=20) as made:
        yield made


def left_over(centre: Centre) -> list[Path]:
    """Whatever lies in the evidence folder and is no whole picture under its name."""
    folder = Path(centre.settings["storage"]["directory"]) / "evidence"
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path for path in files if path.name != sha256(path.read_bytes())]


def put(client: httpx.Client, body: bytes, name: str | None = None, **headers: str) -> httpx.Response:
    return client.put(f"/api/evidence/{name or sha256(body)}", content=body, headers=headers)


def problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    """The problem document of an error."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["status"] == status
    return body


@pytest.mark.parametrize(
    ("body", "kind"),
    [(JPEG, "image/jpeg"), (PNG, "image/png"), (WEBP, "image/webp"), (MP4, "video/mp4")],
    ids=["jpeg", "png", "webp", "mp4"],
)
def test_evidence_comes_back_as_it_went(alone: httpx.Client, body: bytes, kind: str) -> None:
    first = put(alone, body, **{"content-type": kind})
    assert (first.status_code, first.json()["media_type"]) == (201, kind)
    assert put(alone, body).status_code == 200, "sending it again changes nothing"
    back = alone.get(f"/api/evidence/{sha256(body)}")
    assert (back.content, back.headers["content-type"]) == (body, kind)
    assert "immutable" in back.headers["cache-control"]
    assert back.headers["x-content-type-options"] == "nosniff"


def test_evidence_that_cannot_be_kept(standing: Centre, alone: httpx.Client) -> None:
    wrong = problem(put(alone, JPEG, "0" * 64), 422)
    assert sha256(JPEG) in wrong["detail"]
    assert wrong["allowed"] == f"bytes with sha256 {'0' * 64}"
    assert problem(put(alone, b"x" * 100_001), 413)["allowed"] == "at most 100000 bytes"
    chunks = (b"x" * 10_000 for _ in range(11))  # no length is announced
    streamed = alone.put(f"/api/evidence/{'1' * 64}", content=chunks)
    assert problem(streamed, 413)["where"] == "body"
    assert "image/webp" in problem(put(alone, b"<svg onload=alert(1)>"), 415)["allowed"]
    declared = problem(put(alone, JPEG, **{"content-type": "image/png"}), 415)
    assert declared["detail"] == "the bytes are image/jpeg, the header says image/png"
    assert problem(put(alone, JPEG, "not-a-hash"), 422)["where"] == "path.sha256"
    assert problem(alone.get(f"/api/evidence/{'2' * 64}"), 404)
    assert left_over(standing) == []


def test_an_upload_that_breaks_off_leaves_nothing(standing: Centre, alone: httpx.Client) -> None:
    body = JPEG + b"never whole"
    with socket.create_connection((HOST, standing.port)) as connection:
        head = f"PUT /api/evidence/{sha256(body)} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n"
        connection.sendall(head.encode() + body[:100])
        incoming = Path(standing.settings["storage"]["directory"]) / "evidence" / "incoming"
        until(lambda: any(incoming.iterdir()))
    until(lambda: not any(incoming.iterdir()), "what came of it is gone")
    assert alone.get(f"/api/evidence/{sha256(body)}").status_code == 404
    assert "Traceback" not in standing.said()


def test_a_full_disk_refuses_pictures_and_keeps_nothing_half(
    small_disk: Path, embedded_broker: EmbeddedBroker, make_centre: MakeCentre
) -> None:
    centre = make_centre(
        embedded_broker.url,
        evidence={"directory": str(small_disk), "keep_free_mb": 0, "max_bytes": 100_000_000},
    )
    centre.start()
    large = JPEG + bytes(30_000_000)
    with httpx.Client(base_url=centre.url, timeout=30) as client:
        full = problem(put(client, large), 507)
        assert (full["detail"], full["allowed"]) == (
            "the disk for evidence is full",
            "sending it again later",
        )
        assert [path for path in small_disk.rglob("*") if path.is_file()] == []
        assert put(client, JPEG).status_code == 201, "what fits is still taken"


def test_the_disk_is_not_filled_to_the_brim(embedded_broker: EmbeddedBroker, make_centre: MakeCentre) -> None:
    centre = make_centre(embedded_broker.url, evidence={"keep_free_mb": 1e9})
    centre.start(well=False)
    with httpx.Client(base_url=centre.url) as client:
        until(lambda: _answers(centre.url))
        assert "are kept free" in problem(put(client, JPEG), 507)["detail"]
        health_now = client.get("/healthz")
        assert health_now.status_code == 503
        assert health_now.json()["checks"]["disk"]["ok"] is False


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/api/summary").status_code == 200
    except httpx.TransportError:
        return False


def test_uploads_with_a_token(
    embedded_broker: EmbeddedBroker, make_centre: MakeCentre, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text("s3cret\n")
    centre = make_centre(embedded_broker.url, token_file=str(tmp_path / "token"))
    centre.start()
    with httpx.Client(base_url=centre.url) as client:
        for headers in ({}, {"authorization": "Bearer wrong"}, {"authorization": "Basic s3cret"}):
            refused = put(client, JPEG, **headers)
            assert "token_file" in problem(refused, 401)["allowed"]
            assert refused.headers["www-authenticate"].startswith("Bearer")
        assert put(client, JPEG, authorization="Bearer s3cret").status_code == 201
        assert client.get("/api/tickets").status_code == 200, "reading needs no token in this version"
    assert "s3cret" not in centre.said()


def test_tickets_pages_and_filters(wire: Wire, client: httpx.Client) -> None:
    picture = evidence(JPEG)
    story = [event("opened", 0, subject=f"s-{n}", evidence=[picture] if n == 0 else []) for n in range(5)]
    for each in [*story, event("cleared", 1, subject="s-1")]:
        wire.insist(each.encode(), each.id)
    first = client.get("/api/tickets", params={"limit": 2, "state": "open"}).json()
    assert [t["number"] for t in first["items"]] == ["T-000005", "T-000004"]
    rest = client.get("/api/tickets", params={"limit": 2, "state": "open", "cursor": first["next"]}).json()
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
    ],
)
def test_bad_questions(alone: httpx.Client, path: str, status: int, where: str) -> None:
    assert problem(alone.get(path), status)["where"] == where


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
    (source,) = node["sources"]
    assert (source["id"], source["well"]) == ("cam-1", False)
    assert source["conditions"][0]["reasons"][0]["text"] == "no picture for 30 s"
    recovered = health("cleared", 2)
    wire.insist(recovered.encode(), recovered.id)
    assert client.get("/api/sources").json()["nodes"][0]["sources"] == []


def test_every_answer_is_guarded(alone: httpx.Client) -> None:
    for path in ("/", "/console/console.js", "/api/tickets", "/api/nothing", "/healthz"):
        headers = alone.get(path).headers
        assert headers["content-security-policy"].startswith("default-src 'self';"), path
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


def test_the_page_brings_nothing_from_elsewhere(alone: httpx.Client) -> None:
    page = alone.get("/").text
    for name in ("index.html", "console.js", "cards.js", "page.js", "viewer.js", "sources.js", "words.js"):
        text = alone.get(f"/console/{name}").text
        assert "http://" not in text
        assert "https://" not in text
        assert "innerHTML" not in text
    assert "<style" not in page
    assert " style=" not in page
    assert alone.get("/console/../cli.py").status_code == 404


def test_metrics_and_the_document(wire: Wire, client: httpx.Client) -> None:
    wire.insist(event().encode(), event().id)
    text = client.get("/metrics").text
    assert 'gewu_central_events_total{effect="opened",type="gewu.incident.opened.v1"} 1.0' in text
    assert 'gewu_central_tickets{state="open"} 1.0' in text
    paths = client.get("/api/openapi.json").json()["paths"]
    assert set(paths) == {
        "/api/tickets",
        "/api/tickets/{name}",
        "/api/summary",
        "/api/sources",
        "/api/evidence/{sha256}",
        "/api/stream",
        "/healthz",
        "/metrics",
    }
    assert "507" in paths["/api/evidence/{sha256}"]["put"]["responses"]
