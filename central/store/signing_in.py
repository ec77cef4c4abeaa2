"""Signing in: failures that are counted, links to set a password, and the session at the end."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select, update

from central.people.asker import Asker, counted_as
from central.people.claims import Identity
from central.people.keys import digest, new_key
from central.people.lockout import FORGET_S, Bucket, Kind, failures_after, wait_s
from central.people.roles import Role
from central.store.accounts import (
    Account,
    NotDone,
    account_by,
    add_account,
    end_tokens,
    set_password,
    shut_out,
)
from central.store.audit import noted, record
from central.store.database import Store, take_turn
from central.store.database import insert as upsert
from central.store.people_tables import accounts, setup_links, sign_in_failures
from central.store.sessions import Ends, begin_session

MOST_BUCKETS = 20_000  # the oldest make way
MOST_FIRST_LINKS = 10  # several centres on one database may each have printed one
LINK_LASTS = timedelta(hours=1)
Keys = dict[Kind, str]


def keys_of(login: str, address: str) -> Keys:
    """Under which names failures are counted; unknown login names count as well."""
    return {"account": digest(login), **keys_from(address)}


def keys_from(address: str) -> Keys:
    """For those who do not say which account they mean."""
    return {"address": digest(counted_as(address))}


def try_to_sign_in(store: Store, keys: Keys, now: datetime) -> float:
    """Count a failure in advance and return 0, or the seconds to wait: then nothing may be tried.

    In advance, so that many attempts at once are no way around it. Raises StoreAway.
    """
    with store.read() as connection:  # a flood that has to wait anyway holds up no writer
        if wait := _wait(_buckets(connection, keys, now)):
            return wait
    with store.write() as connection:
        known = _buckets(connection, keys, now)
        if wait := _wait(known):
            return wait
        for kind, key in keys.items():
            _count(connection, kind, key, failures_after(known[kind]), now)
        _make_way(connection, now)
    return 0.0


def failed(store: Store, keys: Keys, by: Asker, login: str | None, why: str, now: datetime) -> None:
    """Put the refusal into the audit. `login` None: nobody has that name, and it may be a password."""
    with store.write() as connection:
        wait = _wait(_buckets(connection, keys, now))
        more = f"; the next one has to wait {wait:.0f} s" if wait else ""
        record(connection, now, by.was_refused("sign-in", login or "an unknown name", why + more))


def signed_in(
    store: Store,
    account: Account,
    by: Asker,
    key: str,
    now: datetime,
    ends: Ends,
    how: str,
    keys: Keys | None = None,
) -> None:
    """The session, its line in the audit, and what failed before is forgiven.

    Raises NotDone when the account was changed since it was read, and StoreAway.
    """
    with store.write() as connection:
        standing = account_by(connection, accounts.c.number == account.number)
        if standing is None or standing.disabled or standing.password != account.password:
            raise NotDone("account_changed", "the account was changed just now; sign in again")
        if keys is not None:
            _forgive(connection, keys)
        begin_session(connection, account.number, key, now, ends)
        record(connection, now, by.did("sign-in", account.login, how))


def over(store: Store, keys: Keys) -> None:
    """The password was right after all. Raises StoreAway."""
    with store.write() as connection:
        _forgive(connection, keys)


def first_link(store: Store, now: datetime) -> str | None:
    """The secret of a link that makes the first administrator; None when there are accounts."""
    with store.write() as connection:
        take_turn(connection)
        if _anybody(connection):
            return None
        connection.execute(delete(setup_links).where(setup_links.c.expires <= now))
        first = select(setup_links.c.key).where(setup_links.c.account.is_(None))
        old = connection.execute(first.order_by(setup_links.c.expires.desc()).offset(MOST_FIRST_LINKS - 1))
        connection.execute(delete(setup_links).where(setup_links.c.key.in_(old.scalars().all())))
        return _link(connection, None, now)


def new_link(connection: Connection, account: Account, by: Asker, now: datetime) -> str:
    """The secret of a link where this account's owner sets a password; earlier ones end."""
    connection.execute(delete(setup_links).where(setup_links.c.account == account.number))
    record(connection, now, by.did("user.manage", account.login, "made a link to set a password"))
    return _link(connection, account.number, now)


def reset_link(store: Store, login: str, by: Asker, now: datetime) -> str:
    """A link for an account that is there. Raises NotDone or StoreAway."""
    with store.write() as connection:
        account = account_by(connection, accounts.c.login == login)
        if account is None or account.disabled:
            raise NotDone("no_account", f"there is no account {login} that may sign in")
        if account.outside is not None:  # a password here would outlive what the provider says
            raise NotDone("signs_in_outside", f"{login} signs in outside, where its password is")
        return new_link(connection, account, by, now)


def new_account(store: Store, login: str, name: str, role: Role, by: Asker, now: datetime) -> str:
    """Make an account without a password, and the link where its owner sets one. Raises NotDone."""
    with store.write() as connection:
        take_turn(connection)
        account = add_account(connection, login=login, name=name, role=role, now=now)
        record(connection, now, by.did("user.manage", login, f"made, role={role}"))
        return new_link(connection, account, by, now)


def link_is_for(store: Store, key: str, now: datetime) -> Account | None:
    """Whose link it is, None for the first administrator's. Raises NotDone when it does not hold."""
    with store.read() as connection:
        return _holder(connection, key, now)


def link_used(
    store: Store, key: str, password: str, by: Asker, now: datetime, *, login: str, name: str
) -> Account:
    """Set the password and use the link up; the first one makes the administrator. Raises NotDone."""
    with store.write() as connection:
        take_turn(connection)
        account = _holder(connection, key, now)
        if account is None:
            connection.execute(delete(setup_links).where(setup_links.c.account.is_(None)))
            values = {"login": login, "name": name, "password": password}
            account = add_account(connection, role="administrator", now=now, **values)
            record(
                connection, now, by.did("user.manage", login, "made, role=administrator, by the first link")
            )
        else:
            set_password(connection, account.number, password)
            account = replace(account, password=password)
            record(connection, now, by.did("account.own", account.login, "set a password by a link"))
        return account


def password_changed(store: Store, account: Account, password: str, by: Asker, now: datetime) -> None:
    """A new password; every session ends. Raises StoreAway."""
    with store.write() as connection:
        set_password(connection, account.number, password)
        told = "changed the password; every session ended"
        record(connection, now, by.did("account.own", account.login, told))


def from_outside(store: Store, who: Identity, role: Role, by: Asker, now: datetime) -> Account:
    """The account of whom the provider vouches for, made at the first time. Raises NotDone."""
    with store.write() as connection:
        take_turn(connection)
        known = account_by(connection, accounts.c.outside == who.outside)
        if known is None:
            values = {"login": who.login, "name": who.name, "outside": who.outside}
            known = add_account(connection, role=role, now=now, **values)
            record(
                connection, now, by.did("user.manage", who.login, f"made at the first sign-in, role={role}")
            )
        if known.disabled:
            raise NotDone("account_disabled", f"the account {known.login} is disabled")
        if (known.role, known.name) != (role, who.name):
            same, values = accounts.c.number == known.number, {"role": role, "name": who.name}
            connection.execute(update(accounts).where(same).values(values))
            record(connection, now, by.did("user.manage", known.login, f"role={role}, the provider says"))
        return replace(known, role=role, name=who.name)


def lost_role(store: Store, outside: str) -> None:
    """The provider gives no role any more: what was open ends, tokens too. Raises StoreAway."""
    with store.write() as connection:
        if (known := account_by(connection, accounts.c.outside == outside)) is not None:
            shut_out(connection, known.number)
            end_tokens(connection, known.number)


def refused_outside(store: Store, by: Asker, why: str, now: datetime) -> None:
    """Somebody whom the provider sent is not let in. Raises StoreAway."""
    noted(store, now, by.was_refused("sign-in", "somebody from outside", why))


def _forgive(connection: Connection, keys: Keys) -> None:
    """The account's failures are over, the address has one less."""
    same = (sign_in_failures.c.kind == "account") & (sign_in_failures.c.key == keys.get("account"))
    connection.execute(delete(sign_in_failures).where(same))
    same = (sign_in_failures.c.kind == "address") & (sign_in_failures.c.key == keys["address"])
    fewer = {"failures": sign_in_failures.c.failures - 1}
    connection.execute(update(sign_in_failures).where(same & (sign_in_failures.c.failures > 0)).values(fewer))


def _anybody(connection: Connection) -> bool:
    return connection.execute(select(accounts.c.number).limit(1)).first() is not None


def _link(connection: Connection, account: int | None, now: datetime) -> str:
    key = new_key()
    connection.execute(insert(setup_links).values(key=digest(key), account=account, expires=now + LINK_LASTS))
    return key


def _holder(connection: Connection, key: str, now: datetime) -> Account | None:
    row = connection.execute(select(setup_links).where(setup_links.c.key == digest(key))).first()
    account = None
    if row is not None and row.account is not None:
        account = account_by(connection, accounts.c.number == row.account)
    first = row is not None and row.account is None and not _anybody(connection)
    if row is None or row.expires <= now or not (first or (account and not account.disabled)):
        raise NotDone("link_over", "the link does not hold: it was used, has ended, or is not whole")
    return account


def _buckets(connection: Connection, keys: Keys, now: datetime) -> dict[Kind, Bucket | None]:
    found: dict[Kind, Bucket | None] = {}
    for kind, key in keys.items():
        same = (sign_in_failures.c.kind == kind) & (sign_in_failures.c.key == key)
        row = connection.execute(select(sign_in_failures).where(same).with_for_update()).first()
        found[kind] = None if row is None else Bucket(row.failures, (now - row.last).total_seconds())
    return found


def _wait(known: dict[Kind, Bucket | None]) -> float:
    return max(wait_s(kind, bucket) for kind, bucket in known.items())


def _count(connection: Connection, kind: str, key: str, failures: int, now: datetime) -> None:
    values = {"failures": failures, "last": now}
    statement = upsert(connection, sign_in_failures).values(kind=kind, key=key, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["kind", "key"], set_=values))


def _make_way(connection: Connection, now: datetime) -> None:
    over = sign_in_failures.c.last <= now - timedelta(seconds=FORGET_S)
    connection.execute(delete(sign_in_failures).where(over))
    many = connection.execute(select(func.count()).select_from(sign_in_failures)).scalar_one() - MOST_BUCKETS
    if many > 0:
        oldest = select(sign_in_failures.c.last).order_by(sign_in_failures.c.last).offset(many - 1).limit(1)
        cut = connection.execute(oldest).scalar_one()
        connection.execute(delete(sign_in_failures).where(sign_in_failures.c.last <= cut))
