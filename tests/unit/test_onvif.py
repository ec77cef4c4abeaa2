"""ONVIF devices over real connections: found, asked, refused, and heard."""

import json
import time
from itertools import islice
from pathlib import Path

import pytest
import yaml
from pydantic import TypeAdapter

from edge.cli import main
from edge.decoders import onvif as decoder
from edge.decoding import NotDecoded
from edge.frames import SourceClock, Trouble
from edge.intakes import onvif_pullpoint
from edge.kinds import AnySource
from edge.onvif import answers, command
from edge.onvif.answers import Found, Preset, Profile
from edge.onvif.device import Device, NotAsked
from edge.onvif.discovery import discover
from edge.taking import Message
from tests.unit.gates.devices import device as other_device
from tests.unit.gates.onvif_camera import AHEAD, PASSWORD, USER, Camera, answering, camera

CLOCK = SourceClock(time.monotonic, time.time, lambda event, _: event.wait(0.01))


def asked(server: Camera, password: str = PASSWORD) -> Device:
    return Device(server.address, USER, password, time.time)


def test_a_camera_is_asked_for_all_that_a_source_needs() -> None:
    with camera() as server:
        device = asked(server)
        assert device.clock_offset() == pytest.approx(AHEAD, abs=2.0)
        assert device.profiles() == [
            Profile("P2", "sub", "H264", 640, 360, "VS1", False),
            Profile("P1", "main", "H265", 2560, 1440, "VS1", True),
        ]
        uri = "rtsp://192.0.2.7:554/Streaming/Channels/101?transportmode=unicast&profile=P1"
        assert device.stream_uri("P1") == uri
        assert device.presets("P1") == [
            Preset("1", "gate", 0.25, -0.5, 0.1),
            Preset("2", "yard", None, None, None),
        ]
        assert device.imaging("VS1") == {
            "Brightness": "50",
            "IrCutFilter": "AUTO",
            "BacklightCompensation": "OFF",
        }
        device.goto("P1", "1")
        device.close()
    assert server.asked == [
        "GetSystemDateAndTime",
        "GetServices",
        "GetProfiles",
        "GetStreamUri",
        "GetPresets",
        "GetImagingSettings",
        "GotoPreset",
    ]


def ask(server: Camera, password_file: Path, *more: str) -> int:
    """`gewu-edge onvif`, as somebody calls it."""
    at = ["127.0.0.1", "--port", str(server.server_port)]
    return main(["onvif", *at, "--user", USER, "--password-file", str(password_file), *more])


def test_a_source_is_drafted_and_can_be_pasted(
    password_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with camera() as server:
        assert ask(server, password_file) == 0
    told = capsys.readouterr().out
    lines = told.splitlines()
    # Devices tell their time in whole seconds.
    assert lines.pop(0) in [
        f"# {server.address}: its clock is {seconds} s ahead" for seconds in (3598, 3599, 3600)
    ]
    uri = "rtsp://192.0.2.7:554/Streaming/Channels/101?transportmode=unicast&profile=P1"
    assert lines == [
        "# profile P2: H264 640 x 360",
        f"#   {uri}",
        "# profile P1: H265 2560 x 1440, can be turned",
        f"#   {uri}",
        "# preset 1: gate",
        "# preset 2: yard",
        "# imaging: Brightness 50, IrCutFilter AUTO, BacklightCompensation OFF",
        "# it calls itself 192.0.2.7; if that is not reached from the node, put 127.0.0.1 into the url",
        "sources:",
        "  - kind: rtsp",
        "    id: camera-127-0-0-1",
        f'    url: "{uri}"',
        '    username: "viewer"',
        "    password_file: secrets/camera-127-0-0-1.password",
    ]
    (source,) = TypeAdapter(list[AnySource]).validate_python(yaml.safe_load(told)["sources"])
    assert (source.kind, source.url) == ("rtsp", uri)


def test_programs_are_told_the_same_as_json(password_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with camera() as server:
        assert ask(server, password_file, "--json") == 0
    told = capsys.readouterr().out
    found = json.loads(told)
    assert found["clock_ahead_s"] == pytest.approx(AHEAD, abs=2.0)
    assert [view["profile"]["token"] for view in found["views"]] == ["P2", "P1"]
    assert found["presets"][0] == {"token": "1", "name": "gate", "pan": 0.25, "tilt": -0.5, "zoom": 0.1}
    assert found["imaging"]["Brightness"] == "50"
    assert "secret" not in told


def test_what_a_camera_refuses_to_say_is_told_and_the_rest_stands(
    password_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with camera() as server:
        server.lacks = {"GetPresets", "GetImagingSettings"}
        assert ask(server, password_file) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "# the device refuses: ActionNotSupported" in lines
    assert "  - kind: rtsp" in lines
    assert not any("preset" in line or "imaging" in line for line in lines)


def test_a_camera_that_refuses_or_is_not_there_is_exit_code_one(
    password_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    password_file.write_text("wrong")
    with camera() as server:
        assert ask(server, password_file) == 1
    assert capsys.readouterr().err.endswith("the device refuses: NotAuthorized\n")
    assert ask(server, password_file) == 1
    assert capsys.readouterr().err.endswith("no connection to the device\n")


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        ([], "give the HOST of a camera, or --discover"),
        (["http://192.0.2.7/"], "HOST is a name or an address"),
        (["192.0.2.7", "--user", "viewer"], "belong together"),
        (["192.0.2.7", "--port", "99999"], "1 to 65535 is"),
    ],
)
def test_a_wrong_command_line_is_told(
    words: list[str], wrong: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["onvif", *words]) == 2
    assert wrong in capsys.readouterr().err


def test_cameras_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["onvif", "--discover", "127.0.0.1", "--seconds", "0.2", "--port"]
    with answering(MATCH) as (_, port):
        assert main([*words, str(port)]) == 0
        assert capsys.readouterr().out == "http://10.0.0.8/onvif/device_service  HIKVISION  DS-2CD2043\n"
    with answering(MATCH) as (_, port):
        assert main([*words, str(port), "--json"]) == 0
        (found,) = json.loads(capsys.readouterr().out)
        assert found["address"] == "http://10.0.0.8/onvif/device_service"
    with answering() as (_, port):
        assert main([*words, str(port)]) == 1
    assert capsys.readouterr().out == "no ONVIF device answered; give its address instead\n"


def test_a_wrong_password_is_told_as_that() -> None:
    with camera() as server:
        device = asked(server, "wrong")
        with pytest.raises(NotAsked, match="the device refuses: NotAuthorized") as caught:
            device.profiles()
        assert caught.value.refused
        device.close()


def test_what_is_no_onvif_device_is_told() -> None:
    with other_device(lambda stream: None, digest=False) as server:
        device = Device(f"http://127.0.0.1:{server.server_port}", None, "", time.time)
        with pytest.raises(NotAsked, match="the device answers 501 and no SOAP"):
            device.profiles()
        device.close()
    gone = Device(f"http://127.0.0.1:{server.server_port}", None, "", time.time)
    with pytest.raises(NotAsked, match="no connection to the device"):
        gone.clock_offset()
    gone.close()


@pytest.fixture
def password_file(tmp_path: Path) -> Path:
    file = tmp_path / "password"
    file.write_text(PASSWORD)
    return file


def pull_point(server: Camera, password_file: Path) -> onvif_pullpoint.PullPoint:
    settings = onvif_pullpoint.Settings(
        kind="onvif_pullpoint",
        id="door-2",
        host="127.0.0.1",
        port=server.server_port,
        username=USER,
        password_file=password_file,
        wait=1,
    )
    return onvif_pullpoint.build(settings, CLOCK)


def test_events_are_pulled_and_decoded(password_file: Path) -> None:
    with camera() as server:
        intake = pull_point(server, password_file)
        (message,) = islice(intake.messages(), 1)
        intake.close()

    assert isinstance(message, Message)
    (reading,) = decoder.build(decoder.Settings(kind="onvif")).decode("", message.body).readings
    assert (reading.quantity, reading.value, reading.at) == ("input", True, 1772323200.5)
    assert server.asked[-2:] == ["CreatePullPointSubscription", "PullMessages"]


def test_a_forgotten_subscription_is_made_anew(password_file: Path) -> None:
    with camera() as server:
        server.forgets = 1
        intake = pull_point(server, password_file)
        items = list(islice(intake.messages(), 3))
        intake.close()

    assert [type(item) for item in items] == [Trouble, Trouble, Message]
    assert [item.state for item in items if isinstance(item, Trouble)] == ["lost", "recovered"]
    assert server.asked.count("CreatePullPointSubscription") == 2


def test_a_closed_pull_point_lets_its_subscription_go(password_file: Path) -> None:
    with camera() as server:
        intake = pull_point(server, password_file)
        messages = intake.messages()
        next(messages)
        intake.close()
        assert list(messages) == []
    assert server.asked[-1] == "Unsubscribe"


MATCH = b"""<s:Envelope><s:Body><d:ProbeMatches><d:ProbeMatch>
<a:EndpointReference><a:Address>urn:uuid:2419d68a-2dd2-21b2-a205-4cbd8f12ab9e</a:Address></a:EndpointReference>
<d:Scopes>onvif://www.onvif.org/name/HIKVISION onvif://www.onvif.org/hardware/DS-2CD2043
onvif://www.onvif.org/MAC/4c:bd:8f:12:ab:9e</d:Scopes>
<d:XAddrs>http://10.0.0.8/onvif/device_service http://[fe80::1]/onvif/device_service</d:XAddrs>
</d:ProbeMatch></d:ProbeMatches></s:Body></s:Envelope>"""


def test_devices_on_the_network_are_found_without_their_addresses_of_hardware() -> None:
    named_so = MATCH.replace(b"10.0.0.8", b"10.0.0.5").replace(b"name/HIKVISION", b"name/4C-BD-8F-12-AB-9E")
    with answering(MATCH, b"\xff nothing", MATCH, named_so) as neighbour:
        found = discover(time.monotonic, 0.2, neighbour)

    assert found == [
        Found("http://10.0.0.5/onvif/device_service", "", "DS-2CD2043"),
        Found("http://10.0.0.8/onvif/device_service", "HIKVISION", "DS-2CD2043"),
    ]
    assert list(command.listed(found))[1] == "http://10.0.0.8/onvif/device_service  HIKVISION  DS-2CD2043"
    assert "12" not in repr(found).replace("DS-2CD2043", "")


@pytest.mark.parametrize(
    "uri", ["", "file:///etc/passwd", "rtsp://", "rtsp://a:b/", "rtsp://[::1/x", "javascript:alert(1)"]
)
def test_an_address_that_is_none_is_refused(uri: str) -> None:
    inner = f"<GetStreamUriResponse><MediaUri><Uri>{uri}</Uri></MediaUri></GetStreamUriResponse>"
    body = f"<Envelope><Body>{inner}</Body></Envelope>"
    with pytest.raises(NotDecoded, match="address is none"):
        answers.stream_uri(body.encode())
