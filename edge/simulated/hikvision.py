"""A Hikvision camera or controller with an alarm input, which posts to the node's alarm server."""

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import ClassVar, Final, Literal

from edge.simulation.thing import Saying, Sender, ThingSettings, Value

WORDS: Final[Mapping[str, Mapping[str, Value]]] = {"active": {"active": True}, "inactive": {"active": False}}
_ALERT: Final = """\
<EventNotificationAlert version="2.0" xmlns="http://www.hikvision.com/ver20/XMLSchema">
<channelID>1</channelID><dateTime>{at}</dateTime><activePostCount>1</activePostCount>
<eventType>IO</eventType><eventState>{state}</eventState><eventDescription>IO alarm</eventDescription>
<inputIOPortID>{port}</inputIOPortID></EventNotificationAlert>
"""


class Settings(ThingSettings):
    """One of its inputs. fields: `active`. What the input means is in the node's decoder."""

    single: ClassVar[bool] = True

    kind: Literal["hikvision"]
    input: int = 1


def build(settings: Settings) -> "Hikvision":
    """The device."""
    return Hikvision(settings)


class Hikvision(Sender):
    """One alert for every word."""

    def __init__(self, settings: Settings) -> None:
        self._port = settings.input

    def say(self, fields: Mapping[str, Value], utc: float) -> list[Saying]:
        """One post."""
        at = datetime.fromtimestamp(utc, tz=timezone.utc).isoformat(timespec="seconds")
        state = "active" if fields.get("active") else "inactive"
        return [Saying(_ALERT.format(at=at, state=state, port=self._port).encode(), media="application/xml")]
