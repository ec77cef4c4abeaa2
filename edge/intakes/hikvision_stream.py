"""Hikvision's ISAPI alert stream: one long answer with a part for each event."""

from typing import Literal

from edge.attached import Attached, AttachedSettings
from edge.frames import SourceClock

PATH = "/ISAPI/Event/notification/alertStream"


class Settings(AttachedSettings):
    """The user needs the right `Remote: Notify Surveillance Center` on the device."""

    kind: Literal["hikvision_stream"]


def build(settings: Settings, clock: SourceClock) -> Attached:
    """The stream of one device."""
    return Attached(settings, clock, PATH, "boundary")
