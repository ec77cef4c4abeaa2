"""Tickets to work on, and people of each role who do."""

import itertools
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Row, select

from central.casework.deeds import Given
from central.casework.facts import Facts
from central.casework.machine import Action, State, step
from central.casework.rights import Doer
from central.casework_settings import CaseworkSettings, profile_of
from central.people.asker import Asker
from central.people.roles import Role
from central.store.acting import Asked, Performed, perform
from central.store.database import Store, sqlite_url
from central.store.schema import ticket_log, tickets
from central.store.seating import Terms
from central.store.working import Work, facts_of
from central.terms import following
from tests.databases import at_rest, new_sqlite
from tests.unit.central.makers import at, event, letter, take_event

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=timezone.utc)
STANDARD = Work(profile_of(CaseworkSettings()))
ROLE_OF: dict[str, Role] = {
    "olga": "operator",
    "dai": "department",
    "dora": "department",
    "gao": "grid_worker",
    "sun": "supervisor",
    "vera": "viewer",
}
_requests = itertools.count()


def later(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def terms(work: Work) -> Terms:
    return Terms(follow=following(work))


def doer(who: str, **changes: Any) -> Doer:
    return replace(Doer(who, ROLE_OF[who]), **changes)


def asked(store: Store, who: str, action: Action, number: int = 1, **given: Any) -> Asked:
    """What somebody asks who has just looked at the ticket."""
    meta = {name: given.pop(name) for name in ("version", "request", "by") if name in given}
    said = {"department": "Sanitation"} if action == "dispatch" else {}
    if action in (
        "send_back",
        "rework",
        "reject",
        "withdraw",
        "reopen",
        "feed_back",
        "defer",
        "park",
        "extend",
    ):
        said["reason"] = "because"
    return Asked(
        number=number,
        action=action,
        given=Given(**(said | given)),
        version=meta.get("version", facts(store, number).version),
        request=meta.get("request", f"request-{next(_requests)}"),
        doer=meta.get("by", doer(who)),
        by=Asker(who, "session", "loopback"),
    )


def do(
    store: Store, who: str, action: Action, number: int = 1, *, moment: datetime = NOW, **given: Any
) -> Performed:
    return perform(store, STANDARD, asked(store, who, action, number, **given), moment)


LINE: list[tuple[str, Action]] = [
    ("olga", "accept"),
    ("olga", "dispatch"),
    ("dai", "take"),
    ("dai", "feed_back"),
    ("gao", "verify"),
    ("sun", "evaluate"),
]


def lead_to(store: Store, state: State, number: int = 1) -> None:
    """Along the main line."""
    for who, action in LINE:
        if facts(store, number).state == state:
            return
        do(store, who, action, number)
    assert facts(store, number).state == state


def facts(store: Store, number: int = 1) -> Facts:
    with store.read() as connection:
        return facts_of(connection.execute(select(tickets).where(tickets.c.number == number)).one())


def log(store: Store, number: int = 1) -> list[Row[Any]]:
    with store.read() as connection:
        mine = select(ticket_log).where(ticket_log.c.ticket == number).order_by(ticket_log.c.seq)
        return list(connection.execute(mine))


def report(store: Store, subject: str = "sit-1", **facts_: Any) -> None:
    """A ticket, or what joins one."""
    opened = event("opened", 0, subject=subject, **facts_)
    take_event(store, letter(opened.encode()), opened)


def clear(store: Store, subject: str = "sit-1", revision: int = 9, **facts_: Any) -> None:
    cleared = event("cleared", revision, subject=subject, **facts_)
    take_event(store, letter(cleared.encode()), cleared)


def again(store: Store, subject: str, minutes: float) -> None:
    """The same thing at the same place, seen anew so many minutes after nine."""
    moment = NOW + timedelta(minutes=minutes)
    seen = event("opened", 0, subject=subject, box=BOX, since=moment, last_seen=moment)
    seen = seen.model_copy(update={"time": moment, "recordedtime": moment})
    take_event(store, letter(seen.encode()), seen)


BOX = (0.1, 0.1, 0.3, 0.3)


def replayed(lines: list[Row[Any]]) -> State:
    """The state that the log leads to, by the table alone."""
    state: State = "reported"
    before: dict[State, State] = {}
    for line in lines:
        if line.action is None:
            continue
        origin = state
        found = step(state, line.action, before=before.get(state))
        state = found.state
        if line.action in ("defer", "park", "clear_itself"):
            before[state] = origin
        assert state == line.state, (line.action, line.state)
    return state


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database at the schema of this version, with one ticket, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "central.db"
    made = Store(sqlite_url(new_sqlite(path)))
    report(made, box=BOX, since=at(0))
    at_rest(made)
    return path


@pytest.fixture
def store(migrated: Path, tmp_path: Path) -> Iterator[Store]:
    """With one ticket, of a car that stands at the kerb."""
    copied = Store(sqlite_url(Path(shutil.copy(migrated, tmp_path / "copied.db"))))
    yield copied
    copied.close()


@pytest.fixture
def either(new_store: Callable[[], Store]) -> Store:
    """The same, on both databases."""
    made = new_store()
    report(made, box=BOX, since=at(0))
    return made
