"""How patient the centre is with what is missing."""

from typing import Annotated

from pydantic import Field

from broker.settings import Duration, Settings
from central.gaps import Pace


class DeliverySettings(Settings):
    """`resend_after`: how old a hole is before its node is asked; doubles with every try."""

    resend_after: Annotated[Duration, Field(gt=0)] = 10.0
    resend_at_most: Annotated[Duration, Field(gt=0)] = 3600.0

    def pace(self) -> Pace:
        """The same for the decisions."""
        return Pace(self.resend_after, max(self.resend_after, self.resend_at_most))
