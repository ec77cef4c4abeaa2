"""Why a node, or whoever says to be one, does not get what it asks for."""

from typing import Literal

Code = Literal["token", "request", "key_known", "too_many", "assertion", "skewed", "replayed", "not_enrolled"]


class Refused(Exception):
    """`code` for the answer; the words are for the log, and hold no secret."""

    def __init__(self, code: Code, text: str) -> None:
        super().__init__(text)
        self.code = code
