"""How what the nodes send is taken."""

from typing import Annotated

from pydantic import Field

from broker.settings import Settings


class IngestSettings(Settings):
    """How many workers take events, and how many messages one of them commits together at most."""

    workers: Annotated[int, Field(ge=1, le=16)] = 1
    batch: Annotated[int, Field(ge=1, le=1024)] = 256
