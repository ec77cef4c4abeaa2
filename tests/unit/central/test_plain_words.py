"""The plain pages' words: the same in both languages, and all there."""

import re

from tests.conftest import ROOT

PLAIN = ROOT / "central" / "console" / "plain"


def test_both_languages_have_the_same_words() -> None:
    text = (PLAIN / "words.js").read_text(encoding="utf-8")
    zh, en = (set(re.findall(r"^  (\w+):", part, re.MULTILINE)) for part in text.split("const en"))
    assert zh == en
    used = set(re.findall(r'say\("(\w+)"\)', "".join(p.read_text() for p in PLAIN.glob("*.js"))))
    assert used <= en
