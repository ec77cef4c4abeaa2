"""Where tickets are sent to. `docs/exports.md` explains every key."""

import importlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from broker.fields import Identifier
from broker.outside import Network
from broker.settings import Duration, Settings, settings_of_kinds
from central import exports
from central.target_settings import Inside, TargetSettings

DAY_S = 86_400.0
if TYPE_CHECKING:
    Target = TargetSettings
else:
    Target = settings_of_kinds(exports)


class ExportsSettings(Settings):
    """`inside`: networks of our own that may be called. `waiting`: deliveries of one target at most."""

    inside: Annotated[list[Inside], Field(max_length=100)] = []
    targets: Annotated[dict[Identifier, Target], Field(max_length=50)] = {}
    give_up_after: Annotated[Duration, Field(ge=60, le=30 * DAY_S)] = 3 * DAY_S
    waiting: Annotated[int, Field(ge=1, le=100_000)] = 1_000
    kept: Annotated[Duration, Field(ge=3_600, le=365 * DAY_S)] = 7 * DAY_S

    @property
    def networks(self) -> Sequence[Network]:
        """The same for the guard."""
        return tuple(self.inside)


def export_of(settings: TargetSettings, inside: Sequence[Network]) -> Any:
    """What sends to a target."""
    kind = importlib.import_module(type(settings).__module__)
    return kind.Export(settings, inside)
