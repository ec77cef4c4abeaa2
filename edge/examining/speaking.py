"""The doctor's words in the reader's language.

Examinations speak English; how that is said in Chinese stands in `edge/diagnosis/zh/`, a file for each.
"""

import json
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

from broker.saying import said, told
from edge.diagnosis.sign import Finding, State
from edge.examining.running import Examined
from edge.onsite.words import Language


@dataclass(frozen=True, slots=True)
class Chinese:
    """signs: what a code means and its cure. seen: sentences under their English. about: by examination."""

    signs: dict[str, dict[str, str]]
    seen: dict[str, str]
    about: dict[str, str]


@cache
def chinese() -> Chinese:
    """What all files say together."""
    found = Chinese({}, {}, {})
    for name, own in tables().items():
        found.signs.update(own["signs"])
        found.seen.update({**own["seen"], name: own["title"]})
        found.about[name] = own["about"]
    return found


def tables() -> dict[str, Any]:
    """Each file by its examination: `title`, `about`, `signs` by code, `seen` by the English sentence."""
    folder = files("edge.diagnosis").joinpath("zh")
    every = (file for file in folder.iterdir() if file.name.endswith(".json"))
    return {file.name[: -len(".json")]: json.loads(file.read_text(encoding="utf-8")) for file in every}


class Speech:
    """One language. What has no Chinese, as what other programs say, stays as it is."""

    def __init__(self, language: Language) -> None:
        self._words = chinese() if language == "zh" else Chinese({}, {}, {})

    def __call__(self, words: str) -> str:
        """A sentence of ours."""
        return str(told(words, self._words.seen))

    def state(self, state: State) -> str:
        """How bad it is."""
        return self._words.seen.get(state, state)

    def about(self, name: str, english: str) -> str:
        """What an examination is about, in a line."""
        return self._words.about.get(name, english)

    def examined(self, one: Examined) -> Examined:
        """An examination with everything it found."""
        return replace(
            one, title=self(said(one.title)), findings=tuple(self.finding(each) for each in one.findings)
        )

    def finding(self, one: Finding) -> Finding:
        """One finding; its code and figures stay."""
        own = self._words.signs.get(one.code, {})
        values = {name: told(value, self._words.seen) for name, value in one.figures.items()}
        means = own["means"].format(**values) if own else one.means
        cure = own.get("cure", "").format(**values) if own else one.cure
        return replace(one, subject=self(one.subject), seen=self(one.seen), means=means, cure=cure)
