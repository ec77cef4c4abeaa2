"""A city's years of tickets and events, written in bulk: COPY on PostgreSQL, executemany on SQLite.

Kinds, cells, departments, states and places are spread as they are in a city: few have many, many have few. A
ticket in 70 is open, mostly the newest; the others were closed in the ways in which tickets are closed.
"""

import hashlib
import random
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timezone
from typing import Any

from sqlalchemy import Table, text

from central.correlation.sightings import Spot
from central.correlation.tiles import tile_of
from central.store.database import Store
from central.store.follow_tables import spots
from central.store.identity_tables import evidence_uploads
from central.store.schema import (
    evidence,
    evidence_links,
    inbox,
    nodes,
    receipts,
    situations,
    ticket_log,
    tickets,
)
from central.store.tally_tables import place_words
from tests.bench.ingest_nodes import incident
from tests.bench.query_rows import Loader
from tests.cities import EAST, NORTH, SOUTH, WEST

YEARS_S = 2 * 365 * 86_400.0
NODES, PLACES, SPOTS, CELLS, PORTION = 500, 3000, 20_000, 4756, 2000
KINDS = {"illegal_parking": 40, "exposed_garbage": 20, "shop_overflow": 12, "non_motor_parking": 9,
         "bin_full": 7,
         "disorderly_piling": 5, "fire_lane_occupied": 3, "unlicensed_stall": 3,
         "accumulated_debris": 1}  # fmt: skip
DEPARTMENTS = {"traffic_police": 40, "sanitation": 28, "south_street": 10, "north_street": 9,
               "city_management": 8,
               "fire_safety": 3, "orchard_property": 1.5, "power": 0.5}  # fmt: skip
DONE = {"evaluated": 55, "closed": 18, "self_cleared": 18, "false_alarm": 4, "merged": 3, "withdrawn": 2}
STANDS = {"handling": 50, "dispatched": 25, "fed_back": 14, "reported": 6, "parked": 3, "deferred": 2}
OPEN_SHARE = 1 / 70
ACTS = ("accept", "dispatch", "take", "feed_back", "verify", "close")
REASON = '{"code":"dwell_reached","text":"stood for 92 s; 90 s are allowed","values":{"stood_s":92.0}}'


def node_name(number: int) -> str:
    """As it is written in every row."""
    return f"gewu://131002/cam-{number:03d}"


def cell_code(number: int) -> str:
    """Cells in 20 streets of 20 communities."""
    community, cell = number % 400, number // 400
    return f"131002{community // 20 + 1:03d}{community % 20 + 1:03d}{cell + 1:03d}"


def words_of_place(number: int) -> str:
    """A few words for it."""
    roads = ("新华路", "银河路", "和平路", "光明道", "Xinhua Road", "Yinhe Road", "爱民道", "广阳道")
    return f"{roads[number % 8]} {number // 8 + 1} 号{'东西南北'[number % 4]}侧人行道"


class City:
    """Makes rows, the same for the same seed. until: the end of the two years, in seconds since 1970.

    open_share: of all; cells: their codes, where there is a grid.
    """

    def __init__(
        self,
        number: int,
        events: int,
        until: float,
        seed: int = 1,
        *,
        open_share: float = OPEN_SHARE,
        cells: Sequence[str] = (),
    ) -> None:
        self.number, self.events = number, events
        self._open_share, self._codes = open_share, cells or [cell_code(n) for n in range(CELLS)]
        self._until = until
        self._chance = random.Random(seed)  # noqa: S311
        self._cells = [1 / (1 + n) ** 0.6 for n in range(len(self._codes))]
        self._places = [1 / (1 + n) ** 0.8 for n in range(PLACES)]
        self._of = {
            "cell": self._many(range(len(self._codes)), self._cells),
            "place": self._many(range(PLACES), self._places),
        }
        self._of |= {"kind": self._many(list(KINDS), list(KINDS.values()))}
        self._of |= {"department": self._many(list(DEPARTMENTS), list(DEPARTMENTS.values()))}
        self._of |= {"done": self._many(list(DONE), list(DONE.values()))}
        self._of |= {"stands": self._many(list(STANDS), list(STANDS.values()))}
        facts = incident(0, 7, 1, "open", until)
        self._facts = facts.encode().decode()
        lean = facts.model_copy(
            update={"evidence": [], "objects": [], "footprint": None, "reasons": facts.reasons[:1]}
        )
        self._event = '{"data":' + lean.encode().decode() + "}"

    def _many(self, what: Any, weights: list[float]) -> list[Any]:
        """Drawn beforehand, for drawing one at a time is slow."""
        return self._chance.choices(list(what), weights, k=1 << 16)

    def _one(self, what: str) -> Any:
        return self._of[what][self._chance.getrandbits(16)]

    def fixed(self) -> dict[Table, list[tuple[Any, ...]]]:
        """What does not grow with the number of tickets."""
        at = _instant(self._until)
        hot = []
        for n in range(min(SPOTS, self.number // 10 + 1)):
            x, y = self._chance.uniform(WEST, EAST), self._chance.uniform(SOUTH, NORTH)
            hot.append((n + 1, self._one("kind"), x, y, tile_of(Spot(x, y, 1.0)), at, at))
        return {
            place_words: [(n + 1, words_of_place(n)) for n in range(PLACES)],
            nodes: [(node_name(n), at) for n in range(NODES)],
            spots: hot,
        }

    def portion(self, first: int) -> dict[Table, list[tuple[Any, ...]]]:
        """The rows of some tickets, in the order of `COLUMNS`."""
        found: dict[Table, list[tuple[Any, ...]]] = {table: [] for table in COLUMNS}
        for number in range(first, min(first + PORTION, self.number + 1)):
            self._ticket(number, found)
        return found

    def _ticket(self, number: int, rows: dict[Table, list[tuple[Any, ...]]]) -> None:
        chance = self._chance
        node, name = node_name(chance.randrange(NODES)), f"s-{number}"
        at = self._until - YEARS_S * (1 - number / self.number) - chance.random() * 600
        stands = chance.random() < self._open_share * (20 if number > self.number * 0.965 else 0.3)
        kind, x, y = self._one("kind"), chance.uniform(WEST, EAST), chance.uniform(SOUTH, NORTH)
        tile, place = tile_of(Spot(x, y, 1.0)), self._one("place") + 1
        many = 1 + (chance.random() < 0.15) + (chance.random() < 0.03)
        state = self._one("stands" if stands else "done")
        source = f"cam-{number % 16}"
        gone = None if stands else _instant(at + 7200)
        code = self._codes[self._one("cell")]
        department = self._one("department") if state not in ("reported", "self_cleared") else None
        spot = chance.randrange(1, min(SPOTS, self.number // 10 + 1) + 1) if chance.random() < 0.05 else None
        stamp = _instant(at)
        due = _instant(at + chance.uniform(0.1, 9) * 86_400) if stands else None
        rows[tickets].append((
            number, f"t-{number:024x}", f"{node}#{name}", state, "present" if stands else "clear", kind,
            "normal" if number % 9 else "high", node, name, source, node, name, stamp, gone, stamp, many,
            x, y, 2.5,
            code, code[:12], tile, None if number % 40 else max(1, number - 3), spot, place, department,
            "police_patrol" if department == "traffic_police" and number % 3 == 0 else None,
            "grid" if number % 50 else "street", due, stamp, stamp, stamp, gone,
            "1" if number % 400 == 0 else "0",
        ))  # fmt: skip
        lines = [(node, name if n == 0 else f"{name}-{n}") for n in range(many)]
        told = max(many, round(self.events / self.number * chance.choice((0.3, 0.5, 0.8, 1, 1, 1.5, 1.9))))
        for n, key in enumerate(lines):
            box = (x, y, 2.5, tile, 0.1, 0.1, 0.2, 0.2)
            ends = 1e12 if stands else at + 7200
            rows[situations].append((
                *key, number, told, 1, f"{number}-n", stamp, 0, 1, f"{number}-o", stamp, self._facts, kind,
                kind,
                f"{node} {source}", "camera", at, at, ends, *box, "kerb", place,
            ))  # fmt: skip
            for role in ("scene", "detail"):
                picture = hashlib.sha256(f"{number} {n} {role}".encode()).hexdigest()
                rows[evidence_links].append((*key, picture, role, 184_320, "image/jpeg", stamp))
                rows[evidence].append((picture, 184_320, "image/jpeg", stamp))
                rows[evidence_uploads].append((picture, node, stamp))
        self._events(number, lines, told, at, rows)
        if department is not None:
            acts = ACTS if not stands else ACTS[:3]
            for step, action in enumerate(acts):
                acted = _instant(at + 60 + step)
                rows[ticket_log].append((number, "acted", REASON, state, node, name, None, acted, action))

    def _events(
        self,
        number: int,
        lines: list[tuple[str, str]],
        told: int,
        at: float,
        rows: dict[Table, list[tuple[Any, ...]]],
    ) -> None:
        for n in range(told):
            node, name = lines[n % len(lines)]
            when, event = _instant(at + n * 30), f"{number:x}-{n}-5f0a-4c1b"
            phase = "opened" if n < len(lines) else "updated"
            rows[inbox].append((
                node, event, f"{number:064x}", f"gewu.incident.{phase}.v1", name, "20260301T063000Z-7f3a",
                number * 50 + n, when, when, when, self._event,
            ))  # fmt: skip
            rows[ticket_log].append((number, phase, REASON, "reported", node, name, event, when, None))
            rows[receipts].append((node, event, f"{number:064x}", "committed", f"T-{number:06d}", "1"))


COLUMNS: dict[Table, tuple[str, ...]] = {
    tickets: (
        "number", "id", "open_key", "state", "scene", "kind", "severity", "node", "subject", "source",
        "lead_node",
        "lead_subject", "opened_at", "cleared_at", "created", "situations", "longitude", "latitude",
        "accuracy_m",
        "cell", "community", "tile", "parent", "spot", "place", "department", "post", "level", "due_at",
        "entered_at", "accepted_at", "dispatched_at", "closed_at", "supervised",
    ),
    situations: (
        "source", "subject", "ticket", "newest_revision", "newest_rank", "newest_id", "newest_at",
        "opened_revision", "opened_rank", "opened_id", "opened_at", "incident", "family", "kind", "eye",
        "origin",
        "at_s", "since_s", "ends_s", "longitude", "latitude", "accuracy_m", "tile", "box_x1", "box_y1",
        "box_x2",
        "box_y2", "zone", "place",
    ),
    inbox: (
        "source", "id", "sha256", "type", "subject", "epoch", "sequence", "time", "recorded", "received",
        "body",
    ),
    ticket_log: ("ticket", "effect", "reason", "state", "source", "subject", "event", "at", "action"),
    receipts: ("node", "event", "sha256", "status", "ticket", "sent"),
    evidence_links: ("source", "subject", "sha256", "role", "size", "media_type", "taken"),
    evidence: ("sha256", "size", "media_type", "received"),
    evidence_uploads: ("sha256", "node", "at"),
}  # fmt: skip
FIXED: dict[Table, tuple[str, ...]] = {
    place_words: ("number", "words"),
    nodes: ("node", "event_received"),
    spots: ("number", "kind", "longitude", "latitude", "tile", "since", "last"),
}


def _instant(seconds: float) -> str:
    """As both databases read it."""
    at = datetime.fromtimestamp(seconds, timezone.utc).replace(tzinfo=None)
    return at.isoformat(" ", "microseconds")


def fill(store: Store, number: int, events: int, *, until: float | None = None, **city_is: Any) -> None:
    """So many tickets and about so many events into an empty database, analysed."""
    began = time.monotonic()
    city = City(number, events, time.time() if until is None else until, **city_is)
    with Loader(store) as loader:
        for table, rows in city.fixed().items():
            loader.write(table, FIXED[table], rows)
        for first, portion in _portions(city):
            for table, rows in portion.items():
                loader.write(table, COLUMNS[table], rows)
            if first % (PORTION * 50) == 1:
                print(
                    f"{first - 1:>10} tickets  {time.monotonic() - began:6.0f} s", file=sys.stderr, flush=True
                )
    with store.write() as connection:
        connection.execute(text("DELETE FROM tallies"))
        connection.execute(
            text("INSERT INTO tallies SELECT 'ticket ' || state, count(*) FROM tickets GROUP BY state")
        )
        for table in ("inbox", "evidence", "quarantine"):
            counted = f"SELECT '{table}', count(*) FROM {table}"  # noqa: S608
            connection.execute(text(f"INSERT INTO tallies {counted}"))
    print(f"filled and analysed in {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)


def _portions(city: City) -> Iterator[tuple[int, dict[Table, list[tuple[Any, ...]]]]]:
    for first in range(1, city.number + 1, PORTION):
        yield first, city.portion(first)
