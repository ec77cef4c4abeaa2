"""Which films are flown, when, and never twice."""

from pathlib import Path

import pytest

from edge.filming import flight_id, live_id
from edge.footage import folder
from edge.landing import PATIENCE, Found, Landing, Mark, marks

SRT: Mark = (10, 1)


def film(name: str = "a.mp4", size: int = 100, changed: int = 5) -> Found:
    return Found(Path("/films") / name, size, changed)


def test_a_film_is_ready_when_nothing_of_it_has_changed_for_a_while() -> None:
    landing = Landing(settle_s=10.0, wait_s=60.0)
    assert landing.look([(film(size=10), SRT)], 0.0) == []
    assert landing.look([(film(size=100), SRT)], 9.0) == []
    assert landing.look([(film(size=100), (11, 1))], 18.0) == []  # its telemetry still grows
    assert landing.look([(film(size=100), (11, 1))], 27.9) == []
    assert landing.look([(film(size=100), (11, 1))], 28.0) == [film(size=100)]


def test_telemetry_that_comes_later_is_waited_for_and_not_for_ever() -> None:
    landing = Landing(settle_s=10.0, wait_s=60.0)
    for now in (0.0, 30.0, 59.9):
        assert landing.look([(film(), None)], now) == []
    assert landing.look([(film(), None)], 60.0) == [film()]
    other = Landing(settle_s=10.0, wait_s=60.0)
    other.look([(film(), None)], 0.0)
    assert other.look([(film(), SRT)], 20.0) == []
    assert other.look([(film(), SRT)], 30.0) == [film()]


def test_what_was_flown_is_remembered_over_a_restart_as_long_as_the_film_is_there() -> None:
    landing = Landing(0.0, 0.0)
    assert landing.look([(film(), SRT), (film("b.mp4", changed=1), SRT)], 0.0) == [
        film("b.mp4", changed=1),
        film(),
    ]
    landing.flown(film())
    landing.flown(film("b.mp4", changed=1))
    again = Landing(0.0, 0.0, marks({name: list(mark) for name, mark in landing.done.items()}))
    assert again.look([(film(), SRT)], 0.0) == []
    assert len(again) == 1  # b is gone, and forgotten
    assert again.look([(film(changed=6), SRT)], 1.0) == [film(changed=6)]  # another film took the name
    assert again.look([], 2.0) == []
    assert len(again) == 0
    with pytest.raises(ValueError, match="unpack"):
        marks({"a": [1]})


def test_a_film_that_cannot_be_read_is_tried_again_and_given_up() -> None:
    landing = Landing(5.0, 0.0)
    landing.look([(film(), SRT)], 0.0)
    for turn in range(PATIENCE):
        now = 5.0 + 6.0 * turn
        assert landing.look([(film(), SRT)], now) == [film()]
        assert landing.failed(film(), now) is (turn == PATIENCE - 1)
        assert landing.look([(film(), SRT)], now + 1.0) == []
    assert landing.look([(film(), SRT)], 100.0) == []
    assert landing.look([(film(size=0, changed=7), SRT)], 200.0) == []  # an empty file is none yet
    assert landing.look([(film(size=0, changed=7), SRT)], 300.0) == []


def test_a_folder_lists_films_alone(tmp_path: Path) -> None:
    for name in ("b.MP4", "a.mov", ".hidden.mp4", "a.SRT", "c.txt", "d.mp4.part"):
        (tmp_path / name).write_bytes(b"x")
    settings = folder.Settings(kind="folder", path=tmp_path)
    assert [found.path.name for found in settings.listed()] == ["a.mov", "b.MP4"]
    with pytest.raises(OSError, match="No such file"):
        folder.Settings(kind="folder", path=tmp_path / "none").listed()


def test_a_flights_name_is_that_of_the_film_and_not_of_its_file(tmp_path: Path) -> None:
    one, two, other = (tmp_path / name for name in ("1.mp4", "2.mp4", "3.mp4"))
    body = bytes(range(256)) * 40_000
    one.write_bytes(body)
    two.write_bytes(body)
    other.write_bytes(body[:-1] + b"x")
    assert flight_id("drone-1", one) == flight_id("drone-1", two)
    names = {flight_id("drone-1", one), flight_id("drone-2", one), flight_id("drone-1", other)}
    names |= {live_id("drone-1", 1000.0), live_id("drone-1", 1000.5), live_id("drone-2", 1000.0)}
    assert len(names) == 6
