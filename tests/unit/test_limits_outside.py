"""Where outgoing calls and camera URLs may lead, and where not, however it is written."""

import threading
from ipaddress import ip_address, ip_network

import pytest

from broker.outside import NotOutside, destination, literal, not_a_device, not_public, this_machine
from broker.settings import SettingsError, loads
from edge.configured import EdgeSettings
from edge.frames import Trouble
from edge.sources import rtsp
from edge.streams.reader import system_clock

INSIDE = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "100.100.100.200",
    "0.0.0.0",  # noqa: S104 - not to bind to
    "255.255.255.255",
    "224.0.0.1",
    "192.0.2.1",
    "::1",
    "::",
    "fe80::1",
    "fc00::1",
    "fd00:ec2::254",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "2002:7f00:1::",
    "64:ff9b::a00:1",
    "2001:db8::1",
    "::ffff:0:127.0.0.1",
    "64:ff9b:1::127.0.0.1",
    "::127.0.0.1",
    "192.0.0.192",
    "168.63.129.16",
    "fec0::1",
    "3fff::1",
    "5f00::1",
]
ODD = ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "127.0.1", "0x7f.1", "010.0.0.1", "127.0.0.1.", "1"]


@pytest.mark.parametrize("address", INSIDE)
def test_what_is_inside_is_no_destination(address: str) -> None:
    assert not_public(ip_address(address))
    host = f"[{address}]" if ":" in address else address
    with pytest.raises(NotOutside, match="leads to"):
        destination(f"https://{host}/hook")
    with pytest.raises(NotOutside, match="only public addresses are allowed"):
        destination("https://hooks.example/x", resolve=lambda _h, _p: ["93.184.215.14", address])


@pytest.mark.parametrize("host", ODD)
def test_an_address_in_disguise_is_refused(host: str) -> None:
    with pytest.raises(NotOutside, match="written oddly"):
        destination(f"https://{host}/")


@pytest.mark.parametrize(
    "url",
    [
        "http://a.example/",
        "file:///etc/passwd",
        "gopher://a.example/",
        "https:///x",
        "https://user:s3cret@a.example/",
        "https://a.example:0/",
        "https://a.example:99999/",
        "https://[::1/",
        "https://a.example\\@127.0.0.1/",
        "https://a.example/\r\nHost: b",
        "https://a.example/" + "x" * 3000,
        "//a.example/",
        "https://a_b.ex ample/",
        "https://127。0。0。1/",
        "",
    ],
)
def test_what_is_no_url_for_a_call(url: str) -> None:
    with pytest.raises(NotOutside) as error:
        destination(url, resolve=lambda _h, _p: ["93.184.215.14"])
    assert "s3cret" not in str(error.value)


def test_a_public_destination_and_one_of_our_own() -> None:
    found = destination("https://hooks.example:8443/x?y=1", resolve=lambda _h, _p: ["93.184.215.14"] * 2)
    assert (found.host, found.port, [str(a) for a in found.addresses]) == (
        "hooks.example",
        8443,
        ["93.184.215.14"],
    )
    ours = destination("http://10.1.2.3/x", schemes=("http", "https"), inside=[ip_network("10.1.0.0/16")])
    assert (ours.port, str(ours.addresses[0])) == (80, "10.1.2.3")
    with pytest.raises(NotOutside, match="has no address"):
        destination("https://hooks.example/", resolve=lambda _h, _p: [])

    def unknown(_host: str, _port: int) -> list[str]:
        raise OSError(-2, "nobody knows it")

    with pytest.raises(NotOutside, match="is not known: nobody knows it"):
        destination("https://hooks.example/", resolve=unknown)


def test_hosts_that_are_addresses_and_hosts_that_are_names() -> None:
    assert literal("[::1]") == ip_address("::1")
    assert literal("camera-7.local") is literal("cafe.example") is None
    for host in ("a..b", "-a", "a b", "", "a" * 300, "ä.example"):
        with pytest.raises(ValueError, match="no host name"):
            literal(host)


@pytest.mark.parametrize("address", ["10.0.0.7", "192.168.1.64", "127.0.0.1", "fd00::7", "93.184.215.14"])
def test_a_camera_may_be_inside(address: str) -> None:
    assert not_a_device(ip_address(address)) is None


def camera(host: str, more: str = "") -> str:
    return (
        'node: { district: "131002", id: edge-01 }\nbroker: { url: "mqtt://127.0.0.1" }\n'
        f'storage: {{ directory: var }}\nsources: [{{ kind: rtsp, id: cam, url: "rtsp://{host}/x"{more} }}]\n'
    )


@pytest.mark.parametrize(
    ("host", "why"),
    [
        ("169.254.169.254", "link"),
        ("[fe80::1]", "link"),
        ("[::ffff:169.254.169.254]", "link"),
        ("[::ffff:0:169.254.169.254]", "link"),
        ("[64:ff9b:1::169.254.169.254]", "link"),
        ("192.0.0.192", "link"),
        ("[fd00:ec2::254]", "link"),
        ("0.0.0.0", "no machine"),  # noqa: S104 - not to bind to
        ("239.1.1.1", "no machine"),
        ("2852039166", "written oddly"),
        ("0xa9.0xfe.0xa9.0xfe", "written oddly"),
    ],
)
def test_no_camera_is_where_secrets_are(host: str, why: str) -> None:
    with pytest.raises(SettingsError, match=why):
        loads(camera(host), EdgeSettings, name="edge.yaml")


def test_a_camera_on_a_link_of_its_own_may_be_permitted() -> None:
    settings = loads(camera("169.254.7.7", ", allow_link_local: true"), EdgeSettings, name="edge.yaml")
    assert settings.sources[0].id == "cam"


@pytest.mark.parametrize("scheme", ["http", "file", "udp", "concat", "rtp", "RTSP", "rtsph"])
def test_a_camera_speaks_rtsp_alone(scheme: str) -> None:
    with pytest.raises(SettingsError, match="no RTSP address"):
        loads(camera("x").replace("rtsp://", f"{scheme}://"), EdgeSettings, name="edge.yaml")


def test_a_name_that_leads_elsewhere_is_not_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    looked = threading.Event()

    def resolve(_host: str, _port: int) -> list[str]:
        looked.set()
        return ["192.0.2.7", "169.254.169.254"]

    monkeypatch.setattr("edge.streams.livestream.addresses_of", resolve)
    settings = rtsp.Settings(kind="rtsp", id="cam", url="rtsp://camera.example/x")
    source = rtsp.open_source(settings, system_clock(lambda: "unknown"))
    trouble = next(iter(source.frames()))
    source.close()
    assert looked.is_set()
    assert isinstance(trouble, Trouble)
    assert "camera.example/x: the name leads to 169.254.169.254" in trouble.what


@pytest.mark.parametrize(
    ("host", "stays"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.8.9.1", True),
        ("::1", True),
        ("192.168.1.1", False),
        ("localhost.example.org", False),
        ("127.0.0.1.example.org", False),
        ("0.0.0.0", False),  # noqa: S104 - not to bind to
        ("", False),
    ],
)
def test_what_stays_on_this_machine(host: str, stays: bool) -> None:
    assert this_machine(host) is stays
