"""The centre's doors for nodes on a real port in this process, with a clock that can be set."""

import secrets
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import uvicorn
from joserfc import jwt
from joserfc.jwk import ECKey

from broker.enrolment import ASSERTION_S, Enrolment, EnrolmentToken, audience, fingerprint
from broker.pki.authority import Authority
from broker.pki.signing import Signer, csr, new_key
from broker.topics import Address
from central.api.news import News
from central.api.service import make_app
from central.api.service_parts import BrokerHealth, Parts
from central.identity.enrolling import on_word_of
from central.identity.registry import Registry, Told
from central.identity.settings import NodesSettings
from central.limits import Allowance
from central.metrics import Metrics
from central.pictures.examiner import Examiner
from central.store.database import Store, sqlite_url
from central.store.migrate import migrate
from central.vault import IMAGES, Vault
from tests.ports import HOST

A, B = Address("131002", "yard-7"), Address("131002", "yard-8")
SOFTWARE = "gewu-test"


class Doors:
    """The application, its registry and a client. `ahead`: how far the centre's clock is ahead of ours."""

    def __init__(self, folder: Path, store: Store, **settings: Any) -> None:
        self.ahead = timedelta(0)
        self.store = store
        self.folder = folder
        told = Told("mqtts://broker.example", "http://centre.example")
        self.registry = Registry(store, NodesSettings(**settings), folder / "authority", told, now=self.now)
        self.registry.guesses = self.registry.proofs = Allowance(1e6, 1.0)
        vault = Vault(folder / "evidence", max_bytes=1_000_000, examiner=Examiner(most_pixels=1_000_000))
        vault.prepare()
        stills = Vault(folder / "stills", max_bytes=1_000_000, examiner=vault.examiner, kinds=IMAGES)
        stills.prepare()
        news = News()
        self.parts = Parts(store, vault, Metrics(), news, _health, identity=self.registry, stills=stills)
        self.url = ""

    def now(self) -> datetime:
        """The centre's clock."""
        return datetime.now(timezone.utc) + self.ahead

    @contextmanager
    def open(self, *, vouched_by: Authority | None = None) -> Iterator["Doors"]:
        """Serve on a free port; over TLS when there is an authority that vouches for the server."""
        tls = self._certificate(vouched_by) if vouched_by is not None else {}
        app = make_app(self.parts)
        config = uvicorn.Config(app, host=HOST, port=0, log_config=None, access_log=False, **tls)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run)
        thread.start()
        while not server.started:
            thread.join(0.01)
            assert thread.is_alive()
        self.url = f"{'https' if tls else 'http'}://{HOST}:{server.servers[0].sockets[0].getsockname()[1]}"
        trusted = ssl.create_default_context(cafile=tls.get("ssl_certfile"))
        with httpx.Client(base_url=self.url, timeout=20, verify=trusted) as self.client:
            try:
                yield self
            finally:
                server.should_exit = True
                thread.join()

    def _certificate(self, authority: Authority) -> dict[str, Any]:
        made = authority.server("centre", [HOST], now=self.now())
        (self.folder / "tls.pem").write_bytes(made.issued.chain_pem)
        (self.folder / "tls.key").write_bytes(made.key_pem)
        return {"ssl_certfile": self.folder / "tls.pem", "ssl_keyfile": self.folder / "tls.key"}

    def token(self, address: Address = A, *, life: timedelta = timedelta(hours=1)) -> EnrolmentToken:
        """As `gewu-central enroll` makes it."""
        return self.registry.offer(address, by=on_word_of("test"), expires=self.now() + life)

    def enroll(self, secret: str, request: bytes) -> httpx.Response:
        """Ask for a certificate."""
        body = {"token": secret, "csr": request.decode(), "software": SOFTWARE}
        return self.client.post("/api/enroll", json=body)

    def node(self, address: Address = A) -> "Enrolled":
        """A node with a certificate."""
        key = new_key()
        answer = self.enroll(self.token(address).secret, csr(key, address))
        assert answer.status_code == 200, answer.text
        return Enrolled(self, key, Enrolment.model_validate_json(answer.content))


class Enrolled:
    """What an enrolled node holds, and how it shows it."""

    def __init__(self, doors: Doors, key: bytes, enrolment: Enrolment) -> None:
        self.doors = doors
        self.key = key
        self.enrolment = enrolment
        self.source = enrolment.address.source
        self.signer = Signer(key, enrolment.serial)

    def assertion(self, *, header: dict[str, Any] | None = None, **changes: Any) -> str:
        """A good one, but for the changes."""
        issued = int(self.doors.now().timestamp())
        claims = {
            "iss": self.source,
            "sub": self.source,
            "aud": audience(self.enrolment.ca),
            "jti": secrets.token_urlsafe(24),
            "iat": issued,
            "exp": issued + ASSERTION_S,
        } | changes
        head = {"alg": "ES256", "kid": self.enrolment.serial} | (header or {})
        return jwt.encode(head, claims, ECKey.import_key(self.key), algorithms=["ES256"])

    def ask_bearer(self, assertion: str | None = None) -> httpx.Response:
        """Show an assertion."""
        return self.doors.client.post("/api/nodes/token", json={"assertion": assertion or self.assertion()})

    def renewal(self, request: bytes) -> dict[str, str]:
        """The body that asks for a certificate."""
        return {"csr": request.decode(), "assertion": self.assertion(csr=fingerprint(request))}

    @property
    def bearer(self) -> dict[str, str]:
        """A header with a new bearer."""
        answer = self.ask_bearer()
        assert answer.status_code == 200, answer.text
        return {"Authorization": f"Bearer {answer.json()['access_token']}"}


@cache
def _begun() -> dict[str, bytes]:
    """The files of a centre that has just begun: a database and an authority, made once for all tests."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        store = Store(sqlite_url(folder / "central.db"))
        migrate(store)
        Doors(folder, store).registry.authority()
        store.close()
        made = (path for path in folder.rglob("*") if path.is_file())
        return {str(path.relative_to(folder)): path.read_bytes() for path in made}


@contextmanager
def doors_of(
    folder: Path, *, vouched_by: Callable[[Doors], Authority] | None = None, **settings: Any
) -> Iterator[Doors]:
    """Doors over a SQLite file; over TLS when an authority vouches for the server."""
    for name, content in _begun().items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch(0o600)
        (folder / name).write_bytes(content)
    store = Store(sqlite_url(folder / "central.db"))
    try:
        doors = Doors(folder, store, **settings)
        with doors.open(vouched_by=vouched_by(doors) if vouched_by is not None else None):
            yield doors
    finally:
        store.close()


def _health() -> BrokerHealth:
    return BrokerHealth(True, True, "", None)
