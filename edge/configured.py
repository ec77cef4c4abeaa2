"""What a node's configuration may say: the whole file as a model."""

from itertools import combinations
from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator
from typing_extensions import Self

from broker.fields import Identifier
from broker.inventory import MOST_LABELS
from broker.link import LinkSettings
from broker.settings import (
    Duration,
    Settings,
)
from broker.topics import Address
from broker.tracing import TracingSettings
from edge.centre_door import CentralSettings
from edge.checks import VerifySettings
from edge.deck.settings import FlightSettings
from edge.devices.settings import DevicesSettings
from edge.enrolment.settings import IdentitySettings
from edge.inference import InferenceSettings
from edge.journal.settings import JournalSettings
from edge.kinds import AnyAnalytics, AnyIntake, AnyPoller, AnySource
from edge.onsite.settings import OnsiteSettings
from edge.publisher import DeliverySettings
from edge.settings import SourceSettings
from edge.shadow.settings import SeeingSettings
from edge.stills.settings import StillsSettings
from edge.trust import TrustSettings
from edge.watchdog import WatchdogSettings
from models.runtime import ModelSettings


class NodeSettings(Settings):
    """Which node this is: six digits of its district, and its name there; `labels`: to group nodes by."""

    district: Annotated[str, Field(pattern=r"^[0-9]{6}$")]
    id: Identifier
    labels: Annotated[list[Identifier], Field(max_length=MOST_LABELS)] = []


class StorageSettings(Settings):
    """Where events and pictures wait. Beyond `max_evidence_mb` pictures make room, uploaded ones first.

    `max_events` bounds the events that wait for a receipt; what is given up then is told in an event.
    `max_kept_mb` bounds those that have it and are held in case the centre asks again (`delivery.keep`).
    `max_mb` bounds all that lies in the folder, `leave_mb` is left free on its disk for others; what is worth
    least goes first (edge/room.py), never an event that has no receipt.
    `snapshot_every`: how often what a source has seen so far is stored, events aside (those store it always).
    """

    directory: Path
    max_evidence_mb: Annotated[float, Field(gt=0)] = 2000.0
    max_events: Annotated[int, Field(ge=100)] = 200_000
    max_kept_mb: Annotated[float, Field(ge=0)] = 500.0
    max_mb: Annotated[float, Field(ge=50)] = 6000.0
    leave_mb: Annotated[float, Field(ge=0)] = 200.0
    snapshot_every: Annotated[Duration, Field(gt=0)] = 10.0


class PrivacySettings(Settings):
    """Which models find faces and plates to be masked; the main model finds persons.

    Unset, the models that `gewu-models pull` fetches are used where they are present. Masking itself cannot
    be switched off: a picture that cannot be masked does not leave.
    """

    faces: ModelSettings | None = None
    plates: ModelSettings | None = None


class EdgeSettings(Settings):
    """The whole file."""

    node: NodeSettings
    broker: LinkSettings
    central: CentralSettings | None = None
    identity: IdentitySettings | None = None
    storage: StorageSettings
    delivery: DeliverySettings = DeliverySettings()
    model: SeeingSettings = SeeingSettings()
    inference: InferenceSettings = InferenceSettings()
    journal: JournalSettings = JournalSettings()
    verify: VerifySettings = VerifySettings()
    stills: StillsSettings = StillsSettings()
    privacy: PrivacySettings = PrivacySettings()
    onsite: OnsiteSettings = OnsiteSettings()
    tracing: TracingSettings | None = None
    trust: TrustSettings = TrustSettings()
    watchdog: WatchdogSettings = WatchdogSettings()
    sources: list[AnySource] = []
    intakes: Annotated[list[AnyIntake], Field(max_length=64)] = []
    pollers: Annotated[list[AnyPoller], Field(max_length=64)] = []
    devices: DevicesSettings = DevicesSettings()
    analytics: Annotated[list[AnyAnalytics], Field(max_length=64)] = []
    flights: Annotated[list[FlightSettings], Field(max_length=64)] = []

    @model_validator(mode="after")
    def _has_something_to_do(self) -> Self:
        devices = bool(self.devices.items) or self.devices.table is not None
        if not (self._something or devices or self.waits):
            text = "a node needs a source, or devices with ways in, analytics or flights"
            raise ValueError(f"{text}; none only with identity and central: then the centre says what")
        if bool(self.intakes or self.pollers) != devices:
            text = "devices and their ways in (intakes, pollers) need each other"
            raise ValueError(f"{text}: the one brings what the other is about")
        if (twice := self.named_twice) is not None:
            raise ValueError(twice)
        return self

    @property
    def _something(self) -> bool:
        return bool(self.sources or self.analytics or self.flights)

    @property
    def waits(self) -> bool:
        """Whether it has nothing to do until its centre, which knows it, says what."""
        nothing = not (self._something or self.devices.items or self.devices.table)
        return nothing and self.identity is not None and self.central is not None

    @property
    def named_twice(self) -> str | None:
        """What is wrong where two that events can name, or two ways in, have one id."""
        cameras = [camera.id for box in self.analytics for camera in box.cameras]
        named = {
            "a source": {source.id for source in self.sources},
            "a device": {device.id for device in self.devices.items},
            "an analysed camera": set(cameras),
            "a flights entry": {flight.id for flight in self.flights},
        }
        ways = {
            "an intake": {intake.id for intake in self.intakes},
            "a poller": {poller.id for poller in self.pollers},
        }
        pairs = (*combinations(named.items(), 2), *combinations(ways.items(), 2))
        for (one, first), (other, second) in pairs:
            if both := first & second:
                return f"{min(both)!r} is the id of {one} and of {other}; ids are unique"
        twice = sorted(name for name in named["an analysed camera"] if cameras.count(name) > 1)
        return f"{twice[0]!r} is the id of two analysed cameras; ids are unique" if twice else None

    @property
    def watched(self) -> list[SourceSettings]:
        """Every source of looks at places: of pictures, and the cameras that other systems look at."""
        return [*self.sources, *(source for box in self.analytics for source in box.sources)]

    @property
    def patience_s(self) -> float:
        """How long a loop may be silent: as configured, and no less than one upload may take."""
        return max(self.watchdog.patience, 3 * self.central.timeout if self.central else 0.0)

    @property
    def address(self) -> Address:
        """The node's place in the topic tree."""
        return Address(self.node.district, self.node.id)
