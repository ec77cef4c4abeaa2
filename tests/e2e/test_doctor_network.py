"""Planted faults of broker, centre, clock, certificates, devices and ports, each for real; and a good box."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from central.identity.enrolling import revoke
from edge.cli import main
from edge.examining.document import ToldReport
from edge.outbox import Outbox
from tests.brokers import Mosquitto
from tests.doors import A, Doors, doors_of
from tests.examined import at, box, codes, document, findings, zone
from tests.identities import City, TlsMosquitto
from tests.nodes import NODE, Centre, Node, until
from tests.ports import HOST, free_port
from tests.rtsp import Camera
from tests.unit.drafts import batch
from tests.unit.outboxes import receipts


def enrolled(doors: Doors, folder: Path) -> dict[str, Any]:
    """An identity in a folder, and the sections that use it."""
    words = ["--out", str(folder / "identity"), "--config", str(folder / "made.yaml")]
    assert main(["enroll", doors.url, doors.token(A).write(), *words]) == 0
    return {
        "node": {"district": A.district, "id": A.node},
        "identity": {"directory": "identity"},
        "central": {"url": doors.url},
    }


def test_a_good_box_is_told_no_planted_fault(
    tmp_path: Path, guarded_mosquitto: Mosquitto, rtsp_camera: Camera, capsys: pytest.CaptureFixture[str]
) -> None:
    account = guarded_mosquitto.account(A.name)
    guarded_mosquitto.start()
    camera = rtsp_camera.start("--size", "640x480")
    source = {"id": "gate", "kind": "rtsp", "url": camera.url, "zones": [zone()]}
    broker = account.model_dump(include={"url", "username", "password_file"}, mode="json")
    Path(str(account.password_file)).chmod(0o600)
    with doors_of(tmp_path / "centre") as doors:
        config = box(tmp_path, **enrolled(doors, tmp_path), broker=broker, sources=[source])
        capsys.readouterr()
        code, told = document(capsys, config, "--seconds", "2")
    report = ToldReport.model_validate(told)
    found = {one.code: one for each in report.examinations for one in each.findings}
    assert not {each for each, one in found.items() if one.state == "fault"}
    fine = {
        "broker_fine",
        "camera_fine",
        "centre_fine",
        "certificate_fine",
        "configuration_fine",
        "model_fine",
    }
    assert fine | {"node_not_running", "packages_fine", "speed_carries", "limits_fine"} <= found.keys()
    weather = {
        "clock_free_running",
        "disk_slow",
        "disk_fleeting",
        "memory_tight",
        "speed_tight",
    }  # this machine's
    assert {each for each, one in found.items() if one.state == "warning"} <= weather
    assert (report.node, report.unexamined, report.exit) == (A.name, [], code)
    assert code in (0, 4)
    assert found["broker_fine"].figures["login_s"] is not None


def test_a_broker_that_is_away(tmp_path: Path) -> None:
    config = box(tmp_path, broker={"url": f"mqtt://127.0.0.1:{free_port()}"})
    assert "firewall" in at(findings(config, "broker"), "broker_unreachable").cure
    config = box(tmp_path, broker={"url": "mqtt://broker.invalid"})
    assert "broker.url" in at(findings(config, "broker"), "broker_unknown_host").cure


def test_a_broker_that_knows_another_password_or_another_name(
    tmp_path: Path, guarded_mosquitto: Mosquitto
) -> None:
    known, stranger = (guarded_mosquitto.account(name) for name in (NODE.name, "131002/edge-02"))
    guarded_mosquitto.start()
    (tmp_path / "wrong").write_text("wrong\n")
    wrong = {"url": known.url, "username": known.username, "password_file": "wrong"}
    refused = at(findings(box(tmp_path, broker=wrong), "broker"), "broker_refused")
    assert "mosquitto_passwd FILE 131002/edge-01" in refused.cure
    other = {"url": known.url, "username": stranger.username, "password_file": str(stranger.password_file)}
    found = findings(box(tmp_path, broker=other), "broker")
    assert "the user name has to be 131002/edge-01" in at(found, "broker_may_not_publish").cure
    none = {"url": known.url, "username": known.username, "password_file": "none"}
    at(findings(box(tmp_path, broker=none), "broker"), "broker_password_file")


def test_something_else_at_the_brokers_port(tmp_path: Path) -> None:
    with web({}) as port:
        found = findings(box(tmp_path, broker={"url": f"mqtt://127.0.0.1:{port}"}), "broker")
    assert "broker.url" in at(found, "broker_no_mqtt").cure


def test_an_event_that_was_confirmed_goes_once_more_and_its_receipt_comes(
    tmp_path: Path, mosquitto_broker: Mosquitto
) -> None:
    config = box(tmp_path, broker={"url": mosquitto_broker.url})
    outbox = Outbox(tmp_path / "data" / "outbox.sqlite", NODE)
    outbox.open(1000.0, "aaaa")
    sent = outbox.commit(batch("s-1"), 1000.0)
    with Centre(mosquitto_broker.url, answers=False) as centre:
        assert codes(findings(config, "broker")) == {"broker_fine"}  # none is confirmed: none is sent
        assert [said["status"] for said in centre.said["answer"]] == ["failed"]
        assert centre.events() == []
        outbox.receive(receipts(sent), 1001.0)
        centre.answers = True
        fine = at(findings(config, "broker"), "broker_fine")
        assert float(str(fine.figures["receipt_s"])) < 8
        assert list(centre.bodies.values()) == [[sent[0].body]]
    outbox.close()


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    """An authority."""
    return City(tmp_path_factory.mktemp("city"))


def shown(folder: Path, certificate: Path, key: Path, ca: Path | None = None) -> Path:
    link = {"url": "mqtts://127.0.0.1:9", "cert_file": str(certificate), "key_file": str(key)}
    return box(folder, broker=link | ({"ca_file": str(ca)} if ca else {}))


def test_certificates_of_every_wrong_sort(tmp_path: Path, city: City, tmp_path_factory: Any) -> None:
    good = city.node(NODE)
    assert codes(findings(shown(tmp_path, good.certificate, good.key, good.ca), "certificates")) == {
        "certificate_fine"
    }
    old = city.node(NODE, ago=timedelta(days=91))
    found = findings(shown(tmp_path, old.certificate, old.key, old.ca), "certificates")
    assert "gewu-central enroll 131002/edge-01" in at(found, "certificate_ended").cure
    soon = city.node(NODE, ago=timedelta(days=80))
    at(findings(shown(tmp_path, soon.certificate, soon.key), "certificates"), "certificate_ends_soon")
    other = city.node(A)
    found = findings(shown(tmp_path, good.certificate, other.key, good.ca), "certificates")
    assert "the key there" in at(found, "certificate_other_key").cure
    found = findings(shown(tmp_path, other.certificate, other.key, other.ca), "certificates")
    assert "131002/yard-7" in at(found, "certificate_other_name").cure
    stranger = City(tmp_path_factory.mktemp("stranger"))
    found = findings(
        shown(tmp_path, good.certificate, good.key, stranger.folder / "ca/ca.pem"), "certificates"
    )
    assert "issuer" in at(found, "certificate_chain").cure
    (tmp_path / "junk").write_text("junk")
    found = findings(shown(tmp_path, tmp_path / "junk", good.key), "certificates")
    at(found, "certificate_unreadable")


def test_beside_a_running_node_nothing_is_disturbed(tmp_path: Path, city: City, capfd: Any) -> None:
    if not Path("/usr/sbin/mosquitto").exists():
        pytest.skip("mosquitto is not installed (Debian: apt-get install mosquitto)")
    broker = TlsMosquitto(tmp_path / "broker", city)
    broker.start()
    own = city.node(NODE)
    link = own.reach(broker.nodes).model_dump(
        include={"url", "ca_file", "cert_file", "key_file"}, mode="json"
    )
    config = box(tmp_path, broker=link)
    try:
        with Node(config) as node:
            until(lambda: "connected to" in node.text)
            found = findings(config, "broker", "node", "limits", "ports")
            at(found, "node_runs")
            assert at(found, "broker_login_not_tried").figures["node_connected"] is True
            at(found, "limits_fine")
            assert node.text.count("connected to") == 1
            assert "took over" not in node.text
            assert node.stop() == 0
        stranger = City(tmp_path / "stranger")
        untrusted = link | {"ca_file": str(stranger.folder / "ca/ca.pem")}
        assert "broker.ca_file" in at(findings(box(tmp_path, broker=untrusted), "broker"), "broker_tls").cure
        at(findings(box(tmp_path, broker=link), "broker"), "broker_fine")
    finally:
        broker.stop()


def test_a_centre_that_is_away_or_is_none(tmp_path: Path) -> None:
    config = box(tmp_path, central={"url": f"http://127.0.0.1:{free_port()}"})
    assert "central.url" in at(findings(config, "centre"), "centre_unreachable").cure
    with web({}) as port:
        found = findings(box(tmp_path, central={"url": f"http://127.0.0.1:{port}"}), "centre")
    assert "central.url" in at(found, "centre_not_it").cure


def test_a_centre_that_does_not_know_the_node_any_more(tmp_path: Path) -> None:
    with doors_of(tmp_path / "centre") as doors:
        config = box(tmp_path, **enrolled(doors, tmp_path))
        assert codes(findings(config, "centre")) == {"centre_fine"}
        revoke(doors.store, A.source, by="test", why="sold", now=doors.now())
        found = findings(config, "centre")
        assert f"gewu-central enroll {A.name}" in at(found, "centre_identity_refused").cure
        unproven = box(tmp_path, central={"url": doors.url})
        assert "gewu-edge enroll" in at(findings(unproven, "centre"), "centre_token_refused").cure


@contextmanager
def web(headers: dict[str, str]) -> Iterator[int]:
    """A web server that is nobody's centre; its headers are the test's."""

    class Answer(BaseHTTPRequestHandler):
        timeout = 0.3

        def do_GET(self) -> None:
            self.send_response_only(200)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_HEAD = do_GET  # noqa: N815 - as the library calls it

        def log_message(self, *_: Any) -> None:
            """It says nothing."""

    with HTTPServer((HOST, 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(("off", "code"), [(3600, "clock_far_off"), (-20, "clock_off"), (0, None)])
def test_a_clock_that_differs_from_the_centres(tmp_path: Path, off: int, code: str | None) -> None:
    there = datetime.now(timezone.utc) + timedelta(seconds=off)
    with web({"Date": format_datetime(there, usegmt=True)}) as port:
        found = findings(box(tmp_path, central={"url": f"http://127.0.0.1:{port}"}), "clock")
    if code is None:
        assert not {"clock_off", "clock_far_off"} & codes(found)
    else:
        one = at(found, code)
        assert float(str(one.figures["ahead_s"])) == pytest.approx(off, abs=2)
        assert "timedatectl" in one.cure


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.create_server((HOST, 0)) as taken:
        port = taken.getsockname()[1]
        found = findings(box(tmp_path, **posted(port)), "ports")
        one = at(found, "port_taken")
        assert f"sport = :{port}" in one.cure
        assert str(os.getpid()) in one.seen
    assert codes(findings(box(tmp_path, **posted(port)), "ports")) == {"port_fine"}


def posted(port: int) -> dict[str, Any]:
    """Sections of a node to which devices post."""
    intake = {"kind": "http", "id": "hook", "host": HOST, "port": port, "senders": ["127.0.0.0/8"]}
    return {
        "intakes": [intake | {"decoder": {"kind": "zigbee2mqtt"}}],
        "devices": {"items": [{"id": "bin-1"}]},
    }


def test_devices_that_are_away_or_refuse(tmp_path: Path, guarded_mosquitto: Mosquitto) -> None:
    guarded_mosquitto.start()
    away = {"kind": "mqtt", "id": "zigbee", "topics": ["zigbee2mqtt/#"], "decoder": {"kind": "zigbee2mqtt"}}
    (tmp_path / "wrong").write_text("wrong")
    stranger = {"url": guarded_mosquitto.url, "username": "x", "password_file": "wrong"}
    intakes = [
        away | {"broker": {"url": f"mqtt://127.0.0.1:{free_port()}"}},
        away | {"id": "locked", "broker": stranger},
        {
            "kind": "dahua_stream",
            "id": "gate",
            "host": HOST,
            "port": free_port(),
            "decoder": {"kind": "dahua"},
        },
    ]
    config = box(tmp_path, intakes=intakes, devices={"items": [{"id": "bin-1"}]})
    found = findings(config, "devices")
    assert "intakes[0].broker" in at(found, "device_unreachable").cure
    assert {one.subject for one in found if one.code == "device_unreachable"} == {"zigbee", "gate"}
    assert "intakes[1].broker" in at(found, "device_refused").cure
