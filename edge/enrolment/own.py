"""The identity of a running node, or the lack of one: then nothing is signed, and no proof is shown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from broker.deliveries import Sign
from broker.link_settings import LinkSettings
from edge.enrolment.credentials import Credentials
from edge.enrolment.renewing import Connection, Renewer
from edge.intake import Clocks

if TYPE_CHECKING:
    from edge.configured import EdgeSettings


class Own:
    """Made before anything else of the node; `start` once there is a connection to renew."""

    def __init__(self, settings: EdgeSettings, clocks: Clocks) -> None:
        """Raises IdentityError for one that cannot be used."""
        self._clocks = clocks
        self._renewer: Renewer | None = None
        self.credentials: Credentials | None = None
        if settings.identity is not None:
            central = settings.central
            self.credentials = Credentials(
                settings.identity.directory,
                settings.address,
                url=central.url if central else None,
                ca_file=central.ca_file if central else None,
                utc_s=clocks.utc,
            )

    def link(self, settings: LinkSettings) -> LinkSettings:
        """The broker's settings, with our certificate where it is asked for."""
        return self.credentials.link(settings) if self.credentials is not None else settings

    @property
    def sign(self) -> Sign | None:
        """What proves whose a message is."""
        return self.credentials.sign if self.credentials is not None else None

    @property
    def until(self) -> datetime | None:
        """When the certificate ends."""
        return self.credentials.until if self.credentials is not None else None

    def serial(self) -> str | None:
        """Of the certificate in force."""
        return self.credentials.identity.held.serial if self.credentials is not None else None

    def renew(self) -> None:
        """Have a new certificate asked for soon."""
        if self._renewer is not None:
            self._renewer.renew_now()

    @property
    def trouble(self) -> str | None:
        """What an operator has to know of it."""
        return self._renewer.trouble if self._renewer is not None else None

    @property
    def refused(self) -> str | None:
        """Why the centre does not take us for its own."""
        return self._renewer.refused if self._renewer is not None else None

    def start(self, *, stands: Callable[[], bool], made: Callable[[], int], anew: Callable[[], None]) -> None:
        """Begin to keep the certificate fresh."""
        if self.credentials is not None:
            connection = Connection(stands, made, anew)
            self._renewer = Renewer(self.credentials, connection, self._clocks.monotonic)
            self._renewer.start()

    def stop(self) -> None:
        """End."""
        if self._renewer is not None:
            self._renewer.stop()
