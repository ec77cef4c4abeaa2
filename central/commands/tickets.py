"""`gewu-central tickets`."""

import argparse
import json

from central.casework.facts import label
from central.opening import reach_store
from central.settings import CentralSettings
from central.store.queries import TicketRow, Wanted, list_tickets

HELP = "list the tickets, newest first"
PAGE = 200


def arguments(command: argparse.ArgumentParser) -> None:
    """Its options."""
    command.add_argument("--json", action="store_true", help="one JSON object a line")


def run(settings: CentralSettings, asked: argparse.Namespace) -> int:
    """Print them page by page."""
    store = reach_store(settings)
    try:
        before: int | None = None
        while True:
            page = list_tickets(store, Wanted(), limit=PAGE, before=before)
            for row in page.tickets:
                print(_as_json(row) if asked.json else _as_line(row))
            if (before := page.before) is None:
                return 0
    finally:
        store.close()


def _as_json(row: TicketRow) -> str:
    from central.api.answers import ticket  # the API's models take a while to load

    return json.dumps(ticket(row).model_dump(mode="json", exclude_none=True), ensure_ascii=False)


def _as_line(row: TicketRow) -> str:
    incident = row.incident
    where = f"{incident.source.id}/{incident.zone.id}" if incident.zone else incident.source.id
    words = "; ".join(reason.text for reason in incident.reasons)
    parts = [label(row.number), f"{row.state:<12}", incident.kind, where, incident.place or "", words]
    return "  ".join(part for part in parts if part)
