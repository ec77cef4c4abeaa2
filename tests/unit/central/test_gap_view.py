"""What people are told of gaps, how a hole is closed by hand, and how every row goes away again."""

import json
from pathlib import Path

import pytest

from broker.fields import LARGEST
from central.cli import main
from central.gaps import Span
from central.letters import Refusal
from central.metrics import Metrics
from central.store import folding
from central.store.aside import quarantined
from central.store.database import Store
from central.store.delivery_tables import digests, epochs, gone, quarantine_log, refused, senders
from central.store.digests import due_digest
from central.store.folding import KEPT, fold
from central.store.gap_view import close_hole, figures, overview
from central.store.looks import due_epochs
from central.store.receipts import marked, owed
from central.store.schema import quarantine, receipts
from tests.unit.central.makers import NODE, at, letter
from tests.unit.central.sequences import DAY, digest_of, state, take, tell
from tests.unit.central.test_looks import give_up, judged, passes, refuse
from tests.unit.central.test_store import rows

LATER = at(0) + KEPT + KEPT


def story(store: Store) -> None:
    """An epoch with two holes, one before it that is whole, and a day of which something is missing."""
    take(store, "boot-1", [0, 1])
    take(store, "boot-2", [0, 1, 4, 5, 9])
    state(store, "boot-2", 9, 0)
    tell(store, digest_of([("boot-2", 0, 5)]))
    take(store, "boot-9", [0])
    passes(store, 2)
    passes(store, 12)
    judged(store, 12)


def settled(store: Store) -> None:
    """The ends of earlier epochs were asked for as often as they ever are."""
    for seconds in (99, 199, 299):
        passes(store, seconds)


def test_what_is_missing_is_shown_as_it_is_now(store: Store) -> None:
    story(store)
    assert figures(store).digests["missing"] == 1
    assert (figures(store).ranges, figures(store).events) == (2, 5)
    take(store, "boot-2", [2], seconds=13)
    (node,) = overview(store)
    assert (node.node, node.online) == (NODE.source, True)
    (epoch,) = node.epochs
    assert (epoch.epoch, epoch.current, epoch.watermark, epoch.highest, epoch.tries) == (
        "boot-2",
        True,
        2,
        9,
        1,
    )
    assert epoch.open_holes == (Span(3, 3), Span(6, 8))
    assert [(d.day, d.state, d.missing) for d in node.digests] == [(DAY, "missing", 2)]
    assert {e.epoch for e in overview(store, all_epochs=True)[0].epochs} == {"boot-1", "boot-2", "boot-9"}
    assert overview(store, node="gewu://131002/other") == []


def test_claims_beyond_all_measure_are_only_numbers(store: Store) -> None:
    claims = [
        {"node": NODE.source, "epoch": f"e-{n}", "noted": at(0), "holes": 1, "missing": LARGEST}
        for n in range(1100)
    ]
    with store.write() as connection:
        connection.execute(epochs.insert(), claims)
    assert (figures(store).ranges, figures(store).events) == (1100, pytest.approx(1100 * LARGEST))


def test_a_hole_closed_by_hand_is_accounted_for(store: Store) -> None:
    story(store)
    assert close_hole(store, NODE.source, "boot-2", Span(2, 8), at(20))
    assert not close_hole(store, NODE.source, "boot-2", Span(2, 8), at(20))
    passes(store, 22)
    assert figures(store).events == 0
    assert judged(store, 22).state == "complete_but_given_up"
    assert "boot-2" not in {due.epoch for due in due_epochs(store, at(99), at_most=9)}


def test_every_row_goes_away_again(store: Store) -> None:
    story(store)
    refuse(store, 0, "odd-1")
    give_up(store, 0, 3, "boot-8")
    close_hole(store, NODE.source, "boot-2", Span(2, 8), at(20))
    passes(store, 22)
    judged(store, 22)
    settled(store)
    state(store, None, 0, 100, online=False)
    fold(store, LATER)
    for table in (epochs, senders, gone, refused, digests):
        assert rows(store, table) == [], table.name


def test_what_is_still_missing_and_what_a_node_is_in_now_does_not_go_away(store: Store) -> None:
    story(store)
    give_up(store, 7, 7, "boot-2")
    refuse(store, 99, "odd-1")
    fold(store, at(0) + KEPT / 2)
    assert len(rows(store, epochs)) == 3
    settled(store)
    with store.write() as connection:
        connection.execute(senders.update().values(heard=LATER))
    fold(store, LATER)
    assert [row.epoch for row in rows(store, epochs)] == ["boot-2"]
    assert len(rows(store, gone)) == len(rows(store, digests)) == 1
    assert due_digest(store, LATER) is not None


def test_refusals_and_lines_are_bounded_in_number_too(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folding, "KEPT_REFUSED", 2)
    monkeypatch.setattr(folding, "KEPT_ACTS", 1)
    with sqlite_store.write() as connection:
        for n in range(5):
            place = {"node": "n", "epoch": "e", "sequence": n, "event": "x", "sha256": "f" * 64, "at": at(n)}
            connection.execute(refused.insert().values(place))
            line = {"number": n, "topic": "t", "sha256": "f", "code": "c", "done": "dropped", "reason": {}}
            connection.execute(quarantine_log.insert().values(line | {"at": at(n)}))
    fold(sqlite_store, at(9))
    assert [row.sequence for row in rows(sqlite_store, refused)] == [3, 4]
    assert [row.number for row in rows(sqlite_store, quarantine_log)] == [4]


def test_a_rejection_goes_with_its_message(store: Store) -> None:
    for n in range(3):
        quarantined(store, letter(b"%d" % n), Refusal("odd", "why", f"odd-{n}"))
    told = owed(store, at_most=9)
    marked(store, told[:2])
    with store.write() as connection:
        connection.execute(quarantine.delete().where(quarantine.c.sha256 != told[1].receipt.sha256))
    fold(store, at(9))
    assert {row.event for row in rows(store, receipts)} == {"odd-1", "odd-2"}, "the last was not told yet"


@pytest.fixture
def config(tmp_path: Path) -> str:
    path = tmp_path / "central.yaml"
    path.write_text(f"storage: {{directory: '{tmp_path}'}}\nbroker: {{url: 'mqtt://127.0.0.1'}}\n")
    return str(path)


def test_the_command_tells_and_closes(
    config: str, sqlite_store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    story(sqlite_store)
    assert main(["gaps", config]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"{NODE.source}  online",
        "  epoch boot-2 (now)  up to 1 of 9  missing 5 since 2026-03-01T08:00:02.000Z: 2-3, 6-8  "
        "asked 1 times, last 2026-03-01T08:00:12.000Z",
        f"  {DAY}  missing: events of that day are missing and are asked for (said 6, found 4, missing 2)",
    ]
    assert main(["gaps", config, "--give-up", NODE.source, "boot-2", "2", "8"]) == 0
    assert "given up: 7 places" in capsys.readouterr().out
    assert main(["gaps", config, "--json", "--all"]) == 0
    (node,) = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert {e["epoch"]: e["missing"] for e in node["epochs"]} == {"boot-1": 0, "boot-2": 0, "boot-9": 0}
    assert node["digests"][0]["checked_at"] == "2026-03-01T08:00:12.000Z"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["gewu://131002/yard-7", "boot-7", "1", "2"], 1, "has no epoch boot-7"),
        (["gewu://131002/yard-7", "boot-2", "3", "2"], 2, "FIRST not above LAST"),
        (["gewu://131002/yard-7", "boot-2", "x", "2"], 2, "whole numbers"),
    ],
)
def test_a_hole_that_is_none_is_not_closed(
    config: str,
    sqlite_store: Store,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    code: int,
    said: str,
) -> None:
    story(sqlite_store)
    assert main(["gaps", config, "--give-up", *words]) == code
    assert said in capsys.readouterr().err


def test_the_metrics_have_a_figure_for_each() -> None:
    names = {family.name for family in Metrics().registry.collect()}
    assert {f"gewu_central_{n}" for n in ("gaps_open", "missing_events", "digests", "resends")} <= names
