"""gewu-central: serve, check, migrate, tickets."""

import argparse
import json
import sys
from pathlib import Path

from broker.settings import SettingsError, load
from central.app import CannotStart, open_store, reach_store, serve
from central.lines import speak
from central.settings import CentralSettings
from central.store.database import StoreAway
from central.store.migrate import NewerSchema
from central.store.queries import TicketRow, Wanted, list_tickets
from central.store.taking import label

PAGE = 200
CODES = "exit codes: 0 done; 1 cannot start; 2 the configuration or the command line is wrong"


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 when it went well, 2 for a faulty configuration, 1 for anything else."""
    asked = _parser().parse_args(arguments)
    try:
        settings = load(asked.config, CentralSettings)
        code: int = asked.run(settings, asked)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    except (CannotStart, NewerSchema) as error:
        print(f"gewu-central: {error}", file=sys.stderr)
        return 1
    except StoreAway as error:
        print(f"gewu-central: database: {error} (gewu-central migrate makes its tables)", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="gewu-central", description="The ticket service.", epilog=CODES)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, run, words in (
        ("serve", _serve, "take events, serve the console and the API"),
        ("check", _check, "read the configuration and name every fault as file:line:col"),
        ("migrate", _migrate, "bring the database to the schema of this version"),
        ("tickets", _tickets, "list the tickets, newest first"),
    ):
        command = commands.add_parser(name, help=words, description=words, epilog=CODES)
        command.add_argument("config", type=Path, metavar="CONFIG", help="the YAML file")
        command.set_defaults(run=run)
        if name == "serve":
            command.add_argument(
                "--log", choices=("text", "json"), default="text", help="form of the log lines"
            )
        if name == "tickets":
            command.add_argument("--json", action="store_true", help="one JSON object a line")
    return parser


def _serve(settings: CentralSettings, asked: argparse.Namespace) -> int:
    speak(asked.log)
    serve(settings)
    return 0


def _check(_settings: CentralSettings, asked: argparse.Namespace) -> int:
    print(f"{asked.config}: no faults")
    return 0


def _migrate(settings: CentralSettings, _asked: argparse.Namespace) -> int:
    speak("text")
    open_store(settings).close()
    print("the database is at the schema of this version")
    return 0


def _tickets(settings: CentralSettings, asked: argparse.Namespace) -> int:
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
    parts = [label(row.number), f"{row.state:<7}", incident.kind, where, incident.place or "", words]
    return "  ".join(part for part in parts if part)


if __name__ == "__main__":
    raise SystemExit(main())
