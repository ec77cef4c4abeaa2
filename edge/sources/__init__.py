"""Where frames come from: one kind, one file. Each has `Settings` and `open_source(settings, clock)`."""

import importlib
from typing import cast

from edge.frames import Source, SourceClock
from edge.settings import SourceSettings


def open_source(settings: SourceSettings, clock: SourceClock) -> Source:
    """Make the source that these settings describe; nothing is read or connected before `frames` runs."""
    kind: str = getattr(settings, "kind")  # noqa: B009 - every kind has it, the common base does not
    module = importlib.import_module(f"{__name__}.{kind}")
    return cast(Source, module.open_source(settings, clock))
