"""Pictures that people took of a scene, shown with what they do or say."""

from dataclasses import replace

import pytest

from central.people.asker import Asker
from central.store.acting import NotDoable, Said, comment
from central.store.database import Store
from central.store.pictures import pictured_since
from central.store.queries import find_ticket
from central.store.trail import trail_of
from central.store.uploads import Upload, drop_unlinked, expected
from tests.unit.central.casework import NOW, do, doer, later, lead_to, log, migrated, store
from tests.unit.central.test_uploads import ROW

__all__ = ["migrated", "store"]
SHA = "b" * 64


def uploaded(store: Store, sha256: str = SHA, **changes: str) -> Upload:
    upload = replace(ROW, sha256=sha256, **{"purpose": "ticket", **changes})
    expected(store, upload)
    return upload


def asker(who: str) -> Asker:
    return Asker(who, "session", "loopback")


def shown(store: Store) -> list[tuple[str, str, bool]]:
    ticket = find_ticket(store, "T-000001")
    assert ticket is not None
    return [(each.sha256[0], each.role, each.here) for each in ticket.pictures]


def test_what_was_fed_back_shows_how_it_was_left(store: Store) -> None:
    uploaded(store)
    lead_to(store, "handling")
    done = do(store, "dai", "feed_back", pictures=(SHA,), moment=later(5))
    assert done.line.details == {"pictures": [SHA]}
    assert shown(store) == [("b", "after", True)]
    page = trail_of(store, 1, limit=100)
    assert page.pictures[SHA].taken == later(5)
    assert drop_unlinked(store, later(9_000), pytest.fail) == 0


def test_the_same_request_again_is_the_same_and_with_other_pictures_is_refused(store: Store) -> None:
    uploaded(store)
    lead_to(store, "handling")
    done = do(store, "dai", "feed_back", pictures=(SHA,), request="request-one")
    again = do(store, "dai", "feed_back", pictures=(SHA,), request="request-one")
    assert (again.again, again.line.seq) == (True, done.line.seq)
    with pytest.raises(NotDoable, match="used for something else"):
        do(store, "dai", "feed_back", request="request-one")
    assert shown(store) == [("b", "after", True)]


@pytest.mark.parametrize("purpose", [None, "report"])
def test_only_what_was_uploaded_for_tickets_is_shown(store: Store, purpose: str | None) -> None:
    if purpose is not None:
        uploaded(store, purpose=purpose)
    lead_to(store, "handling")
    before = log(store)
    with pytest.raises(NotDoable) as error:
        do(store, "dai", "feed_back", pictures=(SHA,))
    assert (error.value.sort, error.value.reason.code) == ("given", "unknown_picture")
    with pytest.raises(NotDoable, match="picture 1 of 1 is not there"):
        comment(store, 1, Said("look", (SHA,)), "request-two", doer("gao"), asker("gao"), NOW)
    assert log(store) == before


def test_an_action_of_the_desk_takes_none(store: Store) -> None:
    uploaded(store)
    with pytest.raises(NotDoable) as error:
        do(store, "olga", "accept", pictures=(SHA,))
    assert error.value.reason.code == "unused_pictures"


def test_words_may_come_with_pictures_of_the_scene(store: Store) -> None:
    uploaded(store)
    said = Said("two more bags", (SHA,))
    line = comment(store, 1, said, "request-two", doer("gao"), asker("gao"), NOW)
    assert comment(store, 1, said, "request-two", doer("gao"), asker("gao"), NOW).seq == line.seq
    with pytest.raises(NotDoable, match="used for something else"):
        comment(store, 1, Said("two more bags"), "request-two", doer("gao"), asker("gao"), NOW)
    assert shown(store) == [("b", "scene", True)]


def test_the_handlers_own_picture_proves_nothing_to_who_verifies(store: Store) -> None:
    uploaded(store)
    lead_to(store, "handling")
    do(store, "dai", "feed_back", pictures=(SHA,), moment=later(5))
    with store.read() as connection:
        assert not pictured_since(connection, 1, NOW)


def test_who_verifies_shows_another_than_who_handled(store: Store) -> None:
    for sha256 in (SHA, "c" * 64):
        uploaded(store, sha256)
    lead_to(store, "handling")
    do(store, "dai", "feed_back", pictures=(SHA,), moment=later(5))
    do(store, "gao", "verify", pictures=("c" * 64,), moment=later(6))
    assert shown(store) == [("b", "after", True), ("c", "after", True)]
