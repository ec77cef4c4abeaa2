"""`gewu-central token`: tokens for programs."""

import argparse
import json
import sys
from datetime import datetime, timedelta, timezone
from typing import Any

from broker.fields import rfc3339
from central.commands.users import login
from central.opening import open_store
from central.people.asker import COMMAND_LINE, Who
from central.people.claims import shown_name
from central.people.keys import TOKEN_PREFIX, digest, new_key
from central.people.roles import ACTIONS, NOT_BY_TOKEN
from central.settings import CentralSettings
from central.store.accounts import NotDone, find_account
from central.store.database import Store
from central.store.sessions import LONGEST_TOKEN, all_tokens, drop_token, make_token

HELP = "tokens for programs: list, make, drop"


def arguments(command: argparse.ArgumentParser) -> None:
    """Its own commands."""
    ways = command.add_subparsers(required=True, dest="way", metavar="WHAT")
    listing = ways.add_parser("list", help="every token, without its secret")
    listing.add_argument("--json", action="store_true", help="one JSON object a line")
    making = ways.add_parser("make", help="make a token of an account and print it once")
    making.add_argument("login", type=login)
    making.add_argument("--name", type=_name, required=True, help="what it is for")
    scopes = [action for action in ACTIONS if action not in NOT_BY_TOKEN]
    making.add_argument("--scope", action="append", required=True, choices=scopes, metavar="ACTION")
    making.add_argument("--days", type=_days, default=90, help=f"1 to {LONGEST_TOKEN.days} (default: 90)")
    dropping = ways.add_parser("drop", help="end a token")
    dropping.add_argument("number", type=int)


def run(settings: CentralSettings, asked: argparse.Namespace) -> int:
    """Do it; 1 and the reason when it is refused."""
    store = open_store(settings)
    now = datetime.now(timezone.utc)
    try:
        if asked.way == "list":
            for row in all_tokens(store):
                print(_as_json(row) if asked.json else _as_line(row))
        elif asked.way == "make":
            print(_make(store, asked, now))
        else:
            drop_token(store, asked.number, COMMAND_LINE, now)
    except NotDone as error:
        print(f"gewu-central: {error}", file=sys.stderr)
        return 1
    finally:
        store.close()
    return 0


def _make(store: Store, asked: argparse.Namespace, now: datetime) -> str:
    account = find_account(store, asked.login)
    if account is None or account.disabled:
        raise NotDone("no_account", f"there is no account {asked.login} that may sign in")
    owner, key = Who(account.number, account.login, account.name, account.role, ""), new_key(TOKEN_PREFIX)
    lasts = timedelta(days=asked.days)
    values = {"key": digest(key), "name": asked.name, "scopes": asked.scope, "lasts": lasts}
    make_token(store, owner, COMMAND_LINE, now, **values)
    print(f"shown once, good until {now + lasts:%Y-%m-%d}:", file=sys.stderr)
    return key


def _name(text: str) -> str:
    if not shown_name(text):
        raise argparse.ArgumentTypeError("1 to 80 printable signs are expected")
    return shown_name(text)


def _days(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= LONGEST_TOKEN.days:
        raise argparse.ArgumentTypeError(f"1 to {LONGEST_TOKEN.days} are allowed")
    return int(text)


def _as_json(row: Any) -> str:
    used = rfc3339(row.used) if row.used else None
    told = {"number": row.number, "login": row.login, "name": row.name, "scopes": row.scopes}
    return json.dumps({**told, "expires": rfc3339(row.expires), "used": used}, ensure_ascii=False)


def _as_line(row: Any) -> str:
    used = f"used {row.used:%Y-%m-%d %H:%M}" if row.used else "never used"
    scopes = ", ".join(row.scopes)
    return f"{row.number:>4}  {row.login}  {row.name}  until {row.expires:%Y-%m-%d}  {used}  {scopes}"
