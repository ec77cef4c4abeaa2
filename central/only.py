"""Which part of the centre a process is."""

from typing import Literal

Only = Literal["all", "api", "ingest"]
