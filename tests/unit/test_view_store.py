"""What is known of a view survives a restart, and holds no picture of what passed by."""

from contextlib import suppress

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from edge.perception.cells import CELL
from edge.perception.view import ViewSettings, ViewWatch
from edge.perception.view.store import packed, unpacked
from tests.unit.views import COLOUR, HEIGHT, WIDTH, Street, told, watched

STREET = Street()
DUMP = watched(STREET, 4.0).dump()


def restored(data: bytes = DUMP) -> ViewWatch:
    watch = ViewWatch(ViewSettings())
    watch.restore(data)
    return watch


def test_the_view_is_known_at_the_first_look_after_a_restart() -> None:
    assert restored().look(5.0, STREET.look(), colour=COLOUR).condition == "ok"


def test_a_camera_that_was_turned_meanwhile_is_found() -> None:
    other = Street(99)

    assert told(restored(), lambda _: (other.look(), COLOUR), 4.0, start=0.0).view.condition == "moved"


def test_a_camera_that_was_moved_a_little_before_and_meanwhile_is_followed() -> None:
    street = Street()
    watch = watched(street, 4.0)
    told(watch, lambda _: (street.look(6.4), COLOUR), 4.0)

    same = restored(watch.dump()).look(0.0, street.look(6.4), colour=COLOUR)
    on = told(restored(watch.dump()), lambda _: (street.look(16), COLOUR), 4.0, start=0.0).view

    assert same.to_picture == pytest.approx((1, 0, -0.02, 0, 1, 0), abs=0.003)
    assert on.to_picture == pytest.approx((1, 0, -0.05, 0, 1, 0), abs=0.003)


def test_a_watch_that_knows_nothing_yet_can_be_stored() -> None:
    watch = restored(ViewWatch(ViewSettings()).dump())

    assert watch.look(0.0, STREET.look(), colour=COLOUR).condition == "settling"


def test_nothing_under_a_busy_box_is_stored() -> None:
    street = Street()
    watch = ViewWatch(ViewSettings())
    box = (0.4, 0.3, 0.5, 0.7)
    rows, columns = slice(int(0.3 * HEIGHT), int(0.7 * HEIGHT)), slice(int(0.4 * WIDTH), int(0.5 * WIDTH))
    person = street.random.uniform(0, 255, (rows.stop - rows.start, columns.stop - columns.start))
    for step in range(60):
        picture = street.look()
        picture[rows, columns] = person
        watch.look(step * 4.0, picture, colour=COLOUR, busy=[box])

    _, arrays = unpacked(watch.dump())

    assert {"colour.fine", "colour.anchor"} <= set(arrays)
    for name in ("colour.fine", "colour.anchor"):
        assert not arrays[name][rows, columns].any()
        assert np.count_nonzero(arrays[name]) > 0.5 * arrays[name].size
    cell = arrays["colour.known"][
        rows.start // CELL : rows.stop // CELL, columns.start // CELL : columns.stop // CELL
    ]
    assert not cell.any()


def test_what_stands_under_a_busy_box_later_on_is_not_learnt() -> None:
    street = Street()
    watch = watched(street, 4.0)
    _, before = unpacked(watch.dump())
    for step in range(60):
        picture = street.look()
        picture[60:120, 128:160] = 250
        watch.look(80.0 + step * 4, picture, colour=COLOUR, busy=[(0.4, 0.3333, 0.5, 0.6667)])

    _, after = unpacked(watch.dump())

    assert np.array_equal(before["colour.fine"][60:120, 128:160], after["colour.fine"][60:120, 128:160])


@pytest.mark.parametrize(
    "data",
    [b"", b"no view", DUMP[:-20], DUMP[:40], b"gewu view 1\n", b"gewu view 1\nxxxx", packed({}, {})],
    ids=["empty", "other", "cut", "short", "head only", "no zlib", "nothing told"],
)
def test_what_is_no_stored_view_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="this is no stored view"):
        restored(data)


def test_pictures_that_do_not_belong_together_are_refused() -> None:
    told_, arrays = unpacked(DUMP)

    with pytest.raises(ValueError, match="not of one size"):
        restored(packed(told_, arrays | {"colour.known": arrays["colour.known"][:-1]}))


@pytest.mark.parametrize(
    ("key", "value"),
    [("mode", "x"), ("matrix", [[9, 0, 0], [0, 9, 0]]), ("matrix", 3), ("chroma", "much"), ("modes", [1])],
)
def test_figures_that_cannot_be_are_refused(key: str, value: object) -> None:
    told_, arrays = unpacked(DUMP)

    with pytest.raises(ValueError, match=r"."):
        restored(packed(told_ | {key: value}, arrays))


@settings(max_examples=25)
@given(at=st.integers(0, 4000), byte=st.integers(0, 255))
@example(at=13, byte=0)
def test_a_damaged_store_is_refused_or_works(at: int, byte: int) -> None:
    data = bytearray(DUMP)
    data[at % len(data)] = byte
    watch = ViewWatch(ViewSettings())
    with suppress(ValueError):
        watch.restore(bytes(data))
    watch.look(0.0, STREET.look(), colour=COLOUR)


def test_a_refused_store_changes_nothing() -> None:
    watch = restored()
    with pytest.raises(ValueError, match="no stored view"):
        watch.restore(b"")

    assert watch.look(5.0, STREET.look(), colour=COLOUR).condition == "ok"
