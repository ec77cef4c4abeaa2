"""A log that says the same again and again stays small, and nothing is kept back unsaid."""

import io
import logging
import re
from collections.abc import Iterator

import pytest

from edge.logs import Sparing
from edge.repeats_said import FREELY, MOST, RepeatsSaid


def test_a_camera_that_comes_and_goes_for_a_month_says_little_and_every_line_is_counted() -> None:
    said = RepeatsSaid()
    lines = kept_back = 0
    times = [30.0 * n for n in range(30 * 86_400 // 30)]
    for now in times:
        may, before = said.heard("cam-1 lost", now)
        lines += may
        kept_back += before
    assert lines < 30 * 24 + 40
    assert lines + kept_back >= len(times) - 200
    assert said.heard("cam-2 lost", times[-1]) == (True, 0)
    assert said.heard("cam-1 lost", times[-1] + 10_000)[0]  # and afresh after a quiet time
    assert said.heard("cam-1 lost", times[-1] + 10_001) == (True, 0)


def test_what_is_said_seldom_is_always_said() -> None:
    said = RepeatsSaid()
    assert all(said.heard("x", 600.0 * n) == (True, 0) for n in range(1000))


def test_a_storm_of_different_lines_takes_no_more_than_so_much_memory() -> None:
    said = RepeatsSaid()
    for n in range(5 * MOST):
        assert said.heard(n, 0.0)[0]
    assert len(said) == MOST


@pytest.fixture
def log() -> Iterator[tuple[logging.Logger, io.StringIO]]:
    out, logger = io.StringIO(), logging.getLogger("tests.sparing")
    handler = logging.StreamHandler(out)
    handler.addFilter(Sparing())
    logger.addHandler(handler)
    logger.propagate = False
    logger.setLevel(logging.INFO)
    yield logger, out
    logger.removeHandler(handler)


def test_lines_of_one_source_are_told_from_those_of_another(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, out = log
    for n in range(1000):
        for source in ("cam-1", "cam-2"):
            logger.warning("source %s: lost after %d s", source, n)
        logger.info("%s", f"incident opened: {n}")
    text = out.getvalue()
    assert text.count("source cam-1") == text.count("source cam-2") == FREELY
    assert len(re.findall("incident opened", text)) == 1000
