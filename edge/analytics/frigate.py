"""`kind: frigate`: a Frigate box. Its `events` over MQTT are taken, its pictures from its HTTP API.

After Frigate's documentation (integrations: MQTT, HTTP API). The events must say `stationary`, which old
versions do not. The names of persons, faces and plates that it knows stay unread (`edge.decoders.frigate`).
"""

from functools import partial
from typing import Annotated, Final, Literal

from pydantic import Field

from broker.link import LinkSettings
from edge.decoders import frigate as decoder
from edge.foreign.settings import MOST_CAMERAS, AnalysedCamera, AnalyticsSettings
from edge.frames import SourceClock
from edge.intakes import mqtt
from edge.reception import Way, way_of

# Not asked for, so that it does not even come here: reviews, what exactly was seen, snapshots.
TOPICS: Final = (
    "available",
    "events",
    "stats",
    "+/enabled/state",
    "+/detect/state",
    "+/status/detect",
)


class Camera(AnalysedCamera):
    """picture: that in which Frigate detects (`detect`: `width`, `height`), in pixels."""

    picture: decoder.Picture = decoder.Picture()


class Settings(AnalyticsSettings):
    """broker: where Frigate publishes. prefix: its `topic_prefix`."""

    kind: Literal["frigate"]
    broker: LinkSettings
    prefix: Annotated[str, Field(pattern=decoder.PREFIX)] = "frigate"
    cameras: Annotated[list[Camera], Field(min_length=1, max_length=MOST_CAMERAS)]  # type: ignore[assignment]


def way(settings: Settings, clock: SourceClock) -> Way:
    """One connection for all of its cameras."""
    topics = [f"{settings.prefix}/{topic}" for topic in TOPICS]
    intake = mqtt.Settings(kind="mqtt", id=settings.id, broker=settings.broker, topics=topics)
    sizes = {camera.camera: camera.picture for camera in settings.cameras}
    reads = decoder.Settings(kind="frigate", prefix=settings.prefix, cameras=sizes)
    return way_of(settings.id, partial(mqtt.build, intake, clock), decoder.build(reads))


def picture_of(camera: str) -> str:
    """The newest frame, whole and with nothing drawn into it."""
    return f"/api/{camera}/latest.jpg?bbox=0&timestamp=0&zones=0&mask=0&motion=0&regions=0"
