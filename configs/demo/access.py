"""The demonstration's accounts, and its node's enrolment: the steps that a site would take."""

import re
import secrets
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from processes import Child

LINK = re.compile(r"http://\S+/setup#(\S+)")
# Who handles never verifies, so it takes two to bring a ticket to its end.
OTHERS = {
    "desk": ("operator", "accepts, dispatches, verifies, closes"),
    "crew": ("department", "takes and feeds back what was dispatched"),
    "walk": ("grid_worker", "looks and verifies in the street, at /phone"),
    "lead": ("supervisor", "supervises, evaluates, reads the audit"),
}


@dataclass(frozen=True)
class Login:
    """The account that was made. `session`: what its requests carry."""

    name: str
    password: str = field(repr=False)
    session: dict[str, str] = field(repr=False)


def first_administrator(url: str, central: Child) -> Login:
    """Use the set-up link that the centre printed. Raises SystemExit when it printed none."""
    password = "-".join(secrets.token_hex(3) for _ in range(3))
    wanted = {"token": _link(central), "login": "demo", "name": "Demonstration", "password": password}
    answer = httpx.post(f"{url}/api/setup", json=wanted, headers={"Origin": url}, timeout=20)
    if answer.status_code != 204:
        raise SystemExit(f"the first administrator could not be made: {answer.text}")
    return Login("demo", password, {"Cookie": answer.headers["set-cookie"].partition(";")[0]})


def others(url: str, first: Login) -> None:
    """One account for each part of the closed loop, with the same password. Raises SystemExit."""
    headers = {**first.session, "Origin": url}
    headers["X-Gewu-Forgery-Key"] = httpx.get(f"{url}/api/me", headers=headers, timeout=20).json()[
        "forgery_key"
    ]
    for name, (role, _) in OTHERS.items():
        wanted = {"login": name, "name": name.capitalize(), "role": role}
        made = httpx.post(f"{url}/api/users", json=wanted, headers=headers, timeout=20)
        if made.status_code == 201:
            link = {"token": made.json()["link"].partition("#")[2], "password": first.password}
            made = httpx.post(f"{url}/api/setup", json=link, headers={"Origin": url}, timeout=20)
        if made.is_error:
            raise SystemExit(f"the account {name} could not be made: {made.text}")


def _link(central: Child) -> str:
    for _ in range(100):
        for line in list(central.tail):
            if found := LINK.search(line):
                return found[1]
        time.sleep(0.1)
    raise SystemExit("the centre printed no set-up link; its lines above say why")


def enrol(node: str, url: str, central: Path, identity: Path) -> None:
    """Make the node one of the centre's. Raises SystemExit."""
    token = says("gewu-central", "enroll", str(central), node).splitlines()[-1]
    print(says("gewu-edge", "enroll", url, "-", "--out", str(identity), given=token).splitlines()[0])


def says(command: str, *words: str, given: str = "") -> str:
    """What one of our commands prints. Raises SystemExit with its complaint."""
    done = subprocess.run(
        [str(Path(sys.executable).with_name(command)), *words],
        input=given + "\n",
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise SystemExit(f"{command} {words[0]}: {done.stderr}")
    return done.stdout.strip()
