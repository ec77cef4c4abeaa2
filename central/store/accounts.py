"""Accounts of those who operate the centre. Every change and its line in the audit are one commit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select, update

from central.people.asker import Asker
from central.people.roles import Role
from central.store.audit import record
from central.store.database import Store, take_turn, written
from central.store.people_tables import accounts, api_tokens, sessions, setup_links

MOST_ACCOUNTS = 10_000


class NotDone(Exception):
    """A change that is refused and nothing of it done; the text says why."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


@dataclass(frozen=True, slots=True)
class Account:
    """Who may sign in. `password`: its hash, None while there is none."""

    number: int
    login: str
    name: str
    role: Role
    disabled: bool
    password: str | None
    outside: str | None
    created: datetime
    department: str | None = None


def count_accounts(store: Store) -> int:
    """How many there are. Raises StoreAway."""
    with store.read() as connection:
        return connection.execute(select(func.count()).select_from(accounts)).scalar_one()


def all_accounts(store: Store) -> list[Account]:
    """Every account, by login name. Raises StoreAway."""
    with store.read() as connection:
        return [_account(row) for row in connection.execute(select(accounts).order_by(accounts.c.login))]


def find_account(store: Store, login: str) -> Account | None:
    """One account by its login name. Raises StoreAway."""
    with store.read() as connection:
        return account_by(connection, accounts.c.login == login)


def account_by(connection: Connection, same: Any) -> Account | None:
    """The account for which this holds."""
    row = connection.execute(select(accounts).where(same)).first()
    return None if row is None else _account(row)


def add_account(
    connection: Connection,
    *,
    login: str,
    name: str,
    role: Role,
    now: datetime,
    password: str | None = None,
    outside: str | None = None,
) -> Account:
    """Make one. Raises NotDone when the login name is taken or there are too many."""
    if connection.execute(select(func.count()).select_from(accounts)).scalar_one() >= MOST_ACCOUNTS:
        raise NotDone("too_many", f"there are {MOST_ACCOUNTS} accounts already")
    row = {"login": login, "name": name, "role": role, "password": password, "outside": outside}
    if not written(connection, accounts, row | {"disabled": False, "created": now}):
        raise NotDone("name_taken", f"the login name {login} is taken")
    made = account_by(connection, accounts.c.login == login)
    assert made is not None  # noqa: S101 - written just now
    return made


def change_account(
    store: Store,
    login: str,
    by: Asker,
    now: datetime,
    *,
    role: Role | None = None,
    name: str | None = None,
    disabled: bool | None = None,
    department: str | None = None,
) -> Account:
    """Change what is not None. Disabling ends sessions and tokens for good. Raises NotDone or StoreAway.

    department: that the account works for; empty: for none.
    """
    given = {"role": role, "name": name, "disabled": disabled, "department": department}
    changes: dict[str, Any] = {key: value for key, value in given.items() if value is not None}
    if department == "":
        changes["department"] = None
    with store.write() as connection:
        take_turn(connection)
        known = account_by(connection, accounts.c.login == login)
        if known is None:
            raise NotDone("no_account", f"there is no account {login}")
        if known.role == "administrator" and (role not in (None, "administrator") or disabled):
            _another_administrator(connection, known)
        if changes:
            connection.execute(update(accounts).where(accounts.c.number == known.number).values(changes))
        if disabled:
            shut_out(connection, known.number)
            end_tokens(connection, known.number)
        told = ", ".join(f"{key}={value}" for key, value in changes.items() if key != "name")
        record(connection, now, by.did("user.manage", login, told or "name"))
        changed = account_by(connection, accounts.c.number == known.number)
    assert changed is not None  # noqa: S101 - nobody deletes accounts
    return changed


def set_password(connection: Connection, number: int, password: str) -> None:
    """Keep a new hash; whatever was open with the old one ends."""
    connection.execute(update(accounts).where(accounts.c.number == number).values(password=password))
    shut_out(connection, number)


def keep_rehashed(store: Store, account: Account, password: str) -> None:
    """The same password hashed with today's parameters, unless it was changed meanwhile. Raises StoreAway."""
    same = (accounts.c.number == account.number) & (accounts.c.password == account.password)
    with store.write() as connection:
        connection.execute(update(accounts).where(same).values(password=password))


def shut_out(connection: Connection, number: int) -> int:
    """End every session and every link of an account; how many sessions."""
    connection.execute(delete(setup_links).where(setup_links.c.account == number))
    return connection.execute(delete(sessions).where(sessions.c.account == number)).rowcount


def end_tokens(connection: Connection, number: int) -> None:
    """End every API token of an account: they need nobody to sign in."""
    connection.execute(delete(api_tokens).where(api_tokens.c.account == number))


def _another_administrator(connection: Connection, known: Account) -> None:
    others = (accounts.c.role == "administrator") & ~accounts.c.disabled & (accounts.c.number != known.number)
    if connection.execute(select(func.count()).select_from(accounts).where(others)).scalar_one() == 0:
        raise NotDone(
            "last_administrator", f"{known.login} is the last administrator; make another one first"
        )


def _account(row: Row[Any]) -> Account:
    return Account(
        number=row.number,
        login=row.login,
        name=row.name,
        role=row.role,
        disabled=row.disabled,
        password=row.password,
        outside=row.outside,
        created=row.created,
        department=row.department,
    )


def tokens_of(store: Store, account: int) -> Sequence[Row[Any]]:
    """An account's API tokens, newest first. Raises StoreAway."""
    wanted = select(api_tokens).where(api_tokens.c.account == account).order_by(api_tokens.c.number.desc())
    with store.read() as connection:
        return connection.execute(wanted).all()
