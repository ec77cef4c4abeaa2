"""What can be set of verification."""

from typing import Annotated

from pydantic import Field

from broker.settings import Duration, Settings


class VerifySettings(Settings):
    """`within`: how long a place is looked for at most until the answer says what stood in the way.

    `at_once`: places that one source looks at together; what is asked beyond waits for its turn.
    """

    within: Annotated[Duration, Field(ge=1.0, le=86_400.0)] = 600.0
    at_once: Annotated[int, Field(ge=1, le=256)] = 8
