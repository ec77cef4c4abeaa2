"""How much of what was observed is kept."""

from typing import Annotated

from pydantic import Field

from broker.settings import Duration, Settings

DAY_S = 86400.0


class JournalSettings(Settings):
    """`keep`: how long; `max_mb`: how much of it, over all sources, the oldest going first.

    `buffer`: a power cut costs what was seen in this time; each writing costs a flash card a page, so more
    often is dearer. `leave_mb`: with less than this free on the disk the journal writes nothing, for events
    and pictures need that room more.
    """

    keep: Annotated[Duration, Field(gt=0)] = 7 * DAY_S
    max_mb: Annotated[float, Field(gt=0)] = 2000.0
    buffer: Annotated[Duration, Field(ge=0, le=3600)] = 300.0
    leave_mb: Annotated[float, Field(ge=0)] = 50.0
