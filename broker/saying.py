"""Sentences that are English text to everybody, and can still be told in another language."""

from collections.abc import Iterable, Mapping
from typing import Any


class Said(str):
    """English words that remember their template and what filled its braces."""

    template: str
    values: Mapping[str, Any]

    def by(self, table: Mapping[str, str]) -> str:
        """In another language, by its templates under the English ones; one that is missing stays English."""
        values = {name: told(value, table) for name, value in self.values.items()}
        return table.get(self.template, self.template).format(**values)


class Listed(Said):
    """Several, with a sign between them."""

    parts: tuple[str, ...]

    def by(self, table: Mapping[str, str]) -> str:
        """Each of them, with the other language's sign between."""
        return table.get(self.template, self.template).join(str(told(part, table)) for part in self.parts)


def said(template: str, /, **values: Any) -> Said:
    """A sentence of ours. `values` fill the braces; some may be such sentences themselves."""
    found = Said(template.format(**values))
    found.template, found.values = template, values
    return found


def listed(parts: Iterable[str], between: str = ", ") -> Listed:
    """Sentences, or names, one after the other."""
    every = tuple(parts)
    found = Listed(between.join(every))
    found.template, found.values, found.parts = between, {}, every
    return found


def told(value: Any, table: Mapping[str, str]) -> Any:
    """A sentence of ours by the table; everything else, names and figures, as it is."""
    return value.by(table) if isinstance(value, Said) else value
