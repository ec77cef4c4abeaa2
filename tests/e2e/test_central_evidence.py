"""Pictures over real HTTP: kept whole under their hash, or not at all."""

import socket
from collections.abc import Callable
from pathlib import Path

import cv2
import httpx
import numpy as np
import pytest

from broker.embedded import EmbeddedBroker
from tests.centre import PATIENCE_S, Centre, until
from tests.clips import clip
from tests.e2e.test_central_api import JPEG, alone, problem, put, serves, sha256, standing
from tests.ports import HOST, free_port

__all__ = ["alone", "standing"]
MakeCentre = Callable[..., Centre]
GREY = np.full((90, 160, 3), 128, np.uint8)
PNG, WEBP = (cv2.imencode(kind, GREY)[1].tobytes() for kind in (".png", ".webp"))
MP4 = clip()


def left_over(centre: Centre) -> list[Path]:
    """Whatever lies in the evidence folder and is no whole picture under its name."""
    folder = Path(centre.settings["storage"]["directory"]) / "evidence"
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path for path in files if path.name != sha256(path.read_bytes())]


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
    assert back.headers["cache-control"] == "private, no-store", "every view passes by the audit"
    assert back.headers["x-content-type-options"] == "nosniff"
    assert back.headers["content-security-policy"] == "default-src 'none'; sandbox", "no page of ours, ever"
    assert back.headers["content-disposition"].startswith(f'attachment; filename="{sha256(body)}.')


def test_pages_get_the_pixels_alone(alone: httpx.Client) -> None:
    assert put(alone, JPEG).status_code in (200, 201)
    shown = alone.get(f"/api/evidence/{sha256(JPEG)}/picture")
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/jpeg")
    assert cv2.imdecode(np.frombuffer(shown.content, np.uint8), cv2.IMREAD_COLOR).shape == GREY.shape
    assert "sandbox" in shown.headers["content-security-policy"]
    assert shown.headers["cache-control"] == "private, no-store", "every view passes by the audit"
    assert put(alone, MP4).status_code in (200, 201)
    film = problem(alone.get(f"/api/evidence/{sha256(MP4)}/picture"), 415)
    assert film["allowed"] == f"/api/evidence/{sha256(MP4)}"
    assert problem(alone.get(f"/api/evidence/{'2' * 64}/picture"), 404)


def test_what_is_more_than_a_picture_is_refused(standing: Centre, alone: httpx.Client) -> None:
    for body in (JPEG + b"<script>", PNG + b"PK\x05\x06" + bytes(18), WEBP[:-3], JPEG[:-9]):
        foul = problem(put(alone, body), 422)
        assert (foul["where"], foul["allowed"].startswith("a whole picture")) == ("body", True)
    assert left_over(standing) == []


def test_a_node_that_uploads_too_much_waits(embedded_broker: EmbeddedBroker, make_centre: MakeCentre) -> None:
    centre = make_centre(embedded_broker.url, limits={"evidence_mb_per_day": 0.001})
    centre.start()
    with httpx.Client(base_url=centre.url) as client:
        noise = np.random.default_rng(1).integers(0, 255, (64, 64, 3), np.uint8)
        assert put(client, cv2.imencode(".png", noise)[1].tobytes()).status_code == 201
        over = put(client, JPEG)
        assert "limits.evidence_mb_per_day" in problem(over, 429)["detail"]
        assert int(over.headers["retry-after"]) > 60
        assert 'evidence_total{outcome="over_quota"} 1.0' in client.get("/metrics").text


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


def test_an_upload_that_never_ends_is_given_up(make_centre: MakeCentre) -> None:
    centre = make_centre(f"mqtt://{HOST}:{free_port()}")
    centre.start(fault="import central.api.evidence as e\ne.UPLOAD_S = 0.5", well=False)
    until(lambda: serves(centre.url))
    head = f"PUT /api/evidence/{sha256(JPEG)} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(JPEG)}\r\n\r\n"
    with socket.create_connection((HOST, centre.port)) as line:
        line.settimeout(PATIENCE_S)
        line.sendall(head.encode() + JPEG[:10])
        assert line.recv(4096).startswith(b"HTTP/1.1 408 ")
    until(lambda: left_over(centre) == [])
    assert "Traceback" not in centre.said()


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
        until(lambda: serves(centre.url))
        assert "are kept free" in problem(put(client, JPEG), 507)["detail"]
        health_now = client.get("/healthz")
        assert health_now.status_code == 503
        assert health_now.json()["checks"]["disk"]["ok"] is False


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
        reading = client.get("/api/tickets", headers={"authorization": "Bearer s3cret"})
        assert problem(reading, 401)["where"] == "header.Authorization", "what uploads may not read"
    assert "s3cret" not in centre.said()
