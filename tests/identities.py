"""A city's authority, certificates from it, and a Mosquitto over TLS that trusts it, for the tests."""

import os
import time
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

from broker import production
from broker.guard import hears
from broker.link import LinkSettings
from broker.pki.authority import Authority, Issued, init
from broker.pki.keys import new_key
from broker.pki.names import common_name
from broker.pki.signing import Signer, csr
from broker.production import Tls
from broker.topics import Address
from tests.brokers import Mosquitto, await_port
from tests.ports import HOST, free_port


def now() -> datetime:
    """This moment, as certificates tell it."""
    return datetime.now(timezone.utc)


@dataclass(frozen=True)
class Credentials:
    """Files that prove who one is: a certificate's chain, its key, and whom one trusts."""

    name: str
    certificate: Path
    key: Path
    ca: Path
    issued: Issued

    def reach(self, port: int) -> LinkSettings:
        """How to connect with them."""
        url = f"mqtts://{HOST}:{port}"
        return LinkSettings(url=url, ca_file=self.ca, cert_file=self.certificate, key_file=self.key)

    def signer(self) -> Signer:
        """Signs what they publish."""
        return Signer(self.key.read_bytes(), self.issued.serial_hex)


class City:
    """An authority in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        init(folder / "ca", now=now() - timedelta(days=400))
        self.authority = Authority.open(folder / "ca")

    def node(self, address: Address, *, ago: timedelta = timedelta(0), days: int = 90) -> Credentials:
        """A node's certificate, issued some time ago."""
        key = new_key()
        issued = self.authority.issue(csr(key, address), address, now=now() - ago, days=days)
        return self._written(common_name(address), issued, key)

    def service(self, name: str) -> Credentials:
        """The certificate of the broker, the centre or a platform on this machine."""
        made = self.authority.server(name, [HOST, "localhost"], now=now(), client=name != "broker")
        return self._written(name, made.issued, made.key_pem)

    def _written(self, name: str, issued: Issued, key: bytes) -> Credentials:
        stem = f"{name.replace('/', '-')}-{issued.serial_hex[:8]}" if "/" in name else name
        certificate, key_file = self.folder / f"{stem}.pem", self.folder / f"{stem}.key"
        certificate.write_bytes(issued.chain_pem)
        key_file.write_bytes(key)
        return Credentials(name, certificate, key_file, self.folder / "ca" / "ca.pem", issued)

    def broker_material(self) -> Path:
        """The folder that Mosquitto's configuration is written from."""
        self.service("broker")
        (self.folder / "ca.pem").write_bytes(self.authority.ca_pem)
        (self.folder / "crl.pem").write_bytes(self.authority.crl([], now=now()))
        return self.folder


class TlsMosquitto(Mosquitto):
    """The production configuration with mutual TLS: ports for `nodes`, `services`, and passwords (`port`)."""

    def __init__(self, folder: Path, city: City, *, log_denied: bool = False) -> None:
        super().__init__(folder, open_to_all=False)
        self.nodes, self.services = free_port(), free_port()
        tls = Tls(city.broker_material(), HOST, self.nodes, HOST, self.services)
        self.config = production.write(folder, host=self.host, port=self.port, tls=tls, log_denied=log_denied)
        if os.geteuid() == 0:
            self.add("user root")

    def start(self) -> None:
        """Start and wait until all three ports take connections."""
        super().start()
        assert self._process is not None
        for port in (self.nodes, self.services):
            await_port(port, self._process, self.log)
        while not hears(self._process.pid):  # until then SIGHUP would end it
            assert self._process.poll() is None, self.log.read_text()
            time.sleep(0.01)
