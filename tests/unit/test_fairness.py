"""Who may use the detector when not everyone can."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from edge.fairness import FORGET_S, PATIENCE_S, Shares
from edge.perception.glance import Urgency, Wish

WHOLE = (0.0, 0.0, 1.0, 1.0)
COST_S = 0.05


def wish(source: str, urgency: Urgency = "changed", pictures: int = 1) -> Wish:
    return Wish(source, urgency, (WHOLE,) * pictures)


def minutes(shares: Shares, wishes: list[Wish], seconds: float = 120.0, step: float = 0.5) -> Counter[str]:
    """How often each source is served when all want to look all the time."""
    served: Counter[str] = Counter()
    for n in range(int(seconds / step)):
        chosen = shares.choose(wishes, n * step)
        pictures = sum(len(wishes[i].regions) for i in chosen)
        shares.spent(COST_S * pictures, pictures)
        served.update(wishes[i].source for i in chosen)
    return served


def test_where_there_is_time_everyone_is_served() -> None:
    shares = Shares(0.9, 8)
    served = minutes(shares, [wish(f"cam-{n}") for n in range(4)])
    assert set(served.values()) == {240}
    assert shares.load().trouble is None


def test_sources_of_one_urgency_get_the_same_share_of_too_little() -> None:
    shares = Shares(0.5, 8)
    served = minutes(shares, [wish(f"cam-{n}") for n in range(40)])
    assert len(served) == 40
    assert max(served.values()) - min(served.values()) <= 2
    told = shares.load().trouble
    assert told is not None
    assert "looks at changes" in told


def test_looks_without_a_cause_wait_first_and_are_served_in_the_end() -> None:
    shares = Shares(0.5, 8)
    many = [wish(f"busy-{n}") for n in range(10)]
    served = minutes(shares, [*many, wish("calm", "refresh")])
    assert 2 <= served["calm"] <= 2 + 120.0 / PATIENCE_S
    assert min(served[w.source] for w in many) > 10 * served["calm"]


def test_a_decision_comes_before_changes() -> None:
    shares = Shares(0.5, 1)
    wishes = [wish("a"), wish("b", "refresh"), wish("c", "ripening")]
    assert shares.choose(wishes, 0.0) == [2]


def test_a_wish_dearer_than_the_whole_budget_is_served_now_and_then() -> None:
    shares = Shares(0.05, 8)
    served = minutes(shares, [wish("wide", pictures=20)], seconds=300)
    assert 5 <= served["wide"] <= 25


@given(st.lists(st.integers(1, 4), min_size=1, max_size=12), st.floats(0.05, 2.0))
def test_the_budget_is_kept(pictures: list[int], budget: float) -> None:
    shares = Shares(budget, 64)
    wishes = [wish(f"cam-{n}", pictures=count) for n, count in enumerate(pictures)]
    served = minutes(shares, wishes, seconds=60)
    spent = sum(served[w.source] * len(w.regions) * COST_S for w in wishes)
    one = max(pictures) * COST_S
    first = sum(pictures) * COST_S  # the cost of a picture is not known before the first
    assert spent <= budget * 62 + one + first + 1e-9


def test_sources_that_want_nothing_any_more_are_forgotten() -> None:
    shares = Shares(0.5, 8)
    shares.choose([wish(f"cam-{n}") for n in range(9)], 0.0)
    assert len(shares) == 9
    shares.choose([], FORGET_S + 1.0)
    assert len(shares) == 0


def test_one_very_slow_run_does_not_stop_all_looks_for_long() -> None:
    shares = Shares(0.5, 8)
    assert shares.choose([wish("a")], 0.0) == [0]
    shares.spent(60.0, 1)
    assert shares.choose([wish("a")], 75.0) == [0]


def test_a_wish_that_was_given_up_has_not_waited() -> None:
    shares = Shares(0.5, 1)
    shares.choose([wish("a"), wish("b", "refresh")], 0.0)  # b has to wait, and wants nothing any more
    shares.choose([wish("a")], 100.0)
    assert shares.choose([wish("b", "refresh"), wish("c")], 200.0) == [1]
