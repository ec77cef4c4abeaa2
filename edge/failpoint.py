"""Places where tests end the process as a power cut would. None acts unless GEWU_FAILPOINT names it."""

import os
import signal
from typing import Literal

Place = Literal["after_commit", "after_publish", "on_receipt"]


def failpoint(place: Place) -> None:
    """Kill this process, unflushed and unwarned, if the environment asks for it here."""
    if os.environ.get("GEWU_FAILPOINT") == place:
        os.kill(os.getpid(), signal.SIGKILL)
