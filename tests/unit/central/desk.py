"""The application over a database, asked without sockets as each role."""

import asyncio
import secrets
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from central.api import guard
from central.api.news import News
from central.api.service import make_app
from central.api.service_parts import BrokerHealth, Parts
from central.metrics import Metrics
from central.people.asker import COMMAND_LINE
from central.people.here import People
from central.people.keys import digest, forgery_key
from central.people.roles import ROLES, Role, scopes_of
from central.people.settings import PeopleSettings
from central.pictures.examiner import Examiner
from central.store import signing_in
from central.store.accounts import find_account
from central.store.database import Store, sqlite_url
from central.store.sessions import make_token, who_by_session
from central.store.upload_tables import uploads
from central.store.uploads import Upload
from central.vault import Vault
from tests.databases import new_sqlite

SITE = "http://127.0.0.1:8080"
OURS = {"Origin": SITE}


class Desk:
    """The application over a database, without sockets, and one account of each role."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.store = Store(sqlite_url(new_sqlite(folder / "central.db")))
        vault = Vault(folder / "evidence", max_bytes=100_000, examiner=Examiner(most_pixels=100_000))
        vault.prepare()
        self.people = People(PeopleSettings(**settings))
        health = BrokerHealth(connected=True, alive=True, says="connected", waits_for=None)
        self.parts = Parts(self.store, vault, Metrics(), News(), lambda: health, people=self.people)
        self.app = make_app(self.parts)
        self.sessions: dict[str, str] = {}
        self.tokens: dict[str, str] = {}
        for role in ("administrator", *ROLES):
            if role not in self.sessions:
                self._account(role)

    def _account(self, role: Role) -> None:
        now = guard.now()
        key = signing_in.first_link(self.store, now)
        if key is None:
            key = signing_in.new_account(self.store, role, role, role, COMMAND_LINE, now)
        account = signing_in.link_used(self.store, key, "-", COMMAND_LINE, now, login=role, name=role)
        self.sessions[role] = self.session(role)
        self.tokens[role] = f"gewu_{secrets.token_urlsafe(8)}"
        who = who_by_session(self.store, digest(self.sessions[role]), now, self.people.ends)
        assert who is not None
        values = {"name": role, "scopes": scopes_of(account.role), "lasts": timedelta(days=1)}
        make_token(self.store, who, COMMAND_LINE, now, key=digest(self.tokens[role]), **values)

    def session(self, login: str) -> str:
        """A new session."""
        account, secret = find_account(self.store, login), secrets.token_urlsafe(8)
        assert account is not None
        ends, now = self.people.ends, guard.now()
        signing_in.signed_in(self.store, account, COMMAND_LINE, digest(secret), now, ends, "for a test")
        return secret

    def ask(self, method: str, path: str, *, site: str = SITE, **given: Any) -> httpx.Response:
        """One request from this machine."""

        async def one() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, client=("127.0.0.1", 1))
            async with httpx.AsyncClient(transport=transport, base_url=site) as client:
                return await client.request(method, path, **given)

        return asyncio.run(one())

    def as_role(self, role: str) -> dict[str, str]:
        """The headers of a role's own page."""
        secret = self.sessions[role]
        return {**OURS, "Cookie": f"gewu={secret}", "X-Gewu-Forgery-Key": forgery_key(secret)}

    def close(self) -> None:
        self.people.hasher.close()
        self.parts.vault.examiner.close()
        self.store.close()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    made = Desk(tmp_path_factory.mktemp("desk"))
    yield made
    made.close()


def find_upload(store: Store, sha256: str) -> Upload | None:
    """One of the pictures that were uploaded."""
    with store.read() as connection:
        row = connection.execute(select(uploads).where(uploads.c.sha256 == sha256)).first()
    return Upload(**row._mapping) if row is not None else None
