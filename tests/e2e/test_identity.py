"""Only a node that was enrolled can speak, only for itself: real processes over mutual TLS."""

import json
import shutil
import time
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import httpx
import pytest
import yaml

from broker.embedded import EmbeddedBroker
from broker.link_settings import LinkSettings
from broker.topics import Address
from central.cli import main as central
from edge.cli import main
from edge.enrolment.credentials import Credentials
from edge.intake import Clocks, Intake
from edge.outbox import Outbox
from edge.publisher import DeliverySettings, Publisher
from tests.centre import Centre, Wire, until
from tests.identities import City, TlsMosquitto
from tests.nodes import Node
from tests.ports import HOST
from tests.street import configuration, film
from tests.thief import Party
from tests.unit.drafts import ADDRESS, batch
from tests.unit.test_publisher import REPORTS

NAME = f"{ADDRESS.district}/{ADDRESS.node}"


class Town:
    """An authority, a broker that trusts it, and a centre that takes enrolled nodes only."""

    def __init__(self, folder: Path) -> None:
        self.city = City(folder)
        self.broker = TlsMosquitto(folder / "mosquitto", self.city)
        self.url = f"mqtts://{HOST}:{self.broker.nodes}"
        us = self.city.service("centre")
        reach = {"cert_file": str(us.certificate), "key_file": str(us.key), "ca_file": str(us.ca)}
        self.centre = Centre(
            folder / "central",
            self.broker.url,
            broker={"url": f"mqtts://{HOST}:{self.broker.services}", "keepalive": "5s", **reach},
            nodes={"enrolled_only": True, "authority": str(folder / "ca"), "broker_url": self.url},
        )

    def says(self, *words: str) -> str:
        """What a command of the centre prints last."""
        with redirect_stdout(StringIO()) as said:
            assert central([words[0], str(self.centre.config), *words[1:]]) == 0
        return said.getvalue().strip().splitlines()[-1]


class Sender:
    """Outbox, intake and publisher of an enrolled node, without eyes."""

    def __init__(self, folder: Path, url: str, credentials: Credentials) -> None:
        clocks = Clocks(time.monotonic, time.time)
        self.outbox = Outbox(folder / "sender.sqlite", ADDRESS)
        self.outbox.open(time.time(), "aaaa")
        self.intake = Intake(self.outbox, clocks, lambda events: self.publisher.wake())
        delivery = DeliverySettings.model_validate({"retry": "500ms", "retry_at_most": "1s"})
        link = credentials.link(LinkSettings(url=url))
        self.publisher = Publisher(
            link, delivery, self.outbox, self.intake, REPORTS, clocks, sign=credentials.sign
        )

    def close(self) -> None:
        self.publisher.stop()
        self.outbox.close()


@pytest.fixture(autouse=True)
def where_commands_stand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What `enroll` writes there for the first time."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """Running, with nobody enrolled."""
    if shutil.which("mosquitto") is None:
        pytest.skip("mosquitto is not installed (Debian: apt-get install mosquitto)")
    made = Town(tmp_path)
    made.broker.start()
    made.centre.start()
    yield made
    made.centre.kill()
    made.broker.stop()


def test_enrolled_to_a_ticket_with_its_picture_revoked_to_silence_and_back_without_a_loss(
    town: Town, tmp_path: Path
) -> None:
    identity = tmp_path / "identity"
    assert main(["enroll", town.centre.url, town.says("enroll", NAME), "--out", str(identity)]) == 0
    path = film(tmp_path / "stays.avi", 4, car=(0, 4), person=True)
    config = configuration(tmp_path, url=town.url, path=path, central=town.centre.url)
    settings = yaml.safe_load(config.read_text())
    config.write_text(yaml.safe_dump({**settings, "identity": {"directory": str(identity)}}))
    with Node(config) as node:
        assert node.ended() == 0
    last = json.loads(node.lines[-1])
    assert (last["pending"], last["evidence_pending"]) == (0, 0)
    (ticket,) = town.centre.tickets()
    (picture,) = town.centre.get(f"/api/tickets/{ticket['id']}")["evidence"]
    assert picture["here"]

    held = Credentials(identity, ADDRESS, url=town.centre.url, ca_file=None, utc_s=time.time)
    bearer = held.bearer()
    assert "1 certificates" in town.says("revoke", NAME, "--why", "its pole was found open")
    sender = Sender(tmp_path, town.url, held)
    try:
        sender.publisher.start()  # what it says of itself is believed for some seconds more at the most
        until(lambda: "quarantined (revoked)" in town.centre.said(), "it is heard and not believed")
        heard = town.centre.said().count("quarantined (revoked)")
        sender.intake.put(batch(*(f"s-{n}" for n in range(20))))
        until(lambda: town.centre.said().count("quarantined (revoked)") >= heard + 20, "nor are its events")
        refused = httpx.put(
            f"{town.centre.url}/api/evidence/{'0' * 64}",
            content=b"x",
            headers={"Authorization": f"Bearer {bearer}"},
        )
        assert refused.status_code == 401
        waiting = [event.subject for _, event in sender.outbox.next(0, 99)]
        assert [name for name in waiting if name.startswith("s-")] == [f"s-{n}" for n in range(20)]
        assert len(town.centre.tickets()) == 1
        assert json.loads(town.says("nodes", "--json"))["state"] == "revoked"
        assert main(["enroll", town.centre.url, town.says("enroll", NAME), "--out", str(identity)]) == 0
        assert held.refresh()
        sender.publisher.reconnect()
        until(lambda: sender.outbox.count("events") == 0, "what waited comes in")
    finally:
        sender.close()
    assert len(town.centre.tickets()) == 21


def test_a_certificate_of_the_same_authority_is_no_enrolment(town: Town, tmp_path: Path) -> None:
    """Whoever got one past the centre's list may connect, and is not believed."""
    stranger = town.city.node(Address("131002", "edge-99"))
    party = Party(stranger, town.broker.nodes, "stranger")
    try:
        topic = Address("131002", "edge-99").topic("event")
        party.publish(topic, b'{"id": "e-1"}')
        until(lambda: "quarantined (not_enrolled)" in town.centre.said(), "it is not believed")
    finally:
        party.close()


def test_a_broker_without_any_rules_lets_nobody_pass_for_another(
    embedded_broker: EmbeddedBroker, tmp_path: Path
) -> None:
    """The development broker asks nobody who he is; the centre knows all the same."""
    centre = Centre(tmp_path / "central", embedded_broker.url, nodes={"enrolled_only": True})
    centre.start()
    try:
        with redirect_stdout(StringIO()) as said:
            assert central(["enroll", str(centre.config), NAME]) == 0
        token = said.getvalue().splitlines()[-1]
        assert main(["enroll", centre.url, token, "--out", str(tmp_path / "i")]) == 0
        held = Credentials(tmp_path / "i", ADDRESS, url=centre.url, ca_file=None, utc_s=time.time)
        sender, thief = (
            Sender(tmp_path, embedded_broker.url, held),
            Wire(embedded_broker.url, ADDRESS, name="t"),
        )
        try:
            sender.publisher.start()
            thief.send(b'{"online": false}', channel="state")
            until(lambda: "quarantined (unsigned)" in centre.said(), "nobody says it for the node")
            sender.intake.put(batch("s-1"))
            until(lambda: sender.outbox.count("events") == 0, "the node itself is believed")
        finally:
            sender.close()
            thief.close()
        assert len(centre.tickets()) == 1
    finally:
        centre.stop()
