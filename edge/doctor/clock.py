"""The clock: whether it is set, by whom, whether it outlives a power cut, and what the centre's says."""

import time
from collections.abc import Iterable
from email.utils import parsedate_to_datetime

import httpx

from edge.clockquality import quality
from edge.diagnosis import clock as told
from edge.diagnosis.clock import Clock
from edge.diagnosis.sign import Finding
from edge.examining.case import Case

TITLE = "clock"
BOX, ALONE = True, False
SETS = {
    "systemd-timesyn": "systemd-timesyncd",
    "chronyd": "chrony",
    "ntpd": "ntpd",
    "ptp4l": "PTP",
    "phc2sys": "PTP",
    "openntpd": "OpenNTPD",
    "gpsd": "gpsd",
}
PATIENCE_S = 5.0


def limit_s(case: Case) -> float:  # noqa: ARG001 - as every examination has it
    """One question, over the network."""
    return 4 * PATIENCE_S


def examine(case: Case) -> Iterable[Finding]:
    """What the kernel says, and how far the centre's clock is away."""
    by = sorted({who for name, who in SETS.items() if name in case.processes.named()})
    clocks = case.root / "sys/class/rtc"
    battery = any(clocks.iterdir()) if clocks.is_dir() else None
    found = [*told.judge(Clock(quality(), by, battery, _ahead(case)))]
    if case.configuration is None or case.settings.central is None:
        return [one for one in found if one.code != told.UNTOLD.code]
    return found


def _ahead(case: Case) -> float | None:
    """Seconds by which the centre's clock is ahead, by the date of any answer of its server.

    Nobody's word is trusted by it, so a certificate that the wrong clock spoils does not stand in the way.
    """
    central = case.settings.central if case.configuration is not None else None
    if central is None:
        return None
    try:
        with httpx.Client(verify=False, timeout=PATIENCE_S) as client:  # noqa: S501 - see above
            client.head(central.url)  # the connection is made; the next answer is quick
            began = time.time()
            answer = client.head(central.url)
            ended = time.time()
        there = parsedate_to_datetime(answer.headers["Date"]).timestamp()
    except (httpx.HTTPError, OSError, KeyError, ValueError, TypeError):
        return None
    return round(there + 0.5 - (began + ended) / 2, 1)  # dates are cut to whole seconds
