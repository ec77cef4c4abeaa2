"""All that the doctor says has its Chinese, with the same places, and none that nobody says."""

import ast
import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from importlib import import_module
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

from broker.saying import listed, said, told
from edge.diagnosis.sign import STATES, Finding, signs
from edge.examining.running import Examined, examinations
from edge.examining.speaking import Speech, chinese, tables
from tests.conftest import ROOT

NAMES = [*examinations(), "examinations"]
SHARED = "examinations"  # what several examinations and the command itself say
EDGE = ROOT / "edge"
ELSEWHERE = [ROOT / "broker/refusals.py", ROOT / "broker/outside.py", *(EDGE / "examining").glob("*.py")]
BESIDE = {
    "cameras": ["streams/livestream.py", "streams/video.py", "streams/hardware.py"],
    "configuration": ["config_notes.py", "gb28181.py"],
}
TITLES = {"title", "self.title", "found.title", "one.title"}  # said by their own table


def own(name: str) -> dict[str, Any]:
    found: dict[str, Any] = tables()[name]
    return found


def places(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def texts(node: ast.AST) -> set[str]:
    return {
        one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)
    }


def assigned(tree: ast.AST) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        targets = node.targets if isinstance(node, ast.Assign) else []
        targets = [node.target] if isinstance(node, ast.AnnAssign) else targets
        for target in targets:
            if isinstance(target, ast.Name) and node.value is not None:  # type: ignore[attr-defined]
                found.setdefault(target.id, set()).update(texts(node.value))  # type: ignore[attr-defined]
    return found


def sentences(file: Path) -> Iterator[str]:
    """Every template that is given to `said`, and every sign that `listed` puts between."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    names = assigned(tree)
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
            continue
        if call.func.id == "listed":
            yield from texts(call.args[1]) if len(call.args) > 1 else {", "}
        if call.func.id != "said" or ast.unparse(call.args[0]) in TITLES:
            continue
        template = call.args[0]
        many = [template.body, template.orelse] if isinstance(template, ast.IfExp) else [template]
        for one in many:
            whose = one.value if isinstance(one, ast.Subscript) else one
            found = names.get(whose.id) if isinstance(whose, ast.Name) else texts(one)
            assert found, f"{file.name}:{call.lineno}: nobody can tell what is said"
            yield from found


def said_by(name: str) -> set[str]:
    """The sentences of one examination."""
    files = [EDGE / part / f"{name}.py" for part in ("doctor", "diagnosis")]
    files += [EDGE / file for file in BESIDE.get(name, ())]
    return {one for file in files if file.exists() for one in sentences(file)}


def test_every_examination_has_its_words_and_no_other() -> None:
    assert set(tables()) == set(NAMES)
    assert all(name == one.TITLE for name, one in examinations().items())
    assert all(own(name)["title"] and own(name)["about"] for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_sign_has_its_chinese_with_the_same_places_and_options(name: str) -> None:
    known = signs(import_module(f"edge.diagnosis.{name}"))
    there = own(name)["signs"]
    assert list(there) == [sign.code for sign in known]
    for sign in known:
        words = there[sign.code]
        assert set(words) == ({"means", "cure"} if sign.cure else {"means"}), sign.code
        for part in words:
            english, chinese_words = getattr(sign, part), words[part]
            assert places(chinese_words) == places(english), sign.code
            assert sorted(_options(chinese_words)) == sorted(_options(english)), sign.code
        assert re.search(r"[\u4e00-\u9fff]", words["means"]), sign.code


def _options(words: str) -> list[str]:
    return re.findall(r"`[^`]+`", words)


@pytest.mark.parametrize("name", [name for name in NAMES if name != SHARED])
def test_every_sentence_of_an_examination_has_its_chinese(name: str) -> None:
    there, wanted = own(name)["seen"], said_by(name)
    lacking = wanted - set(there) - set(own(SHARED)["seen"]) - set(NAMES)
    assert not lacking
    assert set(there) <= wanted, "nobody says these"


def test_every_sentence_that_is_shared_has_its_chinese() -> None:
    there = set(own(SHARED)["seen"])
    shared = {one for file in ELSEWHERE for one in sentences(file)} | {*STATES}
    assert not shared - there
    every = set.union(shared, *(said_by(name) for name in NAMES))
    assert there <= every, "nobody says these"


def test_the_places_of_sentences_are_the_same_and_one_sentence_has_one_chinese() -> None:
    seen: dict[str, str] = {}
    for name in NAMES:
        for english, other in own(name)["seen"].items():
            assert places(other) == places(english), english
            assert seen.setdefault(english, other) == other
    assert not {*seen} & {*NAMES}


def test_what_an_examination_sees_is_said_so_that_it_can_be_told_in_chinese() -> None:
    """A finding's subject and what was seen are names, figures, others' words, or sentences by `said`."""
    for file in [*(EDGE / "doctor").glob("*.py"), *(EDGE / "diagnosis").glob("*.py")]:
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call) or not ast.unparse(call.func).endswith(".at"):
                continue
            for given in call.args[:2]:
                plain = {text for text in texts(given) if re.search(r"[a-z]{2,} [a-z]{2,}", text)}
                by_us = isinstance(given, ast.Call) and ast.unparse(given.func) in ("said", "listed")
                assert by_us or not plain, f"{file.name}:{call.lineno}: {plain}"


TABLE: Mapping[str, str] = {"{a} of {b:.1f}": "{b:.1f} 中的 {a}", "few": "少数", ", ": "，"}


def test_a_sentence_is_its_english_and_its_parts_are_told_too() -> None:
    inner = said("few")
    one = said("{a} of {b:.1f}", a=inner, b=2.25)
    assert one == "few of 2.2"
    assert told(one, TABLE) == "2.2 中的 少数"
    assert told(listed([one, "x"]), TABLE) == "2.2 中的 少数，x"
    assert (told("few", TABLE), told(3, TABLE)) == ("few", 3)
    assert said("{what}", what="{odd}") == "{odd}"
    again = deepcopy(listed([one, "x"]))
    assert (again, told(again, TABLE)) == ("few of 2.2, x", "2.2 中的 少数，x")


def test_what_has_no_chinese_stays_as_it_is() -> None:
    strange = Finding("never_heard_of", "fault", "x", "it broke {so}", "words", "do", {"name": "x"})
    (told_of,) = Speech("zh").examined(Examined("new", "new", 0.1, (strange,))).findings
    assert told_of == strange
    assert Speech("en").finding(strange) == strange
    assert chinese().seen["broker"] == "消息服务"
