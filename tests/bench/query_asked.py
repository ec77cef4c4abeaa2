"""What people and pages ask of a city's database, each with other values every time."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

from central.api import answers
from central.api.member_answers import member
from central.casework.machine import GROUPS
from central.correlation.tiles import View
from central.store import queries
from central.store.database import Store
from central.store.mapping import seen_in
from central.store.queries import Wanted, list_tickets
from central.store.recurring import list_spots
from central.store.searching import meant
from central.store.trail import trail_of
from tests.bench.query_fill import (
    CELLS,
    DEPARTMENTS,
    KINDS,
    NODES,
    PLACES,
    cell_code,
    node_name,
    words_of_place,
)
from tests.cities import EAST, NORTH, SOUTH, WEST

Ask = Callable[[], object]
CITY = View(WEST, SOUTH, EAST, NORTH)


class Questions:
    """Over a store of so many tickets. chance: draws the values."""

    def __init__(self, store: Store, number: int, seed: int = 7) -> None:
        self._store, self._number = store, number
        self._chance = random.Random(seed)  # noqa: S311

    def all(self) -> dict[str, Ask]:
        """Each by its name; each call asks one."""
        return {**self.lists(), **self.searches(), **self.maps(), **self.pages()}

    def lists(self) -> dict[str, Ask]:
        """One page of 50, as the API gives it."""
        pick, rare = self._chance.choice, {"level": "street"}
        kinds, departments = list(KINDS), list(DEPARTMENTS)
        made: dict[str, Callable[[], dict[str, Any]]] = {
            "newest": dict,
            "open": lambda: {"open": True},
            "closed": lambda: {"open": False},
            "open of a kind": lambda: {"open": True, "kind": pick(kinds)},
            "open of a department": lambda: {"open": True, "department": pick(departments)},
            "overdue": lambda: {"overdue": datetime.now(timezone.utc)},
            "a state": lambda: {"state": pick(("handling", "parked", "closed", "withdrawn", "self_cleared"))},
            "a group": lambda: {"states": GROUPS[pick(list(GROUPS))]},
            "a kind and a department": lambda: {"kind": pick(kinds), "department": pick(departments)},
            "a node": lambda: {"node": node_name(self._chance.randrange(NODES))},
            "a source": lambda: {"node": node_name(self._chance.randrange(NODES)), "source": "cam-3"},
            "a post": lambda: {"post": "police_patrol"},
            "at street level": lambda: rare,
            "supervised": lambda: {"supervised": True},
            "supervised and open": lambda: {"supervised": True, "open": True},
            "part of a storm": lambda: {"folded": True},
            "a storm's": lambda: {"parent": self._chance.randrange(1, self._number) // 40 * 40 + 37},
            "a spot's": lambda: {"spot": self._chance.randrange(1, min(20_000, self._number // 10))},
            "a cell": lambda: {"area": cell_code(self._chance.randrange(CELLS))},
            "a community": lambda: {"area": cell_code(self._chance.randrange(CELLS))[:12]},
            "a street": lambda: {"area": cell_code(self._chance.randrange(CELLS))[:9]},
            "the district": lambda: {"area": "131002"},
            "open in a street": lambda: {"area": cell_code(self._chance.randrange(CELLS))[:9], "open": True},
        }
        found = {f"list {name}": self._list(wanted) for name, wanted in made.items()}
        deep = {name: made[name] for name in ("newest", "closed", "a kind and a department", "a street")}
        return found | {f"deep page, {name}": self._list(wanted, deep=True) for name, wanted in deep.items()}

    def searches(self) -> dict[str, Ask]:
        """By a few words, as `q` does it."""
        words: dict[str, Callable[[], str]] = {
            "a number": lambda: f"T-{self._chance.randrange(1, self._number):06d}",
            "a cell": lambda: cell_code(self._chance.randrange(CELLS)),
            "a department": lambda: self._chance.choice(list(DEPARTMENTS)),
            "a place": lambda: words_of_place(self._chance.randrange(PLACES)),
            "a road": lambda: words_of_place(self._chance.randrange(8))[:3],
            "a word that is nowhere": lambda: "没有这个地方",
        }
        return {f"search {name}": self._search(asked) for name, asked in words.items()}

    def maps(self) -> dict[str, Ask]:
        """A city's, a community's and a crossing's view; open ones, and all of a week."""
        week = timedelta(days=7)

        def seen(degrees: float | None, since: timedelta | None, **more: Any) -> Ask:
            def ask() -> object:
                after = datetime.now(timezone.utc) - since if since is not None else None
                return seen_in(self._store, self._view(degrees), most=1000, since=after, **more)

            return ask

        return {
            "map city, open": seen(None, None),
            "map city, open of a kind": seen(None, None, kind="bin_full"),
            "map community, open": seen(0.03, None),
            "map crossing, open": seen(0.003, None),
            "map city, a week": seen(None, week),
            "map community, a week": seen(0.03, week),
        }

    def pages(self) -> dict[str, Ask]:
        """A ticket's page and its parts, the summary, hot spots, what the stream asks."""
        return {
            "ticket page": lambda: self._page(self._any()),
            "trail": lambda: trail_of(self._store, self._any(), limit=100),
            "summary": lambda: queries.counts(self._store),
            "spots": lambda: list_spots(self._store),
            "spots of a kind": lambda: list_spots(self._store, kind="bin_full"),
            "stream": lambda: queries.changes_after(self._store, queries.newest_change(self._store) - 100),
            "sources": lambda: queries.known_nodes(self._store),
        }

    def _any(self) -> int:
        """Half of what people look at is of this month."""
        oldest = self._number - self._number // 24 if self._chance.random() < 0.5 else 1
        return self._chance.randrange(oldest, self._number + 1)

    def _list(self, wanted: Callable[[], dict[str, Any]], *, deep: bool = False) -> Ask:
        def ask() -> object:
            before = self._chance.randrange(self._number // 20, self._number) if deep else None
            page = list_tickets(self._store, Wanted(**wanted()), limit=50, before=before)
            return [answers.ticket(row) for row in page.tickets]

        return ask

    def _search(self, words: Callable[[], str]) -> Ask:
        def ask() -> object:
            wanted = Wanted(**meant(self._store, words()))
            return [answers.ticket(row) for row in list_tickets(self._store, wanted, limit=50).tickets]

        return ask

    def _view(self, degrees: float | None) -> View:
        if degrees is None:
            return CITY
        west, south = self._chance.uniform(WEST, EAST - degrees), self._chance.uniform(SOUTH, NORTH - degrees)
        return View(west, south, west + degrees, south + degrees)

    def _page(self, number: int) -> object:
        row = queries.find_ticket(self._store, f"T-{number:06d}")
        assert row is not None
        members = [member(each) for each in queries.members_of(self._store, number, most=200)]
        events = [answers.event(each) for each in queries.events_of(self._store, number)]
        return answers.ticket_fields(row), members, queries.log_of(self._store, number), events
