"""`gewu-central flights`."""

import argparse
import json
import sys
from contextlib import closing
from typing import Any

from broker.events import FlightReported
from broker.fields import read, rfc3339
from broker.topics import Address
from central.opening import reach_store
from central.settings import CentralSettings
from central.store.database import Store
from central.store.flown import FlightsWanted, find_flight, list_flights, tickets_of_flight

HELP = "list the flights of drones, the last first; of one, the whole of it as GeoJSON"


def arguments(command: argparse.ArgumentParser) -> None:
    """Its options."""
    command.add_argument("id", nargs="?", type=int, metavar="ID", help="one of the list, as GeoJSON")
    command.add_argument("--node", type=node, metavar="DISTRICT/NODE", help="of this node alone")
    command.add_argument("--source", help="of this drone alone")
    command.add_argument("--json", action="store_true", help="one JSON object a line")


def run(settings: CentralSettings, asked: argparse.Namespace) -> int:
    """Print them; 1 where there is no such flight."""
    with closing(reach_store(settings)) as store:
        if asked.id is not None:
            return _whole(store, asked.id)
        for row in list_flights(store, FlightsWanted(asked.node, asked.source), limit=10_000):
            print(_as_json(row) if asked.json else _as_line(row))
    return 0


def node(text: str) -> str:
    """A node on the command line."""
    try:
        return Address.of(text).source
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _whole(store: Store, number: int) -> int:
    from central.api.flights import geojson  # the API's models take a while to load

    row = find_flight(store, number)
    if row is None:
        print(f"gewu-central: flights: there is no flight {number}", file=sys.stderr)
        return 1
    told = read(FlightReported, row.body)
    of = tickets_of_flight(store, row.node, [*told.found, *told.seen_again, *told.cleared])
    print(json.dumps(geojson(row, told, of), ensure_ascii=False))
    return 0


def _as_json(row: Any) -> str:
    from central.api.flights import flight_answer

    return json.dumps(flight_answer(row).model_dump(mode="json"), ensure_ascii=False)


def _as_line(row: Any) -> str:
    area = f"{row.area_m2:.0f} m2" if row.area_m2 is not None else "no coverage"
    counts = f"{row.found} found, {row.seen_again} seen again, {row.cleared} cleared"
    parts = [f"{row.number:>5}", rfc3339(row.began), f"{row.source} of {row.node}", row.flight, area, counts]
    return "  ".join([*parts, *([f"{row.not_placed} not placed"] if row.not_placed else [])])
