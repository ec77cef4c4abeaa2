"""Accounts of several roles at a running centre, each with a session of its own."""

import itertools
from typing import Any

import httpx

from tests.centre import PASSWORD, Centre

_requests = itertools.count()


class Worker:
    """Somebody who works on tickets over HTTP, as a page does."""

    def __init__(self, centre: Centre, login: str, role: str, department: str | None = None) -> None:
        self.login = login
        self.on = "T-000001"  # the ticket that it works on
        with centre.client() as chief:
            made = chief.post("/api/users", json={"login": login, "name": login, "role": role})
            assert made.status_code == 201, made.text
            if department is not None:
                changed = chief.patch(f"/api/users/{login}", json={"department": department})
                assert changed.json()["department"] == department
        origin = {"Origin": centre.url}
        asked = {"token": made.json()["link"].partition("#")[2], "password": f"{PASSWORD} of {login}"}
        begun = httpx.post(f"{centre.url}/api/setup", json=asked, headers=origin)
        assert begun.status_code == 204, begun.text
        cookie = begun.headers["set-cookie"].partition(";")[0]
        self.cookie = tuple(cookie.split("=", 1))
        self.client = httpx.Client(base_url=centre.url, headers={"Cookie": cookie, **origin}, timeout=20)
        self.client.headers["X-Gewu-Forgery-Key"] = self.client.get("/api/me").json()["forgery_key"]

    def ticket(self) -> dict[str, Any]:
        found: dict[str, Any] = self.client.get(f"/api/tickets/{self.on}").json()
        return found

    def asks(self, action: str, **given: Any) -> httpx.Response:
        """An action on the ticket as it is now, unless a version is given."""
        asked = {"action": action, "version": given.pop("version", None) or self.ticket()["version"]}
        asked |= {"request": f"request-{next(_requests)}"} | given
        return self.client.post(f"/api/tickets/{self.on}/actions", json=asked)

    def does(self, action: str, **given: Any) -> dict[str, Any]:
        """An action that must be done."""
        answer = self.asks(action, **given)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def may(self) -> list[str]:
        """What the ticket's page offers."""
        return [option["action"] for option in self.ticket()["actions"] if option["allowed"]]

    def close(self) -> None:
        self.client.close()
