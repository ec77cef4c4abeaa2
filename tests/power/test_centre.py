"""The centre's database after a power cut at every step."""

import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select

from central.letters import Told
from central.store.database import Store, sqlite_url
from central.store.migrate import migrate
from central.store.schema import inbox, quarantine, receipts, situations, ticket_log, tickets
from central.store.taking import take
from tests.power.disk import cuts
from tests.power.recording import record
from tests.power.stories.centre import ROUNDS, items

STATE = (
    situations.c.subject,
    situations.c.newest_revision,
    tickets.c.id,
    tickets.c.state,
    tickets.c.cleared_at,
)


def lived(folder: Path, *words: str, every: int) -> int:
    """Record the story and check the cuts; how many there were."""
    (folder / "lived").mkdir()
    program = [sys.executable, "-m", "tests.power.stories.centre", str(folder / "lived"), *words]
    steps = record(program, folder / "lived", folder / "trace")
    assert sum(step.kind == "sync" for step in steps) > ROUNDS
    whole, number = finished(folder / "lived"), 0
    for left, said, where in cuts(steps, folder / "left", seeds=1, every=every, begin="schema"):
        number += 1
        check(left, said, where)
        assert finished(left) == whole, f"{where}: sending everything again gives other tickets"
    return number


def test_what_was_acknowledged_is_there_wherever_the_power_was_cut(tmp_path: Path) -> None:
    assert lived(tmp_path, every=40) > 20


def test_a_centre_that_acknowledges_too_early_is_found_out(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="acknowledged"):
        lived(tmp_path, "careless", every=40)


def opened(folder: Path) -> Store:
    """The database that the cut left, at the schema of today."""
    store = Store(sqlite_url(folder / "storage" / "central.db"))
    migrate(store)
    return store


def check(folder: Path, said: str, where: str) -> None:
    """Of each batch all or nothing is there, and all of an acknowledged one."""
    acknowledged = {int(line.split()[1]) for line in said.splitlines() if line.startswith("acknowledged")}
    store = opened(folder)
    with store.read() as connection:
        known = {row.id for row in connection.execute(select(inbox.c.id))}
        told = {row.event for row in connection.execute(select(ticket_log.c.event)) if row.event}
        owed = {row.event for row in connection.execute(select(receipts.c.event))}
        aside = connection.execute(select(func.count()).select_from(quarantine)).scalar_one()
    store.close()
    batches = [{item.event.id for item in items(n) if isinstance(item, Told)} for n in range(ROUNDS)]
    for number, ids in enumerate(batches):
        assert number not in acknowledged or ids <= known, f"{where}: batch {number} was acknowledged"
        assert ids <= known or not ids & known, f"{where}: batch {number} is there in part"
    assert known == told == owed, f"{where}: events, decisions and receipts do not go together"
    assert aside == sum(ids <= known for ids in batches), f"{where}: the quarantine"


def finished(folder: Path) -> list[tuple[object, ...]]:
    """Send everything again; what the tickets come to."""
    store = opened(folder)
    for number in range(ROUNDS):
        take(store, items(number))
    joined = situations.outerjoin(tickets, situations.c.ticket == tickets.c.number)
    with store.read() as connection:
        rows = connection.execute(select(*STATE).select_from(joined).order_by(situations.c.subject)).all()
    store.close()
    return [tuple(row) for row in rows]
