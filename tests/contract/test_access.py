"""Who comes in over TLS, and how far: a real Mosquitto, real certificates."""

import shutil
import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from broker.link import Delivery, Link, LinkSettings
from broker.topics import Address
from tests.contract.test_link import linked, send, until
from tests.identities import City, Credentials, TlsMosquitto
from tests.ports import HOST
from tests.thief import Heist

NODE, OTHER, THIEF = Address("131002", "north-gate"), Address("131002", "yard-1"), Address("131002", "yard-2")


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    """An authority."""
    return City(tmp_path_factory.mktemp("city"))


@pytest.fixture(scope="module")
def broker(city: City, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TlsMosquitto]:
    """A running Mosquitto that trusts it."""
    if shutil.which("mosquitto") is None:
        pytest.skip("mosquitto is not installed (Debian: apt-get install mosquitto)")
    running = TlsMosquitto(tmp_path_factory.mktemp("mosquitto"), city)
    running.start()
    yield running
    running.stop()


def refusal(who: Credentials, port: int) -> str:
    """Why a link does not come in; fails if it does."""
    told: list[tuple[bool, str]] = []
    link = Link(who.reach(port), client_id="x", on_connection=lambda up, why: told.append((up, why)))
    link.start()
    until(lambda: told)
    link.stop()
    assert not any(up for up, _ in told)
    return told[0][1]


def test_a_node_speaks_and_listens_with_its_certificate_alone(city: City, broker: TlsMosquitto) -> None:
    got: list[Delivery] = []
    heard: list[bytes] = []
    node, centre = city.node(NODE), city.service("centre")
    reach = node.reach(broker.nodes)
    with (
        linked(
            centre.reach(broker.services), "c", on_message=got.append, subscribe=[NODE.topic("event")]
        ) as c,
        linked(
            reach,
            "n",
            on_message=lambda d: heard.append(d.body),
            subscribe=[NODE.topic("receipt")],
            sign=node.signer().sign,
        ) as n,
    ):
        send(n, NODE.topic("event"), b"mine")
        send(c, NODE.topic("receipt"), b"taken", "receipt")
        until(lambda: got and heard)
    assert (got[0].body, heard) == (b"mine", [b"taken"])
    assert got[0].user["gewu-key"] == node.issued.serial_hex


def test_a_node_reaches_nothing_that_is_another_nodes(city: City, broker: TlsMosquitto) -> None:
    """The long run is `python -m tests.bench.credentials`."""
    tally = Heist(broker, city.node(THIEF), [city.node(NODE)], city.service("centre")).run()
    assert tally.accepted == []
    assert (tally.genuine, tally.lost) == (36, 0)
    assert tally.attempts >= 60


def test_the_attempts_succeed_where_the_configuration_is_weaker(city: City, tmp_path: Path) -> None:
    """Each line guards against something real: without it the same attempts get through."""
    weak = TlsMosquitto(tmp_path / "weak", city)
    weak.config.write_text(weak.config.read_text().replace("use_username_as_clientid true", ""))
    rules = weak.folder / "acl"
    rules.write_text(rules.read_text().replace("write gewu/v1/%u/event", "readwrite gewu/v1/+/+/event"))
    weak.start()
    try:
        heist = Heist(weak, city.node(THIEF), [city.node(NODE)], city.service("centre"))
        heist.patience_s = 0.2
        accepted = heist.run().accepted
    finally:
        weak.stop()
    assert {f"wrote {NODE.topic('event')}", f"the connection of {heist.victims[0].name} was taken"} <= {
        *accepted
    }


def test_a_share_group_that_can_be_guessed_loses_messages_to_who_may_not_read_them(
    city: City, broker: TlsMosquitto
) -> None:
    """Mosquitto 2.0 lets anyone into a share group, and drops what falls to a member that may not read it."""
    heist = Heist(broker, city.node(THIEF), [city.node(NODE)], city.service("centre"))
    heist.group, heist.patience_s = "ingest", 0.5
    tally = heist.run()
    assert tally.accepted == []
    assert tally.lost > 0


def test_only_those_with_the_same_credentials_name_the_same_share_group(city: City, tmp_path: Path) -> None:
    centre, platform = city.service("centre").reach(1), city.service("platform").reach(1)
    assert centre.share_group("ingest") == centre.share_group("ingest")
    assert centre.share_group("ingest") not in (platform.share_group("ingest"), centre.share_group("other"))
    secret = tmp_path / "secret"
    missing = LinkSettings(url="mqtt://a", username="centre", password_file=secret)
    assert missing.share_group("ingest") != missing.share_group("ingest")
    secret.write_text("word\n")
    assert missing.share_group("ingest") == missing.share_group("ingest")
    assert "word" not in missing.share_group("ingest")
    assert LinkSettings(url="mqtt://a").share_group("ingest") == "ingest"


def stranger(city: City, folder: Path) -> Credentials:
    """The same name from another city's authority, which trusts ours."""
    theirs = City(folder / "elsewhere").node(NODE)
    return Credentials(
        theirs.name, theirs.certificate, theirs.key, city.folder / "ca" / "ca.pem", theirs.issued
    )


BAD: dict[str, Callable[[City, Path], Credentials]] = {
    "another authority's": stranger,
    "ended": lambda city, _: city.node(NODE, ago=timedelta(days=100)),
    "not yet begun": lambda city, _: city.node(NODE, ago=timedelta(days=-1)),
    "for a server": lambda city, _: city.service("broker"),
}


@pytest.mark.parametrize("make", BAD.values(), ids=BAD.keys())
def test_a_certificate_that_does_not_hold_stays_out(
    city: City, broker: TlsMosquitto, make: Callable[[City, Path], Credentials], tmp_path: Path
) -> None:
    who = make(city, tmp_path)
    for port in (broker.nodes, broker.services):
        assert "certificate" in refusal(who, port)


@pytest.mark.parametrize("old", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1], ids=["1.0", "1.1"])
def test_old_tls_stays_out(city: City, broker: TlsMosquitto, old: ssl.TLSVersion) -> None:
    node = city.node(NODE)
    flag = {ssl.TLSVersion.TLSv1: "-tls1", ssl.TLSVersion.TLSv1_1: "-tls1_1"}[old]
    command = ["openssl", "s_client", "-connect", f"{HOST}:{broker.nodes}", "-CAfile", str(node.ca)]
    command += ["-cert", str(node.certificate), "-key", str(node.key), "-cipher", "ALL:@SECLEVEL=0"]
    done = {
        how: subprocess.run([*command, how], input=b"", capture_output=True, check=False, timeout=20)
        for how in (flag, "-tls1_2")
    }
    assert b"Verify return code: 0" in done["-tls1_2"].stdout
    assert done["-tls1_2"].returncode == 0
    assert done[flag].returncode != 0
    assert b"alert" in done[flag].stderr


CONNACK = b"\x20"
CONNECT = bytes.fromhex("101000044d5154540502003c0000036162630000")


def answer(connection: socket.socket) -> bytes:
    """What a broker says to somebody who wants to connect, empty when it hangs up."""
    connection.settimeout(10)
    try:
        connection.sendall(CONNECT)
        return connection.recv(100)
    except OSError:
        return b""


def test_no_certificate_and_no_tls_stay_out(city: City, broker: TlsMosquitto) -> None:
    nobody = ssl.create_default_context(cafile=city.folder / "ca" / "ca.pem")
    for port in (broker.nodes, broker.services):
        with socket.create_connection((HOST, port)) as plain:
            assert answer(plain)[:1] != CONNACK
        with (
            socket.create_connection((HOST, port)) as plain,
            nobody.wrap_socket(plain, server_hostname=HOST) as secured,
        ):
            assert answer(secured) == b""
