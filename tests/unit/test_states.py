"""State between events: many sources in one commit, quiet ones more seldom, none that was not looked at."""

from edge.states import QUIET, TOGETHER, States


def all_of(names: list[str], *, quiet: bool = False) -> list[tuple[str, bool]]:
    return [(name, quiet) for name in names]


def test_what_ripens_is_kept_together_and_every_so_often() -> None:
    states, names = States(10.0), ["a", "b", "c"]
    for name in names:
        states.looked(name)
    assert states.due(all_of(names), 0.0) == names
    commits = 0
    for second in range(1, 101):
        for name in states.due(all_of(names), float(second)):
            states.kept(name, float(second))
            commits += name == "a"
        for name in names:
            states.looked(name)
    assert commits == 10


def test_where_nothing_ripens_it_is_kept_seldom_and_without_a_look_never() -> None:
    states, kept = States(10.0), []
    states.looked("a")
    states.kept("a", 0.0)
    for second in range(1, 131):
        states.looked("a")
        for name in states.due([("a", True), ("silent", True)], float(second)):
            states.kept(name, float(second))
            kept.append(second)
    assert kept == [60, 120]
    assert QUIET == 6
    states.kept("a", 130.0)
    assert not states.due([("a", True)], 1000.0)  # nothing was seen since


def test_many_take_turns_the_longest_kept_back_first() -> None:
    states, names = States(10.0), [f"cam-{n:02d}" for n in range(40)]
    for name in names:
        states.looked(name)
    found = []
    for _ in range(3):
        now = states.due(all_of(names), 100.0)
        assert len(now) <= TOGETHER
        for name in now:
            states.kept(name, 100.0)
        found += now
    assert found == names


def test_what_must_be_kept_at_once_is() -> None:
    states = States(10.0)
    states.looked("a")
    states.kept("a", 100.0)
    states.looked("a")
    assert not states.due([("a", False)], 101.0)
    states.at_once("a")
    states.looked("a")
    assert states.due([("a", True)], 101.0) == ["a"]
