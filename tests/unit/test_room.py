"""What a node keeps is bounded under one total, the least of it goes first, never what has no receipt."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.drafts import Batch, Upload
from edge.evidence import EvidenceStore
from edge.journal.settings import JournalSettings
from edge.journal.writer import Journal
from edge.room import FREES, ORDER, Part, Room, cuts, trouble
from edge.storeroom import RESERVE, Storeroom, opened, reserve
from tests.unit.drafts import draft
from tests.unit.outboxes import Open, open_it

__all__ = ["open_it"]

MB = 1_000_000


def room(free: int = 10_000 * MB, rest: int = 0, **held: int) -> Room:
    return Room({part: held.get(part, 0) for part in ORDER}, rest, free)


def test_the_least_goes_first() -> None:
    full = room(past=10, sent=20, journal=30, kept=40, waiting=50, rest=5)
    assert cuts(full, most=1000, leave=0) == {}
    assert cuts(full, most=150, leave=0) == {"past": 5}
    assert cuts(full, most=120, leave=0) == {"past": 10, "sent": 20, "journal": 5}
    assert cuts(full, most=0, leave=0) == {"past": 10, "sent": 20, "journal": 30, "kept": 40, "waiting": 50}


def test_pictures_that_wait_do_not_go_for_what_others_write() -> None:
    full = room(free=10, past=10, sent=20, journal=30, kept=40, waiting=50)
    assert cuts(full, most=1e12, leave=10_000) == {"past": 10, "sent": 20, "journal": 30}
    assert "others fill this disk" in str(trouble(full, 1e12, 10_000))
    assert trouble(room(free=100), 1e12, 50) is None
    assert "must not go" in str(trouble(room(rest=100), 50, 0))


@given(
    st.dictionaries(st.sampled_from(ORDER), st.integers(0, 1000)),
    st.integers(0, 1000),
    st.integers(0, 1000),
    st.integers(0, 4000),
    st.integers(0, 2000),
)
def test_nothing_goes_that_need_not(
    held: dict[Part, int], rest: int, free: int, most: int, leave: int
) -> None:
    before = Room(held, rest, free)
    wanted = cuts(before, most, leave)
    assert all(0 < size <= held[part] for part, size in wanted.items())
    after = before.total - sum(wanted.values())
    freed = free + sum(size for part, size in wanted.items() if part in FREES)
    last = max(wanted, key=ORDER.index, default=None)
    for part in ORDER[: ORDER.index(last) if last else 0]:
        spared = held.get(part, 0) - wanted.get(part, 0)
        assert not spared or (part not in FREES and after <= most)
    if after > most:
        assert all(wanted.get(part, 0) == size for part, size in held.items() if size)
    if freed < leave:
        assert all(wanted.get(part, 0) == held.get(part, 0) for part in FREES)


class Old:
    """A model that is in use no more."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._file = folder / "network.onnx"
        self._file.write_bytes(b"x" * 50_000)

    def spare_bytes(self) -> int:
        return self._file.stat().st_size if self._file.exists() else 0

    def drop_spare(self) -> None:
        self._file.unlink()


@pytest.fixture
def store(tmp_path: Path) -> EvidenceStore:
    return EvidenceStore(tmp_path / "evidence", max_bytes=100 * MB)


def test_a_storeroom_measures_and_lets_go_but_never_what_waits(
    tmp_path: Path, store: EvidenceStore, open_it: Open
) -> None:
    outbox = open_it()
    paths = [store.put(bytes([n]) * 100_000) for n in range(4)]
    late = Upload(paths[0].name, 100_000, "image/jpeg")
    outbox.commit(Batch((draft(),), (late,)), 1000.0)
    past = tmp_path / "past" / "cam-1"
    past.mkdir(parents=True)
    (past / "1.past").write_bytes(b"x" * 200_000)
    journal = Journal(tmp_path / "journal", JournalSettings())
    for n in range(6):
        (tmp_path / f"outbox.damaged-{n}.sqlite").write_bytes(b"x" * 1000)

    old = Old(tmp_path / "models")

    def made(most: float, leave: float = 0.0) -> Storeroom:
        return Storeroom(tmp_path, most, leave, outbox, store, lambda: journal, old)

    found = made(1e9)
    found.tidy()
    assert found.room is not None
    assert (found.room.held["sent"], found.room.held["waiting"]) == (300_000, 100_000)
    assert (found.room.held["past"], found.room.held["aside"]) == (200_000, 3_000)
    assert found.room.held["models"] == 50_000
    assert found.room.rest > 0  # the outbox and what it is made of
    assert found.trouble is None

    tight = made(found.room.rest + 250_000)
    tight.tidy()
    assert tight.room is not None
    assert tight.room.total <= found.room.rest + 300_000
    assert not (past / "1.past").exists()
    assert old.spare_bytes() == 0
    assert store.has(late.sha256)
    assert sum(path.exists() for path in paths) < 4

    none = made(0.0, leave=1e15)
    none.tidy()
    assert [path.exists() for path in paths] == [False] * 4  # the total is below all: aloud, and last of all
    assert outbox.count("events") == 1  # never
    assert outbox.count("uploads") == 0
    assert none.trouble is not None


def test_a_disk_that_is_full_at_the_start_gives_back_what_was_kept_for_it(tmp_path: Path) -> None:
    reserve(tmp_path)
    assert (tmp_path / RESERVE).stat().st_size == 4_000_000
    assert opened(tmp_path, lambda: "told") == "told"
    assert (tmp_path / RESERVE).exists()
