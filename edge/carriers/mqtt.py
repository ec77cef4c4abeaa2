"""Messages of a drone's own network over MQTT, such as those of DJI Cloud API."""

from typing import Annotated, Literal

from pydantic import Field

from broker.link import LinkSettings
from edge.carrier import Downlink, LiveCarrier
from edge.frames import SourceClock
from edge.intakes.mqtt import MqttIntake, TopicFilter
from edge.intakes.mqtt import Settings as IntakeSettings

WAITING = 1000


class Settings(LiveCarrier):
    """How to reach the broker, and the topics that are read there. Nothing is ever sent."""

    kind: Literal["mqtt"]
    broker: LinkSettings
    topics: Annotated[list[TopicFilter], Field(min_length=1, max_length=16)]

    def build(self, source: str, clock: SourceClock) -> Downlink:
        """The connection."""
        wanted = IntakeSettings(
            kind="mqtt", id=source, broker=self.broker, topics=self.topics, waiting=WAITING
        )
        return MqttIntake(wanted, clock)
