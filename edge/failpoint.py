"""Places where tests end the process as a power cut would. None acts unless GEWU_FAILPOINT names it.

`GEWU_FAILPOINT=place` ends it there the first time, `place:N` the N-th time. In the order of an event's life:

in_commit       the event is written, with everything it belongs to, and not committed
after_commit    it is committed, and nobody was told
before_publish  it is about to be given to the broker's connection
after_publish   it was given to the connection, which may or may not have sent it
on_receipt      its receipt was read, and nothing is stored of it
in_receipt      the receipt is written, and not committed
after_receipt   the receipt is committed
on_resend       the centre asked for events again, and nothing is stored of it
after_resend    they are marked, and the centre was not told which of them will never come
before_digest   a day's digest is made, and not committed
after_digest    it is committed, with the mark that this day was told
in_forget       receipted events that are old enough are deleted, and it is not committed
after_forget    they are gone
on_configuration  what the centre wants runs, and neither is it kept nor told
in_fetch        a piece of a model has come from the centre
after_fetch     all of it is here, and not installed
after_install   it is installed, and neither tried nor told
"""

import os
import signal
from collections import Counter
from typing import Literal

Place = Literal[
    "in_commit",
    "after_commit",
    "before_publish",
    "after_publish",
    "on_receipt",
    "in_receipt",
    "after_receipt",
    "on_resend",
    "after_resend",
    "before_digest",
    "after_digest",
    "in_forget",
    "after_forget",
    "on_configuration",
    "in_fetch",
    "after_fetch",
    "after_install",
]

_passed: Counter[Place] = Counter()


def failpoint(place: Place) -> None:
    """Kill this process, unflushed and unwarned, if the environment asks for it here."""
    wanted, _, times = os.environ.get("GEWU_FAILPOINT", "").partition(":")
    if wanted != place:
        return
    _passed[place] += 1
    if _passed[place] >= int(times or 1):
        os.kill(os.getpid(), signal.SIGKILL)
