"""The audit, on both databases: with each change, and found again."""

from datetime import timedelta

import pytest

from central.identity.enrolling import NotKnown, offer, on_word_of, revoke
from central.people.asker import COMMAND_LINE, Asker, origin_of
from central.store import signing_in
from central.store.accounts import NotDone, change_account
from central.store.audit import Asked, lines, noted
from central.store.database import Store
from central.store.people_tables import accounts
from tests.unit.central.makers import at
from tests.unit.central.test_people_store import BY, another, chief, rows, session, told


def test_every_change_is_told_and_a_refused_one_leaves_nothing(store: Store) -> None:
    now = at(0)
    owner = chief(store, now)
    session(store, owner, "one", now)
    signing_in.failed(store, signing_in.keys_of("chief", "a"), BY, None, "no such password", now)
    another(store, "li", "viewer", now)
    change_account(store, "li", COMMAND_LINE, now, role="operator")
    before = told(store)
    assert before == [
        ("chief", "user.manage", "chief", "done"),
        ("chief", "sign-in", "chief", "done"),
        ("chief", "sign-in", "an unknown name", "refused"),
        ("chief", "user.manage", "li", "done"),
        ("chief", "user.manage", "li", "done"),
        ("chief", "account.own", "li", "done"),
        ("command line", "user.manage", "li", "done"),
    ]
    for refused in (
        lambda: change_account(store, "chief", BY, now, role="viewer"),
        lambda: change_account(store, "nobody", BY, now, role="viewer"),
        lambda: signing_in.new_account(store, "li", "Li", "viewer", BY, now),
        lambda: signing_in.reset_link(store, "nobody", BY, now),
    ):
        with pytest.raises(NotDone):
            refused()  # type: ignore[no-untyped-call]
    assert told(store) == before
    assert rows(store, accounts) == 2


def test_the_audit_is_found_by_who_what_and_when_and_forgotten_in_time(store: Store) -> None:
    for number in range(7):
        seen = Asker(f"u-{number % 2}", "token", "public").did("evidence.view", f"p-{number}", "T-000001")
        noted(store, at(number), seen)
    assert [row.about for row in lines(store, Asked(who="u-1"), limit=2)] == ["p-5", "p-3"]
    (first, _) = lines(store, Asked(who="u-1"), limit=2)
    assert [row.about for row in lines(store, Asked(who="u-1"), limit=9, before=first.seq)] == ["p-3", "p-1"]
    assert [row.about for row in lines(store, Asked(since=at(2), until=at(4)), limit=9)] == ["p-3", "p-2"]
    assert lines(store, Asked(action="ticket.view"), limit=9) == []
    assert [row.why for row in lines(store, Asked(about="p-2", outcome="done"), limit=9)] == ["T-000001"]


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("127.0.0.1", "loopback"),
        ("::1", "loopback"),
        ("::ffff:10.1.2.3", "private"),
        ("10.1.2.3", "private"),
        ("8.8.8.8", "public"),
        ("2606:4700::1", "public"),
        ("testclient", "unknown"),
        (None, "unknown"),
    ],
)
def test_of_an_address_its_kind_is_kept(address: str | None, kind: str) -> None:
    assert origin_of(address) == kind


def test_what_is_done_to_nodes_is_in_the_same_audit(store: Store) -> None:
    expires = at(0) + timedelta(hours=1)
    offer(store, "gewu://131002/a", by=on_word_of("command line (root)"), now=at(0), expires=expires)
    revoke(store, "gewu://131002/a", by="command line (root)", why="its pole was found open", now=at(1))
    assert told(store) == [
        ("command line (root)", "node.enroll", "gewu://131002/a", "done"),
        ("command line (root)", "node.revoke", "gewu://131002/a", "done"),
    ]
    assert lines(store, Asked(), limit=1)[0].why == "its pole was found open"
    with pytest.raises(NotKnown):
        revoke(store, "gewu://131002/b", by="x", why="y", now=at(2))
    assert len(told(store)) == 2


def test_nobody_writes_a_second_line_into_the_audit() -> None:
    entry = Asker("li", "session", "private").did("evidence.view", "T-1\nT-2", "see\r\n\u202egnp.exe 井盖")
    assert (entry.about, entry.why) == ("T-1?T-2", "see???gnp.exe 井盖")
