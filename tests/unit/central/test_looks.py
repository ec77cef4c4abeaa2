"""Looks at epochs and judgements of digests, out of SQLite and PostgreSQL alike."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import insert, update

from broker.fields import LARGEST
from central.digests import Verdict
from central.gaps import Look, Pace, Span, look
from central.store import digests as store_digests
from central.store import looks
from central.store.database import Store
from central.store.delivery_tables import digests, epochs, gone, refused
from central.store.digests import counted, due_digest, settle
from central.store.looks import Due, due_epochs, due_of, found, found_whole, keep, look_at_all
from central.store.migrate import migrate
from tests.unit.central.makers import NODE, at
from tests.unit.central.sequences import digest_of, lose, sha256_of, state, take, tell
from tests.unit.central.test_store import rows

PACE = Pace()


def one_look(store: Store, seconds: float, epoch: str = "boot-1") -> tuple[Due, Look]:
    (due,) = (due for due in due_epochs(store, at(seconds), at_most=9) if due.epoch == epoch)
    return due, _look(store, due, seconds)


def _look(store: Store, due: Due, seconds: float) -> Look:
    """By what is found of it alone; what is asked of many at once must lead to the same."""
    now = at(seconds).timestamp()
    alone = look(due.standing, due.heard, found(store, due), now, PACE)
    if (whole := found_whole(store, [due]).get((due.node, due.epoch))) is not None:
        assert look(due.standing, due.heard, whole, now, PACE) == alone
    return alone


def passes(store: Store, seconds: float) -> list[Look]:
    """All that is due is looked at and kept."""
    made = [(due, _look(store, due, seconds)) for due in due_epochs(store, at(seconds), at_most=99)]
    return [look for _, look in keep(store, made, at(seconds))]


def epoch(store: Store) -> Any:
    (row,) = rows(store, epochs)
    return row


def give_up(store: Store, first: int, last: int, name: str = "boot-1") -> None:
    row = {"node": NODE.source, "epoch": name, "first": first, "last": last, "code": "x", "at": at(0)}
    with store.write() as connection:
        connection.execute(insert(gone).values(row))


def refuse(store: Store, sequence: int, event: str | None, sha256: str = "f" * 64) -> None:
    row = {"node": NODE.source, "epoch": "boot-1", "sequence": sequence, "event": event}
    with store.write() as connection:
        connection.execute(insert(refused).values(row | {"sha256": sha256, "at": at(0)}))


def test_a_hole_is_found_and_asked_for_and_the_watermark_follows_what_comes(store: Store) -> None:
    take(store, "boot-1", [0, 1, 2, 5, 6, 9])
    assert due_epochs(store, at(1), at_most=9) == []
    (young,) = passes(store, 2)
    assert young.holes == (Span(3, 4), Span(7, 8))
    assert (epoch(store).watermark, epoch(store).holes, epoch(store).missing) == (2, 2, 4)
    (asked,) = passes(store, 12)
    assert asked.ask == (Span(3, 4), Span(7, 8))
    assert (epoch(store).tries, epoch(store).asked_at, epoch(store).due) == (1, at(12), at(22))
    take(store, "boot-1", [3, 4, 7, 8], seconds=13)
    assert passes(store, 15)[0].reason.code == "whole"
    assert (epoch(store).watermark, epoch(store).holes, epoch(store).due) == (9, 0, None)


def test_what_was_refused_or_given_up_is_accounted_for(store: Store) -> None:
    take(store, "boot-1", [0, 9])
    for n in (1, 2):
        refuse(store, n, f"odd-{n}")
    give_up(store, 3, 6)
    give_up(store, 5, 8)
    (whole,) = passes(store, 2)
    assert (whole.holes, whole.standing.watermark) == ((), 9)


def test_the_tail_that_a_state_tells_of_is_asked_for_when_the_node_is_silent(sqlite_store: Store) -> None:
    take(sqlite_store, "boot-1", [0, 1])
    state(sqlite_store, "boot-1", 4, 1)
    passes(sqlite_store, 3)
    assert passes(sqlite_store, 13)[0].ask == (Span(2, 4),)


def test_an_older_epoch_that_still_comes_keeps_the_newer_ones_tail_waiting(store: Store) -> None:
    state(store, "boot-2", 4, 0)
    passes(store, 2)
    take(store, "boot-1", [0], seconds=11)
    (newer,) = (x for x in passes(store, 13) if x.holes)
    assert newer.reason.code == "node_sending"


def test_the_newest_epoch_does_not_keep_an_older_ones_tail_waiting(store: Store) -> None:
    state(store, "boot-1", 4, 0)
    state(store, "boot-2", 0, 0)
    passes(store, 2)
    take(store, "boot-2", [0], seconds=11)
    assert [x.ask for x in passes(store, 13) if x.holes] == [(Span(0, 4),)]


def test_an_epoch_that_is_over_is_asked_whether_it_went_on_until_the_node_says_no(store: Store) -> None:
    take(store, "boot-1", [0, 1])
    state(store, "boot-1", 1, 0)
    passes(store, 2)
    state(store, "boot-2", -1, 20)
    assert {x.reason.code for x in passes(store, 22)} == {"end_unknown", "whole"}
    (asked,) = passes(store, 30)
    assert asked.ask == (Span(2, LARGEST),)
    give_up(store, 2, LARGEST)
    assert [x.reason.code for x in passes(store, 40)] == ["whole"]
    assert due_epochs(store, at(9999), at_most=9) == []


def test_a_node_that_is_away_is_not_asked_until_it_speaks(sqlite_store: Store) -> None:
    take(sqlite_store, "boot-1", [0, 2])
    state(sqlite_store, None, 0, 1, online=False)
    passes(sqlite_store, 2)
    assert passes(sqlite_store, 12)[0].reason.code == "node_away"
    state(sqlite_store, "boot-1", 2, 100)
    assert passes(sqlite_store, 102)[0].ask == (Span(1, 1),)


def test_of_two_that_look_at_once_one_asks(store: Store) -> None:
    take(store, "boot-1", [0, 2])
    passes(store, 2)
    ours, theirs = one_look(store, 12), one_look(store, 12)
    assert ours[1].ask
    assert len(keep(store, [ours], at(12))) == 1
    assert keep(store, [theirs], at(12)) == []
    assert epoch(store).tries == 1


def test_what_comes_during_a_look_is_looked_at_soon(sqlite_store: Store) -> None:
    take(sqlite_store, "boot-1", [0, 1])
    quiet = one_look(sqlite_store, 2)
    take(sqlite_store, "boot-1", [2], seconds=2)
    keep(sqlite_store, [quiet], at(2))
    assert epoch(sqlite_store).due == at(4)


def test_a_row_that_somebody_holds_is_not_waited_for(postgres_url: str) -> None:
    store = Store(postgres_url)
    migrate(store)
    take(store, "boot-1", [0, 2])
    ours = one_look(store, 2)
    with store.write() as connection:
        connection.execute(update(epochs).values(news=epochs.c.news + 1))
        assert keep(store, [ours], at(2)) == []
    assert len(keep(store, [ours], at(2))) == 1
    store.close()


def test_epochs_of_which_nothing_is_missing_are_asked_for_together(store: Store) -> None:
    for n in range(3):
        take(store, f"whole-{n}", range(n + 1))
    take(store, "holed", [0, 2])
    take(store, "dropped", [0, 1])
    give_up(store, 5, 6, "dropped")
    dues = due_epochs(store, at(2), at_most=9)
    assert {epoch for _, epoch in found_whole(store, dues)} == {"whole-0", "whole-1", "whole-2"}
    assert found_whole(store, []) == {}
    passes(store, 2)
    dues = [due_of(row) for row in rows(store, epochs)]
    assert {epoch for _, epoch in found_whole(store, dues)} == {"whole-0", "whole-1", "whole-2"}, "no news"


def test_a_long_epoch_is_looked_at_in_pages(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looks, "PAGE", 10)
    take(store, "boot-1", [n for n in range(35) if n != 31])
    watermarks = []
    for _ in range(4):
        passes(store, 2)
        watermarks.append(epoch(store).watermark)
    assert watermarks == [9, 19, 29, 30]


def test_many_refused_or_given_up_are_pages_too(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looks, "PAGE", 3)
    take(store, "boot-1", [20])
    for n in range(9):
        refuse(store, n, f"odd-{n}")
        give_up(store, 9 + n, 11 + n)
    for _ in range(12):
        passes(store, 2)
    assert epoch(store).watermark == 20


def test_a_clock_that_was_set_makes_everything_due(sqlite_store: Store) -> None:
    take(sqlite_store, "boot-1", [0, 2], seconds=3600)
    tell(sqlite_store, digest_of([("boot-1", 0, 2)]), received=at(3600))
    assert due_epochs(sqlite_store, at(10), at_most=9) == []
    look_at_all(sqlite_store, at(10))
    assert {due.epoch for due in due_epochs(sqlite_store, at(10), at_most=9)} == {"boot-1", "boot-9"}
    assert due_digest(sqlite_store, at(10)) is not None


# Digests


def judged(store: Store, seconds: float = 10) -> Verdict:
    due = due_digest(store, at(seconds))
    assert due is not None
    *_, verdict = counted(store, due)
    assert verdict is not None
    assert settle(store, due, verdict, at(seconds), 20)
    return verdict


def test_a_day_that_is_all_here_is_complete(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_digests, "PAGE", 2)
    take(store, "boot-2", range(3))
    take(store, "boot-1", range(2, 12))
    refuse(store, 1, "boot-1-1", sha256_of("boot-1", 1))
    refuse(store, 5, "boot-1-5")  # its place was taken meanwhile: it counts no more
    tell(store, digest_of([("boot-2", 0, 2), ("boot-1", 1, 9), ("boot-1", 4, 11)][:2]))
    verdict = judged(store)
    assert (verdict.state, verdict.found) == ("complete", 12)
    (row,) = rows(store, digests)
    assert (row.state, row.found_events, row.missing, row.checked_at, row.due) == (
        "complete",
        12,
        0,
        at(10),
        None,
    )
    assert row.reason["code"] == "all_here"


CHANGES = {
    "bodies_differ": f"UPDATE inbox SET sha256 = '{'0' * 64}' WHERE sequence = 3",  # noqa: S608
    "ids_differ": "UPDATE inbox SET id = 'other' WHERE sequence = 3",
    "place_taken_twice": (
        "INSERT INTO inbox SELECT source, 'second', sha256, type, subject, epoch, sequence, time, "
        "recorded, received, deliveries, body FROM inbox WHERE sequence = 2"
    ),
}


def test_other_contents_other_ids_and_two_events_at_one_place_differ(store: Store) -> None:
    take(store, "boot-1", range(5))
    for number, (code, change) in enumerate(CHANGES.items()):
        with store.write() as connection:
            connection.exec_driver_sql(change)
        tell(store, digest_of([("boot-1", 0, 4)], event_id=f"dig-{number}"))
        verdict = judged(store)
        assert (verdict.state, verdict.reason.code) == ("differs", code)
    assert {row.state for row in rows(store, digests)} == {"differs"}


def test_a_digest_that_does_not_agree_with_itself_differs(sqlite_store: Store) -> None:
    said = digest_of([("boot-1", 0, 4)])
    tell(sqlite_store, said.model_copy(update={"data": said.data.model_copy(update={"events": 6})}))
    assert judged(sqlite_store).reason.code == "says_two_things"


def test_what_was_given_up_leaves_a_day_complete_but_for_that(store: Store) -> None:
    take(store, "boot-1", [0, 1, 4])
    give_up(store, 1, 2)
    refuse(store, 3, None)
    tell(store, digest_of([("boot-1", 0, 4)]))
    verdict = judged(store)
    assert (verdict.state, verdict.given_up, verdict.found) == ("complete_but_given_up", 2, 3)


def test_what_a_day_is_missing_is_asked_for_and_the_day_judged_again_when_it_came(store: Store) -> None:
    take(store, "boot-1", range(10))
    passes(store, 2)
    lose(store, "boot-1", [3, 4, 8])
    tell(store, digest_of([("boot-1", 0, 9)]))
    verdict = judged(store, 10)
    assert (verdict.state, verdict.missing_events) == ("missing", 3)
    assert verdict.missing == {"boot-1": [Span(3, 4), Span(8, 8)]}
    assert due_digest(store, at(29)) is None
    passes(store, 11)
    assert (Span(3, 4), Span(8, 8)) in [x.ask for x in passes(store, 21)]
    take(store, "boot-1", [3, 4, 8], seconds=22)
    passes(store, 24)
    assert judged(store, 24).state == "complete"


def test_a_judgement_that_was_overtaken_does_not_count(sqlite_store: Store) -> None:
    tell(sqlite_store, digest_of([("boot-1", 0, 4)]))
    due = due_digest(sqlite_store, at(10))
    assert due is not None
    *_, verdict = counted(sqlite_store, due)
    assert verdict is not None
    assert settle(sqlite_store, due, verdict, at(10), 20)
    assert not settle(sqlite_store, due, replace(verdict, state="differs"), at(10), 20)
    assert rows(sqlite_store, digests)[0].state == "missing"


def test_an_empty_day_is_complete(sqlite_store: Store) -> None:
    tell(sqlite_store, digest_of([]))
    assert judged(sqlite_store).state == "complete"
