"""Somebody of every role, signed in as a browser is."""

from typing import Any

import httpx

from tests.centre import Centre

WORDS = "a long enough phrase of %s"


class Crew:
    """Accounts of a centre, one a role, made when they are first asked for."""

    def __init__(self, centre: Centre) -> None:
        self.centre = centre
        self._cookies: dict[str, tuple[str, str]] = {}

    def cookie(self, role: str) -> tuple[str, str]:
        """The session's cookie: its name and value."""
        if role == "administrator":
            return self.centre.cookie
        if role not in self._cookies:
            self._cookies[role] = self._made(role)
        return self._cookies[role]

    def password(self, role: str) -> str:
        """What the account signs in with; its login name is the role's."""
        self.cookie(role)
        return WORDS % role

    def invite(self, login: str, name: str, role: str) -> str:
        """A new account; the link with which its owner sets the password."""
        with self.centre.client() as chief:
            answer = chief.post("/api/users", json={"login": login, "name": name, "role": role})
        assert answer.status_code == 201, answer.text
        return self.centre.url + str(answer.json()["link"])

    def _made(self, role: str) -> tuple[str, str]:
        token = self.invite(role, role.replace("_", " ").capitalize(), role).partition("#")[2]
        body: dict[str, Any] = {"token": token, "password": WORDS % role}
        headers = {"Origin": self.centre.url}
        answer = httpx.post(f"{self.centre.url}/api/setup", json=body, headers=headers)
        assert answer.status_code == 204, answer.text
        name, _, value = answer.headers["set-cookie"].partition(";")[0].partition("=")
        return name, value
