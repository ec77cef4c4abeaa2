"""What the node says while it runs, on standard error: a line for people, or a JSON object for machines."""

import logging
import sys
from typing import Literal

from broker.loglines import Json

Style = Literal["text", "json"]


def speak(style: Style) -> None:
    """Say everything from information upwards on standard error."""
    handler = logging.StreamHandler(sys.stderr)
    people = logging.Formatter("%(asctime)s %(levelname)-7s %(message)s", "%H:%M:%S")
    handler.setFormatter(Json() if style == "json" else people)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it tells every request, with its address
