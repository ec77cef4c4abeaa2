"""Log lines as JSON, the same on both sides: bounded, and without what looks like a secret.

A line has `at`, `level`, `part` (which module speaks) and `text`; what it is about stands beside them under
the names of `NAMES`, so that one search finds a situation on the node and at the centre.
"""

import json
import logging
import re
from datetime import datetime, timezone
from typing import Any, Final

from broker.fields import rfc3339

# What the fields of a line are called, and what they hold; docs/observability.md lists them.
NAMES: Final = {
    "source": "a camera, device or drone, by its id",
    "situation": "what events of one situation have as their subject",
    "event": "an event's id",
    "ticket": "a ticket, such as T-000042",
    "trace": "the name of a trace (32 hexadecimal digits)",
    "node": "a node, gewu://DISTRICT/NODE",
}
LONGEST: Final = 2_000  # signs of one text
LONGEST_TRACE: Final = 8_000  # of a fault's way through the code: its end says most
MOST: Final = 20  # entries of a list
HIDDEN: Final = "***"

_ACCOUNT: Final = re.compile(r"(\b[a-z][a-z0-9+.-]*://)[^\s/@]*@", re.IGNORECASE)
_NAMED: Final = re.compile(
    r"(\b(?:pass\w{0,20}|pwd|secret|token|api_?key|credential\w{0,3})\b[\"']?\s*[=:]\s*[\"']?)[^\s\"'&,;}]+",
    re.IGNORECASE,
)
_SHOWN: Final = re.compile(r"\b((?:Bearer|Basic)\s+)[A-Za-z0-9._~+/=-]{8,}", re.IGNORECASE)


def cleaned(text: str, longest: int = LONGEST) -> str:
    """Without accounts in addresses, named secrets and tokens, and no longer than may be."""
    if len(text) > 2 * longest:
        text = text[: 2 * longest]  # what is looked through is bounded too
    text = _ACCOUNT.sub(rf"\1{HIDDEN}@", text)
    text = _SHOWN.sub(rf"\1{HIDDEN}", _NAMED.sub(rf"\1{HIDDEN}", text))
    return text if len(text) <= longest else f"{text[:longest]}… ({len(text) - longest} more)"


class Json(logging.Formatter):
    """One object a line; what is passed as `extra={"fields": {...}}` stands beside the text."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": rfc3339(datetime.fromtimestamp(record.created, tz=timezone.utc)),
            "level": record.levelname.lower(),
            "part": record.name,
            "text": cleaned(record.getMessage()),
        }
        for name, value in getattr(record, "fields", {}).items():
            if value is not None and name not in line:
                line[name] = _bounded(value)
        if record.exc_info:
            way = self.formatException(record.exc_info)
            line["trouble"] = cleaned(way[-LONGEST_TRACE:], LONGEST_TRACE)
        return json.dumps(line, ensure_ascii=False, default=str)


def _bounded(value: Any) -> Any:
    if isinstance(value, str):
        return cleaned(value)
    if isinstance(value, list | tuple):
        return [_bounded(each) for each in value[:MOST]]
    return value
