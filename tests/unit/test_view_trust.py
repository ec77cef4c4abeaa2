"""From single wrong looks to what is told; and docs/view.md says the same."""

import itertools
import re
from pathlib import Path
from typing import get_args

import pytest

from edge.observation import View, ViewCondition
from edge.perception.view import ViewSettings
from edge.perception.view.conditions import TOPICS
from edge.perception.view.trust import BACK, TABLE, WORDS, Happening, Phase, Trust, Wrong, diagram
from edge.viewwords import SILENT, VIEWS, decides, trust_of

PAGE = (Path(__file__).parents[2] / "docs" / "view.md").read_text(encoding="utf-8")
PHASES: tuple[Phase, ...] = get_args(Phase)
BLUR = Wrong("defocused", 16.0, "soft")
DARK = Wrong("black", 8.0, "dark")


def looked(
    trust: Trust, *looks: Wrong | None, every: float = 4.0, start: float = 0.0, known: bool = True
) -> list[str]:
    """The phase after each look."""
    phases = []
    for step, wrong in enumerate(looks):
        trust.look(start + step * every, every, wrong, known)
        phases.append(trust.phase)
    return phases


def test_every_phase_can_be_reached_and_left() -> None:
    assert {before for before, _ in TABLE} == set(PHASES)
    assert set(TABLE.values()) == set(PHASES)
    assert {what for _, what in TABLE} == set(get_args(Happening)) == set(WORDS)


def test_one_wrong_look_is_a_doubt_that_passes() -> None:
    trust = Trust()

    assert looked(trust, None, BLUR, None, None) == ["ok", "doubtful", "doubtful", "ok"]


def test_what_lasts_is_a_fault_since_the_first_doubt() -> None:
    trust = Trust()

    phases = looked(trust, None, BLUR, BLUR, BLUR, BLUR, BLUR)

    assert phases == ["ok", *["doubtful"] * 4, "faulty"]
    assert (trust.name, trust.text, trust.since) == ("defocused", "soft", 4.0)


def test_two_looks_never_make_a_fault_however_far_apart() -> None:
    assert looked(Trust(), None, DARK, DARK, every=60.0)[-1] == "doubtful"


def test_the_name_is_what_most_of_the_last_wrong_looks_had() -> None:
    trust = Trust()

    looked(trust, None, BLUR, DARK, DARK, DARK)

    assert (trust.phase, trust.name) == ("faulty", "black")


def test_reasons_count_together() -> None:
    """A cover of 60 percent goes by three names in turn, and each alone would never last."""
    turn = [Wrong("covered", 12.0, "a"), Wrong("moved", 12.0, "b"), Wrong("blinded", 12.0, "c")]

    assert looked(Trust(), None, *turn, *turn)[-1] == "faulty"


@pytest.mark.parametrize("every", [0.5, 1.0, 4.0, 10.0])
def test_a_fault_is_over_after_some_right_seconds(every: float) -> None:
    trust = Trust()
    looked(trust, None, *[DARK] * 40, every=every)

    phases = looked(trust, *[None] * 40, every=every, start=100.0)

    right = phases.index("ok") * every
    assert BACK <= right <= max(BACK + every, every)


def test_without_a_reference_a_fault_leads_back_to_settling() -> None:
    trust = Trust()

    phases = looked(trust, *[DARK] * 4, None, None, None, known=False)

    assert phases == ["settling", "settling", "faulty", "faulty", "faulty", "faulty", "settling"]


def test_nothing_is_kept_of_what_is_over() -> None:
    trust = Trust()
    looked(trust, None, *itertools.islice(itertools.cycle([BLUR, DARK]), 50), *[None] * 10)

    assert trust.phase == "ok"
    assert trust._names == {}


@pytest.mark.parametrize("condition", get_args(ViewCondition))
def test_a_view_in_which_nothing_is_decided_is_never_said_to_be_trusted(condition: ViewCondition) -> None:
    """A view in doubt was told as `ok`, although decisions waited on it."""
    view = View(condition, text="half of it is recognised")

    trust = trust_of(view)

    assert (trust.state == "ok") is (condition == "ok")
    assert (trust.state == "none") is not decides(view)
    assert [(why.code, why.text) for why in trust.reasons or ()] == (
        [] if condition == "ok" else [((VIEWS.get(condition) or SILENT[condition]).word, view.text)]
    )


def test_a_doubt_without_words_is_told_by_its_name() -> None:
    assert [why.text for why in trust_of(View("doubtful")).reasons or ()] == ["doubtful"]


def test_the_docs_show_the_diagram_of_the_table() -> None:
    assert f"```mermaid\n{diagram()}\n```" in PAGE


def test_the_docs_tell_every_condition_as_it_is() -> None:
    rows = re.findall(r"^\| `(\w+)` \| `(\w+)` \| (?:`(\S+)`)? ?\| (\w+) \| (wait|go on) \|", PAGE, re.M)

    assert {row[0] for row in rows} == set(VIEWS)
    for name, word, topic, severity, decisions in rows:
        told = VIEWS[name]
        assert (told.word, told.severity, told.decides) == (word, severity, decisions == "go on")
        assert TOPICS.get(name, "") == topic
    for silent in set(get_args(ViewCondition)) - set(VIEWS):
        assert f"`{silent}`" in PAGE


@pytest.mark.parametrize("name", ViewSettings.model_fields)
def test_the_docs_name_every_setting_with_its_default(name: str) -> None:
    default = float(getattr(ViewSettings(), name))

    assert f"| `{name}` | {default:g} |" in PAGE
