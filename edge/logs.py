"""What the node says while it runs, on standard error: a line for people, or a JSON object for machines."""

import logging
import sys
import time
from collections.abc import Hashable
from typing import Literal

from broker.loglines import Json
from edge.repeats_said import RepeatsSaid
from edge.ringlog import RING

Style = Literal["text", "json"]


class Sparing(logging.Filter):
    """Lines that say the same are let through now and then, with how many were not."""

    def __init__(self) -> None:
        super().__init__()
        self._said = RepeatsSaid()

    def filter(self, record: logging.LogRecord) -> bool:
        """Called under the handler's lock or not: a line too many does no harm."""
        may, kept_back = self._said.heard(_line(record), time.monotonic())
        if may and kept_back:
            record.msg, record.args = (
                f"{record.getMessage()} ({kept_back} more like this were not said)",
                None,
            )
        return may


def _line(record: logging.LogRecord) -> Hashable:
    """What makes two lines the same: of one sentence the source, not its figures."""
    args = record.args if isinstance(record.args, tuple) else ()
    return record.name, record.levelno, record.msg, str(args[0])[:200] if args else ""


def speak(style: Style) -> None:
    """Say everything from information upwards on standard error."""
    handler = logging.StreamHandler(sys.stderr)
    people = logging.Formatter("%(asctime)s %(levelname)-7s %(message)s", "%H:%M:%S")
    handler.setFormatter(Json() if style == "json" else people)
    handler.addFilter(Sparing())
    root = logging.getLogger()
    root.handlers[:] = [handler, RING]
    root.setLevel(logging.INFO)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it tells every request, with its address
