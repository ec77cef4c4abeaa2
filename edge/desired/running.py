"""A node's configuration as it runs: its own file with what the centre wants changed of it."""

import logging

from broker.messages import DesiredConfiguration
from edge.config import Configuration
from edge.desired.checking import checked
from edge.desired.kept import kept
from edge.desired.overlay import Refused

log = logging.getLogger(__name__)


def as_run(configuration: Configuration) -> Configuration:
    """The same where the centre wants nothing, or nothing that fits."""
    return running(configuration)[0]


def running(configuration: Configuration) -> tuple[Configuration, DesiredConfiguration | None]:
    """It, and what of it the centre wanted."""
    folder = configuration.settings.storage.directory
    wanted = kept(folder)
    if wanted is None or configuration.own is None:
        return configuration, None
    try:
        return checked(configuration.own, wanted, folder / "secrets"), wanted
    except Refused as error:
        log.warning("what the centre wanted (%s) does not fit this file: %s", wanted.version, error)
        return configuration, None
