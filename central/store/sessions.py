"""Sessions of people who are signed in, and API tokens: who asks, by the hash of a secret."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, bindparam, delete, func, insert, select, update

from central.people.asker import Asker, Who
from central.people.roles import Action, scopes_for
from central.store.accounts import NotDone
from central.store.audit import record
from central.store.database import Store
from central.store.people_tables import accounts, api_tokens, sessions

MOST_SESSIONS = 20  # of one account; the oldest make way
MOST_TOKENS = 50  # of one account
LONGEST_TOKEN = timedelta(days=366)
TOUCH = timedelta(seconds=60)  # how exactly the last use is known


@dataclass(frozen=True, slots=True)
class Ends:
    """When a session ends by itself: unused for so long, or in any case after so long."""

    idle: timedelta
    longest: timedelta


def begin_session(connection: Connection, account: int, key: str, now: datetime, ends: Ends) -> None:
    """Open a session; those that ended go, and so do the oldest of too many."""
    over = (sessions.c.created <= now - ends.longest) | (sessions.c.seen <= now - ends.idle)
    connection.execute(delete(sessions).where(over))
    mine = select(sessions.c.key).where(sessions.c.account == account).order_by(sessions.c.created.desc())
    old = connection.execute(mine.offset(MOST_SESSIONS - 1)).scalars().all()
    connection.execute(delete(sessions).where(sessions.c.key.in_(old)))
    connection.execute(insert(sessions).values(key=key, account=account, created=now, seen=now))


def who_by_session(store: Store, key: str, now: datetime, ends: Ends) -> Who | None:
    """Whose session this is, as the account is now; None when it ended. Raises StoreAway."""
    with store.read() as connection:
        row = connection.execute(_by_key(sessions), {"asked": key}).first()
    if row is None or row.created <= now - ends.longest or row.seen <= now - ends.idle:
        return None
    return _who(row, row.seen)


def who_by_token(store: Store, key: str, now: datetime) -> Who | None:
    """Whose API token this is; it may do what it was made for and its maker still may. Raises StoreAway."""
    with store.read() as connection:
        row = connection.execute(_by_key(api_tokens), {"asked": key}).first()
    if row is None or row.expires <= now:
        return None
    return _who(row, row.used, frozenset(row.scopes))


def touched(store: Store, who: Who, now: datetime) -> None:
    """Remember that it was used, if the last time is not just past. Raises StoreAway."""
    if who.used is not None and who.used >= now - TOUCH:
        return
    table, last = (sessions, sessions.c.seen) if who.scopes is None else (api_tokens, api_tokens.c.used)
    stale = (table.c.key == who.key) & (last.is_(None) | (last < now - TOUCH))
    with store.write() as connection:
        connection.execute(update(table).where(stale).values({last.name: now}))


def end_session(store: Store, who: Who, by: Asker, now: datetime) -> None:
    """Sign out. Raises StoreAway."""
    with store.write() as connection:
        connection.execute(delete(sessions).where(sessions.c.key == who.key))
        record(connection, now, by.did("account.own", who.login, "signed out"))


def end_every_session(store: Store, who: Who, by: Asker, now: datetime) -> int:
    """Sign out everywhere; how many sessions that ended. Raises StoreAway."""
    with store.write() as connection:
        ended = connection.execute(delete(sessions).where(sessions.c.account == who.account)).rowcount
        record(connection, now, by.did("account.own", who.login, f"signed out everywhere: {ended}"))
    return ended


def count_sessions(store: Store, account: int, now: datetime, ends: Ends) -> int:
    """How many are open. Raises StoreAway."""
    live = (sessions.c.created > now - ends.longest) & (sessions.c.seen > now - ends.idle)
    wanted = select(func.count()).where(sessions.c.account == account, live)
    with store.read() as connection:
        return connection.execute(wanted).scalar_one()


def make_token(
    store: Store,
    owner: Who,
    by: Asker,
    now: datetime,
    *,
    key: str,
    name: str,
    scopes: Collection[str],
    lasts: timedelta,
) -> Row[Any]:
    """Keep a new token's hash. Raises NotDone or StoreAway."""
    fitting = scopes_for(owner.role, scopes)
    if not isinstance(fitting, list):
        raise NotDone(fitting.code, fitting.text)
    if not timedelta(0) < lasts <= LONGEST_TOKEN:
        raise NotDone("token_too_long", f"a token lasts at most {LONGEST_TOKEN.days} days")
    with store.write() as connection:
        connection.execute(delete(api_tokens).where(api_tokens.c.expires <= now))
        held = select(func.count()).where(api_tokens.c.account == owner.account)
        if connection.execute(held).scalar_one() >= MOST_TOKENS:
            raise NotDone("too_many", f"{owner.login} has {MOST_TOKENS} tokens already; drop one first")
        values = {"account": owner.account, "name": name, "key": key, "scopes": fitting}
        connection.execute(insert(api_tokens).values(**values, created=now, expires=now + lasts))
        row = connection.execute(select(api_tokens).where(api_tokens.c.key == key)).one()
        told = f"made, for {', '.join(fitting)}"
        record(connection, now, by.did("token.make", f"token {row.number} of {owner.login}", told))
    return row


def all_tokens(store: Store) -> Sequence[Row[Any]]:
    """Every token with its account's login name. Raises StoreAway."""
    joined = api_tokens.join(accounts, accounts.c.number == api_tokens.c.account)
    query = select(api_tokens, accounts.c.login).select_from(joined).order_by(api_tokens.c.number)
    with store.read() as connection:
        return connection.execute(query).all()


def drop_token(store: Store, number: int, by: Asker, now: datetime, *, account: int | None = None) -> None:
    """End a token, of this account or of any. Raises NotDone or StoreAway."""
    same = api_tokens.c.number == number
    if account is not None:
        same &= api_tokens.c.account == account
    with store.write() as connection:
        if connection.execute(delete(api_tokens).where(same)).rowcount == 0:
            raise NotDone("no_token", f"there is no token {number}")
        record(connection, now, by.did("token.make", f"token {number}", "dropped"))


@cache  # made once: every request asks it
def _by_key(table: Table) -> Select[Any]:
    named = (accounts.c.login, accounts.c.name.label("display"), accounts.c.role, accounts.c.department)
    joined = table.join(accounts, accounts.c.number == table.c.account)
    asked = select(table, *named).select_from(joined)
    return asked.where(~accounts.c.disabled, table.c.key == bindparam("asked"))


def _who(row: Row[Any], used: datetime | None, scopes: frozenset[Action] | None = None) -> Who:
    return Who(row.account, row.login, row.display, row.role, row.key, scopes, row.department, used)
