"""What the node says while it runs, on standard error: a line for people, or a JSON object for machines."""

import json
import logging
import sys
from datetime import datetime, timezone
from typing import Literal

Style = Literal["text", "json"]


class _Json(logging.Formatter):
    """One object a line; what is passed as `extra={"fields": {...}}` stands beside the text."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, tz=timezone.utc).isoformat(timespec="milliseconds")
        line = {
            "at": at.replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "part": record.name,
            "text": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def speak(style: Style) -> None:
    """Say everything from information upwards on standard error."""
    handler = logging.StreamHandler(sys.stderr)
    people = logging.Formatter("%(asctime)s %(levelname)-7s %(message)s", "%H:%M:%S")
    handler.setFormatter(_Json() if style == "json" else people)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it tells every request, with its address
