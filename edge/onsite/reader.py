"""In which language a command speaks to who reads it."""

import os

from edge.onsite.words import LANGUAGES, Language, preferred


def chosen(asked: str | None) -> Language:
    """The one that was asked for, else that of the terminal."""
    return next((one for one in LANGUAGES if one == asked), preferred(_locale()))


def _locale() -> str:
    return os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
