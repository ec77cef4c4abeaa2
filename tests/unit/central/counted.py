"""Cases to count: made up at random, and a store that has them."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

from central.casework.machine import STATES
from central.correlation.sightings import Origin
from central.indicators.cases import Case
from central.store.casing import keep
from central.store.database import Store

OCTOBER = datetime(2026, 9, 30, 16, 0, tzinfo=timezone.utc)  # the first of October in Shanghai
SHANGHAI = ZoneInfo("Asia/Shanghai")
ORIGINS = Origin.__args__  # type: ignore[attr-defined]


def case(ticket: int = 1, **changes: Any) -> Case:
    """One that was found, due, dispatched, handled and closed on the second of October."""
    day = OCTOBER + timedelta(days=1)
    usual: dict[str, Any] = {
        "kind": "exposed_garbage",
        "origin": "camera",
        "severity": "normal",
        "state": "closed",
        "level": "grid",
        "district": "131002",
        "opened_at": day,
        "department": "sanitation",
        "cell": "131002001001001",
        "community": "131002001001",
        "owed_at": day + timedelta(hours=4),
        "dispatched_at": day + timedelta(minutes=5),
        "handled_at": day + timedelta(hours=2),
        "closed_at": day + timedelta(hours=3),
        "in_time": True,
        "worked_s": 3600,
        "passed_s": 6900,
    }
    return Case(ticket=ticket, **(usual | changes))


def many(seed: int, number: int) -> list[Case]:
    """Of every state and origin, around the edges of October, and their dispatches."""
    chance = random.Random(seed)  # noqa: S311 - tests must repeat

    def moment() -> datetime | None:
        if chance.random() < 0.2:
            return None
        if chance.random() < 0.2:  # on an edge itself
            return OCTOBER + timedelta(days=chance.choice([0, 31]))
        return OCTOBER + timedelta(seconds=chance.randint(-5 * 86_400, 36 * 86_400))

    tickets = [
        case(
            n,
            kind=chance.choice(["exposed_garbage", "illegal_parking", "bin_full"]),
            origin=chance.choice(ORIGINS),
            state=chance.choice(STATES),
            opened_at=moment() or OCTOBER,
            department=chance.choice([None, "sanitation", "parks"]),
            cell=(cell := chance.choice([None, "131002001001001", "131002001002001", "131002002001001"])),
            community=(place := cell[:12] if cell else chance.choice([None, "131002001001"])),
            district=place[:6] if place else chance.choice(["131002", "131003"]),
            zone=chance.choice([None, "gewu://131002/yard-7 cam-1 kerb", "gewu://131002/yard-7 cam-2 door"]),
            owed_at=moment(),
            dispatched_at=moment(),
            handled_at=moment(),
            closed_at=moment(),
            in_time=chance.choice([None, True, False]),
            worked_s=chance.randint(0, 10**6),
            passed_s=chance.randint(0, 10**7),
            recurs=chance.randint(1, 3),
            returns=chance.randint(0, 2),
            reworks=chance.randint(0, 2),
            extensions=chance.randint(0, 2),
        )
        for n in range(1, number + 1)
    ]
    return [each for ticket in tickets for each in (ticket, *_dispatches(ticket, chance, moment))]


def _dispatches(ticket: Case, chance: random.Random, moment: Callable[[], datetime | None]) -> Iterator[Case]:
    for n in range(1, ticket.ticket % 3 + 1):
        sent = replace(ticket, dispatch=n, dispatched_at=moment() or OCTOBER, owed_at=None, handled_at=None)
        yield replace(
            sent,
            department=chance.choice(["sanitation", "parks"]),
            accurate=chance.choice([True, False]),
        )


def put(store: Store, cases: Sequence[Case]) -> None:
    """Have them counted."""
    with store.write() as connection:
        keep(connection, cases, SHANGHAI)
