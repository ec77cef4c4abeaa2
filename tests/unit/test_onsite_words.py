"""The page's words: the console's own where both say the same, and both languages alike."""

import json
import re
from inspect import signature
from typing import Any

import pytest

from broker.codes import named
from edge.onsite.words import LANGUAGES, Words, preferred, room
from edge.reports import troubles
from edge.runs import BOUNDS
from edge.troubles import TABLE
from edge.viewwords import SILENT, VIEWS
from tests.conftest import ROOT
from tests.onsite import a_status

OWN = ROOT / "edge" / "onsite" / "words"
CONSOLE = ROOT / "central" / "console" / "src" / "words"


def table(language: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((OWN / f"{language}.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_console_says_too_is_said_in_its_words(language: str) -> None:
    own = table(language)
    there = {
        name: json.loads((CONSOLE / language / f"{name}.json").read_text()) for name in ("health", "reasons")
    }
    for group in ("states", "trust", "conditions", "troubles", "clocks"):
        assert own[group] == there["health"][group], group
    said = there["reasons"]["codes"]
    assert {code: says for code, says in own["reasons"].items() if said.get(code) != says} == {}
    assert own["labels"] == json.loads((CONSOLE / language / "things.json").read_text())["labels"]


def test_both_languages_say_the_same_things_with_the_same_places() -> None:
    zh, en = table("zh"), table("en")

    def places(said: Any) -> Any:
        if isinstance(said, dict):
            return {name: places(each) for name, each in said.items()}
        return sorted(set(re.findall(r"\{(\w+)\}", said))) if isinstance(said, str) else None

    assert places(zh["page"]) == places(en["page"])
    assert {group: set(zh[group]) for group in zh} == {group: set(en[group]) for group in en}


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_that_can_be_wrong_has_a_word(language: str) -> None:
    own = table(language)
    conditions = {condition for condition, _ in TABLE.values()}
    conditions |= {told.word for told in (*VIEWS.values(), *SILENT.values())}
    assert conditions <= set(own["conditions"])
    names = signature(troubles).parameters
    every = troubles(**{name: 1 if name == "refused" else name for name in names})  # type: ignore[arg-type]
    assert len(every) == len(names)
    assert {trouble.code for trouble in every} <= set(own["troubles"])
    words = Words("zh" if language == "zh" else "en")
    assert all(words.kind(kind) for kind in named())


def test_a_reason_without_words_of_its_own_keeps_its_text_and_one_with_figures_gets_them() -> None:
    words = Words("zh")
    assert words.reason({"code": "never_heard_of", "text": "as it was"}) == "as it was"
    assert words.reason({"code": "dwelt", "text": "no figures"}) == "no figures"
    told = {"code": "dwelt", "text": "x", "values": {"stood_s": 312.04, "dwell_s": 90}}
    assert words.reason(told) == "已停留 312 秒，允许 90 秒"
    assert words.reason({}) == ""


@pytest.mark.parametrize(
    ("seconds", "en", "zh"),
    [
        (0.4, "0 s", "0秒"),
        (59.6, "1 min", "1分"),
        (312, "5 min 12 s", "5分 12秒"),
        (7200, "2 h", "2小时"),
        (93_784, "1 d 2 h", "1天 2小时"),
        (-5, "0 s", "0秒"),
    ],
)
def test_spans_have_their_two_largest_units(seconds: float, en: str, zh: str) -> None:
    assert (Words("en").span(seconds), Words("zh").span(seconds)) == (en, zh)


@pytest.mark.parametrize(
    ("size", "told"),
    [(None, "–"), (0, "0 B"), (999, "999 B"), (9_488, "9 kB"), (412_000_000, "412 MB"), (58.5e9, "58.5 GB")],
)
def test_bytes_for_people(size: float | None, told: str) -> None:
    assert room(size) == told


@pytest.mark.parametrize(
    ("locale", "language"), [("zh_CN.UTF-8", "zh"), ("C.UTF-8", "en"), ("", "en"), ("en_GB", "en")]
)
def test_a_terminal_has_its_language(locale: str, language: str) -> None:
    assert preferred(locale) == language


def test_times_beyond_any_calendar_are_no_fault() -> None:
    assert Words("en").time(1e300) == "?"
    assert len(a_status().detector.counts) == len(BOUNDS) + 1  # type: ignore[union-attr]
