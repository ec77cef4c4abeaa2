"""A dataset of a live centre: by its API and its command, from events, pictures and marks over real HTTP."""

import io
import json
import tarfile
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import cv2
import httpx
import numpy as np
import pytest
import yaml

from broker.embedded import EmbeddedBroker
from broker.events import ZoneRef
from broker.topics import Address
from edge.drawing import captioned, outline_on
from models.coco import marked
from tests.centre import Centre, Wire
from tests.e2e.test_central_api import problem, put, sha256
from tests.ports import HOST, free_port
from tests.unit.central.makers import NODE, Event, at, event, evidence
from tests.workers import Worker

OTHER = Address("131002", "yard-8")
BOX = (0.25, 0.25, 0.5, 0.5)


def picture(grey: int, box: tuple[float, ...] | None = BOX) -> bytes:
    """A scene as a node sends it: the box is drawn, the caption is below it."""
    scene = np.full((180, 320, 3), grey, np.uint8)
    if box is not None:
        x1, y1, x2, y2 = box
        outline_on(scene, [(x1, y1), (x2, y1), (x2, y2), (x1, y2)], strong=True)
    return cv2.imencode(".jpg", captioned(scene, "cam-1"), [cv2.IMWRITE_JPEG_QUALITY, 85])[1].tobytes()


def stall(number: int, body: bytes, *, node: Address = NODE, cleared: bytes | None = None) -> list[Event]:
    """A stall that stands for a while, an hour after the one before it."""
    began = at(3600 * number)
    facts: dict[str, Any] = {"kind": "unlicensed_stall", "box": BOX, "since": began}
    facts |= {"zone": ZoneRef(id="kerb", version="v1"), "subject": f"sit-{number}", "node": node}
    told = [("opened", 0, began + timedelta(seconds=5), body)]
    if cleared is not None:
        told.append(("cleared", 1, began + timedelta(seconds=500), cleared))
    events = []
    for phase, revision, when, bytes_of in told:
        of = evidence(bytes_of, "after" if phase == "cleared" else "scene").model_copy(update={"taken": when})
        one = event(phase, revision, sequence=2 * number + revision, last_seen=when, evidence=[of], **facts)
        events.append(one.model_copy(update={"time": when, "recordedtime": when}))
    return events


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """Two cameras: a right stall, one that is allowed, one that was none, two that nobody marked."""
    pytest.importorskip("iotcore", reason="the development broker's package iotcore is not installed")
    with ExitStack() as stack:
        broker = EmbeddedBroker(HOST, free_port())
        broker.start()
        stack.callback(broker.stop)
        centre = Centre(tmp_path_factory.mktemp("dataset"), broker.url)
        stack.callback(centre.kill)
        centre.start()
        _fill(centre, broker.url)
        yield centre


def _fill(centre: Centre, url: str) -> None:
    bodies = {n: picture(90 + 10 * n) for n in range(5)} | {9: picture(200)}
    here = [*stall(0, bodies[0], cleared=bodies[9]), *stall(1, bodies[1], cleared=picture(201))]
    here += stall(3, bodies[3], cleared=picture(202))
    there = [*stall(2, bodies[2], node=OTHER, cleared=picture(203)), *stall(4, bodies[4], node=OTHER)]
    for node, given in ((NODE, here), (OTHER, there)):
        with closing(Wire(url, node, name=node.node)) as wire:
            for each in given:
                wire.insist(each.encode(), each.id)
    with centre.client() as client:
        assert {put(client, body).status_code for body in bodies.values()} == {201}
    said = {"sit-0": {"mark": "right"}, "sit-1": {"mark": "false_alarm", "reason": "seen_wrongly"}}
    said["sit-2"] = {"mark": "false_alarm", "reason": "allowed_here"}
    with closing(Worker(centre, "olga", "operator")) as olga:
        for ticket in centre.tickets():
            subject = olga.client.get(f"/api/tickets/{ticket['number']}").json()["members"][0]["situation"]
            if subject in said:
                answer = olga.client.post(f"/api/tickets/{ticket['number']}/marks", json=said[subject])
                assert answer.status_code == 200, answer.text


def unpacked(body: bytes, folder: Path) -> Path:
    with tarfile.open(fileobj=io.BytesIO(body)) as archive:
        archive.extractall(folder, filter="data")
    return folder / "dataset"


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def audit(client: httpx.Client, **which: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get("/api/audit", params={"limit": 100, **which}).json()["items"]
    return found


def test_what_people_marked_leaves_as_a_dataset(filled: Centre, tmp_path: Path) -> None:
    asked = {"reason": "a detector of our own", "since": "2026-03-01T00:00:00Z"}
    with filled.client() as client:
        card = client.get("/api/dataset/card").json()
        assert audit(client, action="evidence.view") == [], "asking what there is shows no picture"
        answer = client.get("/api/dataset", params=asked)
        lines = audit(client, action="evidence.view")
        exported = audit(client, action="dataset.export")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/x-tar")
    folder = unpacked(answer.content, tmp_path)
    written = json.loads((folder / "card.json").read_text())
    assert written["classes"]["stall"] == {side: card["classes"]["stall"][side] for side in ("train", "val")}
    assert sum(written["classes"]["stall"].values()) == 2, "the right one, and the one that is allowed"
    assert (sum(written["pictures"].values()), sum(written["negatives"].values())) == (4, 2)
    assert written["left_out"] == {"not_marked": 2}
    assert written["marks"] == {"right": 1, "false_alarm: seen_wrongly": 1, "false_alarm: allowed_here": 1}
    assert sorted(written["places"].values()) == ["train", "val"], "a place is on one side alone"
    assert written["licence"]
    assert "masked" in written["privacy"]
    assert {line["why"] for line in lines} == {"dataset: a detector of our own"}
    shown = {json.loads(line)["sha256"] for line in (folder / "scenes.jsonl").read_text().splitlines()}
    assert {line["about"] for line in lines} == shown, "each picture that left is in the audit"
    assert exported[0]["why"] == "a detector of our own"
    assert_sound(folder)


def assert_sound(folder: Path) -> None:
    """YOLO and COCO agree, and nothing that a node drew is in a picture."""
    names = yaml.safe_load((folder / "data.yaml").read_text())["names"]
    assert names == {0: "stall", 1: "debris"}
    for side in ("train", "val"):
        given = marked(folder / side)
        for (number, seen), image in zip(given.pictures(), given.images, strict=True):
            assert seen.shape == (180, 320, 3), "the caption is cut off"
            assert int(np.abs(seen.astype(int) - np.median(seen)).max()) < 25, "no box is left"
            lines = (folder / side / "labels" / image["file_name"]).with_suffix(".txt").read_text()
            truth = given.truth(number)
            assert [line.split()[0] for line in lines.splitlines()] == ["0"] * len(truth.labels)
            assert np.allclose(truth.boxes, np.reshape([BOX] * len(truth.labels), (-1, 4)), atol=0.01)


def test_the_command_writes_the_same(filled: Centre, tmp_path: Path) -> None:
    with filled.client() as client:
        given = unpacked(
            client.get("/api/dataset", params={"reason": "to compare"}).content, tmp_path / "api"
        )
    told = json.loads(filled.command("dataset"))
    assert not (tmp_path / "cli").exists(), "without --out only the card is told"
    out = ("--out", str(tmp_path / "cli"), "--reason", "to compare")
    written = json.loads(filled.command("dataset", *out))
    assert {**told, "made": ""} == {**written, "made": ""}
    ours, theirs = contents(tmp_path / "cli"), contents(given)
    assert {**ours, "card.json": b""} == {**theirs, "card.json": b""}, "and again the same bytes"
    tar = ("--out", str(tmp_path / "one.tar"), "--reason", "to compare", "--label", "unlicensed_stall=hawker")
    assert json.loads(filled.command("dataset", *tar))["classes"]["hawker"] == written["classes"]["stall"]


def test_what_is_refused(filled: Centre) -> None:
    with filled.client() as client:
        before = audit(client, action="dataset.export")
        for query, where in (
            ({}, "query.reason"),
            ({"reason": "x"}, "query.reason"),
            ({"reason": "a test", "label": "unlicensed_stall=person"}, "query.label"),
            ({"reason": "a test", "label": "bin_full=bin"}, "query.label"),
            ({"reason": "a test", "kind": "No Kind"}, "query.kind"),
            ({"reason": "a test", "val": 0.9}, "query.val"),
        ):
            assert problem(client.get("/api/dataset", params=query), 422)["where"] == where
        assert audit(client, action="dataset.export") == before


def test_a_picture_that_is_gone_or_altered_is_counted_and_nothing_else_is_lost(
    filled: Centre, tmp_path: Path
) -> None:
    vault = Path(filled.settings["storage"]["directory"]) / "evidence"
    gone, altered = sha256(picture(90)), sha256(picture(110))
    (vault / gone[:2] / gone).unlink()
    (vault / altered[:2] / altered).write_bytes(picture(110, None))
    written = json.loads(filled.command("dataset", "--out", str(tmp_path / "d"), "--reason", "a test"))
    assert written["left_out"] == {"not_as_nodes_draw": 1, "not_marked": 2, "picture_gone": 1}
    assert sum(written["pictures"].values()) == 2
