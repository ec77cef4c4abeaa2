"""What becomes of an ask, in whatever order its answers come."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.asks import ASKS, Answer
from central.asking.judging import MOST_BYTES, MOST_PARTS, OPEN, Standing, judge
from central.asking.merging import LAST, LISTS, merged
from central.asking.plaintext import exposed
from central.asking.rules import MOST_AT_NODE, MOST_OF_ONE, TABLE, lasts_s, too_many
from tests.unit.central.makers import NODE, at

ASK = Standing(NODE.source, at(60), "sent")


def answer(number: int, status: str = "part", progress: float | None = None) -> Answer:
    return Answer(id="ask-1", number=number, at=at(1), status=status, progress=progress)  # type: ignore[arg-type]


def after(answers: list[Answer]) -> Standing:
    ask = ASK
    for each in answers:
        ask = judge(ask, NODE.source, each, 100, at(2)).after
    return ask


def test_every_command_has_a_rule_and_every_field_of_an_answer_is_merged() -> None:
    assert set(TABLE) == set(ASKS)
    plain = {"id", "number", "at", "status", "progress", "reasons", "still"}
    assert set(Answer.model_fields) == {*LISTS, *LAST, *plain}
    assert lasts_s(ASKS[0], 10.0) == lasts_s(ASKS[0], None) + 10.0


def test_the_last_answer_may_come_first_and_then_the_others_are_waited_for() -> None:
    told = [answer(0, "working", 0.2), answer(1), answer(2, "done")]
    for order in permutations(told):
        early = after(list(order)[:2])
        assert early.status == "working"
        done = after(list(order))
        assert (done.status, done.parts, done.size, done.progress) == ("done", 3, 300, 1.0)


@given(st.permutations(range(6)))
def test_what_is_refused_is_so_at_once(order: list[int]) -> None:
    told = [answer(n, "refused" if n == 5 else "part") for n in order]
    ends = order.index(5)
    assert after(told[: ends + 1]).status == "refused"
    assert after(told) == after(told[: ends + 1]), "and nothing comes after"


def test_who_was_not_asked_says_nothing() -> None:
    verdict = judge(ASK, "gewu://131002/another", answer(0, "done"), 10, at(2))
    assert (verdict.kept, verdict.reason.code, verdict.after) == (False, "not_asked", ASK)
    late = judge(ASK, NODE.source, answer(0, "done"), 10, at(61))
    assert (late.kept, late.reason.code, late.after) == (False, "too_late", ASK)


def test_an_answer_without_end_fails() -> None:
    many = Standing(NODE.source, at(60), "working", MOST_PARTS, 100)
    large = Standing(NODE.source, at(60), "working", 3, MOST_BYTES)
    for ask in (many, large):
        verdict = judge(ask, NODE.source, answer(7), 1, at(2))
        assert (verdict.kept, verdict.after.status) == (False, "failed")
        assert verdict.after.status not in OPEN
    assert not judge(ASK, NODE.source, answer(MOST_PARTS), 1, at(2)).kept, "which leaves a hole anyway"


def test_lists_are_one_behind_the_other_and_the_last_word_stands() -> None:
    told = [
        {"cameras": [{"address": "http://a"}], "settings": {"id": "cam-1"}},
        {"cameras": [{"address": "http://b"}], "still": {"sha256": "1"}},
        {"still": {"sha256": "2"}, "settings": {"id": "cam-2"}},
    ]
    assert merged(told) == {
        "cameras": [{"address": "http://a"}, {"address": "http://b"}],
        "settings": {"id": "cam-2"},
        "stills": [{"sha256": "1"}, {"sha256": "2"}],
    }
    assert merged([]) == {}


def test_only_so_many_at_once() -> None:
    assert too_many(MOST_OF_ONE - 1, MOST_AT_NODE - 1) is None
    assert too_many(MOST_OF_ONE, 0).code == "too_many_yours"  # type: ignore[union-attr]
    assert too_many(0, MOST_AT_NODE).code == "too_many_there"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("tree", "where"),
    [
        ({"url": "rtsp://admin:hush@cam/1"}, ["url"]),
        ({"onvif": {"address": "http://cam", "password": "hush"}}, ["onvif.password"]),
        ({"zones": [{"name": "x"}, {"url": "http://:hush@a"}]}, ["zones[1].url"]),
        ({"url": "rtsp://cam:554/1", "password_file": "cam.secret", "username": "admin"}, []),
    ],
)
def test_secrets_in_the_open_are_found_and_never_repeated(tree: dict[str, object], where: list[str]) -> None:
    assert list(exposed(tree)) == where  # type: ignore[arg-type]
