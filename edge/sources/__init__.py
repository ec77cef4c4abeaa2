"""Where frames come from: one kind, one file. Each has `Settings` and `open_source(settings, clock)`."""

import importlib
from typing import cast

from edge.frames import Source, SourceClock
from edge.settings import SourceSettings


def open_source(settings: SourceSettings, clock: SourceClock) -> Source:
    """Make the source that these settings describe; nothing is read or connected before `frames` runs."""
    module = importlib.import_module(f"{__name__}.{settings.kind}")
    return cast(Source, module.open_source(settings, clock))
