"""The two languages of what people read. Pure."""

from typing import Literal, NamedTuple

Language = Literal["zh", "en"]


class Words(NamedTuple):
    """The same in both."""

    zh: str
    en: str

    def in_(self, language: Language) -> str:
        """In one of them."""
        return self.zh if language == "zh" else self.en
