"""`gewu-central users`: who may sign in."""

import argparse
import json
import re
import sys
from datetime import datetime, timezone

from broker.fields import rfc3339
from central.opening import open_store
from central.people.asker import COMMAND_LINE
from central.people.claims import LOGIN, shown_name
from central.people.roles import ROLES
from central.settings import CentralSettings
from central.store.accounts import Account, NotDone, all_accounts, change_account
from central.store.database import Store
from central.store.signing_in import LINK_LASTS, new_account, reset_link
from central.welcome import site

HELP = "who may sign in: list, add, role, department, disable, enable, reset-link"


def arguments(command: argparse.ArgumentParser) -> None:
    """Its own commands."""
    ways = command.add_subparsers(required=True, dest="way", metavar="WHAT")
    listing = ways.add_parser("list", help="every account")
    listing.add_argument("--json", action="store_true", help="one JSON object a line")
    adding = ways.add_parser("add", help="make an account and print its set-up link")
    adding.add_argument("login", type=login)
    adding.add_argument("--role", choices=ROLES, required=True)
    adding.add_argument("--name", type=shown_name, default="", help="the name to show")
    changing = ways.add_parser("role", help="give another role")
    changing.add_argument("login", type=login)
    changing.add_argument("role", choices=ROLES)
    working = ways.add_parser("department", help="say which department the account works for; '' for none")
    working.add_argument("login", type=login)
    working.add_argument("department", type=department)
    for way, what in (
        ("disable", "no more signing in; sessions and tokens end at once"),
        ("enable", "signing in again"),
        ("reset-link", "print a link where the owner sets a new password"),
    ):
        ways.add_parser(way, help=what).add_argument("login", type=login)


def run(settings: CentralSettings, asked: argparse.Namespace) -> int:
    """Do it; 1 and the reason when it is refused."""
    store = open_store(settings)
    try:
        _do(store, site(settings), asked)
    except NotDone as error:
        print(f"gewu-central: {error}", file=sys.stderr)
        return 1
    finally:
        store.close()
    return 0


def login(text: str) -> str:
    """A login name on the command line."""
    if not re.fullmatch(LOGIN, text):
        raise argparse.ArgumentTypeError("a-z, 0-9, . _ @ - are allowed, up to 64 signs")
    return text


def department(text: str) -> str:
    """A department's name on the command line."""
    if len(text) > 64 or not (text.isprintable() and text == text.strip()):
        raise argparse.ArgumentTypeError("up to 64 signs that can be printed")
    return text


def _do(store: Store, url: str, asked: argparse.Namespace) -> None:
    now = datetime.now(timezone.utc)
    if asked.way == "list":
        for account in all_accounts(store):
            print(_as_json(account) if asked.json else _as_line(account))
    elif asked.way == "add":
        name = asked.name or asked.login
        _show(url, new_account(store, asked.login, name, asked.role, COMMAND_LINE, now), now)
    elif asked.way == "reset-link":
        _show(url, reset_link(store, asked.login, COMMAND_LINE, now), now)
    elif asked.way == "role":
        print(_as_line(change_account(store, asked.login, COMMAND_LINE, now, role=asked.role)))
    elif asked.way == "department":
        print(_as_line(change_account(store, asked.login, COMMAND_LINE, now, department=asked.department)))
    else:
        disabled = asked.way == "disable"
        print(_as_line(change_account(store, asked.login, COMMAND_LINE, now, disabled=disabled)))


def _show(url: str, key: str, now: datetime) -> None:
    """Only the link goes to standard output."""
    print(f"works once, until {now + LINK_LASTS:%Y-%m-%d %H:%M} UTC:", file=sys.stderr)
    print(f"{url}/setup#{key}")


def _as_json(account: Account) -> str:
    told: dict[str, object] = {"login": account.login, "name": account.name, "role": account.role}
    told |= {"disabled": account.disabled, "department": account.department}
    return json.dumps({**told, "created": rfc3339(account.created)}, ensure_ascii=False)


def _as_line(account: Account) -> str:
    state = "disabled" if account.disabled else "may sign in"
    works_for = f"  of {account.department}" if account.department else ""
    return f"{account.login:<20}  {account.role:<13}  {state:<11}  {account.name}{works_for}"
