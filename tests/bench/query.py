"""How long a city's questions take, and how that grows.

    python -m tests.bench.query [--tickets 2000000] [--events 20000000] [--store postgresql|sqlite]
        [--plans FILE] [--rounds N] [--no-http]

A tenth of the rows first, then all of them (of SQLite a tenth of that), each in a database of its own,
written in bulk and analysed. Every question is asked through the functions that the API uses, warm, with
other values each time, and the main ones over HTTP of a real centre. From both sizes follows how it grows,
and with that how long it would take with 190 million events; what does not grow is told as it is. `--plans`:
where to write how the database finds each answer. The last line is one JSON object.
"""

import argparse
import json
import math
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event

from broker.embedded import EmbeddedBroker
from central.store.database import Store, sqlite_url
from central.store.migrate import migrate
from tests.bench.ingest import share
from tests.bench.query_asked import Questions
from tests.bench.query_fill import cell_code, fill
from tests.centre import Centre
from tests.ports import HOST, free_port
from tests.postgres import Postgres, _folder_of_programs

GOAL_S, RECORDS = 0.1, 190_000_000
ROUND_S = 6.0  # at most so long for one question
# What a server with room for it is given; docs/scale.md says the same.
OPTIONS = {
    "shared_buffers": "2GB",
    "effective_cache_size": "8GB",
    "random_page_cost": "1.1",
    "work_mem": "16MB",
    "max_wal_size": "8GB",
    "wal_level": "minimal",  # these two: nothing is copied elsewhere while it is filled
    "max_wal_senders": "0",
}
HTTP = {
    "list newest": "/api/tickets",
    "list open of a kind": "/api/tickets?open=true&kind=illegal_parking",
    "deep page": "/api/tickets?cursor=before-{half}",
    "map city, open": "/api/map?bbox=116.6,39.45,116.85,39.6",
    "map crossing, open": "/api/map?bbox=116.7,39.5,116.703,39.503",
    "search a cell": "/api/tickets?q={cell}",
    "ticket page": "/api/tickets/T-{half:06d}",
    "trail": "/api/tickets/T-{half:06d}/trail",
    "summary": "/api/summary",
    "spots": "/api/spots",
}


class _Server(Postgres):
    def start(self) -> None:
        """Start with the memory of a server of its own."""
        told = " ".join(f"-c {name}={value}" for name, value in OPTIONS.items())
        options = f"-p {self.port} -k {self.folder} -c listen_addresses={HOST} -c fsync=off {told}"
        self._control("-l", str(self.folder / "log"), "-o", options, "start")


@contextmanager
def databases(kind: str, scratch: Path) -> Iterator[Callable[[str], str]]:
    """Gives the URL of an empty database for a name."""
    if kind == "sqlite":
        yield lambda name: sqlite_url(scratch / f"{name}.db")
        return
    programs = _folder_of_programs()
    if programs is None:
        raise SystemExit("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    scratch.chmod(0o755)
    folder = scratch / "pg"
    folder.mkdir()
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    server = _Server(programs, folder, free_port())
    server.make()
    server.start()
    try:
        yield lambda _name: server.new_database()
    finally:
        server.stop()


def timed(ask: Callable[[], object], rounds: int) -> dict[str, float]:
    """p50 and p95 in milliseconds, after a tenth of the rounds has warmed it up."""
    for _ in range(max(2, rounds // 10)):
        ask()
    took: list[float] = []
    ends = time.perf_counter() + ROUND_S
    while len(took) < rounds and (len(took) < 5 or time.perf_counter() < ends):
        began = time.perf_counter()
        ask()
        took.append(time.perf_counter() - began)
    took.sort()
    return {"p50_ms": round(share(took, 0.5) * 1e3, 2), "p95_ms": round(share(took, 0.95) * 1e3, 2)}


def measured(url: str, number: int, events: int, rounds: int) -> dict[str, dict[str, float]]:
    """Fill a database and ask everything."""
    with closing(Store(url)) as store:
        migrate(store)
        fill(store, number, events)
        found = {}
        for name, ask in Questions(store, number).all().items():
            found[name] = timed(ask, rounds)
            print(f"{number:>9}  {name:32} {found[name]}", file=sys.stderr, flush=True)
        return found


def plans(url: str, number: int, into: Path) -> None:
    """Write how the database finds each answer, with what it took, once warm."""
    with closing(Store(url)) as store, into.open("w") as file:
        how = "EXPLAIN QUERY PLAN " if store.sqlite else "EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, SUMMARY OFF) "
        for name, ask in Questions(store, number).all().items():
            ask()
            file.write(f"\n## {name}\n")
            for statement, values in statements(store, ask):
                with store.read() as connection:
                    rows = connection.exec_driver_sql(how + statement, values).all()
                file.write(f"\n{' '.join(statement.split())[:400]}\n")
                file.writelines(f"    {row[-1]}\n" for row in rows)


def statements(store: Store, ask: Callable[[], object]) -> list[tuple[str, Any]]:
    """What one question says to the database."""
    said: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if statement.startswith("SELECT"):
            said.append((statement, values))

    event.listen(store.engine, "before_cursor_execute", note)
    try:
        ask()
    finally:
        event.remove(store.engine, "before_cursor_execute", note)
    return said


def over_http(url: str, number: int, scratch: Path, rounds: int) -> dict[str, dict[str, float]]:
    """The main questions, asked of a centre."""
    with EmbeddedBroker(HOST, free_port()) as broker:
        centre = Centre(scratch / "centre", broker.url, database={"url": url})
        centre.start()
        try:
            with centre.client() as client:

                def ask(path: str) -> Callable[[], object]:
                    return lambda: client.get(path).raise_for_status()

                paths = {
                    name: path.format(half=number // 2, cell=cell_code(30)) for name, path in HTTP.items()
                }
                return {name: timed(ask(path), rounds) for name, path in paths.items()}
        finally:
            centre.kill()


def growth(small: float, large: float) -> float:
    """The power of the size by which a time grows, seen over a factor of ten; never less than 0."""
    return max(0.0, math.log10(max(large, 0.01) / max(small, 0.01)))


def compared(
    small: dict[str, dict[str, float]], large: dict[str, dict[str, float]], times: float
) -> dict[str, dict[str, float]]:
    """Both sizes beside each other. times: how many times as much the projection has."""
    found = {}
    for name, now in large.items():
        power = growth(small[name]["p50_ms"], now["p50_ms"])  # a tail is noise on a busy machine
        found[name] = {
            **now,
            "tenth_p95_ms": small[name]["p95_ms"],
            "growth": round(power, 2),
            "projected_p95_ms": round(now["p95_ms"] * times**power, 1),
        }
    return found


def main(arguments: list[str] | None = None) -> None:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--tickets", type=int, default=2_000_000)
    parser.add_argument("--events", type=int, default=20_000_000)
    parser.add_argument("--store", choices=("postgresql", "sqlite"), default="postgresql")
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--plans", type=Path, help="file for the plans")
    parser.add_argument("--http", action=argparse.BooleanOptionalAction, default=True)
    asked = parser.parse_args(arguments)
    if asked.store == "sqlite":
        asked.tickets, asked.events = asked.tickets // 10, asked.events // 10
    with ExitStack() as stack:
        print(json.dumps(run(stack, asked)))


def run(stack: ExitStack, asked: argparse.Namespace) -> dict[str, Any]:
    """Both sizes, the plans, and HTTP."""
    scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gewu-query-")))
    make = stack.enter_context(databases(asked.store, scratch))
    small = measured(make("tenth"), asked.tickets // 10, asked.events // 10, asked.rounds)
    url = make("whole")
    large = measured(url, asked.tickets, asked.events, asked.rounds)
    if asked.plans:
        plans(url, asked.tickets, asked.plans)
    web = over_http(url, asked.tickets, scratch, asked.rounds) if asked.http else {}
    found = compared(small, large, RECORDS / asked.events)
    slow = [name for each in (found, web) for name, now in each.items() if now["p95_ms"] > GOAL_S * 1e3]
    worst = max((*found.values(), *web.values()), key=lambda now: now["p95_ms"])["p95_ms"]
    return {
        "store": asked.store, "tickets": asked.tickets, "events": asked.events, "p95_ms": worst,
        "ratio_to_goal": round(worst / (GOAL_S * 1e3), 3), "slow": slow, "questions": found, "http": web,
    }  # fmt: skip


if __name__ == "__main__":
    main()
