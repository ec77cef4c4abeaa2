"""What the centre asks of nodes, and what it tells them."""

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field

from broker.link_settings import LinkSettings
from broker.settings import Duration, Settings

DAY_S = 86_400.0


def _web(url: str) -> str:
    if not url.startswith(("http://", "https://")) or "@" in url or "?" in url:
        raise ValueError("http:// or https:// and a host are expected, without credentials and query")
    return url.rstrip("/")


def _broker(url: str) -> str:
    return LinkSettings(url=url).url


class NodesSettings(Settings):
    """`enrolled_only` false is for development: nodes that were never enrolled may then speak, unsigned.

    `authority` None: a folder of the storage, made at the first start. `configuration`: a folder with the
    nodes' configurations, DISTRICT/NODE.yaml. `broker_url`, `centre_url`: where nodes find us; None: as this
    file says of the centre itself.
    """

    enrolled_only: bool = True
    authority: Path | None = None
    certificate: Annotated[Duration, Field(ge=DAY_S, le=825 * DAY_S)] = 90 * DAY_S
    token: Annotated[Duration, Field(ge=60, le=30 * DAY_S)] = 3600.0
    configuration: Path | None = None
    broker_url: Annotated[str, AfterValidator(_broker)] | None = None
    centre_url: Annotated[str, AfterValidator(_web)] | None = None

    @property
    def certificate_days(self) -> int:
        """Whole days of a certificate's life."""
        return int(self.certificate // DAY_S)
