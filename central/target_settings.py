"""What every target that tickets are sent to has in common."""

from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from broker.outside import MOST_SIGNS, Network
from broker.settings import Duration, Settings
from central.casework.machine import State
from central.clock.escalation import Level
from central.clock.limits import Severity
from central.clock.settings import Kinds
from central.notices.filters import Filter
from central.routing.writing import Areas


def _url(url: str) -> str:
    plain = url.isprintable() and " " not in url and len(url) <= MOST_SIGNS
    if not plain or not url.startswith(("http://", "https://")) or "@" in url.split("?")[0]:
        raise ValueError("is no URL to send to; https://HOST/PATH is, without credentials")
    return url


def _network(text: Any) -> Any:
    try:
        return ip_network(text)
    except (ValueError, TypeError):
        raise ValueError("is no network; 10.20.0.0/16 is, or fd00:20::/32") from None


Url = Annotated[str, AfterValidator(_url)]
Inside = Annotated[Network, BeforeValidator(_network, json_schema_input_type=str)]
Names = Annotated[list[str], Field(max_length=500)]


class FilterSettings(Settings):
    """All that is said must hold; of a list, one. What is left out lets everything through."""

    kinds: Annotated[list[Kinds], Field(max_length=500)] = []
    areas: Areas = []
    departments: Names = []
    posts: Names = []
    levels: list[Level] = []
    severities: list[Severity] = []

    def filter(self, states: tuple[str, ...] = ()) -> Filter:
        """The same for the decisions."""
        return Filter(
            tuple(self.kinds),
            states,
            tuple(self.areas),
            tuple(self.departments),
            tuple(self.posts),
            tuple(self.levels),
            tuple(self.severities),
        )


class TargetSettings(FilterSettings):
    """`states`: after the change. `pictures`: with links to them; `words`: with what people wrote."""

    states: list[State] = []
    pictures: bool = False
    words: bool = False
    timeout: Annotated[Duration, Field(ge=1, le=30)] = 10.0
    ca_file: Path | None = None

    def filter(self, states: tuple[str, ...] = ()) -> Filter:
        """The same for the decisions."""
        return super().filter(states or tuple(self.states))
