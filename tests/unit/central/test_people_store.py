"""Accounts, sessions, tokens, links, failures and the audit, on both databases."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from central.people.asker import COMMAND_LINE, Asker, Who
from central.people.claims import Identity
from central.people.keys import digest
from central.people.roles import Role
from central.store import signing_in
from central.store.accounts import Account, NotDone, all_accounts, change_account, find_account, tokens_of
from central.store.audit import Asked, lines
from central.store.database import Store
from central.store.people_tables import api_tokens, sessions, setup_links, sign_in_failures
from central.store.sessions import (
    MOST_SESSIONS,
    Ends,
    count_sessions,
    drop_token,
    end_every_session,
    make_token,
    touched,
    who_by_session,
    who_by_token,
)
from tests.unit.central.makers import at

ENDS = Ends(timedelta(hours=1), timedelta(hours=8))
BY = Asker("chief", "session", "private")
HASH, OTHER = "$argon2id$not-looked-at-here", "$argon2id$another"


def chief(store: Store, now: datetime) -> Account:
    """The first administrator, by the first link."""
    key = signing_in.first_link(store, now)
    assert key is not None
    by = Asker("chief", "link", "loopback")
    return signing_in.link_used(store, key, HASH, by, now, login="chief", name="Chief")


def another(store: Store, login: str, role: Role, now: datetime) -> Account:
    """An account whose owner has set a password."""
    key = signing_in.new_account(store, login, login.title(), role, BY, now)
    return signing_in.link_used(store, key, HASH, BY, now, login=login, name="not taken")


def session(store: Store, account: Account, key: str, now: datetime) -> None:
    signing_in.signed_in(store, account, BY, digest(key), now, ENDS, "by password")


def who(store: Store, key: str, now: datetime) -> Who | None:
    return who_by_session(store, digest(key), now, ENDS)


def told(store: Store) -> list[tuple[str, str, str, str]]:
    """The audit, oldest first: who, action, about, outcome."""
    rows = lines(store, Asked(), limit=1000)
    return [(row.who, row.action, row.about, row.outcome) for row in reversed(rows)]


def rows(store: Store, table: object) -> int:
    with store.read() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()  # type: ignore[arg-type]


def test_the_first_link_works_once_for_an_hour_and_only_while_there_is_nobody(store: Store) -> None:
    old = signing_in.first_link(store, at(0))
    other = signing_in.first_link(store, at(1))
    assert old is not None
    assert other not in (None, old), "another process prints its own"
    with pytest.raises(NotDone):
        signing_in.link_is_for(store, old, at(0) + signing_in.LINK_LASTS)
    with pytest.raises(NotDone):
        signing_in.link_is_for(store, "guessed", at(1))
    assert signing_in.link_is_for(store, old, at(2)) is None
    made = signing_in.link_used(store, old, HASH, BY, at(3), login="chief", name="Chief")
    assert (made.role, made.password) == ("administrator", HASH)
    for key in (old, str(other)):
        with pytest.raises(NotDone, match="the link does not hold"):
            signing_in.link_used(store, key, HASH, BY, at(4), login="thief", name="Thief")
    assert signing_in.first_link(store, at(5)) is None
    assert [account.login for account in all_accounts(store)] == ["chief"]
    assert rows(store, setup_links) == 0


def test_first_links_are_bounded(store: Store) -> None:
    keys = [signing_in.first_link(store, at(n)) for n in range(signing_in.MOST_FIRST_LINKS + 5)]
    assert rows(store, setup_links) == signing_in.MOST_FIRST_LINKS
    assert signing_in.link_is_for(store, str(keys[-1]), at(60)) is None


def test_a_session_ends_when_unused_and_in_any_case_at_last(store: Store) -> None:
    session(store, chief(store, at(0)), "one", at(0))
    found = who(store, "one", at(3599))
    assert found is not None
    assert (found.login, found.role, found.scopes) == ("chief", "administrator", None)
    assert who(store, "one", at(3600)) is None
    for hour in range(1, 9):
        found = who(store, "one", at(3500 * hour))
        assert found is not None
        touched(store, found, at(3500 * hour))
    assert who(store, "one", at(8 * 3600 - 1)) is not None
    assert who(store, "one", at(8 * 3600)) is None
    assert who(store, "two", at(1)) is None


def test_sessions_of_one_account_are_bounded_and_ended_ones_go(store: Store) -> None:
    owner = chief(store, at(0))
    for number in range(MOST_SESSIONS + 5):
        session(store, owner, f"key-{number}", at(number))
    assert rows(store, sessions) == MOST_SESSIONS
    assert who(store, "key-0", at(30)) is None
    assert who(store, f"key-{MOST_SESSIONS + 4}", at(30)) is not None
    session(store, owner, "late", at(20_000))
    assert rows(store, sessions) == 1


def test_a_disabled_account_is_out_at_once(store: Store) -> None:
    now = at(0)
    chief(store, now)
    owner = another(store, "li", "operator", now)
    session(store, owner, "one", now)
    found = who(store, "one", now)
    assert found is not None
    values = {"name": "x", "scopes": ["ticket.view"], "lasts": timedelta(days=1)}
    make_token(store, found, BY, now, key=digest("token"), **values)
    link = signing_in.reset_link(store, "li", BY, now)
    change_account(store, "li", BY, now, disabled=True)
    assert who(store, "one", now) is None
    assert who_by_token(store, digest("token"), now) is None
    with pytest.raises(NotDone):
        signing_in.link_is_for(store, link, now)
    with pytest.raises(NotDone, match="sign in again"):
        session(store, owner, "two", now)
    change_account(store, "li", BY, now, disabled=False)
    assert who(store, "one", now) is None, "what was ended stays ended"
    assert who_by_token(store, digest("token"), now) is None, "a token, too"


def test_a_new_password_ends_every_session_and_an_old_one_begins_none(store: Store) -> None:
    now = at(0)
    owner = chief(store, now)
    session(store, owner, "one", now)
    signing_in.password_changed(store, owner, OTHER, BY, now)
    assert who(store, "one", now) is None
    with pytest.raises(NotDone, match="sign in again"):
        session(store, owner, "verified with the old one", now)
    session(store, replace(owner, password=OTHER), "two", now)
    assert count_sessions(store, owner.number, now, ENDS) == 1
    found = who(store, "two", now)
    assert found is not None
    assert end_every_session(store, found, BY, now) == 1
    assert who(store, "two", now) is None


def test_a_token_may_what_it_was_made_for_and_its_maker_still_may(store: Store) -> None:
    now = at(0)
    chief(store, now)
    owner = another(store, "li", "supervisor", now)
    session(store, owner, "one", now)
    found = who(store, "one", now)
    assert found is not None
    values = {"name": "x", "lasts": timedelta(days=2)}
    for scopes in (["user.manage"], ["node.revoke"], ["nothing"], []):
        with pytest.raises(NotDone):
            make_token(store, found, BY, now, key=digest("t"), scopes=scopes, **values)
    row = make_token(store, found, BY, now, key=digest("t"), scopes=["audit.view", "ticket.view"], **values)
    token = who_by_token(store, digest("t"), now)
    assert token is not None
    assert (token.login, token.role, token.scopes) == ("li", "supervisor", {"audit.view", "ticket.view"})
    change_account(store, "li", BY, now, role="viewer")
    token = who_by_token(store, digest("t"), now)
    assert token is not None
    assert token.role == "viewer", "what a viewer may not, it may not any more"
    touched(store, token, at(10))
    (kept,) = tokens_of(store, owner.number)
    assert kept.used == at(10)
    assert kept.key != "t"
    assert who_by_token(store, digest("t"), now + timedelta(days=2)) is None
    with pytest.raises(NotDone):
        drop_token(store, row.number, BY, now, account=owner.number + 1)
    drop_token(store, row.number, BY, now, account=owner.number)
    assert who_by_token(store, digest("t"), now) is None
    assert rows(store, api_tokens) == 0


def test_the_last_administrator_stays(store: Store) -> None:
    now = at(0)
    chief(store, now)
    for changes in ({"disabled": True}, {"role": "viewer"}):
        with pytest.raises(NotDone, match="chief is the last administrator"):
            change_account(store, "chief", COMMAND_LINE, now, **changes)  # type: ignore[arg-type]
    another(store, "li", "administrator", now)
    change_account(store, "chief", COMMAND_LINE, now, role="viewer")
    with pytest.raises(NotDone, match="li is the last administrator"):
        change_account(store, "li", COMMAND_LINE, now, disabled=True)


def test_failures_have_to_wait_and_the_wait_ends(store: Store) -> None:
    keys = signing_in.keys_of("nobody has this name", "192.0.2.7")
    for number in range(5):
        assert signing_in.try_to_sign_in(store, keys, at(number)) == 0.0
    assert signing_in.try_to_sign_in(store, keys, at(5)) == pytest.approx(29.0)
    assert signing_in.try_to_sign_in(store, keys, at(33)) == pytest.approx(1.0), "asking does not prolong it"
    elsewhere = signing_in.keys_of("nobody has this name", "192.0.2.8")
    assert signing_in.try_to_sign_in(store, elsewhere, at(6)) > 0, "from anywhere"
    assert signing_in.try_to_sign_in(store, keys, at(34)) == 0.0
    assert signing_in.try_to_sign_in(store, keys, at(35)) == pytest.approx(59.0)
    signing_in.over(store, keys)
    assert signing_in.try_to_sign_in(store, keys, at(36)) == 0.0


def test_one_address_cannot_try_many_names(store: Store) -> None:
    tried = [
        signing_in.try_to_sign_in(store, signing_in.keys_of(f"n-{n}", "192.0.2.7"), at(n)) for n in range(25)
    ]
    assert [wait > 0 for wait in tried] == [False] * 20 + [True] * 5
    assert signing_in.try_to_sign_in(store, signing_in.keys_of("n-1", "192.0.2.9"), at(30)) == 0.0


def test_whoever_has_an_ipv6_network_has_one_address(store: Store) -> None:
    tried = [
        signing_in.try_to_sign_in(store, signing_in.keys_of(f"n-{n}", f"2001:db8::{n}:1"), at(n))
        for n in range(25)
    ]
    assert [wait > 0 for wait in tried] == [False] * 20 + [True] * 5
    assert signing_in.try_to_sign_in(store, signing_in.keys_of("n-1", "2001:db8:0:1::1"), at(30)) == 0.0
    assert signing_in.keys_of("x", "::ffff:192.0.2.7") == signing_in.keys_of("x", "192.0.2.7")
    assert signing_in.keys_of("x", "")["address"] != signing_in.keys_of("x", "192.0.2.7")["address"]


def test_failures_are_forgotten_and_bounded(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing_in, "MOST_BUCKETS", 10)
    for number in range(30):
        signing_in.try_to_sign_in(store, signing_in.keys_of(f"n-{number}", f"a-{number}"), at(number))
    assert rows(store, sign_in_failures) <= 12
    signing_in.try_to_sign_in(store, signing_in.keys_of("x", "y"), at(4000))
    assert rows(store, sign_in_failures) == 2
    with store.read() as connection:
        kept = str(connection.execute(select(sign_in_failures)).all())
    assert "'x'" not in kept
    assert "'y'" not in kept


def test_whom_the_provider_vouches_for(store: Store) -> None:
    now = at(0)
    chief(store, now)
    li = Identity("0" * 64, "li", "Li")
    made = signing_in.from_outside(store, li, "operator", BY, now)
    assert (made.login, made.role, made.password) == ("li", "operator", None)
    with pytest.raises(NotDone, match="li signs in outside"):
        signing_in.reset_link(store, "li", BY, now)
    again = signing_in.from_outside(store, replace(li, name="Li Na"), "viewer", BY, now)
    assert (again.number, again.role, again.name) == (made.number, "viewer", "Li Na")
    with pytest.raises(NotDone, match="the login name chief is taken"):
        signing_in.from_outside(store, Identity("1" * 64, "chief", "x"), "viewer", BY, now)
    session(store, again, "one", now)
    found = who(store, "one", now)
    assert found is not None
    values = {"name": "x", "scopes": ["ticket.view"], "lasts": timedelta(days=1)}
    make_token(store, found, BY, now, key=digest("token"), **values)
    signing_in.lost_role(store, li.outside)
    assert who(store, "one", now) is None
    assert who_by_token(store, digest("token"), now) is None, "tokens need nobody to sign in"
    change_account(store, "li", BY, now, disabled=True)
    with pytest.raises(NotDone, match="disabled"):
        signing_in.from_outside(store, li, "administrator", BY, now)
    found = find_account(store, "li")
    assert found is not None
    assert found.role == "viewer", "nothing of a refusal is done"


def test_an_account_works_for_a_department_or_for_none(store: Store) -> None:
    chief(store, at(0))
    session(store, another(store, "dai", "department", at(1)), "key", at(2))
    assert change_account(store, "dai", BY, at(3), department="Sanitation").department == "Sanitation"
    asking = who(store, "key", at(4))
    assert asking is not None
    assert asking.department == "Sanitation"
    assert change_account(store, "dai", BY, at(5), department="").department is None
    audited = [line.why for line in lines(store, Asked(action="user.manage", about="dai"), limit=2)]
    assert audited == ["department=None", "department=Sanitation"]
