"""How soon the console's map can be used, and how soon it shows what happened.

    python -m tests.bench.console [--tickets 20000] [--cells 5000] [--rounds 5] [--no-backtest]

A real centre with so many open tickets and cells, and real Chromium that draws without a GPU.
`interactive_s`: from the start of the navigation until the map has drawn every cluster and all cells in view,
the list has scrolled to its middle and a key was answered; the median of the rounds, each of a browser that
knows nothing. `live_update_s`: from the moment at which the centre made a ticket until its row and its sign
on the map are there; the worst of the rounds. `bundle_kb`: what a first visit loads of each entry and page,
packed. `backtest_ratio`: of tests.bench.trial, where that is. The machine's load is told, for whatever else
runs slows all of it. The last line is one JSON object.
"""

import argparse
import importlib.util
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from broker.embedded import EmbeddedBroker
from broker.events import IncidentOpened, Location, Point
from broker.fields import utc
from central.people.asker import COMMAND_LINE
from central.store.database import Store, sqlite_url
from central.store.grids import import_cut
from central.store.migrate import migrate
from tests.bench.console_bundles import bundles
from tests.bench.ingest_nodes import address, incident
from tests.bench.query_fill import fill
from tests.centre import Centre, Wire, until
from tests.chromium import MISSING, installed
from tests.cities import city
from tests.ports import HOST, free_port

GOAL_S, LIVE_GOAL_S = 2.0, 1.0
# Chromium draws with the processor; without these flags it has no WebGL where there is no GPU.
DRAWS = ("--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist")
FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", *DRAWS]
NEAR = (116.59, 39.44)  # beside all others, so that nothing that was found before is the same thing
# Runs in the page from its first moment on; tells when all that is asked of it has happened.
WATCH = """
window.usable = new Promise((done) => {
  const list = () => document.querySelector('li[data-number]').closest('[role=region]');
  const drawn = () => Number(document.querySelector('[data-idle]')?.dataset.idle ?? 0) >= %d;
  const shown = () => [...document.querySelectorAll('li[data-number]')];
  const rows = () => shown().map((row) => row.dataset.number).join();
  const when = async (is) => { while (!is()) await new Promise((next) => setTimeout(next, 4)); };
  const use = async () => {
    await when(() => drawn() && rows());
    const [at, before] = [Math.round(performance.now()), rows()];
    list().scrollTop = list().scrollHeight / 2;
    await when(() => rows() !== before);
    dispatchEvent(new KeyboardEvent('keydown', { key: 'j', bubbles: true }));
    await when(() => document.querySelector('li[aria-current]'));
    await new Promise((next) => requestAnimationFrame(() => setTimeout(next)));
    done({ drawn_s: at / 1000, interactive_s: performance.now() / 1000 });
  };
  document.addEventListener('DOMContentLoaded', () => void use());
});
"""
# When a ticket's row is there, and when the map has drawn one more; milliseconds since 1970.
SHOWN = """([name, many]) => new Promise((done) => {
  const found = {};
  const look = () => {
    if (document.querySelector(`li[data-number="${name}"]`)) found.row ??= Date.now();
    if (Number(document.querySelector('[data-idle]').dataset.idle) === many) found.marker ??= Date.now();
    if (found.row && found.marker) done(found); else setTimeout(look, 4);
  };
  look();
})"""


def seeded(folder: Path, tickets: int, cells: int) -> str:
    """The URL of a database with so many open tickets in so many cells."""
    url = sqlite_url(folder / "city.db")
    areas = city(cells, streets=20, communities=20)
    codes = [area.code for area in areas if len(area.code) == 15]
    with closing(Store(url)) as store:
        migrate(store)
        fill(store, tickets, tickets, open_share=1e9, cells=codes)
        began, now = datetime(2020, 1, 1, tzinfo=timezone.utc), datetime.now(timezone.utc)
        import_cut(
            store, areas, valid_from=began, imported=now, by=COMMAND_LINE, title="bench", sha256="0" * 64
        )
    return url


@contextmanager
def centre_of(folder: Path, url: str) -> Iterator[tuple[Centre, EmbeddedBroker]]:
    """A running centre over a database."""
    with EmbeddedBroker(HOST, free_port()) as broker:
        centre = Centre(folder / "centre", broker.url, database={"url": url})
        centre.start()
        try:
            yield centre, broker
        finally:
            centre.kill()


def visit(chromium: Browser, centre: Centre, tickets: int) -> tuple[Page, dict[str, float]]:
    """A page of a browser that knows nothing, once it can be used, and when that was."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    name, value = centre.cookie
    context.add_cookies([{"name": name, "value": value, "url": centre.url}])
    page = context.new_page()
    page.add_init_script(WATCH % tickets)
    page.goto(f"{centre.url}/map", wait_until="commit")
    told: dict[str, float] = page.evaluate("window.usable")
    return page, told


def opened(number: int) -> IncidentOpened:
    """Something new, at a place of its own."""
    at = time.time()
    place = Point(type="Point", coordinates=(NEAR[0] - 0.001 * number, NEAR[1]))
    facts = incident(0, number, 0, "open", at)
    location = Location(geometry=place, accuracy_m=2.5, method="calibrated")
    return IncidentOpened(
        id=str(uuid.uuid4()),
        source=address(0).source,
        subject=f"live-{number}",
        time=utc(at),
        recordedtime=utc(at),
        epoch="20260301T063000Z-7f3a",
        sequence=f"{number:012d}",
        data=facts.model_copy(update={"location": location}),
    )


def live(page: Page, centre: Centre, wire: Wire, tickets: int, rounds: int) -> list[dict[str, float]]:
    """How long after it was made each new ticket is shown, in seconds."""
    page.locator("[data-line=live]").wait_for()
    page.get_by_role("region", name="List of tickets").evaluate("(list) => list.scrollTo(0, 0)")
    took = []
    for n in range(1, rounds + 1):
        name = f"T-{tickets + n:06d}"
        wire.send(opened(n).encode())
        shown = page.evaluate(SHOWN, [name, tickets + n])
        made = datetime.fromisoformat(centre.get(f"/api/tickets/{name}")["created"]).timestamp()
        took.append({what: round(at / 1e3 - made, 3) for what, at in shown.items()})
    return took


def backtest_ratio() -> float | None:
    """Of the benchmark of trials, where this checkout has it."""
    if importlib.util.find_spec("tests.bench.trial") is None:
        return None
    command = [sys.executable, "-m", "tests.bench.trial"]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    ratio: float = json.loads(done.stdout.strip().splitlines()[-1])["backtest_ratio"]
    return ratio


def measured(folder: Path, tickets: int, cells: int, rounds: int) -> dict[str, Any]:
    """The map's figures."""
    program = installed()
    if program is None:
        raise SystemExit(MISSING)
    url = seeded(folder, tickets, cells)
    with centre_of(folder, url) as (centre, broker), sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=program, args=FLAGS)
        visits = []
        for _ in range(rounds + 1):
            page, told = visit(chromium, centre, tickets)
            visits.append(told)
            print(told, f"load {os.getloadavg()[0]:.1f}", file=sys.stderr, flush=True)
            if len(visits) <= rounds:
                page.context.close()
        wire = Wire(broker.url, address(0))
        shown = live(page, centre, wire, tickets, rounds)
        print(shown, file=sys.stderr)
        wire.close()
        until(lambda: page.locator("[data-line=live]").count())
        chromium.close()
    warm = [each["interactive_s"] for each in visits[1:]]  # the first has the centre draw the grid
    return {
        "interactive_s": round(statistics.median(warm), 2),
        "interactive_least_s": round(min(warm), 2),
        "first_visit_s": round(visits[0]["interactive_s"], 2),
        "live_update_s": max(max(each.values()) for each in shown),
        "load": round(os.getloadavg()[0], 1),
    }


def main(arguments: list[str] | None = None) -> None:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--tickets", type=int, default=20_000)
    parser.add_argument("--cells", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--backtest", action=argparse.BooleanOptionalAction, default=True)
    asked = parser.parse_args(arguments)
    sizes = bundles()
    for name, size in sizes.items():
        print(f"{name:28} {size:8.1f} kB packed")
    with tempfile.TemporaryDirectory(prefix="gewu-console-") as scratch:
        found = measured(Path(scratch), asked.tickets, asked.cells, asked.rounds)
    ratio = backtest_ratio() if asked.backtest else None
    goals = {"interactive_goal_s": GOAL_S, "live_update_goal_s": LIVE_GOAL_S}
    print(json.dumps({**found, **goals, "bundle_kb": sizes, "backtest_ratio": ratio}))


if __name__ == "__main__":
    main()
