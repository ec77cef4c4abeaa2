"""Event streams of devices over real connections: heard, broken, silent, refused, heard again."""

import ipaddress
import threading
import time
from datetime import datetime, timedelta, timezone
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import ValidationError

from edge.attached import Attached
from edge.decoders import dahua as dahua_decoder
from edge.decoders import hikvision as hikvision_decoder
from edge.frames import SourceClock, Trouble
from edge.intakes import dahua_stream, hikvision_stream
from edge.readings import Reading
from edge.taking import Message
from tests.unit.gates.devices import PASSWORD, USER, Device, Streaming, device, within
from tests.unit.gates.samples import dahua, hikvision

CLOCK = SourceClock(time.monotonic, time.time, lambda event, _: event.wait(0.01))
EVENT = hikvision("shelteralarm")


@pytest.fixture
def password_file(tmp_path: Path) -> Path:
    file = tmp_path / "password"
    file.write_text(f"{PASSWORD}\n")
    return file


def hik(server: Device, password_file: Path | None, **more: Any) -> Attached:
    given = {
        "kind": "hikvision_stream",
        "id": "gate-3",
        "host": "127.0.0.1",
        "port": server.server_port,
        **more,
    }
    if password_file is not None:
        given |= {"username": USER, "password_file": password_file}
    return hikvision_stream.build(hikvision_stream.Settings.model_validate(given), CLOCK)


def heard(intake: Attached, most: int) -> list[Message | Trouble]:
    items = list(islice(intake.messages(), most))
    intake.close()
    return items


def words(items: list[Message | Trouble]) -> list[str]:
    return [item.state if isinstance(item, Trouble) else "message" for item in items]


def two_events_and_a_picture(stream: Streaming) -> None:
    stream.begin("boundary")
    stream.part(EVENT)
    stream.part(b"\xff\xd8 plate \xff\xd9", "image/jpeg")
    stream.part(hikvision("IO", "<inputIOPortID>2</inputIOPortID>"))
    stream.stay()


def one_event(stream: Streaming) -> None:
    stream.begin("boundary")
    stream.part(EVENT)


def silence(stream: Streaming) -> None:
    stream.begin("boundary")
    stream.wfile.flush()
    stream.stay()


def test_hikvisions_stream_is_heard_with_the_digest_and_decoded(password_file: Path) -> None:
    decoder = hikvision_decoder.build(hikvision_decoder.Settings(kind="hikvision"))
    with device(two_events_and_a_picture) as server:
        items = heard(hik(server, password_file), 2)

    assert server.asked == ["/ISAPI/Event/notification/alertStream"]
    told = [decoder.decode(m.topic, m.body).readings for m in items if isinstance(m, Message)]
    at = 1772323200.0
    assert told == [
        (Reading("gate", "tamper", True, at),),
        (Reading("gate", "input", True, at, channel="2"),),
    ]


def test_dahuas_stream_asks_for_what_is_taken_alone(password_file: Path) -> None:
    def attach(stream: Streaming) -> None:
        stream.begin("myboundary")
        stream.part(b"Heartbeat", "text/plain", "myboundary")
        stream.part(dahua("ParkingDetection"), "text/plain", "myboundary")
        stream.stay()

    with device(attach) as server:
        settings = dahua_stream.Settings(
            kind="dahua_stream",
            id="yard",
            host="127.0.0.1",
            port=server.server_port,
            username=USER,
            password_file=password_file,
            codes=["ParkingDetection", "AlarmLocal"],
        )
        items = heard(dahua_stream.build(settings, CLOCK), 2)

    path = "/cgi-bin/eventManager.cgi?action=attach&codes=[ParkingDetection,AlarmLocal]&heartbeat=5"
    assert [asked.replace("%5B", "[").replace("%5D", "]") for asked in server.asked] == [path]
    assert [item.body for item in items if isinstance(item, Message)] == [
        b"Heartbeat",
        b"Code=ParkingDetection;action=Start;index=0",
    ]


def test_the_codes_asked_for_are_those_that_the_decoder_takes() -> None:
    taken = {*dahua_decoder.FLAGS, *dahua_decoder.BARRIERS, *dahua_decoder.THINGS, "AlarmLocal", "DoorStatus"}
    assert set(dahua_stream.TAKEN) == taken
    assert not set(dahua_stream.TAKEN) & set(dahua_decoder.PRIVATE)


def test_a_broken_stream_is_said_once_and_heard_again(password_file: Path) -> None:
    with device(one_event, one_event, two_events_and_a_picture) as server:
        items = heard(hik(server, password_file), 6)

    assert words(items) == ["message", "lost", "recovered", "message", "lost", "recovered"]
    where = f"http://127.0.0.1:{server.server_port}"
    assert items[1] == Trouble("gate-3", "lost", f"{where}: the device ended the stream")


def test_silence_without_a_heartbeat_is_a_broken_stream() -> None:
    with device(silence, two_events_and_a_picture, digest=False) as server:
        items = heard(hik(server, None, silence="200ms"), 3)

    assert words(items) == ["lost", "recovered", "message"]
    assert isinstance(items[0], Trouble)
    assert items[0].what.endswith("nothing came for 0.2 s, not even a heartbeat")


def test_a_wrong_password_is_told_and_tried_seldom(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("not-it")
    waits: list[float] = []

    def wait(event: threading.Event, seconds: float) -> bool:
        waits.append(seconds)
        return event.wait(0.01)

    with device(one_event) as server:
        intake = hik(server, wrong)
        intake._clock = SourceClock(time.monotonic, time.time, wait)
        taker = threading.Thread(target=lambda: items.extend(intake.messages()))
        items: list[Message | Trouble] = []
        taker.start()
        assert within(5, lambda: len(waits) >= 3)
        intake.close()
        taker.join(5)

    assert words(items) == ["lost"]
    assert "the device refuses the username or the password" in str(items[0])
    assert min(waits) >= 30.0
    assert "not-it" not in repr(items)


@pytest.mark.parametrize("missing", ["password", "device"])
def test_what_is_not_there_is_told(missing: str, password_file: Path, tmp_path: Path) -> None:
    with device(one_event) as server:
        file = tmp_path / "none" if missing == "password" else password_file
        intake = hik(server, file)
        if missing == "password":
            items = heard(intake, 1)
            assert "none cannot be read" in str(items[0])
            return
    assert "cannot be heard: no connection" in str(heard(intake, 1)[0])


def test_what_is_no_event_stream_is_told() -> None:
    def page(stream: Streaming) -> None:
        stream.send_response(404)
        stream.send_header("Content-Length", "0")
        stream.end_headers()

    def noise(stream: Streaming) -> None:
        stream.wfile.write(b"SSH-2.0-dropbear\r\n")

    with device(page, noise, digest=False) as server:
        items = heard(hik(server, None), 2)

    assert words(items) == ["lost", "lost"]
    assert "the device has no such stream of events" in str(items[0])
    assert "the device hung up, or what it speaks is no HTTP" in str(items[1])


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A device's own, signed by itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "a device")])
    now = datetime.now(timezone.utc)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    host = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    signed = made.add_extension(host, critical=False).sign(key, hashes.SHA256())
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    file = tmp_path / "device.pem"
    file.write_bytes(signed.public_bytes(serialization.Encoding.PEM) + pem)
    return file


def test_a_device_with_a_certificate_of_its_own_is_heard_and_closed(
    certificate: Path, password_file: Path
) -> None:
    def speak_and_stay(stream: Streaming) -> None:
        one_event(stream)
        stream.wfile.flush()
        stream.stay()

    with device(speak_and_stay, certificate=certificate) as server:
        intake = hik(server, password_file, tls=True, ca_file=certificate)
        items: list[Message | Trouble] = []
        taker = threading.Thread(target=lambda: items.extend(intake.messages()))
        taker.start()
        assert within(5, lambda: len(items) == 1)
        intake.close()
        taker.join(5)
        assert (taker.is_alive(), words(items)) == (False, ["message"])

        (trouble,) = heard(hik(server, password_file, tls=True), 1)
        assert "cannot be heard: no connection" in str(trouble)


def refusing(challenge: str) -> Any:
    def refuse(stream: Streaming) -> None:
        stream.send_response(401)
        stream.send_header("WWW-Authenticate", challenge)
        stream.end_headers()
        while not stream.server.over.is_set():  # and never ends to say so
            stream.wfile.write(b"no " * 10_000)

    return refuse


@pytest.mark.parametrize(
    ("challenge", "words"),
    [
        ('Digest realm="a", nonce="b", algorithm=WHIRLPOOL', "a kind of authentication that is not known"),
        ('Digest realm="a", nonce="b", qop="auth-int"', "a kind of authentication that is not known"),
        ("Digest realm", "a kind of authentication that is not known"),
        ('Digest realm="a"', "cannot be heard: ProtocolError"),
        ('Basic realm="a"', "the device refuses the username or the password"),
        ('Digest realm="a", nonce="b"', "the device refuses the username or the password"),
    ],
)
def test_a_refusal_of_any_kind_or_length_is_one(challenge: str, words: str, password_file: Path) -> None:
    with device(refusing(challenge), digest=False) as server:
        (trouble,) = heard(hik(server, password_file), 1)
    assert isinstance(trouble, Trouble)
    assert words in trouble.what


def test_it_closes_while_it_waits_for_the_device() -> None:
    with device(silence, digest=False) as server:
        intake = hik(server, None, silence="60s")
        items: list[Message | Trouble] = []
        taker = threading.Thread(target=lambda: items.extend(intake.messages()))
        taker.start()
        assert within(5, lambda: bool(server.asked) and intake._socket is not None)
        intake.close()
        taker.join(5)
        assert (taker.is_alive(), items) == (False, [])


def test_settings_that_cannot_work_are_refused(tmp_path: Path) -> None:
    good = {"kind": "hikvision_stream", "id": "gate-3", "host": "10.0.0.8"}
    settings = hikvision_stream.Settings
    assert settings.model_validate({**good, "host": "fe80::1", "port": 81}).address == "http://[fe80::1]:81"
    assert settings.model_validate({**good, "tls": True}).address == "https://10.0.0.8"
    for more, what in (
        ({"username": "a"}, "username and password_file belong together"),
        ({"ca_file": tmp_path}, "ca_file is for a connection with tls"),
        ({"host": "a/b"}, "host"),
        ({"silence": "0s"}, "silence"),
        ({"pasword_file": "x"}, "pasword_file"),
    ):
        with pytest.raises(ValidationError, match=what):
            settings.model_validate({**good, **more})
