"""An ONVIF camera for the tests: real HTTP; it checks WS-Security's digest by its own clock."""

import base64
import contextlib
import hashlib
import re
import socket
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from xml.sax.saxutils import escape, unescape

import pytest

from edge.onvif.discovery import EVERYBODY
from tests.unit.gates.samples import onvif, pulled

USER, PASSWORD = "viewer", "p<ss & word"
AHEAD = 3600.0  # its clock
ELSEWHERE = "http://192.0.2.7:8899"  # what it takes for its address: another, as behind a router
SERVICES = {
    "http://www.onvif.org/ver10/media/wsdl": "/onvif/Media",
    "http://www.onvif.org/ver20/ptz/wsdl": "/onvif/PTZ",
    "http://www.onvif.org/ver20/imaging/wsdl": "/onvif/Imaging",
    "http://www.onvif.org/ver10/events/wsdl": "/onvif/Events",
}
PROFILES = """<trt:GetProfilesResponse>
<trt:Profiles token="P2" fixed="true"><tt:Name>sub</tt:Name>
<tt:VideoSourceConfiguration token="V1"><tt:Name>V</tt:Name>
<tt:SourceToken>VS1</tt:SourceToken></tt:VideoSourceConfiguration>
<tt:VideoEncoderConfiguration token="E2"><tt:Encoding>H264</tt:Encoding><tt:Resolution>
<tt:Width>640</tt:Width>
<tt:Height>360</tt:Height></tt:Resolution></tt:VideoEncoderConfiguration></trt:Profiles>
<trt:Profiles token="P1" fixed="true"><tt:Name>main</tt:Name>
<tt:VideoSourceConfiguration token="V1"><tt:SourceToken>VS1</tt:SourceToken></tt:VideoSourceConfiguration>
<tt:VideoEncoderConfiguration token="E1"><tt:Encoding>H265</tt:Encoding><tt:Resolution>
<tt:Width>2560</tt:Width>
<tt:Height>1440</tt:Height></tt:Resolution></tt:VideoEncoderConfiguration>
<tt:PTZConfiguration token="Z1"><tt:Name>Z</tt:Name></tt:PTZConfiguration>
</trt:Profiles></trt:GetProfilesResponse>"""
URI = "rtsp://viewer:secret@192.0.2.7:554/Streaming/Channels/101?transportmode=unicast&amp;profile=P1"
PRESETS = """<tptz:GetPresetsResponse><tptz:Preset token="1"><tt:Name>gate</tt:Name><tt:PTZPosition>
<tt:PanTilt x="0.25" y="-0.5"/><tt:Zoom x="0.1"/></tt:PTZPosition></tptz:Preset>
<tptz:Preset token="2"><tt:Name>yard</tt:Name></tptz:Preset></tptz:GetPresetsResponse>"""
IMAGING = """<timg:GetImagingSettingsResponse><timg:ImagingSettings><tt:Brightness>50</tt:Brightness>
<tt:IrCutFilter>AUTO</tt:IrCutFilter><tt:BacklightCompensation><tt:Mode>OFF</tt:Mode><tt:Level>3</tt:Level>
</tt:BacklightCompensation></timg:ImagingSettings></timg:GetImagingSettingsResponse>"""
EVENT = onvif("tns1:Device/Trigger/DigitalInput", {"InputToken": "1"}, {"LogicalState": "true"})


class Camera(ThreadingHTTPServer):
    """forgets: how many pulls it answers with a fault, as after a restart. asked: the actions, in order.

    lacks: actions that it does not know. stream: what it says of where its pictures are.
    """

    daemon_threads = True

    def __init__(self, stream: str | None = None, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Asked)
        self.uri = URI if stream is None else escape(stream)
        self.asked: list[str] = []
        self.forgets = 0
        self.lacks: set[str] = set()
        self.events = [EVENT]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Asked(BaseHTTPRequestHandler):
    server: Camera
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        found = re.search(r"<s:Body><(\w+)", body)
        action = found[1] if found else ""
        self.server.asked.append(action)
        if action != "GetSystemDateAndTime" and not self._knows_the_password(body):
            self._say(400, _fault("ter:NotAuthorized"))
        elif action in self.server.lacks:
            self._say(500, _fault("ter:ActionNotSupported"))
        elif action == "PullMessages" and self.server.forgets > 0:
            self.server.forgets -= 1
            self._say(500, _fault("ter:InvalidArgVal"))
        else:
            self._say(200, self._answer(action))

    def _knows_the_password(self, body: str) -> bool:
        def said(tag: str) -> str:
            found = re.search(rf"<{tag}[^>]*>([^<]*)</{tag}>", body)
            return unescape(found[1]) if found else ""

        created = said("Created")
        nonce = base64.b64decode(said("Nonce"))
        digest = hashlib.sha1(nonce + created.encode() + PASSWORD.encode()).digest()  # noqa: S324
        try:
            then = datetime.fromisoformat(created.replace("Z", "+00:00")).timestamp()
        except ValueError:
            return False
        fresh = abs(then - time.time() - AHEAD) < 60.0
        return fresh and said("Username") == USER and said("Password") == base64.b64encode(digest).decode()

    def _answer(self, action: str) -> str:
        if action == "PullMessages":
            events, self.server.events = self.server.events, []
            return pulled(*events).decode().partition("<s:Body>")[2].partition("</s:Body>")[0]
        answers = {
            "GetSystemDateAndTime": _clock(),
            "GetServices": _services(),
            "GetProfiles": PROFILES,
            "GetStreamUri": "<GetStreamUriResponse><MediaUri>"
            f"<tt:Uri>{self.server.uri}</tt:Uri></MediaUri></GetStreamUriResponse>",
            "GetPresets": PRESETS,
            "GetImagingSettings": IMAGING,
            "CreatePullPointSubscription": "<CreatePullPointSubscriptionResponse><SubscriptionReference>"
            f"<wsa:Address>{ELSEWHERE}/onvif/pull?id=7</wsa:Address></SubscriptionReference>"
            "</CreatePullPointSubscriptionResponse>",
        }
        return answers.get(action, f"<{action}Response/>")

    def _say(self, status: int, answer: str) -> None:
        body = f'<s:Envelope xmlns:s="x"><s:Body>{answer}</s:Body></s:Envelope>'.encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/soap+xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _clock() -> str:
    there = datetime.fromtimestamp(time.time() + AHEAD, tz=timezone.utc)
    day = f"<tt:Year>{there.year}</tt:Year><tt:Month>{there.month}</tt:Month><tt:Day>{there.day}</tt:Day>"
    clock = f"<tt:Hour>{there.hour}</tt:Hour><tt:Minute>{there.minute}</tt:Minute>"
    clock += f"<tt:Second>{there.second}</tt:Second>"
    return (
        "<GetSystemDateAndTimeResponse><SystemDateAndTime><tt:UTCDateTime>"
        f"<tt:Time>{clock}</tt:Time><tt:Date>{day}</tt:Date>"
        "</tt:UTCDateTime></SystemDateAndTime></GetSystemDateAndTimeResponse>"
    )


def _services() -> str:
    every = "".join(
        f"<Service><Namespace>{space}</Namespace><XAddr>{ELSEWHERE}{path}</XAddr></Service>"
        for space, path in SERVICES.items()
    )
    return f"<GetServicesResponse>{every}</GetServicesResponse>"


def _fault(code: str) -> str:
    return (
        "<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode>"
        f"<s:Value>{code}</s:Value></s:Subcode></s:Code></s:Fault>"
    )


@contextlib.contextmanager
def camera(stream: str | None = None, port: int = 0) -> Iterator[Camera]:
    with Camera(stream, port) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@contextlib.contextmanager
def answering(*answers: bytes) -> Iterator[tuple[str, int]]:
    """A neighbour that answers each probe with these datagrams."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.bind(("127.0.0.1", 0))

        def answer() -> None:
            body, sender = line.recvfrom(65_535)
            for one in answers if b"Probe" in body else ():
                line.sendto(one, sender)

        thread = threading.Thread(target=answer)
        thread.start()
        yield ("127.0.0.1", line.getsockname()[1])
        thread.join()


MATCH = """<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>
<d:ProbeMatches xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"><d:ProbeMatch>
<d:Types>dn:NetworkVideoTransmitter</d:Types><d:Scopes>onvif://www.onvif.org/name/Kerb
onvif://www.onvif.org/hardware/DS-2CD</d:Scopes>
<d:XAddrs>%s/onvif/device_service</d:XAddrs></d:ProbeMatch></d:ProbeMatches></s:Body></s:Envelope>"""


@contextlib.contextmanager
def neighbour(device: Camera) -> Iterator[None]:
    """It hears what is asked of everybody in the network; skips where there is no multicast."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        line.bind(EVERYBODY)
        group = socket.inet_aton(EVERYBODY[0]) + bytes(4)  # by any of its lines
        try:
            line.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, group)
        except OSError as error:
            pytest.skip(f"no multicast on this machine: {error.strerror}")
        over = threading.Event()
        line.settimeout(0.1)

        def answer() -> None:
            while not over.is_set():
                with contextlib.suppress(TimeoutError):
                    body, sender = line.recvfrom(65_535)
                    if b"Probe" in body:
                        line.sendto((MATCH % device.address).encode(), sender)

        thread = threading.Thread(target=answer)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()
