"""How fast the centre commits what nodes send, and how soon a ticket can be read.

    python -m tests.bench.ingest [--store sqlite|postgresql] [--broker embedded|mosquitto] [--events N]

Real processes throughout: a broker, four nodes' connections that keep their windows full, `gewu-central`.
In the same run, for comparison: a bare subscriber of the same flood that only counts, and the very rows that
the centre wrote, inserted by the bare driver in batches with the same durability (SQLite with a full sync,
PostgreSQL with fsync). Then a node's real outbox and publisher commit events at an even pace, and each
ticket's age is taken when the API first shows it. The last line is one JSON object.
"""

import argparse
import json
import os
import sqlite3
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import httpx
import psycopg
from sqlalchemy import Table, func, make_url, select

from central.store.database import Store
from central.store.migrate import migrate
from central.store.schema import inbox, receipts, situations, ticket_log, tickets
from tests.bench.ingest_nodes import PACED
from tests.bench.ingest_parts import Part, broker, databases, enrolled
from tests.centre import Centre

ROWS = (inbox, tickets, situations, ticket_log, receipts)
A_BATCH = 256


def counted(url: str, events: int, *keys: str) -> float:
    """(a) Events a second that a bare subscriber counts."""
    subscriber, nodes = Part("count", url, str(events)), Part("flood", url, str(events), *keys)
    nodes.go()
    began = nodes.line()["began"]
    ended = subscriber.line()["ended"]
    for part in (nodes, subscriber):
        part.end()
    return float(events / (ended - began))


def committed(url: str, store: Store, events: int, *keys: str) -> float:
    """Events a second from the nodes' connections into the database, committed."""
    nodes = Part("flood", url, str(events), *keys)
    before = _committed(store)
    nodes.go()
    began, patience = nodes.line()["began"], time.monotonic() + 600
    while _committed(store) < before + events:
        if time.monotonic() > patience:
            raise RuntimeError(f"only {_committed(store) - before} of {events} events were committed")
        time.sleep(0.02)
    ended = time.time()
    nodes.end()
    return float(events / (ended - began))


def seconds_of(centre: Centre) -> float:
    """Processor time of the centre's process; it does not depend on what else runs here, or little."""
    assert centre.process is not None
    used = Path(f"/proc/{centre.process.pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return sum(map(int, used)) / os.sysconf("SC_CLK_TCK")


def _committed(store: Store) -> int:
    """Every event that is taken has one line in the log."""
    with store.read() as connection:
        return connection.execute(select(func.max(ticket_log.c.seq))).scalar_one() or 0


def inserted(store: Store, empty: Store) -> float:
    """(b) Events a second when the bare driver inserts the same rows in batches, as durably."""
    rows = {table: _as_stored(store, table) for table in ROWS}
    statements = {table: str(table.insert().compile(store.engine)) for table in ROWS}
    events = len(rows[inbox])
    with closing(_bare(empty)) as connection:
        began = time.perf_counter()
        for first in range(0, events, A_BATCH):
            cursor = connection.cursor()
            cursor.execute("BEGIN")
            for table, statement in statements.items():
                a, b = (round(n * len(rows[table]) / events) for n in (first, first + A_BATCH))
                if a < b:
                    cursor.executemany(statement, rows[table][a:b])
            cursor.execute("COMMIT")
        return events / (time.perf_counter() - began)


def _as_stored(store: Store, table: Table) -> list[Any]:
    """Every row in the order in which it came, as the driver takes it."""
    order = {inbox: inbox.c.received, tickets: tickets.c.number, ticket_log: ticket_log.c.seq}.get(table)
    question = select(table) if order is None else select(table).order_by(order)
    with store.read() as connection:
        rows = connection.exec_driver_sql(str(question.compile(store.engine))).mappings().all()
    if store.sqlite:
        return [tuple(row.values()) for row in rows]
    return [{name: _plain(value) for name, value in row.items()} for row in rows]


def _plain(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, dict) else value


def _bare(store: Store) -> Any:
    """The driver's own connection, with the store's durability."""
    url = store.engine.url
    if not store.sqlite:
        address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        server = psycopg.connect(address, autocommit=True)
        server.execute("SET session_replication_role = replica")  # no foreign keys, as below
        return server
    connection = sqlite3.connect(str(url.database), isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):  # the rows come table by table: no foreign keys
        connection.execute(f"PRAGMA {pragma}")
    return connection


def ages(url: str, centre: Centre, scratch: Path, a_second: float, seconds: float) -> list[float]:
    """Seconds from the edge's commit until the API shows the ticket, for each event."""
    events = round(a_second * seconds)
    node = Part("pace", url, str(events), str(a_second), str(scratch))
    seen: dict[str, float] = {}
    node.go()
    with centre.client() as api:
        patience = time.monotonic() + seconds + 60
        while len(seen) < events and time.monotonic() < patience:
            look(api, seen)
            time.sleep(0.03)
    lines = [node.line() for _ in range(events)]
    node.line()  # ended
    node.end()
    return sorted(seen.get(line["subject"], time.time()) - line["committed"] for line in lines)


def look(api: httpx.Client, seen: dict[str, float]) -> None:
    """Note when the API first shows each ticket of the pace, page by page until one that is known."""
    wanted: dict[str, Any] = {"limit": 20, "node": PACED.source}
    fresh = True
    while fresh:
        page = api.get("/api/tickets", params=wanted).raise_for_status().json()
        now = time.time()
        names = [ticket["situation"] for ticket in page["items"]]
        fresh = all(name.startswith("p-") and name not in seen for name in names) and bool(page["next"])
        seen.update((name, now) for name in names if name.startswith("p-") and name not in seen)
        wanted["cursor"] = page["next"]


def main() -> None:
    """Run it all and print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--store", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--broker", choices=("embedded", "mosquitto"), default="embedded")
    parser.add_argument("--events", type=int, default=20_000)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--signed", action="store_true", help="the nodes of the flood sign what they send")
    parser.add_argument("--pace", type=float, default=50.0, help="events a second while ages are taken")
    parser.add_argument("--seconds", type=float, default=20.0, help="how long ages are taken")
    asked = parser.parse_args()
    with ExitStack() as stack:
        print(json.dumps(measured(stack, asked)))


def measured(stack: ExitStack, asked: argparse.Namespace) -> dict[str, Any]:
    """One run."""
    scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gewu-ingest-")))
    urls = databases(stack, asked.store, scratch)
    url = stack.enter_context(broker(asked.broker, scratch))
    store, empty = (stack.enter_context(closing(Store(each))) for each in urls)
    for each in (store, empty):
        migrate(each)
    keys = [enrolled(store, scratch / "keys")] if asked.signed else []
    bare = counted(url, asked.events, *keys)
    print(f"a bare subscriber counts      {bare:8.0f} events/s")
    settings = {"database": {"url": urls[0]}, "ingest": {"workers": asked.workers}}
    centre = Centre(scratch / "centre", url, **settings)
    stack.callback(centre.kill)
    centre.start()
    before = seconds_of(centre)
    rate = committed(url, store, asked.events, *keys)
    cost = (seconds_of(centre) - before) / asked.events
    print(f"the centre commits            {rate:8.0f} events/s, {cost * 1e6:.0f} us of one core each")
    rows = inserted(store, empty)
    print(f"bare inserts of the same rows {rows:8.0f} events/s")
    old = ages(url, centre, scratch, asked.pace, asked.seconds)
    figures = {
        "events_per_s": round(rate, 1),
        "ratio_to_bare": round(rate / min(bare, rows), 3),
        "p50_s": round(share(old, 0.50), 4),
        "p99_s": round(share(old, 0.99), 4),
        "bare_subscriber_per_s": round(bare, 1),
        "bare_inserts_per_s": round(rows, 1),
        "centre_cpu_us": round(cost * 1e6, 1),
    }
    print(f"from edge commit to the API: p50 {figures['p50_s']} s, p99 {figures['p99_s']} s")
    return figures | {name: getattr(asked, name) for name in ("store", "broker", "workers", "signed")}


def share(ordered: Sequence[float], part: float) -> float:
    """The value below which this part of them lies."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


if __name__ == "__main__":
    main()
