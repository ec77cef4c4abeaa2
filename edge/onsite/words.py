"""What page and terminal say, in the reader's language: labels, reasons by their codes, figures with units.

The words of reasons, conditions and states are the console's own; a test holds them together.
"""

import json
import math
import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any, Final

from broker.codes import named
from broker.fleet import Language as Language

LANGUAGES: Final[tuple[Language, ...]] = ("zh", "en")
LOCALES: Final[Mapping[Language, str]] = {"zh": "zh-CN", "en": "en"}
UNITS: Final[Mapping[Language, tuple[str, str, str, str]]] = {
    "zh": ("秒", "分", "小时", "天"),
    "en": ("s", "min", "h", "d"),
}
_PLACE: Final = re.compile(r"\{\{(\w+)(?::(\w+))?\}\}")
_MOST_ASKED: Final = 10  # languages of one request that are looked at


@cache
def _table(language: Language) -> Mapping[str, Any]:
    text = files("edge.onsite").joinpath("words", f"{language}.json").read_text(encoding="utf-8")
    found: Mapping[str, Any] = json.loads(text)
    return found


def preferred(header: str) -> Language:
    """Of an `Accept-Language` header, or of a locale such as zh_CN.UTF-8."""
    best: tuple[float, Language] = (0.0, "en")
    for part in header.split(",")[:_MOST_ASKED]:
        tag, _, weight = part.strip().partition(";")
        language: Language | None = "zh" if tag.lower().startswith("zh") else None
        language = "en" if tag.lower().startswith("en") else language
        if language is not None and (much := _weight(weight)) > best[0]:
            best = (much, language)
    return best[1]


def _weight(text: str) -> float:
    try:
        told = float(text.replace(" ", "").removeprefix("q=") or 1.0)
    except ValueError:
        return 0.0
    return told if math.isfinite(told) else 0.0


class Words:
    """One language's."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.locale = LOCALES[language]
        self._table = _table(language)

    def __call__(self, name: str, **values: object) -> str:
        """A label of the page, with its places filled."""
        return str(self._table["page"][name]).format(**values)

    def of(self, group: str, word: str) -> str:
        """A word of a group (states, trust, conditions, troubles, clocks), itself where nobody knows it."""
        return str(self._table[group].get(word, word.replace("_", " ")))

    def end(self, why: str) -> str:
        """Why a run ended."""
        return str(self._table["page"]["ends"].get(why, why))

    def kind(self, word: str) -> str:
        """A kind of incident."""
        found = named().get(word)
        return word.replace("_", " ") if found is None else getattr(found, self.language)

    def span(self, seconds: float) -> str:
        """In its two largest units."""
        s, m, h, d = UNITS[self.language]
        left = max(0, round(seconds))
        for size, unit, small, name in ((86_400, d, 3600, h), (3600, h, 60, m), (60, m, 1, s)):
            if left >= size:
                rest = left % size // small
                more = f" {self._with(rest, name)}" if rest else ""
                return self._with(left // size, unit) + more
        return self._with(left, s)

    def _with(self, value: object, unit: str) -> str:
        return f"{value}{unit}" if self.language == "zh" else f"{value} {unit}"

    def time(self, utc: float) -> str:
        """To the second, in the machine's own time zone."""
        try:
            return f"{datetime.fromtimestamp(utc).astimezone():%Y-%m-%d %H:%M:%S}"
        except (OverflowError, OSError, ValueError):
            return "?"

    def reason(self, told: Mapping[str, Any]) -> str:
        """A reason in its own words, by its code; its text where nobody has put it into this language."""
        text = str(told.get("text", ""))
        values = told.get("values") or {}
        for template, tail in self._templates(str(told.get("code", ""))):
            words = {**(told.get("words") or {}), "text": text, "tail": tail}
            if all(name in values or name in words for name, _ in _PLACE.findall(template)):
                return _PLACE.sub(lambda found: self._put(found, values, words), template)  # noqa: B023
        return text

    def _templates(self, code: str) -> list[tuple[str, str]]:
        """Its own, else those of the longest beginning with a star."""
        parts, known = code.split("_"), self._table["reasons"]
        stars = ["_".join([*parts[:at], "*"]) for at in range(len(parts), 0, -1)]
        name = next((name for name in (code, *stars) if name in known), None)
        if name is None:
            return []
        says = known[name]
        tail = code[len(name) - 1 :] if name.endswith("*") else ""
        return [(each, tail) for each in ([says] if isinstance(says, str) else says)]

    def _put(self, found: "re.Match[str]", values: Mapping[str, float], words: Mapping[str, str]) -> str:
        name, how = found[1], found[2]
        if name in values:
            return self._figure(float(values[name]), how)
        said = str(words[name])
        if how in ("thing", "things"):
            return "、".join(map(self._label, said.split(", "))) if self.language == "zh" else said
        return self.of("conditions", said) if how else said

    def _label(self, word: str) -> str:
        count, _, label = word.rpartition(" ") if word[:1].isdigit() else ("", "", word)
        name = str(self._table["labels"].get(label, label))
        return f"{count} × {name}" if count else name

    def _figure(self, value: float, how: str | None) -> str:
        if how == "span":
            return self.span(abs(value))
        if how == "percent":
            return f"{100 * value:.1f}".rstrip("0").rstrip(".") + "%"
        if how == "moment":
            return self.time(value)
        if how == "ticket":
            return f"T-{round(value):06d}"
        return f"{round(value)}" if how == "plain" else number(value)


def number(value: float) -> str:
    """With one decimal, where it has any."""
    return f"{value:.1f}".rstrip("0").rstrip(".")


def room(size: float | None) -> str:
    """Bytes for people; a dash where nobody knows."""
    if size is None:
        return "–"
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000 or unit == "GB":
            return f"{size:.0f} {unit}" if unit in ("B", "kB") else f"{number(size)} {unit}"
        size /= 1000
    return "–"
